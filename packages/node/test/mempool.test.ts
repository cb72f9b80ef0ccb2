import { describe, expect, test, vi } from 'vitest';
import { poolEntry } from '../src/shard/pool-entry.ts';
import { chainOf, coin, entryOf, makeTransfer, ownerOf, spend, type Transfer, testPool } from './pool-fixture.ts';

const names = (transfers: readonly { readonly id: Uint8Array }[]): string[] =>
  transfers.map(({ id }) => Buffer.from(id).toString('hex').slice(0, 8));

describe('the pool takes', () => {
  test('a transfer of a final output, once', () => {
    const pool = testPool([coin(0)]);
    const transfer = spend([coin(0)]);
    expect(pool.screen(entryOf(transfer))).toEqual({ status: 'ready' });
    expect(pool.take(transfer)).toEqual({ status: 'pending' });
    expect(pool.take(transfer, 'b')).toEqual({ status: 'known' });
    expect(pool.status(transfer.id)).toEqual({ status: 'pending' });
    expect(pool.counts()).toEqual({ transactions: 1, bytes: transfer.size, waiting: 0, waitingBytes: 0 });
    expect(pool.budgets.of('a')).toEqual({ transactions: 1, bytes: transfer.size });
    expect(pool.budgets.of('b')).toEqual({ transactions: 0, bytes: 0 });
  });

  test('one of an output that is not known: it waits, names the output, and follows its parent', () => {
    const pool = testPool([coin(0)]);
    const [parent, child] = chainOf(coin(0), 2) as [Transfer, Transfer];
    expect(pool.screen(entryOf(child))).toEqual({ status: 'lacking' });
    expect(pool.take(child)).toEqual({ status: 'waiting' });
    expect(pool.take(child)).toEqual({ status: 'known' });
    expect(pool.status(child.id)).toEqual({ status: 'waiting', missing: child.body.inputs[0]!.outpoint });
    expect(pool.counts()).toEqual({ transactions: 0, bytes: 0, waiting: 1, waitingBytes: child.size });
    expect(names(pool.told)).toEqual([]);
    expect(pool.take(parent)).toEqual({ status: 'pending' });
    expect(pool.status(child.id)).toEqual({ status: 'pending' });
    expect(names(pool.told)).toEqual(names([parent, child]));
    expect(names(pool.pendingOnes())).toEqual(names([parent, child]));
  });

  test.each([25, 5_000])('a chain of %i in reverse order, without looking at anything again and again', (length) => {
    const pool = testPool([coin(0)]);
    const chain = chainOf(coin(0), length);
    for (const transfer of chain.toReversed()) pool.take(transfer);
    expect(pool.counts()).toMatchObject({ transactions: length, waiting: 0, waitingBytes: 0 });
    expect(names(pool.pendingOnes())).toEqual(names(chain));
    expect(names(pool.told)).toEqual(names(chain));
    expect(pool.view.looks).toBeLessThan(10 * length);
  });

  test('one that lacks many outputs, which come one by one, without searching from the start each time', () => {
    const coins = Array.from({ length: 256 }, (_, i) => coin(i));
    const parents = coins.map((one, i) => spend([one], 1, i));
    const child = spend(parents.map(({ coins: [made] }) => made!));
    const pool = testPool(coins);
    expect(pool.take(child)).toEqual({ status: 'waiting' });
    for (const parent of parents) expect(pool.take(parent)).toEqual({ status: 'pending' });
    expect(pool.status(child.id)).toEqual({ status: 'pending' });
    expect(pool.view.looks).toBeLessThan(20 * 256);
  });

  test('a child of two parents of which one was spent while the other was awaited: it waits again', () => {
    const pool = testPool([coin(0), coin(1)]);
    const parent = spend([coin(0)]);
    const child = spend([coin(1), parent.coins[0]!]);
    expect(pool.take(child)).toEqual({ status: 'waiting' });
    pool.decide([spend([coin(1)], 1, 7)]);
    expect(pool.take(parent)).toEqual({ status: 'pending' });
    expect(pool.status(child.id)).toEqual({ status: 'waiting', missing: coin(1).outpoint });
  });
});

