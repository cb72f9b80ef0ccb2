import type { Plan } from './scenario.ts';

/** Two shards, one transaction over both, back to both. */
const pair: Plan = {
  name: 'one transaction over two shards',
  shards: 2,
  coins: [
    [0, 10],
    [1, 5],
  ],
  transactions: [
    {
      expiry: 1,
      inputs: [{ coin: 0 }, { coin: 1 }],
      outputs: [
        [0, 7],
        [1, 6],
      ],
      honest: true,
    },
  ],
};

const receiver: Plan = {
  name: 'two voters and a receiver, two credits',
  shards: 3,
  coins: [
    [0, 10],
    [1, 5],
  ],
  transactions: [
    {
      expiry: 1,
      inputs: [{ coin: 0 }, { coin: 1 }],
      outputs: [
        [2, 7],
        [2, 4],
        [1, 1],
      ],
      honest: true,
    },
  ],
};

const conflict: Plan = {
  name: 'two conflicting transactions over two shards',
  shards: 2,
  coins: [
    [0, 10],
    [1, 5],
  ],
  transactions: [
    {
      expiry: 1,
      inputs: [{ coin: 0 }, { coin: 1 }],
      outputs: [
        [0, 7],
        [1, 6],
      ],
    },
    { expiry: 1, inputs: [{ coin: 0 }, { coin: 1 }], outputs: [[1, 13]] },
  ],
};

export const quick: readonly Plan[] = [pair, receiver, conflict];
