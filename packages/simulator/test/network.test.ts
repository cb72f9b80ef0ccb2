import { beforeEach, describe, expect, test } from 'vitest';
import {
  createNetwork,
  createRng,
  createScheduler,
  type NetworkOptions,
  type Scheduler,
  type SimulatedNetwork,
  SimulationError,
} from '../src/index.ts';

const peers = ['a', 'b', 'c', 'd'];
let scheduler: Scheduler;
let heard: string[];

const network = (options: Partial<NetworkOptions> = {}): SimulatedNetwork<string> => {
  const made = createNetwork<string>({ scheduler, rng: createRng(1), ...options });
  for (const peer of peers) made.attach(peer, (from, said) => heard.push(`${scheduler.now()} ${from}>${peer} ${said}`));
  return made;
};

/** Who can reach whom, as `ab` for a message from a to b. */
const reachable = (over: SimulatedNetwork<string>): string => {
  heard = [];
  for (const from of peers) for (const to of peers) if (from !== to) over.send(from, to, 'hello');
  scheduler.runSync();
  return heard
    .map((line) => line.replace(/^\d+ (.)>(.) hello$/, '$1$2'))
    .sort()
    .join(' ');
};
const EVERYONE = 'ab ac ad ba bc bd ca cb cd da db dc';

beforeEach(() => {
  scheduler = createScheduler();
  heard = [];
});

test('a message arrives after the latency of its link; where rules differ the latest decides', () => {
  const over = network({
    latency: { type: 'fixed', ms: 10 },
    links: [{ from: ['a'], latency: { type: 'fixed', ms: 30 } }],
  });
  over.send('a', 'b', 'slow');
  over.send('b', 'a', 'usual');
  const undo = over.apply({ from: ['a'], to: ['c'], latency: { type: 'fixed', ms: 5 } });
  over.send('a', 'c', 'fast');
  undo();
  over.send('a', 'c', 'slow again');
  scheduler.runSync();
  expect(heard).toEqual(['5 a>c fast', '10 b>a usual', '30 a>b slow', '30 a>c slow again']);
});

test('a spread of latencies reorders', () => {
  const over = network({ latency: { type: 'uniform', low: 1, high: 100 } });
  for (let index = 0; index < 50; index++) over.send('a', 'b', String(index));
  scheduler.runSync();
  const order = heard.map((line) => Number(line.split(' ')[2]));
  expect(order).not.toEqual([...order].sort((x, y) => x - y));
  expect([...order].sort((x, y) => x - y)).toEqual(Array.from({ length: 50 }, (_, index) => index));
});

test('loss and duplication keep their probabilities', () => {
  const over = network({ loss: 0.25, duplication: 0.5 });
  for (let index = 0; index < 4_000; index++) over.send('a', 'b', 'm');
  scheduler.runSync();
  const { sent, delivered, lost, duplicated } = over.figures;
  expect(sent).toBe(4_000);
  expect(Math.abs(duplicated - 2_000)).toBeLessThan(150);
  expect(delivered + lost).toBe(sent + duplicated);
  expect(Math.abs(lost - 1_500)).toBeLessThan(150);
  expect(heard.length).toBe(delivered);
});

test('certain loss loses all, certain duplication doubles all', () => {
  expect(reachable(network({ loss: 1 }))).toBe('');
  expect(reachable(network({ duplication: 1 })).split(' ').length).toBe(24);
});

