import type { BenchRow } from '../../../scripts/lib/bench.ts';
import type { Machine } from '../src/index.ts';
import { createScheduler, simulate } from '../src/index.ts';

const BALL = Uint8Array.from({ length: 64 }, (_, at) => at);

/** Sends a message on for each one that it hears: nothing but the simulator's own cost. */
const juggler = (to: string): Machine<number> => ({
  init: () => 0,
  step: (count, input) => ({
    state: count + 1,
    effects: input.type === 'start' || input.type === 'message' ? [{ type: 'send', to, bytes: BALL }] : [],
  }),
});

/** The best of five, in events a second: the machine's other work only ever makes it slower. */
const rate = (run: () => number): number => {
  let best = 0;
  for (let round = 0; round < 5; round++) {
    const begun = process.hrtime.bigint();
    const events = run();
    best = Math.max(best, (events * 1e9) / Number(process.hrtime.bigint() - begun));
  }
  return Math.round(best);
};

const scheduler = (): number => {
  const { setTimeout, runSync } = createScheduler();
  for (let chain = 0; chain < 100; chain++) {
    const again = (): void => {
      setTimeout(again, 1 + (chain % 7));
    };
    again();
  }
  return runSync({ maxEvents: 500_000 });
};

const messages = (): number => {
  const nodes = Array.from({ length: 16 }, (_, at) => `n${at}`);
  return simulate({
    seed: 1,
    nodes,
    machine: (node) => juggler(nodes[(nodes.indexOf(node) + 1) % nodes.length]!),
    invariants: [
      {
        name: 'nobody crashes',
        check: (world) => (world.nodes.every(({ alive }) => alive || world.now() === 0) ? undefined : 'one did'),
      },
    ],
    until: 400_000,
  }).events;
};

/** Figures of the scheduler alone and of machines that exchange 64-byte messages, traced and with an invariant. */
export async function bench(): Promise<BenchRow[]> {
  return [
    { what: 'scheduler, 100 chains of timers', unit: 'events/s', ours: rate(scheduler) },
    { what: '16 machines, 64-byte messages, trace and one invariant', unit: 'events/s', ours: rate(messages) },
  ];
}
