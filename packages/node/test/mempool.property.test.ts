import { applyTransactions, outpointKey } from '@ios/ledger';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MempoolLimits } from '../src/shard/mempool.ts';
import { type Coin, coin, context, spend, type TestPool, type Transfer, testPool, viewOf } from './pool-fixture.ts';

const GENESIS = 6;
const SENDERS = ['a', 'b', 'c'];

/** Rich enough to be halved by all transfers of a graph. */
const genesis: readonly Coin[] = Array.from({ length: GENESIS }, (_, i) => coin(i, 3n ** 24n));

/** A transfer in numbers: which outputs it spends, into how many parts, and whether it lies about the first. */
interface Shape {
  readonly spends: readonly number[];
  readonly parts: number;
  readonly lies: boolean;
}

const graph: fc.Arbitrary<Shape[]> = fc.array(
  fc.record({
    spends: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 3 }),
    parts: fc.integer({ min: 1, max: 3 }),
    lies: fc.nat(15).map((number) => number === 15),
  }),
  { minLength: 1, maxLength: 24 },
);

/**
 * The transfers of a graph, parents before children. Numbers count all that is made before a transfer, spent or not, and
 * two outputs that are never made: some transfers contradict each other, some spend nothing real.
 */
const build = (shapes: readonly Shape[]): Transfer[] => {
  const coins = [...genesis, coin(GENESIS), coin(GENESIS + 1)];
  return shapes.map(({ spends, parts, lies }, salt) => {
    const picked = [...new Set(spends.map((number) => number % coins.length))].map((at) => coins[at]!);
    const [first, ...others] = picked as [Coin, ...Coin[]];
    const output = lies ? { ...first.output, amount: first.output.amount + 9n } : first.output;
    const transfer = spend([{ ...first, output }, ...others], parts, salt + 1);
    coins.push(...transfer.coins);
    return transfer;
  });
};

/** Something is submitted, or a block of what is valid is decided: each valid transfer is in it where its bit is set. */
type Step = { readonly submit: number; readonly from: string } | { readonly bits: number };

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ submit: fc.nat(1_000), from: fc.constantFrom(...SENDERS) }) },
    { weight: 1, arbitrary: fc.record({ bits: fc.nat(0xffffff) }) },
  ),
  { maxLength: 60 },
);

/** What is known of each transfer, kept apart from the pool. */
interface Account {
  readonly from: string;
  readonly decided: boolean;
}

const spentKeys = ({ body }: Transfer): string[] => body.inputs.map(({ outpoint }) => outpointKey(outpoint));

/** Transfers that apply one after another to the outputs there are, of those whose bit is set. */
const blockOf = (transfers: readonly Transfer[], pool: TestPool, bits: number): Transfer[] => {
  const view = viewOf([]);
  for (const [key, output] of pool.view.coins) view.coins.set(key, output);
  return transfers.filter((transfer, i) => {
    if (((bits >> (i % 24)) & 1) === 0 || !applyTransactions(view, [transfer.transaction], context).valid) return false;
    view.apply([transfer]);
    return true;
  });
};

/** Holds everything that must be so after every step. */
const holds = (transfers: readonly Transfer[], pool: TestPool, accounts: ReadonlyMap<Transfer, Account>): void => {
  const pendingOnes = pool.pendingOnes();
  // Pending transfers apply, in their order, to the head.
  const applied = applyTransactions(
    pool.view,
    pendingOnes.map(({ transaction }) => transaction),
    context,
  );
  expect(applied.valid).toBe(true);

  const statuses = new Map(transfers.map((transfer) => [transfer, pool.status(transfer.id)]));
  const there = (status: string): Transfer[] => transfers.filter((one) => statuses.get(one)?.status === status);
  const bytes = (some: readonly Transfer[]): number => some.reduce((sum, { size }) => sum + size, 0);
  const [pending, waiting] = [there('pending'), there('waiting')];
  expect(pool.counts()).toEqual({
    transactions: pending.length,
    bytes: bytes(pending),
    waiting: waiting.length,
    waitingBytes: bytes(waiting),
  });
  expect(pendingOnes.length).toBe(pending.length);
  for (const sender of SENDERS) {
    const charged = [...pending, ...waiting].filter((one) => accounts.get(one)?.from === sender);
    expect(pool.budgets.of(sender)).toEqual({ transactions: charged.length, bytes: bytes(charged) });
  }

  const made = new Set(pending.flatMap(({ coins }) => coins.map(({ outpoint }) => outpointKey(outpoint))));
  for (const [transfer, { decided }] of accounts) {
    const status = statuses.get(transfer);
    // Nothing is lost, and nothing that is final is kept.
    if (decided) expect(status).toBeUndefined();
    else expect(status).toBeDefined();
    if (status?.status !== 'waiting') continue;
    const key = outpointKey(status.missing);
    expect(spentKeys(transfer)).toContain(key);
    expect(pool.view.coins.has(key) || made.has(key)).toBe(false);
  }
};

