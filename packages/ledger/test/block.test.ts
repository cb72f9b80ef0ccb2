import { merkleRoot, nobleHasher } from '@ios/crypto/merkle';
import { taggedHash } from '@ios/crypto/transcript';
import { expect, test } from 'vitest';
import {
  assembleBlock,
  type Block,
  type BlockHeader,
  bindBlock,
  blockHash,
  decodeBlock,
  decodeHeader,
  encodeBlock,
  encodeHeader,
  encodeTransaction,
  HEADER_BYTES,
  headerMismatch,
  MAX_BLOCK_BYTES,
  MAX_BLOCK_TRANSACTIONS,
  parentCertificateHash,
  proveTransaction,
  verifyTransactionInclusion,
} from '../src/index.ts';
import { bodyOf, bytes32, position, unsigned } from './fixtures.ts';

const certificate = Uint8Array.of(1, 2, 3);
const transactions = [0, 1, 2, 3, 4].map((number) => unsigned(bodyOf([number])));
const entries = [Uint8Array.of(7, 8), new Uint8Array(0)];
const block = assembleBlock(position, certificate, transactions, nobleHasher, entries);
const bytes = encodeBlock(block);

const malformed = expect.objectContaining({ name: 'LedgerError', code: 'malformed' });
const outOfRange = expect.objectContaining({ name: 'LedgerError', code: 'out-of-range' });
const unbound = expect.objectContaining({ name: 'LedgerError', code: 'unbound' });

test('a block comes back from its bytes', () => {
  expect(decodeBlock(bytes)).toEqual(block);
  expect(decodeHeader(encodeHeader(block.header))).toEqual(block.header);
  expect(encodeHeader(block.header).length).toBe(HEADER_BYTES);
});

test('the header binds the certificate, the transactions, witnesses included, and the entries', () => {
  const { header } = block;
  expect(header.parentCertificate).toEqual(taggedHash('ios/ledger/v1/certificate', certificate));
  expect(header.transactionRoot).toEqual(merkleRoot(transactions.map(encodeTransaction)));
  expect(header.entryRoot).toEqual(merkleRoot(entries));
  expect(bindBlock(bytes)).toEqual({ block, hash: blockHash(header) });
  expect(blockHash(header)).toEqual(taggedHash('ios/ledger/v1/header', encodeHeader(header)));
});

test.each<[string, Partial<Block>]>([
  ['another certificate', { certificate: Uint8Array.of(1, 2, 4) }],
  ['no certificate', { certificate: new Uint8Array(0) }],
  ['a transaction less', { transactions: transactions.slice(1) }],
  ['an entry less', { entries: entries.slice(1) }],
  ['another entry', { entries: [Uint8Array.of(7, 9), new Uint8Array(0)] }],
  ['another order', { transactions: [...transactions].reverse() }],
  [
    'another witness',
    { transactions: [{ ...transactions[0]!, witnesses: [new Uint8Array(64)] }, ...transactions.slice(1)] },
  ],
])('a block with %s is not bound by its header', (_, changes) => {
  expect(() => bindBlock(encodeBlock({ ...block, ...changes }))).toThrow(unbound);
});

test('no byte of a block can change without its hash changing or the binding breaking', () => {
  const { hash } = bindBlock(bytes);
  for (let i = 0; i < bytes.length; i++) {
    const changed = bytes.slice();
    changed[i]! ^= 1;
    try {
      expect(bindBlock(changed).hash).not.toEqual(hash);
    } catch (error) {
      expect(['malformed', 'unbound']).toContain((error as { code: string }).code);
    }
  }
});

test('the first block has no parent: no certificate, and zero for its hash', () => {
  const first = assembleBlock({ ...position, height: 1 }, new Uint8Array(0), []);
  expect(first.header.parentCertificate).toEqual(new Uint8Array(32));
  expect(first.header.transactionRoot).toEqual(merkleRoot([]));
  expect(bindBlock(encodeBlock(first)).block).toEqual(first);
  expect(() => assembleBlock({ ...position, height: 1 }, certificate, [])).toThrow(outOfRange);
  expect(() => bindBlock(encodeBlock({ ...first, certificate }))).toThrow(unbound);
  const named = { ...first.header, parentCertificate: parentCertificateHash(2, new Uint8Array(0)) };
  expect(() => bindBlock(encodeBlock({ ...first, header: named }))).toThrow(unbound);
});

const certificateLength = HEADER_BYTES;
const count = HEADER_BYTES + 2 + certificate.length;
const changed = (offset: number, ...values: number[]): Uint8Array => {
  const copy = bytes.slice();
  copy.set(values, offset);
  return copy;
};

