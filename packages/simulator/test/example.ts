import { type Candidate, createRng, drawFaults, type Machine, type Report, shrink, simulate } from '@ios/simulator';

// A counter that tells each number before it is durable: a crash in between makes it tell a number twice.
const counter: Machine<number, 'count', number> = {
  init: (persisted) => persisted.get('count')?.[0] ?? 0,
  step: (count, input) => {
    if (input.type !== 'command') return { state: count, effects: [] };
    const next = count + 1;
    return {
      state: next,
      effects: [
        { type: 'output', value: next },
        { type: 'persist', key: 'count', bytes: Uint8Array.of(next) },
      ],
    };
  },
};

const nodes = ['a', 'b', 'c'];
const run = ({ seed, faults }: Candidate): Report =>
  simulate({
    seed,
    nodes,
    faults,
    machine: () => counter,
    begin: (api) => {
      for (let time = 10; time < 1_000; time += 10)
        api.at(time, () => {
          for (const node of nodes) api.command(node, 'count');
        });
    },
    invariants: [
      {
        name: 'told once',
        check: (world) => {
          const { node, value } = world.outputs.at(-1) ?? {};
          const times = world.nodes.find(({ name }) => name === node)?.outputs.filter((told) => told === value).length;
          return times === 2 ? `${node} told ${value} twice` : undefined;
        },
      },
    ],
    until: 2_000,
  });

export const example = async (): Promise<string> => {
  for (let seed = 0; ; seed++) {
    const faults = drawFaults(createRng(seed), {
      nodes,
      until: 1_000,
      crashes: { count: [0, 3], downMs: [1, 100] },
      partitions: { count: [0, 2], ms: [10, 500] },
      skewPpm: 1_000,
    });
    if (run({ seed, faults }).ok) continue;
    const { candidate, report } = await shrink({ seed, faults }, run);
    return `seed ${seed}: ${report.violation}\nof ${faults.length} faults these are enough: ${JSON.stringify(candidate.faults)}`;
  }
};
