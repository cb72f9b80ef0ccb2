import { buildTransfer, createHttpClient, createWallet, deriveOwnerKey } from '@ios/client';

const chain = new Uint8Array(32).fill(1); // trustGenesis(decodeGenesisFile(text)).chain
const [mine, savings] = [0, 1].map((index) => deriveOwnerKey(new Uint8Array(32).fill(7), index));

/** Signs a payment, of coins that one is told of, without a network. */
export function example(): string[] {
  const coin = { outpoint: { id: new Uint8Array(32), index: 0 }, amount: 500_000_000n, owner: mine!.publicKey };
  const payments = [{ to: savings!.address, amount: 150_000_000n }];
  const { id, transaction } = buildTransfer({ chain, expiry: 2, coins: [coin], payments, fee: 10n, keys: [mine!] });
  return [id, ...transaction.body.outputs.map(({ amount }) => `${amount} units`)];
}

/** The same through a node: the wallet finds the coins, hands the transaction in, and waits until it is final. */
export async function pay(url: string): Promise<number> {
  const wallet = createWallet({ client: createHttpClient(url), network: { chain }, keys: [mine!] });
  const sent = await wallet.send([{ to: savings!.address, amount: 150_000_000n }], { fee: 10n });
  const { height } = await wallet.waitFor(sent, 'final', { signal: AbortSignal.timeout(30_000) });
  return height;
}
