import { describe, test } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { systemClock } from '../../src/clock.ts';
import { verifierSuite } from '../../src/testing.ts';
import { createInlineVerifier, createVerifier } from '../../src/verifier.ts';
import { bundledWorker } from './worker.ts';

/** Timers as on the machine, and a time that is set by hand. */
function steppedClock(): { clock: Clock; advance: (ms: number) => void } {
  let time = 0;
  return {
    clock: { now: () => time, setTimeout: systemClock.setTimeout },
    advance: (ms) => {
      time += ms;
    },
  };
}

describe('on the calling thread', () => {
  verifierSuite(test, (budget, keyBudget) => {
    const { clock, advance } = steppedClock();
    return { verifier: createInlineVerifier({ clock, budget, keyBudget }), advance };
  });
});

describe('on worker threads', () => {
  const worker = bundledWorker();
  verifierSuite(test, (budget, keyBudget) => {
    const { clock, advance } = steppedClock();
    return { verifier: createVerifier({ threads: 2, clock, budget, keyBudget, worker: worker.file() }), advance };
  });
});
