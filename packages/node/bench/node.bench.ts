import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { percentile } from '../src/devnet/summary.ts';
import { HIDE_CORE } from './hide-core.ts';
import { cpuOf, verificationCost } from './load.ts';
import { type BenchNetwork, withNetwork } from './network.ts';

const VALIDATORS = 4;
const ROUNDS = 3;
const WARM_UP_MS = 2_000;
const SATURATED_MS = 8_000;
const STEADY_MS = 10_000;
/** Payments on their way at saturation: more than a few blocks hold, less than a mempool does. */
const OUTSTANDING = 3_000;
/** Payments a second of the steady load, far from saturation. */
const STEADY_RATE = 50;
const WITHOUT_CORE = ['--import', `data:text/javascript,${encodeURIComponent(HIDE_CORE)}`];

/** What is seen at saturation. */
interface Saturated {
  readonly perSecond: number;
  /** Microseconds of processor time a transaction and validator. */
  readonly cost: number;
}

/**
 * Two networks of four validators in processes of their own, of which one has to do without the core and verifies with OpenSSL
 * and noble: in turn as busy as they can be, three times 8 s each, then under a light load for 10 s. What is shown are medians.
 */
export const bench = (report: (line: string) => void = () => {}): Promise<BenchRow[]> =>
  withNetwork(VALIDATORS, [], (withCore) =>
    withNetwork(VALIDATORS, WITHOUT_CORE, async (without) => {
      const [ours, theirs]: [Saturated[], Saturated[]] = [[], []];
      for (let round = 1; round <= ROUNDS; round++) {
        report(`at saturation, round ${round} of ${ROUNDS}`);
        ours.push(await saturated(withCore));
        theirs.push(await saturated(without));
      }
      report('under a light load');
      const [fast, slow] = [await steady(withCore), await steady(without)];
      const compared = (what: string, unit: string, ours: number, theirs: number, more: boolean): BenchRow => ({
        what,
        unit,
        ours,
        peer: 'without the core',
        theirs,
        ratio: more ? ours / theirs : theirs / ours,
      });
      const of = (all: readonly Saturated[], what: keyof Saturated): number => median(all.map((one) => one[what]));
      const cost = of(ours, 'cost');
      const verification = verificationCost(5_000);
      return [
        compared(
          `committed, ${VALIDATORS} validators on this machine`,
          'transactions/s',
          of(ours, 'perSecond'),
          of(theirs, 'perSecond'),
          true,
        ),
        compared('processor time a transaction a validator', 'µs', cost, of(theirs, 'cost'), false),
        {
          what: 'the same, beside one verification',
          unit: 'µs',
          ours: cost,
          peer: 'node:crypto, fresh key',
          theirs: verification,
          ratio: verification / cost,
        },
        ...[0.5, 0.99].map((part) =>
          compared(
            `time to finality at ${STEADY_RATE}/s, p${part * 100}`,
            'ms',
            percentile(fast, part),
            percentile(slow, part),
            false,
          ),
        ),
      ];
    }),
  );

/** As many payments as there is room for, for a while, and no more until all are final. */
const saturated = async (network: BenchNetwork): Promise<Saturated> => {
  const fill = (): number => OUTSTANDING - network.outstanding;
  await network.run(fill, after(WARM_UP_MS));
  const [final, cpu, started] = [network.final, cpuOfAll(network), performance.now()];
  await network.run(fill, after(SATURATED_MS));
  const count = network.final - final;
  const seconds = (performance.now() - started) / 1000;
  const cost = (cpuOfAll(network) - cpu) / VALIDATORS / count;
  await network.run(
    () => 0,
    () => network.outstanding === 0,
  );
  return { perSecond: count / seconds, cost };
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const after = (ms: number): (() => boolean) => {
  const end = performance.now() + ms;
  return () => performance.now() > end;
};

const cpuOfAll = ({ validators }: BenchNetwork): number => validators.reduce((sum, { pid }) => sum + cpuOf(pid), 0);

/** Latencies of payments that are given at an even rate, in ascending order. */
const steady = async (network: BenchNetwork): Promise<number[]> => {
  network.latencies.length = 0;
  const started = performance.now();
  const given = (): number => network.latencies.length + network.outstanding;
  const due = (): number => Math.floor(((performance.now() - started) / 1000) * STEADY_RATE) - given();
  await network.run(due, after(STEADY_MS));
  await network.run(
    () => 0,
    () => network.outstanding === 0,
  );
  return [...network.latencies].sort((a, b) => a - b);
};
