import { encodeCertificate } from '@ios/bft';
import { type CertifiedValue, decodeShardEntry, encodeShardEntry } from '@ios/client/epochs';
import { merkleRoot } from '@ios/crypto/merkle';
import { decodeBlock } from '@ios/ledger';
import { describe, expect, test } from 'vitest';
import { createMemoryDisk } from '../src/store/memory.ts';
import { CHAIN } from './chain-fixture.ts';
import { blockOn, certify, coins, makeReplica, outputOf, type Replica, type ReplicaOptions } from './shard-fixture.ts';
import { KEYS, pay, transfer } from './signed-fixture.ts';

/** Epochs may end from three blocks on, must from five, and do so two heights after they were told to. */
const made = (options: ReplicaOptions = {}): Promise<Replica> => makeReplica({ outputOf, ...options });

const parentOf = ({ chain: { head, epoch } }: Replica): Uint8Array =>
  head.height === 0
    ? new Uint8Array(0)
    : encodeCertificate(
        certify(head.height, head.hash, { epoch: head.height < epoch.first ? epoch.epoch - 1 : epoch.epoch }),
      );

const closeBy = (output: CertifiedValue): Uint8Array => encodeShardEntry({ kind: 'close', output });

/** The block that the replica itself proposes next. */
const proposed = async (replica: Replica): Promise<Uint8Array> => {
  const { chain, application, commands } = replica;
  const { height, hash: digest } = chain.head;
  const epoch = height < chain.epoch.first ? chain.epoch.epoch - 1 : chain.epoch.epoch;
  const parent = height === 0 ? undefined : { height, digest, certificate: certify(height, digest, { epoch }) };
  application.onOutput({ type: 'propose', height: height + 1, view: 0, parent });
  await replica.run(replica.scheduler.now() + 2_000);
  const command = commands.findLast(({ type }) => type === 'proposal');
  if (command?.type !== 'proposal') throw new Error('nothing was proposed');
  return command.value;
};

const decide = async (replica: Replica, value: Uint8Array): Promise<void> => {
  const height = replica.chain.head.height + 1;
  const digest = replica.values.decode(value)!.hash;
  const certificate = certify(height, digest, { epoch: replica.chain.epoch.epoch });
  replica.application.onOutput({ type: 'decide', height, digest, certificate, value });
  await replica.run();
  expect(replica.failures).toEqual([]);
};

/** Whether the replica agrees to a block with these entries on its head. */
const refusalOf = async (replica: Replica, entries: readonly Uint8Array[]): Promise<string | undefined> => {
  const value = blockOn(replica, [], { certificate: parentOf(replica), entries });
  const height = replica.chain.head.height + 1;
  const digest = replica.values.decode(value)!.hash;
  const before = replica.refusals.length;
  replica.application.onOutput({ type: 'check', height, view: 0, digest, value, proposer: 1 });
  await replica.run();
  return replica.refusals.slice(before)[0];
};

const grow = async (replica: Replica, blocks: number): Promise<void> => {
  for (let i = 0; i < blocks; i++) await decide(replica, await proposed(replica));
};