describe('the pool refuses', () => {
  const codeOf = (answer: { readonly status: string; readonly code?: string }): string => answer.code ?? answer.status;

  test('what breaks a rule of the ledger, and remembers why', () => {
    const pool = testPool([coin(0)]);
    const { body } = spend([coin(0)]);
    const foreign = makeTransfer({ ...body, chain: new Uint8Array(32) });
    const late = makeTransfer({ ...body, expiry: 3 });
    const generous = makeTransfer({ ...body, outputs: [{ ...body.outputs[0]!, amount: 1_001n }] });
    for (const [transfer, code] of [
      [foreign, 'wrong-chain'],
      [late, 'expiry-too-far'],
      [generous, 'overspent'],
    ] as const) {
      expect(codeOf(pool.screen(entryOf(transfer)))).toBe(code);
      expect(pool.status(transfer.id)).toMatchObject({ status: 'rejected', code });
    }
  });

  test('a second spend of an output, and takes it when the first is gone', () => {
    const pool = testPool([coin(0), coin(1)]);
    const first = spend([coin(0), coin(1)]);
    const second = spend([coin(0)], 1, 1);
    pool.take(first);
    expect(codeOf(pool.screen(entryOf(second)))).toBe('conflict');
    expect(codeOf(pool.take(second))).toBe('conflict');
    expect(pool.status(second.id)).toMatchObject({ status: 'rejected', code: 'conflict' });
    pool.decide([spend([coin(1)], 1, 2)]);
    expect(pool.status(first.id)).toMatchObject({ status: 'rejected', code: 'conflict' });
    expect(pool.take(second)).toEqual({ status: 'pending' });
  });

  test.each<[string, Partial<{ amount: bigint; owner: Uint8Array }>]>([
    ['amount', { amount: 999n }],
    ['owner', { owner: new Uint8Array(32).fill(1) }],
  ])('a false statement of the %s, of an output that is final or pending or comes later', (_, lie) => {
    const liar = (of: ReturnType<typeof coin>): Transfer => spend([{ ...of, output: { ...of.output, ...lie } }], 1, 5);
    const pool = testPool([coin(0), coin(1)]);
    expect(codeOf(pool.take(liar(coin(0))))).toBe('false-statement');
    const parent = spend([coin(0)]);
    pool.take(parent);
    expect(codeOf(pool.take(liar(parent.coins[0]!)))).toBe('false-statement');
    const later = spend([coin(1)]);
    const early = liar(later.coins[0]!);
    expect(codeOf(pool.take(early))).toBe('waiting');
    pool.take(later);
    expect(pool.status(early.id)).toMatchObject({ status: 'rejected', code: 'false-statement' });
    expect(pool.budgets.of('a').transactions).toBe(2);
  });

  test('of two that wait for one output, the later to come', () => {
    const pool = testPool([coin(0)]);
    const parent = spend([coin(0)]);
    const [first, second] = [spend(parent.coins, 1, 1), spend(parent.coins, 1, 2)];
    pool.take(first);
    pool.take(second);
    pool.take(parent);
    expect(pool.status(first.id)).toEqual({ status: 'pending' });
    expect(pool.status(second.id)).toMatchObject({ status: 'rejected', code: 'conflict' });
    expect(pool.budgets.of('a').transactions).toBe(2);
  });

  test('what is above the bounds of the pool, in number and in bytes, without remembering it', () => {
    const coins = Array.from({ length: 4 }, (_, i) => coin(i));
    const transfers = coins.map((one) => spend([one]));
    for (const limits of [{ transactions: 2 }, { bytes: 2 * transfers[0]!.size }]) {
      const pool = testPool(coins, limits);
      expect(transfers.map((transfer) => codeOf(pool.take(transfer)))).toEqual([
        'pending',
        'pending',
        'pool-full',
        'pool-full',
      ]);
      expect(pool.status(transfers[3]!.id)).toBeUndefined();
      pool.decide([transfers[0]!]);
      expect(codeOf(pool.take(transfers[3]!))).toBe('pending');
    }
  });

  test('what a child released from waiting would put above them', () => {
    const [parent, child] = chainOf(coin(0), 2) as [Transfer, Transfer];
    for (const limits of [{ transactions: 1 }, { bytes: parent.size }]) {
      const pool = testPool([coin(0)], limits);
      pool.take(child);
      pool.take(parent);
      expect(pool.status(child.id)).toMatchObject({ status: 'rejected', code: 'pool-full' });
      expect(pool.counts()).toMatchObject({ transactions: 1, waiting: 0 });
      expect(pool.budgets.of('a').transactions).toBe(1);
    }
  });

  test('what is above the budget of its sender, pending and waiting together, and of nobody else', () => {
    const coins = Array.from({ length: 4 }, (_, i) => coin(i));
    const transfers = coins.map((one) => spend([one]));
    const unknown = spend([coin(9)]);
    for (const limits of [{ perPeerTransactions: 2 }, { perPeerBytes: 2 * unknown.size }]) {
      const pool = testPool(coins, limits);
      expect(codeOf(pool.take(unknown))).toBe('waiting');
      expect(codeOf(pool.take(transfers[0]!))).toBe('pending');
      expect(codeOf(pool.screen(entryOf(transfers[1]!)))).toBe('peer-budget');
      expect(codeOf(pool.take(transfers[1]!))).toBe('peer-budget');
      expect(codeOf(pool.take(transfers[1]!, 'b'))).toBe('pending');
      pool.decide([transfers[0]!]);
      expect(codeOf(pool.take(transfers[2]!))).toBe('pending');
    }
  });
});

