/**
 * A whole run of the protocol by its machines, in one process: what the client, a server and a verifier of the transcript
 * compute, and what goes through the client; beside what was published of RandHound, which ran on other machines.
 */
import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { type Cost, schemes, whole } from './whole.ts';

const GROUP = 32;
const ROUNDS = 3;

/** RandHound in Go (Syta et al., S&P 2017), groups of 32: the whole run and its verification in s, MB through the client. */
const published: Readonly<
  Record<number, { readonly run: number; readonly verification: number; readonly mb?: number }>
> = {
  512: { run: 146, verification: 104, mb: 9.1 },
  1024: { run: 313, verification: 213 },
};

const rowsOf = (n: number, name: string, cost: Cost): BenchRow[] => {
  const theirs = published[n];
  const beside = (what: string, unit: string, ours: number, value?: number): BenchRow =>
    value === undefined
      ? { what: `n = ${n}, ${name}: ${what}`, unit, ours }
      : {
          what: `n = ${n}, ${name}: ${what}`,
          unit,
          ours,
          peer: 'RandHound, published, other machine',
          theirs: value,
          ratio: value / ours,
        };
  return [
    beside('client, processor time', 's', cost.client / 1_000, theirs?.run),
    beside('a server, processor time', 's', cost.server / 1_000),
    beside('of that a dealing', 'ms', cost.deal),
    beside('transcript, verified', 's', cost.verification / 1_000, theirs?.verification),
    beside('transcript', 'MB', cost.transcriptBytes / 1e6),
    beside('in and out of the client', 'MB', cost.clientBytes / 1e6, theirs?.mb),
    beside('in and out of a server', 'MB', cost.serverBytes / 1e6),
  ];
};

const medianOf = (runs: readonly Cost[]): Cost =>
  Object.fromEntries(
    Object.keys(runs[0]!).map((key) => {
      const values = runs.map((run) => run[key as keyof Cost]).sort((a, b) => a - b);
      return [key, values[values.length >> 1]];
    }),
  ) as unknown as Cost;

/** All figures; `report` takes a line of progress. */
export const bench = async (report: (line: string) => void = () => {}): Promise<BenchRow[]> => {
  const sizes = [128, 512, 1024];
  whole(64, GROUP, schemes.schoenmakers);
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    report(`round ${round + 1} of ${ROUNDS}`);
    const ours = sizes.map((n) => whole(n, GROUP, schemes.schoenmakers));
    return [...ours, whole(512, GROUP, schemes.dhpvss)];
  });
  const costs = sizes.map((_, i) => medianOf(rounds.map((round) => round[i]!)));
  const dhpvss = medianOf(rounds.map((round) => round.at(-1)!));
  const exponent = Math.log(costs.at(-1)!.client / costs[0]!.client) / Math.log(sizes.at(-1)! / sizes[0]!);
  return [
    ...sizes.flatMap((n, i) => rowsOf(n, 'Schoenmakers', costs[i]!)),
    ...rowsOf(512, 'DHPVSS', dhpvss),
    { what: 'processor time of the client grows with n to the power of', unit: '', ours: exponent },
  ];
};
