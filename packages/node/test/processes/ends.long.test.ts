import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRng } from '@ios/simulator';
import { beforeAll, expect, test } from 'vitest';
import { buildIos, HAS_PROC, launchDevnet } from './launch.ts';

const BLOCK = new URL('../data/mainnet-227836.raw', import.meta.url).pathname;
const RUNS = 60;
/** About as long as a run takes before the summary, and some of what comes after. */
const LAST_MS = 12_000;
const seed = Number(process.env['SEED'] ?? randomInt(2 ** 32));

let script: string;
beforeAll(async () => {
  script = await buildIos();
});

test.runIf(HAS_PROC)(`whatever ends a devnet, and whenever, leaves nothing behind (SEED=${seed})`, async () => {
  const rng = createRng(seed);
  for (let run = 0; run < RUNS; run++) {
    const signal = rng.pick(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL', 'SIGKILL'] as const);
    const [after, validators] = [rng.below(LAST_MS), rng.between(1, 4)];
    const what = `run ${run}: ${signal} after ${after} ms, ${validators} validators`;
    const devnet = await launchDevnet(script, [
      '--block',
      BLOCK,
      '--watch',
      '--shards',
      '1',
      '--validators',
      String(validators),
    ]);
    try {
      await sleep(after);
      devnet.child.kill(signal);
      const { code, signal: by } = await devnet.ended;
      // Before anything was made there is nothing to clear away, and the signal itself ends the process.
      if (by === null) expect(code, what).toBe(130);
      else expect(by, what).toBe(signal);
      // Nobody waits for the validators of a launcher that was killed.
      expect(await devnet.litter(by === 'SIGKILL' ? 30_000 : 0), what).toEqual([]);
    } finally {
      await devnet.clean();
    }
  }
});