describe('the waiting room', () => {
  const waiting = (i: number, parts = 1): Transfer => spend([coin(i)], parts, i);

  test('is left by the oldest of the sender with the most transactions', () => {
    const pool = testPool([], { waitingTransactions: 4 });
    for (const i of [0, 1, 2]) pool.take(waiting(i), 'busy');
    pool.take(waiting(3, 100), 'bulky');
    expect(pool.take(waiting(4), 'bulky')).toEqual({ status: 'waiting' });
    expect(pool.status(waiting(0).id)).toMatchObject({ status: 'rejected', code: 'pool-full' });
    const left = [waiting(1), waiting(2), waiting(3, 100), waiting(4)];
    expect(left.map(({ id }) => pool.status(id)?.status)).toEqual(Array(4).fill('waiting'));
    expect(pool.budgets.of('busy').transactions).toBe(2);
    expect(pool.counts().waiting).toBe(4);
  });

  test('is left by the oldest of the sender with the most bytes, where these are above the bound', () => {
    const large = [0, 1].map((i) => waiting(i, 100));
    const small = [2, 3, 4].map((i) => waiting(i));
    const pool = testPool([], { waitingBytes: 2 * large[0]!.size + 2 * small[0]!.size });
    for (const transfer of large) pool.take(transfer, 'bulky');
    for (const transfer of small) pool.take(transfer, 'many');
    expect(pool.status(large[0]!.id)).toMatchObject({ status: 'rejected', code: 'pool-full' });
    expect(small.map(({ id }) => pool.status(id)?.status)).toEqual(Array(3).fill('waiting'));
    expect(pool.counts().waitingBytes).toBe(large[1]!.size + 3 * small[0]!.size);
  });

  test('forgets what has left it when it looks for the busiest', () => {
    const parents = [0, 1].map((i) => spend([coin(i)], 1, i));
    const children = parents.map(({ coins }) => spend(coins, 100));
    const [small, large] = [spend([coin(5)]), spend([coin(6)], 100)];
    const pool = testPool([coin(0), coin(1)], {
      waitingBytes: children[0]!.size + children[1]!.size + small.size,
    });
    for (const child of [spend([coin(7)]), ...children]) pool.take(child, 'was busy');
    pool.decide(parents);
    pool.take(small, 'busy');
    pool.take(large, 'busy');
    pool.take(spend([coin(8)], 100), 'calm');
    expect(pool.status(small.id)).toMatchObject({ status: 'rejected', code: 'pool-full' });
    expect(pool.status(spend([coin(7)]).id)?.status).toBe('waiting');
  });

  test('takes none that is alone above its bound, and says so', () => {
    const pool = testPool([], { waitingBytes: 10 });
    expect(pool.take(waiting(0))).toMatchObject({ status: 'rejected', code: 'pool-full' });
    expect(pool.counts()).toMatchObject({ waiting: 0, waitingBytes: 0 });
    expect(pool.budgets.of('a')).toEqual({ transactions: 0, bytes: 0 });
  });
});