test('a partition lets only peers of one group talk; the rest form a group; a peer in two groups bridges', () => {
  const over = network();
  const halves = over.partition([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  expect(reachable(over)).toBe('ab ba cd dc');
  halves();
  const rest = over.partition([['a', 'b']]);
  expect(reachable(over)).toBe('ab ba cd dc');
  rest();
  const bridge = over.partition([
    ['a', 'b'],
    ['b', 'c', 'd'],
  ]);
  expect(reachable(over)).toBe('ab ba bc bd cb cd db dc');
  bridge();
  expect(reachable(over)).toBe(EVERYONE);
});

test('a cut is one-way, any cut cuts, and heal lifts cuts but leaves other rules', () => {
  const over = network();
  over.apply({ latency: { type: 'fixed', ms: 7 } });
  over.apply({ from: ['a'], cut: true });
  over.apply({ to: ['d'], cut: true });
  over.apply({ from: ['a'], to: ['b'], cut: false });
  expect(reachable(over)).toBe('ba bc ca cb da db dc');
  expect(over.isCut('a', 'b')).toBe(true);
  over.heal();
  expect(reachable(over)).toBe(EVERYONE);
  expect(heard.every((line) => line.startsWith('14 '))).toBe(true);
});

test('a message in flight when the cut begins is lost too', () => {
  const over = network({ latency: { type: 'fixed', ms: 10 } });
  over.send('a', 'b', 'too late');
  scheduler.at(5, () => over.partition([['a'], ['b']]));
  scheduler.runSync();
  expect(heard).toEqual([]);
  expect(over.figures).toMatchObject({ sent: 1, delivered: 0, blocked: 1 });
});

describe('a sender is told that a message is gone', () => {
  const goneAt = (over: SimulatedNetwork<string>, to = 'b'): number[] => {
    const times: number[] = [];
    over.send('a', to, 'hello', () => times.push(scheduler.now()));
    scheduler.runSync();
    return times;
  };
  const latency = { type: 'fixed', ms: 10 } as const;

  test('at once where it is lost or falls to a cut', () => {
    expect(goneAt(network({ latency, loss: 1 }))).toEqual([0]);
    expect(goneAt(network({ latency, loss: 1, duplication: 1 }))).toEqual([0]);
    const over = network({ latency });
    over.partition([['a'], ['b']]);
    expect(goneAt(over)).toEqual([0]);
  });

  test('later where it meets a cut or nobody, and once for two copies', () => {
    const over = network({ latency, duplication: 1 });
    scheduler.at(5, () => over.partition([['a'], ['b']]));
    expect(goneAt(over)).toEqual([10]);
    expect(goneAt(network({ latency }), 'nobody')).toEqual([20]);
  });

  test('never where a copy arrives', () => {
    expect(goneAt(network({ latency }))).toEqual([]);
    for (let seed = 0; seed < 50; seed++) {
      heard = [];
      const gone = goneAt(network({ rng: createRng(seed), latency, loss: 0.5, duplication: 1 }));
      expect(gone.length).toBe(heard.length === 0 ? 1 : 0);
    }
  });
});

test('a message sent into a cut is lost though the cut ends before it would arrive', () => {
  const over = network({ latency: { type: 'fixed', ms: 10 } });
  const lift = over.partition([['a'], ['b']]);
  over.send('a', 'b', 'too early');
  lift();
  scheduler.runSync();
  expect(heard).toEqual([]);
});

test('a peer always reaches itself at once; who is not attached hears nothing', () => {
  const over = network({ loss: 1 });
  over.partition([['a'], ['b']]);
  over.send('a', 'a', 'self');
  over.send('a', 'nobody', 'void');
  const detach = over.attach('b', () => heard.push('b hears'));
  detach();
  over.send('b', 'b', 'gone');
  scheduler.runSync();
  expect(heard).toEqual(['0 a>a self']);
  expect(over.figures.unheard).toBe(1);
});

test('traffic on one link never shifts the luck of another', () => {
  const arrivals = (noise: number): string[] => {
    scheduler = createScheduler();
    heard = [];
    const over = network({ latency: { type: 'uniform', low: 1, high: 1_000 }, loss: 0.3 });
    for (let index = 0; index < noise; index++) over.send('c', 'd', 'noise');
    for (let index = 0; index < 20; index++) over.send('a', 'b', String(index));
    scheduler.runSync();
    return heard.filter((line) => line.includes('a>b'));
  };
  expect(arrivals(0)).toEqual(arrivals(100));
});

test('settings out of range are refused', () => {
  expect(() => network({ loss: 1.5 })).toThrow(SimulationError);
  expect(() => network({ duplication: Number.NaN })).toThrow(SimulationError);
  expect(() => network({ latency: { type: 'fixed', ms: 0.5 } })).toThrow(SimulationError);
  expect(() => network({ latency: { type: 'uniform', low: 3, high: 2 } })).toThrow(SimulationError);
  expect(() => network().apply({ loss: -1 })).toThrow(SimulationError);
});
