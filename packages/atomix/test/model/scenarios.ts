import type { Plan } from './scenario.ts';

/** Two voters, paid out to both. */
const pair: Plan = {
  name: 'one transaction, two voters',
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

/** A fee of 3 among three participants; the run of two credits goes to the only one that does not vote. */
const receiver: Plan = {
  name: 'two voters and a receiver of two credits',
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

/** The lowest participant does not vote, and gets the remainder of the fee by a credit. */
const payment: Plan = {
  name: 'one voter, two credits to one shard and one to another',
  shards: 3,
  coins: [
    [1, 10],
    [1, 9],
  ],
  transactions: [
    {
      expiry: 1,
      inputs: [{ coin: 0 }],
      outputs: [
        [0, 2],
        [0, 3],
        [2, 1],
      ],
    },
    { expiry: 2, inputs: [{ coin: 1 }], outputs: [[0, 7]] },
  ],
};

/** A run of two credits, of which the receiver spends the first. */
const spender: Plan = {
  name: 'one that spends a credited output at home',
  shards: 2,
  coins: [[0, 10]],
  transactions: [
    {
      expiry: 1,
      inputs: [{ coin: 0 }],
      outputs: [
        [1, 4],
        [1, 5],
      ],
    },
    { expiry: 1, inputs: [{ of: 0, output: 0 }], outputs: [[1, 3]] },
  ],
};

const conflict: Plan = {
  name: 'two that conflict in both of their voters',
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
    { expiry: 2, inputs: [{ coin: 1 }, { coin: 0 }], outputs: [[1, 13]] },
  ],
};

/** The same where locking is free: a coin that comes back is worth what it was. */
const free: Plan = { ...conflict, name: 'two that conflict, without a lock fee', lockFee: 0 };

/** A payment within a shard against a transaction of two. */
const local: Plan = {
  name: 'a transaction of one shard against one of two voters',
  shards: 2,
  coins: [
    [0, 10],
    [1, 5],
  ],
  transactions: [
    { expiry: 1, inputs: [{ coin: 0 }, { coin: 1 }], outputs: [[1, 13]] },
    { expiry: 1, inputs: [{ coin: 0 }], outputs: [[1, 9]] },
  ],
};

/** The second spends what the first makes, which may come late or never. */
const dependent: Plan = {
  name: 'one that spends an output of another, made by a credit',
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
        [1, 6],
      ],
    },
    {
      expiry: 1,
      inputs: [
        { of: 0, output: 0 },
        { of: 0, output: 1 },
      ],
      outputs: [[0, 12]],
    },
  ],
};

/** Spends what comes back from an abort, together with a coin. */
const refund: Plan = {
  name: 'a refund spent again, and the same two coins',
  shards: 2,
  coins: [
    [0, 10],
    [1, 5],
  ],
  transactions: [
    { expiry: 1, inputs: [{ coin: 0 }, { coin: 1 }], outputs: [[1, 13]] },
    { expiry: 1, inputs: [{ of: 0, refund: 0 }, { coin: 1 }], outputs: [[0, 13]] },
  ],
};

/** Somebody else states falsely that the coins of the first are his: in amount, in owner, in the shard of the owner. */
const stranger: Plan = {
  name: 'an honest transaction among statements of a stranger',
  shards: 2,
  coins: [
    [0, 10],
    [1, 5],
    [0, 8],
    [1, 8],
  ],
  transactions: [
    { expiry: 1, inputs: [{ coin: 0 }, { coin: 1 }], outputs: [[1, 13]], honest: true },
    { expiry: 1, inputs: [{ coin: 0, livesIn: 0 }, { coin: 3 }], outputs: [[1, 13]] },
    { expiry: 1, inputs: [{ coin: 2 }, { coin: 0, livesIn: 1 }], outputs: [[1, 13]] },
  ],
};

/** As above, while the coin in question is yet to be made, and its owner's transaction waits for it. */
const squatter: Plan = {
  name: 'an honest transaction whose input is not yet there, and a stranger who holds its name elsewhere',
  shards: 2,
  coins: [
    [0, 10],
    [1, 5],
    [0, 8],
  ],
  transactions: [
    { expiry: 2, inputs: [{ coin: 0 }], outputs: [[0, 9]] },
    { expiry: 2, inputs: [{ of: 0, output: 0 }, { coin: 1 }], outputs: [[1, 13]], honest: true },
    { expiry: 2, inputs: [{ coin: 2 }, { of: 0, output: 0, livesIn: 1 }], outputs: [[1, 13]] },
  ],
};

