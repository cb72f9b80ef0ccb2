import { encodeTransaction, type Input, MAX_EXPIRY_AHEAD, outpointKey } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ClientError } from '../error.ts';
import type { SubmissionAnswer, TransactionAnswer } from '../methods/answers.ts';
import type { CallOptions, RpcClient } from '../rpc/client.ts';
import { backoff, wait } from '../rpc/wait.ts';
import type { WebSocketClient } from '../rpc/web-socket.ts';
import { buildTransfer, type Payment, type SignedTransaction } from './build.ts';
import { fetchCoins } from './coins.ts';
import type { OwnerKey } from './keys.ts';

/** What a wallet is made of. */
export interface WalletOptions {
  /** One over WebSocket is told when a payment is final, any other asks again and again. */
  readonly client: RpcClient | WebSocketClient;
  /** The network by its genesis hash (32 bytes), never as a node tells it: see `trustGenesis`. */
  readonly network: { readonly chain: Uint8Array };
  /** Whose coins it holds, at least one; the first gets the change. */
  readonly keys: readonly OwnerKey[];
}

/** How a payment is made. */
export interface SendOptions extends CallOptions {
  /** What the transaction leaves to the validators, in atomic units; 0 by default. */
  readonly fee?: bigint;
}

/** Where a final transaction stands. */
export interface FinalPlace {
  readonly height: number;
  /** Among the transactions of its block, from 0. */
  readonly index: number;
  /** Hash of the block in hexadecimal digits. */
  readonly block: string;
}

/**
 * Coins of some keys, seen through a node. All that it asks may be lies, which cost time and no coins: a transaction
 * states what it spends, on which chain, and how much it pays. Everything rejects with a `ClientError`, as calls of the
 * client do, or with the reason of `signal`.
 */
export interface Wallet {
  /** In the order of the keys. */
  readonly addresses: readonly string[];
  /** The sum of all outputs in atomic units, and their number. */
  balance(options?: CallOptions): Promise<{ readonly amount: bigint; readonly outputs: number }>;
  /** All outputs that can be spent now: those of pending payments of this wallet are left out. */
  coins(options?: CallOptions): Promise<readonly Input[]>;
  /** Chooses coins and signs, see `buildTransfer`. Until it is rejected, the wallet spends its coins in nothing else. */
  build(payments: readonly Payment[], options?: SendOptions): Promise<SignedTransaction>;
  /**
   * Hands a transaction in, again where the node has no room now. Once is enough, more do no harm. Rejects with
   * `rejected` (`facts.reason`) where it will never be final.
   */
  submit(signed: SignedTransaction, options?: CallOptions): Promise<void>;
  /** Builds and submits. */
  send(payments: readonly Payment[], options?: SendOptions): Promise<SignedTransaction>;
  /** Waits until the node shows a transaction final; hands it in again where the node has lost it. */
  waitFor(signed: SignedTransaction, status: 'final', options?: CallOptions): Promise<FinalPlace>;
}

/** Refusals that pass: the pool, or this sender's part of it, is full. */
const TRANSIENT: readonly string[] = ['pool-full', 'peer-budget', 'budget'];
/** How often a transaction is handed in before the node's lack of room is an error. */
const SUBMISSIONS = 8;
/** How often the node is asked where a transaction stands, in ms. */
const POLL_MS = 250;

/** Makes a wallet. Throws `ClientError` (`out-of-range`) without keys. */
export function createWallet({ client, network: { chain }, keys }: WalletOptions): Wallet {
  if (keys.length === 0) throw new ClientError('out-of-range', 'A wallet has at least one key.');
  /** Which transaction of this wallet spends a coin. */
  const reserved = new Map<string, string>();

  const release = (id: string): void => {
    for (const [key, by] of reserved) if (by === id) reserved.delete(key);
  };

  const rejected = (id: string, code: string, message: string): ClientError => {
    release(id);
    return new ClientError('rejected', `The network will not take this transaction: ${message}.`, { reason: code, id });
  };

  const allCoins = async (options: CallOptions): Promise<Input[]> => {
    const coins: Input[] = [];
    for (const key of keys) coins.push(...(await fetchCoins(client, key, options)));
    return coins;
  };

  const coins = async (options: CallOptions = {}): Promise<Input[]> => {
    const before = [...reserved.keys()];
    const all = await allCoins(options);
    const there = new Set(all.map(({ outpoint }) => outpointKey(outpoint)));
    // What the node no longer shows was spent: nothing is to be kept of it.
    for (const key of before) if (!there.has(key)) reserved.delete(key);
    return all.filter(({ outpoint }) => !reserved.has(outpointKey(outpoint)));
  };

  const build = async (
    payments: readonly Payment[],
    { fee = 0n, signal }: SendOptions = {},
  ): Promise<SignedTransaction> => {
    const { epoch } = await client.call('getStatus', {}, { signal });
    const expiry = epoch + MAX_EXPIRY_AHEAD;
    // Chosen and reserved without a pause, so that no other payment chooses the same meanwhile.
    const free = (await coins({ signal })).filter(({ outpoint }) => !reserved.has(outpointKey(outpoint)));
    const signed = buildTransfer({ chain, expiry, coins: free, payments, fee, keys });
    for (const { outpoint } of signed.transaction.body.inputs) reserved.set(outpointKey(outpoint), signed.id);
    return signed;
  };

  const submit = async ({ id, transaction }: SignedTransaction, { signal }: CallOptions = {}): Promise<void> => {
    const hex = bytesToHex(encodeTransaction(transaction));
    for (let attempt = 0; ; attempt++) {
      const answer: SubmissionAnswer = await client.call('submitTransaction', { transaction: hex }, { signal });
      if (answer.status !== 'rejected') return;
      if (!TRANSIENT.includes(answer.code) || attempt === SUBMISSIONS - 1) {
        throw rejected(id, answer.code, answer.message);
      }
      await wait(backoff(attempt), signal);
    }
  };

  return {
    addresses: keys.map(({ address }) => address),
    async balance(options = {}) {
      const all = await allCoins(options);
      return { amount: all.reduce((sum, { amount }) => sum + amount, 0n), outputs: all.length };
    },
    coins,
    build,
    submit,
    async send(payments, options = {}) {
      const signed = await build(payments, options);
      await submit(signed, options);
      return signed;
    },
    async waitFor(signed, _status, { signal } = {}) {
      for (;;) {
        for await (const answer of standing(client, signed.id, { signal })) {
          if (answer.status === 'final') {
            const { height, index, block } = answer;
            return { height, index, block };
          }
          if (answer.status === 'rejected') throw rejected(signed.id, answer.code, answer.message);
          if (answer.status === 'unknown') await submit(signed, { signal });
        }
      }
    },
  };
}

/** Where a transaction stands, now and later: as the node tells it, or asked every `POLL_MS`. */
function standing(
  client: RpcClient | WebSocketClient,
  id: string,
  options: CallOptions,
): AsyncGenerator<TransactionAnswer, void> {
  return 'transaction' in client ? client.transaction(id, options) : poll(client, id, options);
}

async function* poll(client: RpcClient, id: string, options: CallOptions): AsyncGenerator<TransactionAnswer, void> {
  for (;;) {
    yield await client.call('getTransaction', { id }, options);
    await wait(POLL_MS, options.signal);
  }
}
