import { createBucketTree } from '@ios/crypto/bucket-tree';
import { getPublicKey, sign } from '@ios/crypto/ed25519';
import { inputOwners, signTransaction, type TransactionBody } from '@ios/ledger';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AtomixError,
  decodeCredit,
  decodeCursor,
  decodeEntry,
  decodeLeaf,
  decodeRecord,
  decodeShardProof,
  decodeSpan,
  type Entry,
  encodeEntry,
  encodeLeaf,
  encodeShardProof,
  HELD_TABLE,
  type HeldRecord,
  type Leaf,
  MAX_ENTRY_BYTES,
  MAX_PROOF_BYTES,
  proveState,
  type ShardProof,
  verifyEntry,
} from '../src/index.ts';
import { encodeCredit, encodeCursor, encodeRecord, encodeSpan } from '../src/tables.ts';
import { bodyOf } from './fixtures.ts';
import { bytes32 } from './model/scenario.ts';
import { entryContext } from './shard.ts';

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((array) => new Uint8Array(array));
const upTo = (length: number) => fc.uint8Array({ maxLength: length }).map((array) => new Uint8Array(array));
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const u64 = fc.bigInt({ min: 0n, max: 0xffffffffffffffffn });
const positive = fc.bigInt({ min: 1n, max: 0xffffffffffffffffn });
const plain = { noNullPrototype: true } as const;

const credit = fc.record({ id: bytes(32), index: fc.nat(255), amount: positive, owner: bytes(32), fee: u64 }, plain);
const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  fc.record(
    {
      type: fc.constant('vote' as const),
      id: bytes(32),
      verdict: fc.constantFrom('accept' as const, 'reject' as const),
    },
    plain,
  ),
  fc.record({ type: fc.constant('commit' as const), id: bytes(32) }, plain),
  fc.record({ type: fc.constant('credit' as const), receiver: u16, number: u64, credit }, plain),
  fc.record({ type: fc.constant('cursor' as const), carrier: u16, next: u64, height: u32 }, plain),
  fc.record({ type: fc.constant('release' as const), id: bytes(32) }, plain),
);
const voters = fc.uniqueArray(u16, { minLength: 2, maxLength: 10 }).map((list) => list.sort((a, b) => a - b));
const body: TransactionBody = bodyOf([1, 2], [3]);
const record: fc.Arbitrary<HeldRecord> = fc.oneof(
  fc.record({ status: fc.constant('committed' as const), expiry: u32, voters }, plain),
  fc.record({ status: fc.constant('pending' as const), body: u32.map((expiry) => ({ ...body, expiry })) }, plain),
);
const tree = createBucketTree();
for (let i = 0; i < 50; i++) tree.set(Uint8Array.of(HELD_TABLE, i), bytes32(`${i}`));
const certified = { header: upTo(40), certificate: upTo(40) };
const proof: fc.Arbitrary<ShardProof> = fc.oneof(
  fc.record(
    {
      form: fc.constant('outbox' as const),
      ...certified,
      size: u32,
      index: u32,
      leaves: fc.array(fc.uint8Array({ minLength: 15, maxLength: 60 }), { minLength: 1, maxLength: 4 }),
      path: fc.array(bytes(32), { maxLength: 5 }),
    },
    plain,
  ),
  fc
    .record({ ...certified, key: fc.nat(80) }, plain)
    .map(({ key, ...header }) => ({ ...header, ...proveState(tree, HELD_TABLE, Uint8Array.of(key)) })),
);
const proofs = fc.array(proof, { maxLength: 3 });
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record(
    { kind: fc.constantFrom('commit' as const, 'abort' as const, 'release' as const), id: bytes(32), proofs },
    plain,
  ),
  fc.record({ kind: fc.constantFrom('credits' as const, 'trim' as const), proofs }, plain),
  u32.map((expiry) => ({
    kind: 'transaction' as const,
    transaction: {
      body: { ...body, expiry },
      witnesses: inputOwners(body.inputs).map(() => new Uint8Array(64).fill(3)),
    },
  })),
);

interface Codec<Value> {
  readonly encode: (value: Value) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => Value;
  readonly values: fc.Arbitrary<Value>;
}

/** Round trip, and for every byte string near an encoding: it is refused, or it is the encoding of what it decodes to. */
function isStrict<Value>(name: string, { encode, decode, values }: Codec<Value>): void {
  test(`${name}: round trip, whole, canonical`, () => {
    fc.assert(
      fc.property(values, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, place, flip) => {
        const encoded = encode(value);
        expect(decode(encoded)).toEqual(value);
        for (const near of [flipped(encoded, place, flip), encoded.slice(0, -1), Uint8Array.from([...encoded, flip])]) {
          try {
            expect(encode(decode(near))).toEqual(near);
          } catch (error) {
            if (!(error instanceof AtomixError) || error.code !== 'malformed') throw error;
          }
        }
        expect(() => decode(Uint8Array.from([...encoded, 0]))).toThrow(AtomixError);
        expect(() => decode(encoded.slice(0, -1))).toThrow(AtomixError);
      }),
      { numRuns: 150 },
    );
  });
}

const flipped = (encoded: Uint8Array, place: number, flip: number): Uint8Array =>
  encoded.map((byte, i) => (i === place % encoded.length ? byte ^ flip : byte));

