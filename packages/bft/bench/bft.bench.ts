import { type Machine, simulate } from '@ios/simulator';
import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { bftSimulation, type Options } from '../sim/network.ts';
import type { Command, Statement } from '../src/index.ts';

const PACE = { build: [0, 0], check: [0, 0], decide: [0, 0] } as const;

/** What one run of good replicas cost: all of it, and the steps alone. */
interface Cost {
  readonly decisions: number;
  readonly seconds: number;
  readonly stepSeconds: number;
  readonly virtualSeconds: number;
  readonly messages: number;
  readonly bytes: number;
  readonly signatures: number;
}

const measure = (n: number, heights: number): Cost => {
  let stepNanos = 0n;
  let messages = 0;
  let bytes = 0;
  let signatures = 0;
  const timed = (machine: Machine): Machine => ({
    init: (persisted) => machine.init(persisted),
    step: (state, input) => {
      const begun = process.hrtime.bigint();
      const step = machine.step(state, input);
      stepNanos += process.hrtime.bigint() - begun;
      // The word about where each stands is of the start, not of a decision.
      if (isStart(input)) return step;
      for (const effect of step.effects) {
        const copies = effect.type === 'broadcast' ? n - 1 : effect.type === 'send' ? 1 : 0;
        messages += copies;
        if (effect.type === 'broadcast' || effect.type === 'send') bytes += copies * effect.bytes.length;
        if (effect.type === 'verify') signatures += signaturesIn(effect.statement as Statement);
      }
      return step;
    },
  });
  const options = bftSimulation({ seed: 1, n, heights, faults: [], pace: PACE, baseTimeout: 4_000 });
  const watched: Options = {
    ...options,
    invariants: [],
    machine: (node) => timed(options.machine(node) as unknown as Machine) as never,
  };
  const begun = process.hrtime.bigint();
  const report = simulate(watched);
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  if (!report.ok) throw new Error(report.violation);
  const decisions = report.figures['decisions']! / n;
  const virtualSeconds = report.virtualMs / 1000;
  return { decisions, seconds, stepSeconds: Number(stepNanos) / 1e9, virtualSeconds, messages, bytes, signatures };
};

const isStart = (input: Parameters<Machine['step']>[1]): boolean =>
  input.type === 'command' &&
  (input.value as Command).type === 'begin' &&
  (input.value as { height: number }).height === 1;

const signaturesIn = ({ signatures, certificates }: Statement): number =>
  certificates.reduce((sum, { certificate }) => sum + certificate.signature.length / 64, signatures.length);

const rows = (n: number, heights: number, report: (line: string) => void): BenchRow[] => {
  measure(n, 1);
  const costs = Array.from({ length: 5 }, () => measure(n, heights));
  const best = costs.reduce((a, b) => (b.stepSeconds / b.decisions < a.stepSeconds / a.decisions ? b : a));
  const { decisions } = best;
  report(`${n} replicas: ${costs.map((cost) => (cost.decisions / cost.seconds).toFixed(1)).join(', ')} decisions/s`);
  const row = (what: string, unit: string, value: number): BenchRow => ({
    what: `${n} replicas: ${what}`,
    unit,
    ours: Number(value.toPrecision(3)),
  });
  return [
    row('heights decided by all of them, one process, simulator included', 'decisions/s', decisions / best.seconds),
    row('CPU of one replica, signatures apart', 'µs/decision', (best.stepSeconds * 1e6) / decisions / n),
    row('a height in virtual time, links of 1 to 40 ms', 'ms', (best.virtualSeconds * 1e3) / decisions),
    row('messages', 'messages/decision', best.messages / decisions),
    row('bytes, the value of 48 included', 'bytes/decision', best.bytes / decisions),
    row('signatures that one replica verifies', 'signatures/decision', best.signatures / decisions / n),
  ];
};

/** Committees of 4 and of 100 good replicas with lists of fake signatures: what the engine and its wire format cost. */
export async function bench(report: (line: string) => void = () => {}): Promise<BenchRow[]> {
  return [...rows(4, 100, report), ...rows(100, 20, report)];
}