describe('a decision', () => {
  test('takes the decided out and lets their children be', () => {
    const pool = testPool([coin(0)]);
    const [parent, child, grandchild] = chainOf(coin(0), 3) as [Transfer, Transfer, Transfer];
    for (const transfer of [parent, child, grandchild]) pool.take(transfer);
    pool.decide([parent, child]);
    expect(names(pool.pendingOnes())).toEqual(names([grandchild]));
    expect(pool.status(parent.id)).toBeUndefined();
    expect(pool.counts()).toMatchObject({ transactions: 1, bytes: grandchild.size });
    expect(pool.budgets.of('a').transactions).toBe(1);
  });

  test('of foreign transfers evicts whatever contradicts them, with all its descendants', () => {
    const pool = testPool([coin(0), coin(1)]);
    const rivals = chainOf(coin(0), 3, 1);
    const bystander = spend([coin(1)]);
    for (const transfer of [...rivals, bystander]) pool.take(transfer);
    pool.decide([spend([coin(0)], 1, 2)]);
    expect(names(pool.pendingOnes())).toEqual(names([bystander]));
    for (const { id } of rivals) expect(pool.status(id)).toMatchObject({ status: 'rejected', code: 'conflict' });
    expect(pool.budgets.of('a').transactions).toBe(1);
  });

  test('of a foreign parent releases its child', () => {
    const pool = testPool([coin(0)]);
    const [parent, child] = chainOf(coin(0), 2) as [Transfer, Transfer];
    pool.take(child);
    pool.decide([parent]);
    expect(pool.status(child.id)).toEqual({ status: 'pending' });
    expect(names(pool.told)).toEqual(names([child]));
  });

  test('of a foreign parent and of a child that waited for it takes the child out', () => {
    const pool = testPool([coin(0)]);
    const [parent, child, grandchild] = chainOf(coin(0), 3) as [Transfer, Transfer, Transfer];
    pool.take(child);
    pool.take(grandchild);
    pool.decide([parent, child]);
    expect(pool.status(child.id)).toBeUndefined();
    expect(pool.status(grandchild.id)).toEqual({ status: 'pending' });
    expect(pool.budgets.of('a').transactions).toBe(1);
  });

  test('takes back a verdict that was overtaken', () => {
    const pool = testPool([coin(0)]);
    const [first, second] = [spend([coin(0)], 1, 1), spend([coin(0)], 1, 2)];
    pool.take(first);
    pool.take(second);
    pool.decide([second]);
    expect(pool.status(second.id)).toBeUndefined();
    expect(pool.status(first.id)).toMatchObject({ status: 'rejected', code: 'conflict' });
  });

  test('releases all that waited for what it made', () => {
    const pool = testPool([coin(0), coin(1)]);
    const parents = [spend([coin(0)], 2, 1), spend([coin(1)], 2, 2)];
    const children = parents.flatMap(({ coins }) => coins.map((one, i) => spend([one], 1, 3 + i)));
    for (const child of children) pool.take(child);
    pool.decide(parents);
    expect(names(pool.told).sort()).toEqual(names(children).sort());
  });
});

