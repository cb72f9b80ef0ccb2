import { expect, test, vi } from 'vitest';
import { type Lie, WAYS } from '../sim/atomix-lies.ts';
import { simulateAtomix } from '../sim/atomix-network.ts';

/** The one check that is turned off in the block checker of every validator. */
const off = vi.hoisted((): { refusal: RegExp | undefined } => ({ refusal: undefined }));

vi.mock('../src/shard/checker.ts', async (original) => {
  const actual = await original<typeof import('../src/shard/checker.ts')>();
  const checkBlock: typeof actual.checkBlock = async (...block) => {
    const refusal = await actual.checkBlock(...block);
    return refusal !== undefined && off.refusal?.test(refusal) ? undefined : refusal;
  };
  return { ...actual, checkBlock };
});

/** Seeds in which leaders tell these lies, and when, in seconds of virtual time. */
const TOLD: readonly (readonly [Lie, number, number])[] = [
  ['bad witness', 12, 1.3],
  ['wrong execution digest', 12, 1.9],
  ['spent twice', 12, 3.9],
  ['commit by accepts of another', 41, 5],
  ['wrong state root', 41, 6.6],
];

test.each(TOLD)('a check that would refuse a block with %s is turned off: seed %i', async (lie, seed) => {
  off.refusal = WAYS[lie].refusal;
  const { violation } = await simulateAtomix(seed);
  expect(violation).toMatch(/^lie: a validator of shard \d endorses /);
});
