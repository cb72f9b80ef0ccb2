import { outboxRoot, type ShardContext } from '@ios/atomix';
import { type Certificate, type Committee, encodeCertificate, endorsedBytes, maskOf, type Scope } from '@ios/bft';
import { chainName } from '@ios/client';
import { assembleBlock, encodeBlock, type Output } from '@ios/ledger';
import { nodeHasher } from '../src/hasher.ts';
import { type DecidedBlock, openChain, STORE_FORMAT } from '../src/shard/chain-store.ts';
import { committeeOf, NO_STEP_ENTRY } from '../src/shard/committee.ts';
import { executeBlock } from '../src/shard/execution.ts';
import { nextPosition } from '../src/shard/position.ts';
import { createValues } from '../src/shard/values.ts';
import { type MemoryDisk, openMemoryStore } from '../src/store/memory.ts';
import { cosignersOf } from './collective.ts';
import { CHAIN, coins, genesis, MASTERS, NAME } from './node-fixture.ts';
import { type Coin, KEYS, pay, type SignedTransfer, transfer } from './signed-fixture.ts';

const committee: Committee = committeeOf(genesis.validators.map(({ identity }) => identity));
const scope: Scope = { chain: CHAIN, instance: 'shard/0' };
const sign = cosignersOf(genesis, MASTERS, chainName(NAME));

const certify = (height: number, digest: Uint8Array): Certificate => {
  const endorsed = endorsedBytes(
    scope,
    { epoch: 0, stepEntry: NO_STEP_ENTRY, committee },
    { height, view: 0, phase: 'commit' },
    digest,
  );
  return { view: 0, mask: maskOf([0, 1, 2], 4), signature: sign(endorsed, [0, 1, 2]) };
};

/** Transfers that come to 930 kB and leave as many coins as there were: each is cut in 256 and put together, twice. */
export const fullBlock = (spendable: readonly Coin[]): SignedTransfer[] =>
  spendable.flatMap((coin) => {
    const { owner } = coin.output;
    const cut = (from: Coin): SignedTransfer => {
      const last = from.output.amount - 255n;
      const outputs: Output[] = Array.from({ length: 256 }, (_, i) => ({ amount: i < 255 ? 1n : last, owner }));
      return transfer(CHAIN, [from], outputs);
    };
    const first = cut(coin);
    const back = pay(
      CHAIN,
      first.coins,
      KEYS.findIndex(({ publicKey }) => publicKey === owner),
    );
    const second = cut(back.coins[0]!);
    return [
      first,
      back,
      second,
      pay(
        CHAIN,
        second.coins,
        KEYS.findIndex(({ publicKey }) => publicKey === owner),
      ),
    ];
  });

/**
 * Writes a certified chain of so many blocks on each disk, as if its nodes had decided it. `make` gives the transfers of
 * a height: each fourth one's coin is what the next height may spend.
 */
export const writeChain = async (
  disks: readonly MemoryDisk[],
  make: (height: number, spendable: readonly Coin[]) => readonly SignedTransfer[],
  heights: number,
): Promise<DecidedBlock[]> => {
  const stores = await Promise.all(disks.map((disk) => openMemoryStore(disk, { format: STORE_FORMAT, chain: CHAIN })));
  const start = {
    chain: CHAIN,
    chainName: chainName(NAME),
    outputs: genesis.outputs,
    shard: 0,
    place: () => 0,
    policy: genesis.policy,
  };
  const values = createValues(CHAIN, nodeHasher);
  const chains = await Promise.all(stores.map((store) => openChain(store, start, nodeHasher)));
  const [chain] = chains;
  const owners = genesis.validators.map(({ owner }) => owner);
  const blocks: DecidedBlock[] = [];
  let spendable: readonly Coin[] = coins;
  let certificate = new Uint8Array(0);
  for (let height = 1; height <= heights; height++) {
    const { head, view, epoch } = chain!;
    const transfers = make(height, spendable);
    if (transfers.length > 0) spendable = transfers.filter((_, i) => i % 4 === 3).map(({ coins: [made] }) => made!);
    const { lockFee } = genesis.policy;
    const context: ShardContext = {
      chain: CHAIN,
      epoch: epoch.epoch,
      shard: 0,
      height,
      place: () => 0,
      lockFee,
      hasher: nodeHasher,
    };
    const block = assembleBlock(
      { ...nextPosition(head, context, 0), outboxRoot: outboxRoot([], nodeHasher) },
      certificate,
      transfers.map(({ transaction }) => transaction),
      nodeHasher,
    );
    const known = values.decode(encodeBlock(block))!;
    const execution = executeBlock({ view, context, committee, owners }, known);
    if (typeof execution === 'string') throw new Error('the block of a test does not apply');
    certificate = new Uint8Array(encodeCertificate(certify(height, known.hash)));
    const decided: DecidedBlock = { known, certificate, execution };
    for (const each of chains) await each.append(decided);
    blocks.push(decided);
  }
  await Promise.all(stores.map((store) => store.close()));
  return blocks;
};