test('what has left leaves nothing behind', () => {
  const maps = new Set<Map<unknown, unknown>>();
  const { set } = Map.prototype;
  const spy = vi.spyOn(Map.prototype, 'set').mockImplementation(function (this: Map<unknown, unknown>, key, value) {
    maps.add(this);
    return set.call(this, key, value);
  });
  const pool = testPool([coin(0), coin(1)], { rejections: 0, waitingTransactions: 5 });
  const chain = chainOf(coin(0), 8);
  for (const transfer of chain.toReversed()) pool.take(transfer, 'a');
  for (const transfer of chain) pool.take(transfer, 'b');
  for (const transfer of chainOf(coin(1), 5)) pool.take(transfer, 'c');
  pool.decide([...chain, spend([coin(1)], 2)]);
  spy.mockRestore();
  expect(pool.counts()).toMatchObject({ transactions: 0, waiting: 0 });
  maps.delete(pool.view.coins);
  expect(maps.size).toBeGreaterThan(5);
  expect([...maps].map(({ size }) => size)).toEqual([...maps].map(() => 0));
});

test('a proposer gets parents before children', () => {
  const pool = testPool([coin(0)]);
  const chain = chainOf(coin(0), 5);
  for (const transfer of chain.toReversed()) pool.take(transfer);
  expect(names(pool.pendingOnes())).toEqual(names(chain));
});

test('knows the very transactions that it holds, witnesses included', () => {
  const pool = testPool([coin(0)]);
  const [parent, child] = chainOf(coin(0), 2) as [Transfer, Transfer];
  const forged = { ...child.transaction, witnesses: [new Uint8Array(64).fill(1)] };
  expect(pool.known(child.id, child.transaction)).toBe('nothing');
  pool.take(child);
  expect(pool.known(child.id, child.transaction)).toBe('signatures');
  expect(pool.known(child.id, forged)).toBe('nothing');
  pool.take(parent);
  expect(pool.known(child.id, { ...child.transaction })).toBe('everything');
  expect(pool.known(child.id, forged)).toBe('nothing');
});

test('remembers so many rejections and no more, the latest', () => {
  const coins = Array.from({ length: 5 }, (_, i) => coin(i));
  const pool = testPool(coins, { rejections: 3 });
  const rivals = coins.map((one) => spend([one], 1, 9));
  for (const one of coins) pool.take(spend([one]));
  for (const rival of rivals) pool.take(rival);
  pool.take(rivals[2]!);
  const known = rivals.map(({ id }) => pool.status(id)?.status);
  expect(known).toEqual([undefined, undefined, 'rejected', 'rejected', 'rejected']);
  pool.take(rivals[0]!);
  expect(rivals.map(({ id }) => pool.status(id)?.status)).toEqual([
    'rejected',
    undefined,
    'rejected',
    undefined,
    'rejected',
  ]);
});

