import fc from 'fast-check';
import {
  type Block,
  type BlockHeader,
  type Change,
  canonicalDelta,
  type Delta,
  type Input,
  inputOwners,
  type Output,
  type Transaction,
  type TransactionBody,
} from '../src/index.ts';

const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);
const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map(plain);
const upTo = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength: length }).map(plain);
const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const u64 = fc.bigInt({ min: 0n, max: 0xffffffffffffffffn });
/** Few enough that owners repeat. */
const owner = fc.oneof(
  bytes(32),
  fc.constantFrom(1, 2, 3).map((byte) => new Uint8Array(32).fill(byte)),
);

const output: fc.Arbitrary<Output> = fc.record({ amount: u64, owner }, { noNullPrototype: true });
const input: fc.Arbitrary<Input> = fc.record(
  { outpoint: fc.record({ id: bytes(32), index: u8 }, { noNullPrototype: true }), amount: u64, owner },
  { noNullPrototype: true },
);

export const body: fc.Arbitrary<TransactionBody> = fc.record(
  {
    chain: bytes(32),
    kind: fc.constant('transfer' as const),
    expiry: u32,
    inputs: fc.array(input, { minLength: 1, maxLength: 6 }),
    outputs: fc.array(output, { minLength: 1, maxLength: 6 }),
  },
  { noNullPrototype: true },
);

export const transaction: fc.Arbitrary<Transaction> = body.chain((body) => {
  const owners = inputOwners(body.inputs).length;
  return fc.record(
    { body: fc.constant(body), witnesses: fc.array(bytes(64), { minLength: owners, maxLength: owners }) },
    { noNullPrototype: true },
  );
});

export const header: fc.Arbitrary<BlockHeader> = fc.record(
  {
    chain: bytes(32),
    shard: u16,
    epoch: u32,
    stepEntry: bytes(32),
    height: fc.integer({ min: 1, max: 0xffffffff }),
    previous: bytes(32),
    parentCertificate: bytes(32),
    executionDigest: bytes(32),
    transactionRoot: bytes(32),
    entryRoot: bytes(32),
    outboxRoot: bytes(32),
    proposer: u16,
  },
  { noNullPrototype: true },
);

export const block: fc.Arbitrary<Block> = fc.record(
  {
    header,
    certificate: upTo(80),
    transactions: fc.array(transaction, { maxLength: 4 }),
    entries: fc.array(upTo(60), { maxLength: 3 }),
  },
  { noNullPrototype: true },
);

const value = fc.option(upTo(50), { nil: undefined });
const change: fc.Arbitrary<Change> = fc.record(
  { table: u8, key: upTo(40), old: value, new: value },
  { noNullPrototype: true },
);

export const delta: fc.Arbitrary<Delta> = fc
  .uniqueArray(change, { maxLength: 8, selector: ({ table, key }) => `${table}/${key.join()}` })
  .map(canonicalDelta);

/** A byte string near another: some bytes changed, or some cut off, put in, or added. */
export const mutation = (original: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.record({ at: fc.nat({ max: original.length }), drop: fc.nat({ max: 2 }), put: upTo(2) }), {
      minLength: 1,
      maxLength: 3,
    })
    .map((edits) =>
      edits.reduce(
        (bytes, { at, drop, put }) => Uint8Array.from([...bytes.subarray(0, at), ...put, ...bytes.subarray(at + drop)]),
        original,
      ),
    );
