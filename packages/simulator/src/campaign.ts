import { demand, isCount, SimulationError } from './error.ts';
import { type Report, type Scenario, violatedProperty } from './report.ts';

/** A figure over the runs that have it. */
export interface Spread {
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/** What many seeds of one scenario found. */
export interface CampaignResult {
  readonly runs: number;
  readonly failed: number;
  /** Failed runs by violated property. */
  readonly violations: Readonly<Record<string, number>>;
  /** The failures with the lowest seeds, at most ten. */
  readonly failures: readonly Report[];
  readonly events: number;
  readonly virtualMs: number;
  readonly figures: Readonly<Record<string, Spread>>;
}

/** Which seeds to run, `count` of them from `from` on, and who is told after each. */
export interface CampaignOptions {
  readonly scenario: Scenario;
  readonly seeds: { readonly from: number; readonly count: number };
  readonly onProgress?: (done: number, total: number, report: Report) => void;
}

const KEPT = 10;

/** The result of no run at all, from which `addReport` goes on. */
export const emptyCampaign: CampaignResult = {
  runs: 0,
  failed: 0,
  violations: {},
  failures: [],
  events: 0,
  virtualMs: 0,
  figures: {},
};

/** `result` with one more run, in any order of seeds: several processes can share a campaign. */
export const addReport = (result: CampaignResult, report: Report): CampaignResult => {
  const figures: Record<string, Spread> = { ...result.figures };
  for (const [name, value] of Object.entries(report.figures)) {
    const { sum, min, max } = figures[name] ?? { sum: 0, min: value, max: value };
    figures[name] = { sum: sum + value, min: Math.min(min, value), max: Math.max(max, value) };
  }
  const property = violatedProperty(report);
  return {
    runs: result.runs + 1,
    failed: result.failed + (report.ok ? 0 : 1),
    violations:
      property === undefined
        ? result.violations
        : { ...result.violations, [property]: (result.violations[property] ?? 0) + 1 },
    failures: report.ok ? result.failures : [...result.failures, report].sort((a, b) => a.seed - b.seed).slice(0, KEPT),
    events: result.events + report.events,
    virtualMs: result.virtualMs + report.virtualMs,
    figures,
  };
};

/** Runs `scenario` with each seed in turn. Throws what the scenario throws, and `bad-argument` for a range that is none. */
export const campaign = async ({ scenario, seeds, onProgress }: CampaignOptions): Promise<CampaignResult> => {
  const { from, count } = seeds;
  demand(isCount(from) && isCount(count) && isCount(from + count), `no range of seeds: from ${from}, ${count} of them`);
  let result = emptyCampaign;
  for (let done = 0; done < count; done++) {
    const report = await scenario.run(from + done);
    result = addReport(result, report);
    onProgress?.(done + 1, count, report);
  }
  return result;
};

/**
 * Runs the seed of `report` once more and returns the new report. Throws `not-deterministic` when the traces differ: the
 * scenario then depends on something beside its seed.
 */
export const replay = async (scenario: Scenario, report: Report): Promise<Report> => {
  const again = await scenario.run(report.seed);
  if (again.trace !== report.trace)
    throw new SimulationError(
      'not-deterministic',
      `seed ${report.seed} of ${scenario.name} gave the traces ${report.trace} and ${again.trace}`,
      { seed: report.seed },
    );
  return again;
};
