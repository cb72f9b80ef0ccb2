import { expect, test } from 'vitest';
import { createNetwork, createRng, createScheduler } from '../src/index.ts';

// Asynchronous nodes, as a process is built: promises, a clock with `setTimeout`, a request that is tried again.
const system = async (seed: number): Promise<string[]> => {
  const scheduler = createScheduler();
  const rng = createRng(seed);
  const network = createNetwork<{ id: number; kind: 'request' | 'reply' }>({
    scheduler,
    rng: rng.fork('network'),
    latency: { type: 'uniform', low: 1, high: 40 },
    loss: 0.3,
  });
  const log: string[] = [];
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => scheduler.setTimeout(resolve, ms));
  const waiting = new Map<number, () => void>();

  network.attach('server', async (from, { id }) => {
    await sleep(5);
    network.send('server', from, { id, kind: 'reply' });
  });
  network.attach('client', (_, { id }) => waiting.get(id)?.());

  const client = async (): Promise<void> => {
    for (let id = 0; id < 5; id++) {
      const answered = new Promise<boolean>((resolve) => waiting.set(id, () => resolve(true)));
      let tries = 0;
      do {
        tries++;
        network.send('client', 'server', { id, kind: 'request' });
      } while (!(await Promise.race([answered, sleep(100).then(() => false)])));
      log.push(`${scheduler.now()} request ${id} answered at try ${tries}`);
    }
  };
  const finished = client();
  await scheduler.run({ until: 60_000, settle: () => new Promise((resolve) => setImmediate(resolve)) });
  await finished;
  return log;
};

test('asynchronous parts on the scheduler and the network repeat exactly', async () => {
  const first = await system(4);
  expect(first.length).toBe(5);
  expect(await system(4)).toEqual(first);
  expect(await system(5)).not.toEqual(first);
});
