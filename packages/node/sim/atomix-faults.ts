import type { Fault, LinkFault, PartitionFault, Rng } from '@ios/simulator';
import { STEP_KINDS, type StepKind } from '../src/shard/steps.ts';
import { SEATS } from './atomix-genesis.ts';

/** When faults end, in ms of virtual time: all links hold then, and everybody is back. */
export const BAD_UNTIL = 20_000;

/** What can go wrong in a run; each is drawn for itself. */
const ADVERSITIES = [
  'losses',
  'delays',
  'shards apart',
  'some apart',
  'crashes',
  'crashes at steps',
  'a shard down',
] as const;

/** Faults of a network of shards, and what they are called. */
export interface DrawnFaults {
  readonly names: readonly string[];
  readonly faults: readonly Fault[];
  /** At which steps of a transaction somebody crashes, in each shard. */
  readonly steps: readonly StepKind[];
}

/** Draws what goes wrong among the validators of each shard (by their names); whoever cheats does not crash. */
export const drawAdversities = (
  rng: Rng,
  committees: readonly (readonly string[])[],
  cheats: (name: string) => boolean,
): DrawnFaults => {
  const names = ADVERSITIES.filter(() => rng.chance(0.4));
  const window = (most: number): { readonly at: number; readonly until: number } => {
    const length = rng.between(500, most);
    const at = rng.below(BAD_UNTIL - length);
    return { at, until: at + length };
  };
  const down = (node: string, { at, until }: ReturnType<typeof window>): Fault => ({
    type: 'crash',
    node,
    at,
    downMs: until - at,
  });
  const draw: Record<(typeof ADVERSITIES)[number], () => Fault[]> = {
    losses: () => [
      {
        type: 'link',
        loss: rng.below(30) / 100,
        duplication: rng.below(20) / 100,
        ...window(8_000),
      } satisfies LinkFault,
    ],
    delays: () => [
      {
        type: 'link',
        latency: { type: 'uniform', low: 5, high: rng.between(200, 2_000) },
        ...window(8_000),
      } as LinkFault,
    ],
    'shards apart': () => [{ type: 'partition', groups: committees, ...window(10_000) } satisfies PartitionFault],
    'some apart': () => {
      const all = rng.shuffle(committees.flat());
      const size = rng.between(1, all.length - 1);
      return [{ type: 'partition', groups: [all.slice(0, size), all.slice(size)], ...window(5_000) }];
    },
    // One of each shard at a time, one after another.
    crashes: () =>
      committees.flatMap((committee) => {
        const honest = committee.filter((name) => !cheats(name));
        const parts = rng.between(1, SEATS);
        const length = Math.floor(BAD_UNTIL / parts);
        return Array.from({ length: parts }, (_, part): Fault => {
          const downMs = rng.between(50, Math.min(6_000, length - 1));
          return { type: 'crash', node: rng.pick(honest), at: part * length + rng.below(length - downMs), downMs };
        });
      }),
    'crashes at steps': () => [],
    'a shard down': () => {
      const times = window(8_000);
      return rng.pick(committees).map((node) => down(node, times));
    },
  };
  return {
    names,
    faults: names.flatMap((name) => draw[name]()),
    steps: names.includes('crashes at steps') ? STEP_KINDS : [],
  };
};
