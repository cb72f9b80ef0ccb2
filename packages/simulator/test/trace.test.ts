import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createTrace, fingerprint } from '../src/index.ts';

test('a trace keeps the last lines in order, with details that only readers ask for', () => {
  const trace = createTrace(3);
  let asked = 0;
  const detail = (): string => {
    asked++;
    return 'in words';
  };
  for (let line = 1; line <= 8; line++) trace.add(`line ${line}`, line % 2 === 0 ? detail : undefined);
  expect(asked).toBe(0);
  expect(trace.tail()).toEqual(['line 6 in words', 'line 7', 'line 8 in words']);
  expect(asked).toBe(2);
});

test('the hash is SHA-256 over the lines, each ended by a line feed, however many, and may be asked for midway', () => {
  const expected = createHash('sha256');
  const trace = createTrace(0);
  for (let line = 0; line < 1_000; line++) {
    trace.add(`line ${line} é`);
    expected.update(`line ${line} é\n`);
    if (line % 300 === 0) expect(trace.hash()).toBe(expected.copy().digest('hex'));
  }
  expect(trace.hash()).toBe(expected.digest('hex'));
  expect(trace.tail()).toEqual([]);
});

test('a fingerprint depends on content: on every byte, key, element, type and their order, not on the order of keys', () => {
  const values: unknown[] = [
    undefined,
    null,
    0,
    '0',
    0n,
    false,
    '',
    [],
    {},
    [[]],
    [0],
    [0, 1],
    [1, 0],
    { a: 0 },
    { b: 0 },
    { a: { a: 0 } },
    Uint8Array.of(0),
    Uint8Array.of(0, 0),
    Uint8Array.of(1),
    new Map([['a', 0]]),
    new Map([['a', 1]]),
    'a',
    'b',
    'ab',
  ];
  expect(new Set(values.map(fingerprint)).size).toBe(values.length);
  expect(fingerprint({ a: 1, b: [Uint8Array.of(2)] })).toBe(fingerprint({ b: [Uint8Array.of(2)], a: 1 }));
  const ring: unknown[] = [];
  ring.push(ring);
  expect(fingerprint(ring)).toBe(fingerprint(ring));
});
