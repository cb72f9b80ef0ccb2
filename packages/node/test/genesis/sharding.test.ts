import { expect, test } from 'vitest';
import { assertSafeShards } from '../../src/genesis/sharding.ts';

test('one shard is not drawn, and not refused', () => {
  for (const validators of [1, 2, 3, 4, 64, 1024]) assertSafeShards(validators, 1);
});

test.each([
  [2, 2],
  [3, 2],
  [4, 2],
  [64, 2],
  [1024, 16],
])('%i validators in %i shards are refused, with the chance and the remedy', (validators, shards) => {
  const bad = Math.max(1, Math.floor(validators / 4));
  const insecure = expect.objectContaining({
    name: 'NodeError',
    code: 'insecure',
    facts: expect.objectContaining({ bad }),
  });
  expect(() => assertSafeShards(validators, shards)).toThrow(insecure);
  expect(() => assertSafeShards(validators, shards)).toThrow(
    /chance of up to (over )?[0-9.e-]+; at most 1e-6 .* fewer shards/,
  );
});

test('a thousand validators may be divided in two', () => {
  assertSafeShards(1024, 2);
});