describe('a full pool', () => {
  const coins = Array.from({ length: 40 }, (_, i) => coin(i));
  const sent = coins.map((one, i) => spend([one], 1, i));
  const { size } = sent[0]!;
  const countOf = (pool: ReturnType<typeof testPool>, from: string): number => pool.budgets.of(from).transactions;

  test.each([
    ['in number', { transactions: 20 }],
    ['in bytes', { bytes: 20 * size }],
  ])('%s that two senders took gives a third its share, of what came last', (_, limits) => {
    const pool = testPool(coins, limits);
    for (const [i, transfer] of sent.slice(0, 20).entries()) pool.take(transfer, i % 2 === 0 ? 'first' : 'second');
    expect(pool.take(sent[20]!, 'first')).toMatchObject({ status: 'rejected', code: 'pool-full' });
    for (const transfer of sent.slice(21, 27)) expect(pool.take(transfer, 'third')).toEqual({ status: 'pending' });
    expect(['first', 'second', 'third'].map((from) => countOf(pool, from))).toEqual([7, 7, 6]);
    // A share is no more than what the others have.
    expect(pool.screen(entryOf(sent[27]!, 'third'))).toMatchObject({ status: 'rejected', code: 'pool-full' });
    expect(pool.counts().transactions).toBe(20);
    expect(names(pool.pendingOnes().slice(0, 14))).toEqual(names(sent.slice(0, 14)));
    for (const transfer of sent.slice(14, 20))
      expect(pool.status(transfer.id)).toMatchObject({ status: 'rejected', code: 'pool-full' });
    pool.decide([sent[0]!]);
    expect(pool.take(sent[14]!, 'first')).toEqual({ status: 'pending' });
  });

  test('lets go of what spends what had to make room, whoever sent it', () => {
    const pool = testPool(coins, { transactions: 6 });
    const [parent, child] = chainOf(coin(0), 2) as [Transfer, Transfer];
    for (const transfer of [sent[1]!, sent[2]!, sent[3]!, parent]) pool.take(transfer, 'busy');
    pool.take(child, 'friend');
    pool.take(sent[4]!, 'friend');
    expect(pool.take(sent[5]!, 'other')).toEqual({ status: 'pending' });
    for (const { id } of [parent, child]) expect(pool.status(id)).toMatchObject({ code: 'pool-full' });
    expect(pool.removed).toEqual(['pool-full', 'pool-full']);
    expect(pool.counts().transactions).toBe(5);
  });

  test('has one wait whose parent had to make room for it', () => {
    const pool = testPool(coins, { transactions: 3 });
    const [parent, child] = chainOf(coin(0), 2) as [Transfer, Transfer];
    for (const transfer of [sent[1]!, sent[2]!, parent]) pool.take(transfer, 'busy');
    expect(pool.take(child, 'other')).toEqual({ status: 'waiting' });
    expect(pool.status(child.id)).toEqual({ status: 'waiting', missing: parent.coins[0]!.outpoint });
    expect(names(pool.told)).toEqual(names([sent[1]!, sent[2]!, parent]));
    expect(pool.take(parent, 'other')).toEqual({ status: 'pending' });
    expect(names(pool.pendingOnes())).toEqual(names([sent[1]!, sent[2]!, parent]));
    expect(pool.status(child.id)).toMatchObject({ status: 'rejected', code: 'pool-full' });
  });

  test('takes nothing that is larger than all of it', () => {
    const pool = testPool(coins, { bytes: 3 * size });
    for (const transfer of sent.slice(0, 3)) pool.take(transfer, 'busy');
    expect(pool.take(spend([coin(9)], 100), 'other')).toMatchObject({ code: 'pool-full' });
    expect(pool.counts().transactions).toBe(3);
  });

  test('does not tell of what became pending and had to go at once', () => {
    const pool = testPool(coins, { transactions: 4 });
    const parent = spend([coin(0)], 4);
    const children = parent.coins.map((one, i) => spend([one], 1, 50 + i));
    for (const [i, child] of children.entries()) pool.take(child, i < 3 ? 'busy' : 'calm');
    pool.take(parent, 'other');
    expect(names(pool.pendingOnes())).toEqual(names([parent, children[0]!, children[1]!, children[3]!]));
    expect(names(pool.told)).toEqual(names(pool.pendingOnes()));
  });
});