describe('an epoch of a shard', () => {
  test('is told to end as soon as it may be, and ends with the block that says all of it', async () => {
    const disk = createMemoryDisk();
    const replica = await made({ disk });
    await grow(replica, 5);
    expect(replica.chain.epoch).toMatchObject({ epoch: 0, first: 1, close: { height: 4 } });
    const roots = [...replica.chain.epoch.blocks];
    const last = decodeBlock(await proposed(replica));
    const entry = decodeShardEntry(last.entries[0]!);
    if (entry?.kind !== 'microState') throw new Error('the epoch ends here');
    expect(entry.microState).toMatchObject({ epoch: 0, first: 1, before: [] });
    expect(entry.microState.headerRoot).toEqual(merkleRoot(roots.map(({ hash }) => hash)));
    expect(entry.microState.transactionRoot).toEqual(merkleRoot(roots.map(({ transactionRoot }) => transactionRoot)));
    await grow(replica, 1);
    expect(replica.ended).toEqual([0]);
    expect(replica.chain.epoch).toMatchObject({ epoch: 1, first: 7, close: undefined, blocks: [] });
    expect(replica.chain.epoch.randomness).toEqual(new Uint8Array(32).fill(1));
    const { head } = replica.chain;
    expect(await replica.chain.lastOf(0)).toEqual({ height: 6, hash: head.hash });
    await grow(replica, 5);
    const { epoch } = replica.chain;
    await replica.store.close();
    const again = await made({ disk });
    expect(again.chain.epoch).toEqual(epoch);
    expect(decodeBlock(await proposed(again)).header).toMatchObject({ epoch: 1, height: 12 });
  });

  test('goes on without an output, and whoever holds one refuses blocks that do not end it when that is due', async () => {
    let there = false;
    const replica = await made({ outputOf: (epoch) => (there ? outputOf(epoch) : undefined) });
    await grow(replica, 7);
    expect(replica.chain.epoch.close).toBeUndefined();
    expect(await refusalOf(replica, [])).toBeUndefined();
    there = true;
    expect(await refusalOf(replica, [])).toBe('the end of the epoch is due');
    expect(await refusalOf(replica, [closeBy(outputOf(1))])).toBeUndefined();
  });

  test('is not told to end too early, nor twice', async () => {
    const replica = await made();
    await grow(replica, 2);
    const early = 'it tells the epoch to end too early, or again';
    expect(await refusalOf(replica, [closeBy(outputOf(1))])).toBe(early);
    await grow(replica, 2);
    expect(await refusalOf(replica, [closeBy(outputOf(1))])).toBe(early);
    expect(await refusalOf(replica, [])).toBeUndefined();
  });

  test.each<[string, CertifiedValue]>([
    ['for another epoch', outputOf(2)],
    ['of an even height', outputOf(1, { height: 2 })],
    ['certified by too few', outputOf(1, { members: [0, 1] })],
    ['of another instance', outputOf(1, { instance: 'record' })],
    ['signed for another epoch', outputOf(1, { signed: 2 })],
    ['that is none', { ...outputOf(1), value: new Uint8Array(5) }],
  ])('is not told to end by an output %s', async (_, output) => {
    const replica = await made();
    await grow(replica, 3);
    expect(await refusalOf(replica, [closeBy(outputOf(1))])).toBeUndefined();
    expect(await refusalOf(replica, [closeBy(output)])).toMatch(/no output of the beacon|a signature or an owner/);
  });

  test('ends as its blocks say, and in no other way', async () => {
    const replica = await made();
    await grow(replica, 3);
    const wrong = 'it has an entry that it may not have';
    const nonsense = blockOn(replica, [], { certificate: parentOf(replica), entries: [Uint8Array.of(9)] });
    expect(replica.values.decode(nonsense)).toBeUndefined();
    expect(await refusalOf(replica, [closeBy(outputOf(1)), closeBy(outputOf(1))])).toBe(wrong);
    await grow(replica, 2);
    const right = decodeBlock(await proposed(replica)).entries[0]!;
    const other = 'it does not end the epoch as the blocks before do';
    expect(await refusalOf(replica, [])).toBe(other);
    expect(await refusalOf(replica, [right, right])).toBe(other);
    expect(await refusalOf(replica, [right.map((byte, i) => (i === 40 ? byte ^ 1 : byte))])).toBe(other);
    expect(await refusalOf(replica, [right])).toBeUndefined();
    replica.take(pay(CHAIN, [coins[0]!]));
    expect(decodeBlock(await proposed(replica)).transactions).toEqual([]);
  });

  test('takes what has expired with it', async () => {
    const replica = await made();
    const payment = transfer(CHAIN, [coins[0]!], [{ amount: 5n, owner: KEYS[0]!.publicKey }], 0);
    await grow(replica, 5);
    replica.take(payment);
    expect(replica.mempool.size).toBe(1);
    await grow(replica, 1);
    expect(replica.mempool.size).toBe(0);
    expect(replica.mempool.status(payment.id)).toMatchObject({ status: 'rejected', code: 'expired' });
  });
});
