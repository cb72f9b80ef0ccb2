import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { percentile } from '../src/devnet/summary.ts';
import { cpuOf, verificationCost } from './load.ts';
import { type BenchNetwork, withNetwork } from './network.ts';

const VALIDATORS = 4;
const WARM_UP_MS = 5_000;
const SATURATED_MS = 20_000;
const STEADY_MS = 10_000;
/** Payments on their way at saturation: more than a few blocks hold, less than a mempool does. */
const OUTSTANDING = 3_000;
/** Payments a second of the steady load, far from saturation. */
const STEADY_RATE = 50;

/** Four validators in processes of their own: as busy as they can be for 20 s, then under a light load for 10 s. */
export const bench = (report: (line: string) => void = () => {}): Promise<BenchRow[]> =>
  withNetwork(VALIDATORS, async (network) => {
    const fill = (): number => OUTSTANDING - network.outstanding;
    report(`warming up for ${WARM_UP_MS / 1000} s`);
    await network.run(fill, after(WARM_UP_MS));
    report(`measuring throughput for ${SATURATED_MS / 1000} s`);
    const [final, cpu, started] = [network.final, cpuOfAll(network), performance.now()];
    await network.run(fill, after(SATURATED_MS));
    const count = network.final - final;
    const seconds = (performance.now() - started) / 1000;
    const cost = (cpuOfAll(network) - cpu) / VALIDATORS / count;
    report('draining');
    await network.run(
      () => 0,
      () => network.outstanding === 0,
    );
    report(`measuring latency for ${STEADY_MS / 1000} s`);
    const latencies = await steady(network);
    const verification = verificationCost(5_000);
    return [
      { what: `committed, ${VALIDATORS} validators on this machine`, unit: 'transactions/s', ours: count / seconds },
      {
        what: 'processor time a transaction a validator',
        unit: 'µs',
        ours: cost,
        peer: 'one verification (node:crypto, fresh key)',
        theirs: verification,
        ratio: verification / cost,
      },
      { what: `time to finality at ${STEADY_RATE}/s, p50`, unit: 'ms', ours: percentile(latencies, 0.5) },
      { what: `time to finality at ${STEADY_RATE}/s, p99`, unit: 'ms', ours: percentile(latencies, 0.99) },
    ];
  });

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