describe('owners that nobody has seen', () => {
  const known = new Set<string>();
  const knows = ({ name }: { readonly name: string }): boolean => known.has(name);
  const nameFor = (transfer: Transfer): string => entryOf(transfer).name;
  const refused = { status: 'rejected', code: 'invalid-owner', message: 'no' } as const;
  const [parent, child, grandchild] = chainOf(coin(0), 3) as [Transfer, Transfer, Transfer];

  test('are asked about when a transaction need no longer wait, and not before', () => {
    const pool = testPool([coin(0)], {}, knows);
    expect(pool.take(child)).toEqual({ status: 'waiting' });
    expect(pool.take(grandchild)).toEqual({ status: 'waiting' });
    expect(pool.asked).toEqual([]);
    expect(pool.add(entryOf(parent), true)).toEqual({ status: 'pending' });
    expect(pool.asked).toEqual([nameFor(child)]);
    expect(names(pool.told)).toEqual(names([parent]));
    expect(pool.status(child.id)).toEqual({ status: 'pending' });
    expect(names(pool.pendingOnes())).toEqual(names([parent]));
    expect(pool.known(child.id, child.transaction)).toBe('signatures');
    pool.onChecked(nameFor(child), undefined);
    expect(names(pool.pendingOnes())).toEqual(names([parent, child]));
    expect(pool.known(child.id, child.transaction)).toBe('everything');
    expect(pool.asked).toEqual([nameFor(child), nameFor(grandchild)]);
    pool.onChecked(nameFor(grandchild), refused);
    expect(pool.status(grandchild.id)).toEqual(refused);
    expect(pool.budgets.of('a').transactions).toBe(2);
  });

  test('are not asked about where they are known', () => {
    const pool = testPool([coin(0)], {}, knows);
    known.add(nameFor(child));
    pool.take(child);
    pool.add(entryOf(parent), true);
    expect(names(pool.pendingOnes())).toEqual(names([parent, child]));
    expect(pool.asked).toEqual([]);
    known.clear();
  });

  test('do not matter any more when it is final, spent by another, or gone before the answer', () => {
    const pool = testPool([coin(0), coin(1)], { waitingTransactions: 1 }, knows);
    pool.take(parent);
    pool.decide([parent]);
    pool.onChecked(nameFor(parent), undefined);
    expect(pool.counts()).toMatchObject({ transactions: 0, waiting: 0 });
    pool.take(spend([coin(1)], 1, 1));
    const rival = spend([coin(1)], 1, 2);
    pool.add(entryOf(rival), true);
    pool.onChecked(nameFor(spend([coin(1)], 1, 1)), undefined);
    expect(pool.status(spend([coin(1)], 1, 1).id)).toMatchObject({ code: 'conflict' });
    expect(names(pool.pendingOnes())).toEqual(names([rival]));
    const next = spend(parent.coins, 1, 3);
    pool.take(next);
    pool.take(spend([coin(8)], 1, 4), 'b');
    pool.onChecked(nameFor(next), undefined);
    expect(pool.status(next.id)).toMatchObject({ code: 'pool-full' });
    expect(names(pool.pendingOnes())).toEqual(names([rival]));
  });

  test('are no reason to become pending while an output is not known again', () => {
    const pool = testPool([coin(0)], {}, knows);
    pool.add(entryOf(parent), true);
    pool.take(child);
    pool.decide([spend([coin(0)], 1, 7)]);
    pool.onChecked(nameFor(child), undefined);
    expect(pool.status(child.id)).toMatchObject({ status: 'waiting' });
    expect(pool.status(parent.id)).toMatchObject({ code: 'conflict' });
    pool.onChecked(nameFor(child), refused);
    expect(pool.status(child.id)).toMatchObject({ status: 'waiting' });
  });
});

