import { bucketOf, createBucketTree } from '@ios/crypto/bucket-tree';
import { canonicalDelta, OUTPUT_TABLE, type StateEntry } from '@ios/ledger';
import { describe, expect, test } from 'vitest';
import {
  applyToTree,
  CURSOR_TABLE,
  type Evidence,
  encodeLeaf,
  encodeQueueKey,
  encodeShard,
  encodeShardProof,
  type FinalHeader,
  HELD_TABLE,
  type Leaf,
  outboxOf,
  outboxProver,
  outboxRoot,
  proveState,
  QUEUE_TABLE,
  type ShardProof,
  SPAN_TABLE,
  stateKey,
  verifyShardProof,
} from '../src/index.ts';
import { encodeCredit, encodeCursor, encodeRecord, encodeSpan } from '../src/tables.ts';
import { bodyOf, known, ownerIn } from './fixtures.ts';
import { bytes32, chain } from './model/scenario.ts';
import { certify, entryContext, verifyHeader } from './shard.ts';

const { body, id } = known(bodyOf([1, 2], [3, 3]));
const credit = (index: number) => ({ id, index, amount: 5n, owner: ownerIn(3, index), fee: 0n });
const queued = (receiver: number, number: bigint): Leaf => ({
  type: 'credit',
  receiver,
  number,
  credit: credit(Number(number & 0xffn)),
});
const leaves: Leaf[] = [
  { type: 'cursor', carrier: 4, next: 9n, height: 3 },
  queued(5, 300n),
  queued(3, 256n),
  queued(3, 255n),
  queued(3, 2n),
  { type: 'vote', id, verdict: 'accept' },
  { type: 'commit', id },
  { type: 'vote', id: bytes32('another'), verdict: 'reject' },
  { type: 'release', id },
];
const outbox = outboxOf(leaves);
const at = (leaf: Leaf): number => outbox.findIndex((bytes) => Buffer.compare(bytes, encodeLeaf(leaf)) === 0);
const final: FinalHeader = { chain, shard: 7, epoch: 2, outboxRoot: outboxRoot(outbox) };

const outboxProof = (index: number, count = 1, changes: Partial<FinalHeader> = {}): ShardProof => ({
  form: 'outbox',
  ...certify({ ...final, ...changes }, 5),
  ...outboxProver(outbox)(index, count),
});

const shows = (proof: ShardProof): Evidence | undefined => verifyShardProof(proof, entryContext);

