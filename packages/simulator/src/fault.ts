import { demand, isCount } from './error.ts';
import { checkLatency } from './latency.ts';
import type { LinkRule } from './network.ts';

/**
 * One thing that goes wrong, as plain data: a run is decided by its options, its seed and a list of these, and shrinking
 * takes them off the list. Times are whole virtual milliseconds; a window without `until` lasts to the end.
 */
export type Fault = CrashFault | PartitionFault | LinkFault | SkewFault | ByzantineFault;

/** `node` stops at `at` and loses whatever is not durable; it starts again at `at + downMs`, or never when that is left out. */
export interface CrashFault {
  readonly type: 'crash';
  readonly node: string;
  readonly at: number;
  readonly downMs?: number;
  /**
   * It still performs this many effects after `at`, a broadcast being one for each peer, and stops right after the last;
   * not at all if it has not come to that by `at + downMs`.
   */
  readonly effects?: number;
  /** Whether the write that is under way when it stops reaches the disk though nobody was told; false when left out. */
  readonly kept?: boolean;
}

/** Only peers that share a group can talk; see `partition` of the network. */
export interface PartitionFault {
  readonly type: 'partition';
  readonly groups: readonly (readonly string[])[];
  readonly at: number;
  readonly until?: number;
}

/** A link rule for a while: one-way cuts, loss, duplication, another latency. */
export interface LinkFault extends LinkRule {
  readonly type: 'link';
  readonly at: number;
  readonly until?: number;
}

/** `node`'s timers run slow by `ppm` parts per million (fast when negative), from above -1 000 000 to 1 000 000. */
export interface SkewFault {
  readonly type: 'skew';
  readonly node: string;
  readonly ppm: number;
}

/** `node` runs under the named behaviour of the scenario; several wrap in the order of the list, the last outermost. */
export interface ByzantineFault {
  readonly type: 'byzantine';
  readonly node: string;
  readonly behaviour: string;
}

/** The nodes that `faults` make Byzantine, in the order of `nodes`. */
export const byzantineNodes = (faults: readonly Fault[], nodes: readonly string[]): string[] =>
  nodes.filter((node) => faults.some((fault) => fault.type === 'byzantine' && fault.node === node));

/** Throws `bad-argument` unless every fault names known nodes and behaviours and stands in range. */
export const checkFaults = (
  faults: readonly Fault[],
  nodes: readonly string[],
  behaviours: readonly string[] = [],
): void => {
  for (const fault of faults) {
    const say = (what: string): string => `${what}: ${JSON.stringify(fault)}`;
    for (const node of namesOf(fault)) demand(nodes.includes(node), say(`no node is called ${node}`));
    if (fault.type === 'byzantine')
      demand(behaviours.includes(fault.behaviour), say(`no behaviour is called ${fault.behaviour}`));
    else if (fault.type === 'skew')
      demand(
        Number.isSafeInteger(fault.ppm) && fault.ppm > -1_000_000 && fault.ppm <= 1_000_000,
        say('a skew is above -1 000 000 and at most 1 000 000 parts per million'),
      );
    else demand(isCount(fault.at), say('a fault begins at a whole millisecond'));
    if (fault.type === 'crash')
      demand(isCount(fault.downMs ?? 0) && isCount(fault.effects ?? 0), say('a crash counts in whole numbers'));
    if (fault.type === 'partition' || fault.type === 'link')
      demand(
        fault.until === undefined || (isCount(fault.until) && fault.until >= fault.at),
        say('a fault ends at a whole millisecond, not before it begins'),
      );
    if (fault.type === 'link') {
      if (fault.latency !== undefined) checkLatency(fault.latency, 'a link fault');
      for (const probability of [fault.loss ?? 0, fault.duplication ?? 0])
        demand(probability >= 0 && probability <= 1, say(`${probability} is no probability`));
    }
  }
};

const namesOf = (fault: Fault): readonly string[] => {
  if (fault.type === 'partition') return fault.groups.flat();
  if (fault.type === 'link') return [...(fault.from ?? []), ...(fault.to ?? [])];
  return [fault.node];
};