describe('with other shards', () => {
  /** The owners of coins from 100 on live in shard 1, and so do those of outputs with salt 1. */
  const place = (owner: Uint8Array): number =>
    Array.from({ length: 10 }, (_, i) => [ownerOf(100 + i), ownerOf(300 + i)])
      .flat()
      .some((one) => Buffer.compare(one, owner) === 0)
      ? 1
      : 0;
  const take = (pool: ReturnType<typeof testPool>, { transaction, id, size }: Transfer, shard = 0) =>
    pool.add(poolEntry(transaction, id, { shard, place }, { size, from: 'a', own: true }), true);
  const shared = spend([coin(0), coin(100)]);
  const lie = (of: ReturnType<typeof coin>) => ({ ...of, output: { ...of.output, amount: 7n } });

  test('only the inputs of this shard have to be there, and only they are spent', () => {
    const pool = testPool([coin(0)]);
    expect(take(pool, shared)).toEqual({ status: 'pending' });
    expect(take(pool, spend([coin(0)], 1, 5))).toMatchObject({ code: 'conflict' });
    expect(take(pool, spend([coin(1), coin(100)], 1, 5))).toEqual({ status: 'waiting' });
  });

  test('what this shard has no vote in is refused', () => {
    const pool = testPool([coin(0), coin(100)]);
    const other = spend([coin(100)]);
    expect(take(pool, other)).toMatchObject({ status: 'rejected', code: 'not-here' });
    expect(pool.status(other.id)).toBeUndefined();
    expect(pool.budgets.of('a').transactions).toBe(0);
  });

  test('what several shards vote on makes nothing before it is committed', () => {
    const pool = testPool([coin(0)]);
    const child = spend(shared.coins);
    take(pool, shared);
    expect(take(pool, child)).toEqual({ status: 'waiting' });
    pool.decide([shared]);
    expect(pool.status(child.id)).toEqual({ status: 'pending' });
  });

  test('what can only be rejected is refused, unless another voter has accepted it: then it spends nothing', () => {
    const pool = testPool([coin(0), coin(1)]);
    const liar = spend([lie(coin(0)), coin(1), coin(100)]);
    expect(take(pool, liar)).toMatchObject({ code: 'false-statement' });
    pool.contested.add(liar);
    expect(take(pool, liar)).toEqual({ status: 'pending' });
    const rival = spend([coin(1)], 1, 5);
    expect(take(pool, rival)).toEqual({ status: 'pending' });
    // The vote is in a block, which spends nothing.
    pool.rejected([liar]);
    expect(names(pool.pendingOnes())).toEqual(names([rival]));
  });

  test('a coin that is spent takes along the vote against who states it falsely', () => {
    const pool = testPool([coin(0), coin(1)]);
    const liar = spend([lie(coin(0)), coin(100)]);
    const other = spend([lie(coin(1)), coin(101)]);
    for (const one of [liar, other]) pool.contested.add(one);
    const owner = spend([coin(0)], 1, 5);
    for (const one of [owner, liar, other]) expect(take(pool, one)).toEqual({ status: 'pending' });
    // No vote lasts once the coin is gone, and none is needed: what this shard never accepts is absent when its epoch ends.
    pool.decide([owner]);
    expect(names(pool.pendingOnes())).toEqual(names([other]));
    expect(pool.status(liar.id)).toMatchObject({ code: 'conflict' });
    expect(pool.budgets.of('a').transactions).toBe(1);
  });

  test('what another transaction holds is a conflict, and a contested one turns into its own rejection', () => {
    const pool = testPool([coin(0)]);
    pool.contested.add(shared);
    take(pool, shared);
    const rival = spend([coin(0), coin(101)], 1, 5);
    pool.view.hold(rival, coin(0));
    pool.decide([rival]);
    expect(pool.pendingOnes()).toMatchObject([{ id: shared.id, spends: [] }]);
    expect(take(pool, spend([coin(0)], 1, 6))).toMatchObject({ code: 'conflict' });
    // What is held no more can neither be accepted nor rejected.
    pool.view.held.clear();
    pool.decide([]);
    expect(pool.status(shared.id)).toMatchObject({ code: 'conflict' });
    expect(pool.budgets.of('a').transactions).toBe(0);
  });

  test('one that waits is looked at again when it comes again', () => {
    const pool = testPool([coin(0)]);
    const late = spend([coin(0), coin(1), coin(100)]);
    const rival = spend([coin(0), coin(101)], 1, 5);
    expect(take(pool, late)).toEqual({ status: 'waiting' });
    pool.view.hold(rival, coin(0));
    pool.decide([rival]);
    pool.contested.add(late);
    expect(take(pool, late)).toEqual({ status: 'known' });
    expect(pool.pendingOnes()).toMatchObject([{ id: late.id, spends: [] }]);
  });
});