describe('leaves of an outbox', () => {
  test('each leaf shows what it says, of the shard of its header', () => {
    expect(shows(outboxProof(at(leaves[5]!)))).toEqual({ type: 'vote', shard: 7, id, verdict: 'accept' });
    expect(shows(outboxProof(at(leaves[7]!)))).toEqual({
      type: 'vote',
      shard: 7,
      id: bytes32('another'),
      verdict: 'reject',
    });
    expect(shows(outboxProof(at(leaves[6]!)))).toEqual({ type: 'commit', shard: 7, id });
    expect(shows(outboxProof(at(leaves[8]!)))).toEqual({ type: 'release', shard: 7, id });
    expect(shows(outboxProof(at(leaves[0]!)))).toEqual({ type: 'cursor', shard: 7, carrier: 4, next: 9n });
    expect(shows(outboxProof(at(leaves[1]!)))).toEqual({
      type: 'credits',
      shard: 7,
      receiver: 5,
      first: 300n,
      credits: [credit(300 & 0xff)],
    });
  });

  test('credits of a receiver lie by their numbers; a run of them is one proof', () => {
    expect(at(leaves[3]!)).toBe(at(leaves[4]!) + 1);
    expect(at(leaves[2]!)).toBe(at(leaves[3]!) + 1);
    expect(shows(outboxProof(at(leaves[3]!), 2))).toMatchObject({
      type: 'credits',
      receiver: 3,
      first: 255n,
      credits: { length: 2 },
    });
  });

  test('a run with a gap, over two receivers or of other leaves shows nothing', () => {
    expect(shows(outboxProof(at(leaves[4]!), 2))).toBeUndefined();
    expect(shows(outboxProof(at(leaves[2]!), 2))).toBeUndefined();
    expect(shows(outboxProof(0, 2))).toBeUndefined();
    expect(shows(outboxProof(at(leaves[6]!), 2))).toBeUndefined();
    expect(shows(outboxProof(at(leaves[1]!), 2))).toBeUndefined();
  });

  test('consecutive numbers of two receivers are no run', () => {
    const two = outboxOf([queued(3, 256n), queued(4, 257n)]);
    const header = certify({ ...final, outboxRoot: outboxRoot(two) }, 5);
    expect(shows({ form: 'outbox', ...header, ...outboxProver(two)(0, 2) })).toBeUndefined();
    expect(shows({ form: 'outbox', ...header, ...outboxProver(two)(1) })).toMatchObject({ receiver: 4, first: 257n });
  });

  test('a leaf twice is one leaf', () => {
    expect(outboxOf([...leaves, leaves[5]!])).toEqual(outbox);
  });

  test('a foreign chain, a header that is not final and another outbox show nothing', () => {
    const good = outboxProof(0);
    expect(shows(good)).toBeDefined();
    expect(shows(outboxProof(0, 1, { chain: bytes32('another chain') }))).toBeUndefined();
    expect(shows({ ...good, certificate: new Uint8Array(32) })).toBeUndefined();
    expect(shows({ ...good, header: outboxProof(0, 1, { shard: 8 }).header })).toBeUndefined();
    expect(shows(outboxProof(0, 1, { outboxRoot: outboxRoot(outbox.slice(1)) }))).toBeUndefined();
    expect(shows(outboxProof(0, 1, { shard: 8, epoch: 3 }))).toMatchObject({ shard: 8 });
  });

  test('leaf, place, number and path are bound', () => {
    const good = outboxProof(3);
    if (good.form !== 'outbox') throw new Error('form');
    const other = outbox[4]!;
    for (const bad of [
      { leaves: [other] },
      { leaves: [] },
      { leaves: [good.leaves[0]!, other] },
      { index: 2 },
      { index: -1 },
      { size: outbox.length + 1 },
      { size: outbox.length - 1 },
      { size: 0 },
      { path: good.path.slice(1) },
      { path: [...good.path, good.path[0]!] },
      { path: good.path.map(() => new Uint8Array(32)) },
    ])
      expect(shows({ ...good, ...bad })).toBeUndefined();
  });

  test('the number of leaves is under the root: no other size leads to it', () => {
    // Leaf 3 of 4 has the path of leaf 5 of 6: only the number tells them apart.
    const four = outbox.slice(0, 4);
    const proof = outboxProver(four)(3);
    const whole = { form: 'outbox' as const, ...certify({ ...final, outboxRoot: outboxRoot(four) }, 5), ...proof };
    expect(shows(whole)).toBeDefined();
    expect(shows({ ...whole, size: 6, index: 5 })).toBeUndefined();
  });

  test('bytes that are no leaf show nothing, though a shard has put them under its root', () => {
    const junk = [Uint8Array.of(9), encodeLeaf(leaves[6]!).slice(1), new Uint8Array()];
    junk.forEach((_, index) => {
      const proof = {
        form: 'outbox' as const,
        ...certify({ ...final, outboxRoot: outboxRoot(junk) }, 5),
        ...outboxProver(junk)(index),
      };
      expect(shows(proof)).toBeUndefined();
    });
  });
});

