import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameReader, encodeFrame } from '../../src/network/frames.ts';

const MAX = 40_000;
const message = fc
  .tuple(fc.oneof(fc.nat(40), fc.nat(MAX), fc.constant(MAX)), fc.nat(255))
  .map(([length, fill]) => new Uint8Array(length).fill(fill));
const concat = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

test('messages come out as they went in, however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 30_000 })),
      (messages, cuts) => {
        const stream = concat(messages.map(encodeFrame));
        const reader = createFrameReader(MAX);
        const out: Uint8Array[] = [];
        let at = 0;
        for (const cut of [...cuts, stream.length]) {
          const chunk = stream.slice(at, at + cut);
          at += chunk.length;
          const read = reader.push(chunk);
          expect(read).not.toBe(false);
          out.push(...(read || []));
          chunk.fill(0xaa);
        }
        expect(out).toHaveLength(messages.length);
        expect(out.every((bytes, index) => Buffer.from(bytes).equals(messages[index]!))).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});

test('byte by byte', () => {
  const reader = createFrameReader(10);
  const stream = concat([encodeFrame(new Uint8Array(0)), encodeFrame(Uint8Array.of(1, 2, 3))]);
  const out = [...stream].map((byte) => reader.push(Uint8Array.of(byte)));
  expect(out.map((messages) => (messages || []).length)).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
});

test('a length above the bound is refused as soon as it is read', () => {
  for (const length of [11, 2 ** 31, 2 ** 32 - 1]) {
    const head = new Uint8Array(4);
    new DataView(head.buffer).setUint32(0, length);
    expect(createFrameReader(10).push(head)).toBe(false);
    const reader = createFrameReader(10);
    expect(reader.push(concat([encodeFrame(new Uint8Array(10)), head.slice(0, 3)]))).toHaveLength(1);
    expect(reader.push(head.slice(3))).toBe(false);
  }
});

test('a length alone takes no memory', () => {
  const head = new Uint8Array(5);
  new DataView(head.buffer).setUint32(0, 1 << 26);
  const before = process.memoryUsage().arrayBuffers;
  const readers = Array.from({ length: 100 }, () => createFrameReader(1 << 26));
  for (const reader of readers) expect(reader.push(head)).toEqual([]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * (1 << 15));
});
