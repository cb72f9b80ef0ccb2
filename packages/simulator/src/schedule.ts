import type { CrashFault, Fault, LinkFault, PartitionFault } from './fault.ts';
import type { Rng } from './rng.ts';

/** A range of whole numbers, both ends included. */
export type Range = readonly [low: number, high: number];

/** What a drawn schedule may hold; a kind that is left out does not occur. */
export interface FaultBounds {
  readonly nodes: readonly string[];
  /** Every window ends by this virtual time, and every crashed node is back: from then on the network is good. */
  readonly until: number;
  /** Exactly `count` nodes, each with one of `behaviours`. */
  readonly byzantine?: { readonly count: number; readonly behaviours: readonly string[] };
  /** Crashes of nodes that are not Byzantine, each back after `downMs`; half of them strike within a step's effects. */
  readonly crashes?: { readonly count: Range; readonly downMs: Range };
  /** Splits of all nodes in two groups. */
  readonly partitions?: { readonly count: Range; readonly ms: Range };
  /** One-way cuts from one node to all others, or from all others to it. */
  readonly cuts?: { readonly count: Range; readonly ms: Range };
  /** Times in which every link loses and duplicates with up to these probabilities. */
  readonly losses?: {
    readonly count: Range;
    readonly ms: Range;
    readonly loss: number;
    readonly duplication: number;
  };
  /** Every node's timers are off by at most so many parts per million, either way. */
  readonly skewPpm?: number;
}

/** Draws a list of faults within `bounds`; each kind has its own fork of `rng`, so changing one leaves the others. */
export const drawFaults = (rng: Rng, bounds: FaultBounds): Fault[] => {
  const byzantine = drawByzantine(rng.fork('byzantine'), bounds);
  const faulty = new Set(byzantine.map(({ node }) => node));
  return [
    ...byzantine,
    ...drawSkews(rng.fork('skews'), bounds),
    ...drawCrashes(
      rng.fork('crashes'),
      bounds,
      bounds.nodes.filter((node) => !faulty.has(node)),
    ),
    ...drawPartitions(rng.fork('partitions'), bounds),
    ...drawCuts(rng.fork('cuts'), bounds),
    ...drawLosses(rng.fork('losses'), bounds),
  ];
};

/** `count` times what `draw` makes of a window [at, until] of a length in `ms` that ends by the bound. */
const windows = <T>(
  rng: Rng,
  { count, ms }: { readonly count: Range; readonly ms: Range },
  end: number,
  draw: (at: number, until: number) => T,
): T[] =>
  Array.from({ length: rng.between(...count) }, () => {
    const length = Math.min(rng.between(...ms), end);
    const at = rng.below(end - length + 1);
    return draw(at, at + length);
  });

const drawByzantine = (
  rng: Rng,
  { nodes, byzantine }: FaultBounds,
): { type: 'byzantine'; node: string; behaviour: string }[] =>
  byzantine === undefined
    ? []
    : rng
        .shuffle(nodes)
        .slice(0, byzantine.count)
        .map((node) => ({ type: 'byzantine', node, behaviour: rng.pick(byzantine.behaviours) }));

const drawSkews = (rng: Rng, { nodes, skewPpm }: FaultBounds): Fault[] =>
  skewPpm === undefined ? [] : nodes.map((node) => ({ type: 'skew', node, ppm: rng.below(2 * skewPpm + 1) - skewPpm }));

const drawCrashes = (rng: Rng, { crashes, until }: FaultBounds, nodes: readonly string[]): CrashFault[] =>
  crashes === undefined || nodes.length === 0
    ? []
    : windows(rng, { count: crashes.count, ms: crashes.downMs }, until, (at, end) => {
        const crash: CrashFault = { type: 'crash', node: rng.pick(nodes), at, downMs: end - at, kept: rng.chance(0.5) };
        return rng.chance(0.5) ? { ...crash, effects: rng.between(1, 8) } : crash;
      });

const drawPartitions = (rng: Rng, { nodes, partitions, until }: FaultBounds): PartitionFault[] =>
  partitions === undefined || nodes.length < 2
    ? []
    : windows(rng, partitions, until, (at, end) => {
        const shuffled = rng.shuffle(nodes);
        const size = rng.between(1, nodes.length - 1);
        return { type: 'partition', groups: [shuffled.slice(0, size), shuffled.slice(size)], at, until: end };
      });

const drawCuts = (rng: Rng, { nodes, cuts, until }: FaultBounds): LinkFault[] =>
  cuts === undefined
    ? []
    : windows(rng, cuts, until, (at, end) => {
        const side = rng.chance(0.5) ? { from: [rng.pick(nodes)] } : { to: [rng.pick(nodes)] };
        return { type: 'link', ...side, cut: true, at, until: end };
      });

const drawLosses = (rng: Rng, { losses, until }: FaultBounds): LinkFault[] =>
  losses === undefined
    ? []
    : windows(rng, losses, until, (at, end) => ({
        type: 'link',
        loss: (losses.loss * rng.between(0, 16)) / 16,
        duplication: (losses.duplication * rng.between(0, 16)) / 16,
        at,
        until: end,
      }));