describe('entries of the state at the end of an epoch', () => {
  const record = encodeRecord({ status: 'pending', body });
  const done = encodeRecord({ status: 'committed', expiry: 4, voters: [1, 2] });
  const entries: StateEntry[] = [
    { table: HELD_TABLE, key: id, value: record },
    { table: HELD_TABLE, key: bytes32('done'), value: done },
    { table: QUEUE_TABLE, key: encodeQueueKey(3, 6n), value: encodeCredit(credit(6)) },
    { table: SPAN_TABLE, key: encodeShard(3), value: encodeSpan({ first: 6n, end: 7n }) },
    { table: CURSOR_TABLE, key: encodeShard(4), value: encodeCursor({ next: 8n, height: 2 }) },
    { table: OUTPUT_TABLE, key: new Uint8Array(33), value: new Uint8Array(40).fill(1) },
  ];
  const tree = createBucketTree();
  applyToTree(
    tree,
    canonicalDelta(entries.map(({ table, key, value }) => ({ table, key, old: undefined, new: value }))),
  );
  const ends = { ...final, stateRoot: tree.root() };
  const stateProof = (
    table: number,
    key: Uint8Array,
    changes: Partial<FinalHeader> = {},
  ): ShardProof & { form: 'state' } =>
    ({ ...certify({ ...ends, ...changes }, 5), ...proveState(tree, table, key) }) as ShardProof & { form: 'state' };

  test('records, their absence, credits and cursors', () => {
    const at = { shard: 7, epoch: 2 };
    expect(shows(stateProof(HELD_TABLE, id))).toEqual({ type: 'held', ...at, id, status: 'pending' });
    expect(shows(stateProof(HELD_TABLE, bytes32('done')))).toEqual({
      type: 'held',
      ...at,
      id: bytes32('done'),
      status: 'committed',
    });
    expect(shows(stateProof(HELD_TABLE, bytes32('gone')))).toEqual({ type: 'absent', ...at, id: bytes32('gone') });
    expect(shows(stateProof(QUEUE_TABLE, encodeQueueKey(3, 6n)))).toEqual({
      type: 'credits',
      shard: 7,
      receiver: 3,
      first: 6n,
      credits: [credit(6)],
    });
    expect(shows(stateProof(CURSOR_TABLE, encodeShard(4)))).toEqual({ type: 'cursor', shard: 7, carrier: 4, next: 8n });
  });

  test('nothing else in the state is evidence, nor is any other absence', () => {
    expect(shows(stateProof(SPAN_TABLE, encodeShard(3)))).toBeUndefined();
    expect(shows(stateProof(OUTPUT_TABLE, new Uint8Array(33)))).toBeUndefined();
    expect(shows(stateProof(QUEUE_TABLE, encodeQueueKey(3, 7n)))).toBeUndefined();
    expect(shows(stateProof(CURSOR_TABLE, encodeShard(5)))).toBeUndefined();
    expect(shows(stateProof(HELD_TABLE, id.slice(1)))).toBeUndefined();
  });

  test('another table, key, value, root, chain or certificate shows nothing; nor does a header without a state root', () => {
    const good = stateProof(HELD_TABLE, id);
    const absence = stateProof(HELD_TABLE, bytes32('gone'));
    for (const bad of [
      { ...good, table: QUEUE_TABLE },
      { ...good, key: bytes32('gone') },
      { ...good, value: done },
      { ...good, value: undefined },
      { ...good, proof: absence.proof },
      { ...absence, key: id },
      { ...absence, value: record },
      { ...absence, proof: good.proof },
      { ...good, certificate: new Uint8Array(32) },
      { ...good, ...certify(final, 5) },
      stateProof(HELD_TABLE, id, { chain: bytes32('another chain') }),
      stateProof(HELD_TABLE, id, { stateRoot: createBucketTree().root() }),
      // The absence proof of an older state does not hold once the record is there.
      { ...good, ...proveState(createBucketTree(), HELD_TABLE, id) },
    ])
      expect(shows(bad)).toBeUndefined();
    expect(shows(stateProof(HELD_TABLE, id, { epoch: 3, shard: 1 }))).toMatchObject({ epoch: 3, shard: 1 });
  });

  test('an absence is shown in few bytes, beside whatever record', () => {
    const crowded = createBucketTree();
    const bucket = bucketOf(stateKey(HELD_TABLE, id));
    // A record of its bucket, as whoever can try 65 536 ids makes one.
    let n = 0;
    while (bucketOf(stateKey(HELD_TABLE, bytes32(`beside ${n}`))) !== bucket) n++;
    crowded.set(stateKey(HELD_TABLE, bytes32(`beside ${n}`)), new Uint8Array(65_535));
    const header = certify({ ...final, stateRoot: crowded.root() }, 5);
    const proof: ShardProof = { ...header, ...proveState(crowded, HELD_TABLE, id) };
    expect(shows(proof)).toMatchObject({ type: 'absent', id });
    expect(encodeShardProof(proof).length - header.header.length - header.certificate.length).toBeLessThan(1_000);
  });

  test('bytes that decode to nothing show nothing', () => {
    const junk = createBucketTree();
    for (const [table, key] of [
      [HELD_TABLE, id],
      [QUEUE_TABLE, encodeQueueKey(3, 6n)],
      [QUEUE_TABLE, id],
      [CURSOR_TABLE, encodeShard(4)],
      [CURSOR_TABLE, id],
    ] as const) {
      junk.set(stateKey(table, key), Uint8Array.of(1, 2, 3));
      const header = certify({ ...final, stateRoot: junk.root() }, 5);
      expect(shows({ ...header, ...proveState(junk, table, key) })).toBeUndefined();
    }
  });
});

test('the verifier of headers decides what is final', () => {
  expect(verifyShardProof(outboxProof(0), { chain, verifyHeader: () => undefined })).toBeUndefined();
  expect(verifyShardProof(outboxProof(0), { chain, verifyHeader })).toBeDefined();
});
