import { demand } from './error.ts';
import type { Fault } from './fault.ts';
import { type Report, violatedProperty } from './report.ts';

/** What decides a run beside the scenario's fixed options: the JSON in an error's `replay`. */
export interface Candidate {
  readonly seed: number;
  readonly faults: readonly Fault[];
}

/** The smallest failing candidate that was found. */
export interface Shrunk {
  readonly candidate: Candidate;
  readonly report: Report;
  /** How many runs it took. */
  readonly runs: number;
}

/**
 * Makes a failing run small: takes faults off the list, in halves, quarters and one by one (delta debugging, Zeller and
 * Hildebrandt 2002), then makes those that are left shorter and weaker, as long as the same property fails. The result
 * is minimal in that no single fault can be left out, unless `maxRuns` (1 000) came first. Everything that may go wrong
 * should therefore be a fault: loss in a `link` fault shrinks, loss in the network's settings does not.
 * Throws `bad-argument` when the candidate does not fail.
 */
export const shrink = async (
  failing: Candidate,
  run: (candidate: Candidate) => Report | Promise<Report>,
  { maxRuns = 1_000 }: { readonly maxRuns?: number } = {},
): Promise<Shrunk> => {
  const { seed } = failing;
  let report = await run(failing);
  let runs = 1;
  const property = violatedProperty(report);
  demand(property !== undefined, `the run of seed ${seed} does not fail`);
  let faults = failing.faults;

  /** Takes `smaller` over if the same property still fails with it. */
  const adopt = async (smaller: readonly Fault[]): Promise<boolean> => {
    if (runs >= maxRuns) return false;
    runs++;
    const found = await run({ seed, faults: smaller });
    if (violatedProperty(found) !== property) return false;
    faults = smaller;
    report = found;
    return true;
  };

  const dropChunks = async (): Promise<void> => {
    for (let size = faults.length; size >= 1; size = size >> 1) {
      let at = 0;
      while (at < faults.length) {
        const rest = [...faults.slice(0, at), ...faults.slice(at + size)];
        if (!(await adopt(rest))) at += size;
      }
    }
  };

  const weaken = async (): Promise<boolean> => {
    let changed = false;
    for (let at = 0; at < faults.length; at++) {
      for (const weaker of weakerFaults(faults[at]!)) {
        if (!(await adopt(faults.map((fault, index) => (index === at ? weaker : fault))))) continue;
        changed = true;
        at--;
        break;
      }
    }
    return changed;
  };

  let before: number;
  do {
    before = faults.length;
    await dropChunks();
  } while (faults.length < before || (await weaken()));
  return { candidate: { seed, faults }, report, runs };
};

/** Simpler faults of the same kind, each strictly simpler, so that weakening ends. */
const weakerFaults = (fault: Fault): Fault[] => {
  if (fault.type === 'byzantine') return [];
  if (fault.type === 'skew') return fault.ppm === 0 ? [] : [{ ...fault, ppm: Math.trunc(fault.ppm / 2) }];
  if (fault.type === 'crash') {
    const out: Fault[] = [];
    const { effects, kept, downMs } = fault;
    if (effects !== undefined) out.push(omit(fault, 'effects'));
    if (kept === true) out.push(omit(fault, 'kept'));
    if (downMs !== undefined && downMs > 1) out.push({ ...fault, downMs: downMs >> 1 });
    return out;
  }
  const out: Fault[] = [];
  if (fault.type === 'link') {
    if (fault.duplication !== undefined) out.push(omit(fault, 'duplication'));
    if (fault.loss !== undefined) out.push(omit(fault, 'loss'));
    if (fault.latency !== undefined) out.push(omit(fault, 'latency'));
  }
  if (fault.until !== undefined && fault.until > fault.at) {
    const half = (fault.until - fault.at) >> 1;
    out.push({ ...fault, until: fault.at + half }, { ...fault, at: fault.until - half });
  }
  return out;
};

const omit = <T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> => {
  const { [key]: _, ...rest } = value;
  return rest;
};
