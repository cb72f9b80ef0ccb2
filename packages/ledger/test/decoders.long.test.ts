import { expect, test } from 'vitest';
import {
  assembleBlock,
  checkBody,
  decodeBlock,
  decodeDelta,
  decodeHeader,
  decodeOutPoint,
  decodeOutput,
  decodeTransaction,
  encodeBlock,
  encodeDelta,
  encodeHeader,
  encodeOutPoint,
  encodeOutput,
  encodeTransaction,
  LedgerError,
  nextExecutionDigest,
} from '../src/index.ts';
import { bodyOf, bytes32, context, genesis, owner, position, unsigned } from './fixtures.ts';

const INPUTS = 1_000_000;

/** xorshift32: the campaign is the same in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** One to four edits: a bit flipped, a byte set to an edge, a run cut out, doubled or set to 0xff, the end cut off. */
function mutate(original: Uint8Array, next: (below: number) => number): Uint8Array {
  let bytes = original.slice();
  for (let edits = 1 + next(4); edits > 0 && bytes.length > 0; edits--) {
    const at = next(bytes.length);
    const length = 1 + next(9);
    const kind = next(6);
    if (kind === 0) bytes[at]! ^= 1 << next(8);
    else if (kind === 1) bytes[at] = [0, 1, 0x7f, 0x80, 0xfe, 0xff][next(6)]!;
    else if (kind === 2) bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
    else if (kind === 3) bytes = Uint8Array.from([...bytes.subarray(0, at + length), ...bytes.subarray(at)]);
    else if (kind === 4) bytes.fill(0xff, at, at + length);
    else bytes = bytes.slice(0, at);
  }
  return bytes;
}

const transactions = [unsigned(bodyOf([0])), unsigned(bodyOf([0, 1, 4]))];
const block = assembleBlock(position, Uint8Array.of(1, 2, 3), transactions);
const delta = [...genesis, { table: 2, key: new Uint8Array(0), old: Uint8Array.of(1), new: Uint8Array.of(2) }];

const decoders: [string, Uint8Array[], (bytes: Uint8Array) => Uint8Array][] = [
  ['outpoint', [encodeOutPoint({ id: bytes32('id'), index: 3 })], (bytes) => encodeOutPoint(decodeOutPoint(bytes))],
  ['output', [encodeOutput({ amount: 5n, owner: owner(0) })], (bytes) => encodeOutput(decodeOutput(bytes))],
  ['transaction', transactions.map(encodeTransaction), (bytes) => encodeTransaction(decodeTransaction(bytes))],
  ['header', [encodeHeader(block.header)], (bytes) => encodeHeader(decodeHeader(bytes))],
  ['block', [encodeBlock(block)], (bytes) => encodeBlock(decodeBlock(bytes))],
  ['delta', [encodeDelta(delta)], (bytes) => encodeDelta(decodeDelta(bytes))],
];

test.each(decoders)(
  '%s: a million mutated inputs decode to themselves or are refused, in bounded time and memory',
  (_, originals, again) => {
    const next = random(20_260_721);
    let accepted = 0;
    let slowest = 0;
    const heap = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < INPUTS; i++) {
      const bytes = mutate(originals[i % originals.length]!, next);
      const start = performance.now();
      try {
        expectSame(again(bytes), bytes);
        accepted++;
      } catch (error) {
        if (!(error instanceof LedgerError) || error.code !== 'malformed') throw error;
      }
      slowest = Math.max(slowest, performance.now() - start);
    }
    expect(accepted).toBeGreaterThan(0);
    expect(slowest).toBeLessThan(2000);
    expect(process.memoryUsage().arrayBuffers - heap).toBeLessThan(256 * 1024 * 1024);
  },
);

test('a decoded delta is canonical: it has a digest', () => {
  const next = random(7);
  const original = encodeDelta(delta);
  for (let i = 0; i < INPUTS / 10; i++) {
    const bytes = mutate(original, next);
    try {
      expect(nextExecutionDigest(bytes32('x'), decodeDelta(bytes)).length).toBe(32);
    } catch (error) {
      if (!(error instanceof LedgerError) || error.code !== 'malformed') throw error;
    }
  }
});

function expectSame(a: Uint8Array, b: Uint8Array): void {
  if (Buffer.compare(a, b) !== 0) throw new Error(`accepted ${Buffer.from(b).toString('hex')} as another encoding`);
}

test('the dearest block to read, of owners that differ in their last byte alone, takes well under a second', () => {
  const inputs = Array.from({ length: 256 }, (_, i) => ({
    outpoint: { id: bytes32('parent'), index: i },
    amount: 1n,
    owner: Uint8Array.of(...new Uint8Array(31), i),
  }));
  const dear = unsigned(bodyOf([0], { inputs, outputs: [{ amount: 1n, owner: owner(0) }] }));
  const bytes = encodeBlock(
    assembleBlock(
      position,
      new Uint8Array(0),
      Array.from({ length: 110 }, () => dear),
    ),
  );
  const start = performance.now();
  for (const { body } of decodeBlock(bytes).transactions) expect(checkBody(body, context).valid).toBe(true);
  expect(performance.now() - start).toBeLessThan(1000);
});