/** What is shown of one is of no use to the other. */
const related: Plan = {
  name: 'two of the same two voters over different coins',
  shards: 2,
  coins: [
    [0, 10],
    [1, 5],
    [0, 8],
    [1, 7],
  ],
  transactions: [
    { expiry: 1, inputs: [{ coin: 0 }, { coin: 1 }], outputs: [[1, 13]] },
    { expiry: 1, inputs: [{ coin: 2 }, { coin: 3 }], outputs: [[0, 13]], honest: true },
  ],
};

/** Three voters, of which one may stay silent. */
const three: Plan = {
  name: 'three voters, and one of them spends its coin at home',
  shards: 3,
  coins: [
    [0, 4],
    [1, 5],
    [2, 6],
  ],
  transactions: [
    { expiry: 1, inputs: [{ coin: 0 }, { coin: 1 }, { coin: 2 }], outputs: [[0, 14]] },
    { expiry: 1, inputs: [{ coin: 2 }], outputs: [[2, 5]] },
  ],
};

/** What the quick tests explore. */
export const quick = {
  pair,
  receiver,
  payment,
  spender,
  conflict,
  free,
  local,
  dependent,
  refund,
  stranger,
  squatter,
  related,
  three,
} as const;

/** Two transactions of three voters each, over different coins and one in common, with a receiver of both. */
const ring: Plan = {
  name: 'two of three voters that conflict in one, credits to a fourth shard',
  shards: 4,
  coins: [
    [0, 4],
    [1, 5],
    [2, 6],
  ],
  transactions: [
    { expiry: 1, inputs: [{ coin: 0 }, { coin: 1 }, { coin: 2 }], outputs: [[3, 14]] },
    {
      expiry: 2,
      inputs: [{ coin: 1 }, { coin: 2 }],
      outputs: [
        [3, 9],
        [0, 1],
      ],
    },
  ],
};

/** The largest: everything at once over four shards. */
const four: Plan = {
  name: 'four voters, one that conflicts with it in two, one that spends what the first makes, and a refund spent again',
  shards: 4,
  coins: [
    [0, 4],
    [1, 5],
    [2, 6],
    [3, 7],
  ],
  transactions: [
    { expiry: 1, inputs: [{ coin: 0 }, { coin: 1 }, { coin: 2 }, { coin: 3 }], outputs: [[0, 20]] },
    { expiry: 1, inputs: [{ coin: 0 }, { coin: 1 }], outputs: [[2, 8]] },
    { expiry: 1, inputs: [{ of: 0, output: 0 }], outputs: [[3, 19]] },
    { expiry: 1, inputs: [{ of: 0, refund: 0 }], outputs: [[3, 2]] },
  ],
};

/** A conflict, a transaction that depends on one side of it and one that depends on the other's refund. */
const web: Plan = {
  name: 'two that conflict, one that spends an output of the first together with a coin, a refund spent again',
  shards: 3,
  coins: [
    [0, 10],
    [1, 5],
    [2, 6],
    [0, 3],
  ],
  transactions: [
    { expiry: 1, inputs: [{ coin: 0 }, { coin: 1 }], outputs: [[2, 13]] },
    { expiry: 2, inputs: [{ coin: 0 }, { coin: 1 }], outputs: [[1, 13]] },
    { expiry: 2, inputs: [{ of: 0, output: 0 }, { coin: 3 }], outputs: [[0, 15]] },
    { expiry: 2, inputs: [{ of: 0, refund: 1 }, { coin: 2 }], outputs: [[0, 8]] },
  ],
};

/** Two transactions over the same coins of all four shards, one of which may expire later. */
const clash: Plan = {
  name: 'two of four voters each that conflict in all of them',
  shards: 4,
  coins: [
    [0, 4],
    [1, 5],
    [2, 6],
    [3, 7],
  ],
  transactions: [
    { expiry: 1, inputs: [{ coin: 0 }, { coin: 1 }, { coin: 2 }, { coin: 3 }], outputs: [[0, 20]] },
    { expiry: 1, inputs: [{ coin: 3 }, { coin: 2 }, { coin: 1 }, { coin: 0 }], outputs: [[1, 19]] },
  ],
};

/** What the long test explores as well. */
export const large = { ring, four, web, clash } as const;