describe('codecs', () => {
  isStrict('leaf', { encode: encodeLeaf, decode: decodeLeaf, values: leaf });
  isStrict('credit', { encode: encodeCredit, decode: decodeCredit, values: credit });
  isStrict('record', { encode: encodeRecord, decode: decodeRecord, values: record });
  isStrict('span', {
    encode: encodeSpan,
    decode: decodeSpan,
    values: fc.tuple(u64, positive).map(([a, end]) => ({ first: a % (end + 1n), end })),
  });
  isStrict('cursor', {
    encode: encodeCursor,
    decode: decodeCursor,
    values: fc.record({ next: positive, height: fc.integer({ min: 1, max: 0xffffffff }) }, plain),
  });
  isStrict('proof', { encode: encodeShardProof, decode: decodeShardProof, values: proof });
  isStrict('entry', { encode: encodeEntry, decode: decodeEntry, values: entry });
});

describe('bounds', () => {
  const malformed = expect.objectContaining({ name: 'AtomixError', code: 'malformed' });
  const outOfRange = expect.objectContaining({ name: 'AtomixError', code: 'out-of-range' });

  test('nothing longer than its bound is looked at', () => {
    expect(() => decodeShardProof(new Uint8Array(MAX_PROOF_BYTES + 1))).toThrow('a proof of 1048577 bytes');
    expect(() => decodeEntry(new Uint8Array(MAX_ENTRY_BYTES + 1))).toThrow('an entry of 4194305 bytes');
    expect(() => decodeShardProof(new Uint8Array(MAX_PROOF_BYTES))).toThrow(malformed);
  });

  test('what no block can hold has no encoding', () => {
    const run = {
      form: 'outbox' as const,
      header: new Uint8Array(),
      certificate: new Uint8Array(),
      size: 9000,
      index: 0,
      path: [],
    };
    expect(() => encodeShardProof({ ...run, leaves: [] })).toThrow(outOfRange);
    expect(() => encodeShardProof({ ...run, leaves: [new Uint8Array(14)] })).toThrow(outOfRange);
    expect(() => encodeShardProof({ ...run, leaves: Array.from({ length: 4097 }, () => new Uint8Array(15)) })).toThrow(
      outOfRange,
    );
    expect(() => encodeShardProof({ ...run, leaves: Array.from({ length: 4096 }, () => new Uint8Array(255)) })).toThrow(
      outOfRange,
    );
    expect(() => encodeLeaf({ type: 'commit', id: new Uint8Array(31) })).toThrow(outOfRange);
    expect(() => encodeRecord({ status: 'committed', expiry: 1, voters: [1] })).toThrow(outOfRange);
    expect(() => encodeRecord({ status: 'committed', expiry: 1, voters: [2, 1] })).toThrow(outOfRange);
    expect(() => encodeRecord({ status: 'committed', expiry: 1, voters: [2, 2] })).toThrow(outOfRange);
    expect(() => encodeSpan({ first: 2n, end: 1n })).toThrow(outOfRange);
    expect(() => encodeSpan({ first: 0n, end: 0n })).toThrow(outOfRange);
    expect(() => encodeCursor({ next: 0n, height: 1 })).toThrow(outOfRange);
    expect(() => encodeCursor({ next: 1n, height: 0 })).toThrow(outOfRange);
    expect(() => encodeCredit({ id: bytes32(''), index: 0, amount: 0n, owner: bytes32(''), fee: 0n })).toThrow(
      outOfRange,
    );
  });
});

describe('what an entry costs to check', () => {
  const seed = bytes32('seed');
  const owner = getPublicKey(seed);
  const signed = signTransaction(
    { ...body, inputs: [{ ...body.inputs[0]!, owner }], outputs: [{ amount: 3n, owner }] },
    (message) => sign(message, seed),
  );
  const context = { chain: entryContext.chain, verifyHeader: entryContext.verifyHeader };

  test('a transaction with every witness and every owner', () => {
    expect(verifyEntry({ kind: 'transaction', transaction: signed }, context)).toEqual({
      valid: true,
      entry: { kind: 'transaction', body: signed.body },
    });
  });

  test('a bad witness is refused before anything is voted', () => {
    const witnesses = [signed.witnesses[0]!.map((byte, i) => (i === 40 ? byte ^ 1 : byte))];
    expect(verifyEntry({ kind: 'transaction', transaction: { ...signed, witnesses } }, context)).toMatchObject({
      valid: false,
      rejection: { code: 'bad-witness' },
    });
  });

  test('an output that nobody, or anybody, could spend is refused by the voters, wherever it goes', () => {
    const small = new Uint8Array(32).fill(0);
    const outputs = [{ amount: 3n, owner: small }];
    const transaction = signTransaction({ ...signed.body, outputs }, (message) => sign(message, seed));
    expect(verifyEntry({ kind: 'transaction', transaction }, context)).toMatchObject({
      valid: false,
      rejection: { code: 'invalid-owner' },
    });
  });

  test('a proof that shows nothing is named', () => {
    const bad: ShardProof = {
      form: 'outbox',
      header: new Uint8Array(),
      certificate: new Uint8Array(),
      size: 1,
      index: 0,
      leaves: [new Uint8Array(15)],
      path: [],
    };
    expect(verifyEntry({ kind: 'abort', id: bytes32(''), proofs: [bad] }, context)).toEqual({
      valid: false,
      rejection: { code: 'bad-proof', index: 0 },
    });
  });
});