test.each([
  ['nothing', new Uint8Array(0)],
  ['a header alone', bytes.subarray(0, HEADER_BYTES)],
  ['height 0', changed(32 + 2 + 4 + 32, 0, 0, 0, 0)],
  ['a certificate longer than the block', changed(certificateLength, 255, 255)],
  ['more transactions than there are', changed(count, 0, 6)],
  ['fewer transactions than there are', changed(count, 0, 4)],
  ['more entries than there are', changed(bytes.length - 12, 0, 3)],
  ['fewer entries than there are', changed(bytes.length - 12, 0, 1)],
  ['an entry longer than the block', changed(bytes.length - 10, 255)],
  ['a trailing byte', Uint8Array.of(...bytes, 0)],
])('%s does not decode', (_, hostile) => {
  expect(() => decodeBlock(hostile)).toThrow(malformed);
});

test('the bounds of a block: bytes, transactions and entries', () => {
  expect(() => decodeBlock(new Uint8Array(MAX_BLOCK_BYTES + 1))).toThrow(/at most 4194304 allowed/);
  expect(() => decodeBlock(changed(count, (MAX_BLOCK_TRANSACTIONS + 1) >> 8, 1))).toThrow(/16385 transactions/);
  const many = Array.from({ length: MAX_BLOCK_TRANSACTIONS + 1 }, () => transactions[0]!);
  expect(() => encodeBlock({ ...block, transactions: many })).toThrow(/16385 transactions/);
  expect(() => encodeBlock({ ...block, transactions: many.slice(1) })).toThrow(/bytes/);
  expect(() => encodeBlock({ ...block, certificate: new Uint8Array(65_536) })).toThrow(outOfRange);
  expect(decodeBlock(encodeBlock({ ...block, certificate: new Uint8Array(65_535) })).certificate.length).toBe(65_535);
  const small = Array.from({ length: 65_536 }, () => Uint8Array.of(1));
  expect(() => encodeBlock({ ...block, entries: small })).toThrow(outOfRange);
  expect(decodeBlock(encodeBlock({ ...block, entries: small.slice(1) })).entries.length).toBe(65_535);
});

test.each<[string, Partial<BlockHeader>]>([
  ['a chain of 31 bytes', { chain: new Uint8Array(31) }],
  ['height 0', { height: 0 }],
  ['a shard above u16', { shard: 65_536 }],
  ['an epoch above u32', { epoch: 2 ** 32 }],
  ['a fractional height', { height: 1.5 }],
])('a header with %s has no encoding', (_, changes) => {
  expect(() => encodeHeader({ ...block.header, ...changes })).toThrow(outOfRange);
});

test.each([0, 267, 269])('%i bytes are no header', (length) => {
  const hostile = new Uint8Array(length).fill(1);
  expect(() => decodeHeader(hostile)).toThrow(malformed);
  expect(() => decodeHeader(hostile)).toThrow(`header: ${length} bytes, 268 wanted`);
});

test('each field of a header is in its hash, and told when it is not as expected', () => {
  const { header } = block;
  expect(headerMismatch(header, header)).toBeUndefined();
  expect(headerMismatch(header, {})).toBeUndefined();
  for (const field of Object.keys(header) as (keyof BlockHeader)[]) {
    const value = header[field];
    const other = { ...header, [field]: typeof value === 'number' ? value + 1 : bytes32('other') };
    expect(headerMismatch(header, other)).toBe(field);
    expect(headerMismatch(header, { [field]: other[field] })).toBe(field);
    expect(blockHash(other)).not.toEqual(blockHash(header));
  }
  expect(headerMismatch(header, { ...header, height: 9, proposer: 9 })).toBe('height');
});

test('a transaction is shown to be in a block, and no other', () => {
  const { header } = block;
  for (const [index, transaction] of transactions.entries()) {
    const proof = proveTransaction(block, index);
    expect(proof).toMatchObject({ index, size: 5 });
    expect(verifyTransactionInclusion(header, transaction, proof)).toBe(true);
    const other = transactions[(index + 1) % 5]!;
    expect(verifyTransactionInclusion(header, other, proof)).toBe(false);
    const resigned = { ...transaction, witnesses: [new Uint8Array(64)] };
    expect(verifyTransactionInclusion(header, resigned, proof)).toBe(false);
    expect(verifyTransactionInclusion({ ...header, transactionRoot: bytes32('') }, transaction, proof)).toBe(false);
    expect(verifyTransactionInclusion(header, transaction, { ...proof, proof: proof.proof.slice(1) })).toBe(false);
    expect(verifyTransactionInclusion(header, transaction, { ...proof, size: 2 ** 30 })).toBe(false);
  }
  expect(() => proveTransaction(block, 5)).toThrow(expect.objectContaining({ code: 'out-of-range' }));
});

test('a proof from a tree above the bound of a block is refused', () => {
  const one = transactions[0]!;
  const huge = Array.from({ length: MAX_BLOCK_TRANSACTIONS + 1 }, () => one);
  const header = { ...block.header, transactionRoot: merkleRoot(huge.map(encodeTransaction)) };
  const proof = proveTransaction({ ...block, transactions: huge }, 0);
  expect(verifyTransactionInclusion(header, one, proof)).toBe(false);
});