/** Whether a verdict of `conflict` is deserved: somebody spends the same, or a parent has such a verdict. */
const deserved = (
  transfer: Transfer,
  transfers: readonly Transfer[],
  pool: TestPool,
  accounts: ReadonlyMap<Transfer, Account>,
): boolean => {
  const keys = new Set(spentKeys(transfer));
  return transfers.some((other) => {
    if (other === transfer) return false;
    const status = pool.status(other.id);
    const isParent = other.coins.some(({ outpoint }) => keys.has(outpointKey(outpoint)));
    if (isParent && status?.status === 'rejected') return true;
    const spends = status?.status === 'pending' || accounts.get(other)?.decided === true;
    return spends && spentKeys(other).some((key) => keys.has(key));
  });
};

const run = (
  shapes: readonly Shape[],
  all: readonly Step[],
  limits: Partial<MempoolLimits>,
  after: (pool: TestPool) => void = () => {},
): void => {
  const transfers = build(shapes);
  const pool = testPool(genesis, limits);
  const accounts = new Map<Transfer, Account>();
  const codes = new Map<Transfer, string>();
  for (const step of all) {
    if ('submit' in step) {
      const transfer = transfers[step.submit % transfers.length]!;
      if (accounts.get(transfer)?.decided) continue;
      const answer = pool.take(transfer, step.from);
      if (answer.status === 'pending' || answer.status === 'waiting')
        accounts.set(transfer, { ...step, decided: false });
      if (answer.status === 'rejected')
        expect(answer.code).toMatch(/^(conflict|false-statement|pool-full|peer-budget)$/);
    } else {
      const block = blockOf(transfers, pool, step.bits);
      pool.decide(block);
      for (const transfer of block) accounts.set(transfer, { from: accounts.get(transfer)?.from ?? '', decided: true });
    }
    holds(transfers, pool, accounts);
    for (const transfer of transfers) {
      const status = pool.status(transfer.id);
      const code = status?.status === 'rejected' ? status.code : '';
      if (code === 'conflict' && codes.get(transfer) !== code)
        expect(deserved(transfer, transfers, pool, accounts)).toBe(true);
      codes.set(transfer, code);
    }
    after(pool);
  }
};

test('whatever comes in whatever order and is decided wherever: pending transfers apply, nothing is lost, all is counted', () => {
  fc.assert(
    fc.property(graph, steps, (shapes, all) => run(shapes, all, {})),
    { numRuns: 200 },
  );
});

test('the same within narrow bounds, which hold at every moment', () => {
  const limits = {
    transactions: 4,
    bytes: 1_200,
    waitingTransactions: 3,
    waitingBytes: 900,
    perPeerTransactions: 4,
    perPeerBytes: 1_100,
  };
  fc.assert(
    fc.property(graph, steps, (shapes, all) =>
      run(shapes, all, limits, (pool) => {
        const { transactions, bytes, waiting, waitingBytes } = pool.counts();
        expect(transactions).toBeLessThanOrEqual(limits.transactions);
        expect(bytes).toBeLessThanOrEqual(limits.bytes);
        expect(waiting).toBeLessThanOrEqual(limits.waitingTransactions);
        expect(waitingBytes).toBeLessThanOrEqual(limits.waitingBytes);
        for (const sender of SENDERS) {
          expect(pool.budgets.of(sender).transactions).toBeLessThanOrEqual(limits.perPeerTransactions);
          expect(pool.budgets.of(sender).bytes).toBeLessThanOrEqual(limits.perPeerBytes);
        }
      }),
    ),
    { numRuns: 200 },
  );
});

test('transfers without contradictions end pending, in whatever order they come', () => {
  const picks = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 40 });
  const keys = fc.array(fc.nat(), { minLength: 40, maxLength: 40 });
  fc.assert(
    fc.property(picks, keys, (numbers, order) => {
      const free = [...genesis];
      const transfers = numbers.map((pick, salt) => {
        const transfer = spend(free.splice(pick % free.length, 1), 2, salt + 1);
        free.push(...transfer.coins);
        return transfer;
      });
      const pool = testPool(genesis);
      const places = transfers.map((_, i) => i).sort((a, b) => order[a]! - order[b]!);
      for (const place of places) pool.take(transfers[place]!);
      expect(pool.counts()).toMatchObject({ transactions: transfers.length, waiting: 0 });
      holds(transfers, pool, new Map(transfers.map((one) => [one, { from: 'a', decided: false }])));
      pool.decide(transfers);
      expect(pool.counts()).toEqual({ transactions: 0, bytes: 0, waiting: 0, waitingBytes: 0 });
      expect(pool.budgets.of('a')).toEqual({ transactions: 0, bytes: 0 });
    }),
    { numRuns: 200 },
  );
});
