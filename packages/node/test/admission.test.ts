import type { SignedMessage } from '@ios/crypto/ed25519';
import { type Context, genesisOutpoint, type Output } from '@ios/ledger';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { seedKey } from '../src/devnet/script-key.ts';
import { DEFAULT_POLICY } from '../src/genesis/policy.ts';
import { nodeHasher } from '../src/hasher.ts';
import { type Admission, createAdmission } from '../src/shard/admission.ts';
import { type ChainStore, openChain } from '../src/shard/chain-store.ts';
import { createForwarding } from '../src/shard/forwarding.ts';
import { createMempool, type Mempool } from '../src/shard/mempool.ts';
import { createOwnerCache } from '../src/shard/owner-cache.ts';
import { createOwnerCheck } from '../src/shard/owner-check.ts';
import type { Home, PoolEntry } from '../src/shard/pool-entry.ts';
import { createSenderBudgets, type SenderBudgets } from '../src/shard/sender-budgets.ts';
import { createMemoryDisk } from '../src/store/memory.ts';
import { createInlineVerifier } from '../src/verifier.ts';
import { CHAIN, CHAIN_NAME, nextBlock, openDisk } from './chain-fixture.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { decidedOf, HOME, ROOMY } from './pool-fixture.ts';
import { type Coin, forge, KEYS, pay, type SignedTransfer, transfer } from './signed-fixture.ts';

const outputs: Output[] = KEYS.map(({ publicKey }, i) => ({ amount: 1_000n + BigInt(i), owner: publicKey }));
const coins: Coin[] = outputs.map((output, i) => ({ outpoint: genesisOutpoint(CHAIN_NAME, i), output }));
const [first, second] = coins as [Coin, Coin];
const context: Context = { chain: CHAIN, epoch: 0, hasher: nodeHasher };

/** Admission over a real chain, pool and verifier, which answers when it is let. */
interface Bench {
  readonly chain: ChainStore;
  readonly mempool: Mempool;
  readonly budgets: SenderBudgets;
  readonly told: PoolEntry[];
  /** Ids of those that were passed on to other shards. */
  readonly forwarded: Uint8Array[];
  /** Which says when more may be passed on. */
  readonly clock: ManualClock;
  /** Who was charged for how many signatures. */
  readonly verified: [string, number][];
  /** Who was charged for how many keys. */
  readonly keys: [string, number][];
  submit(sent: Pick<SignedTransfer, 'bytes'>, from?: string): ReturnType<Admission>;
  /** Makes the verifier wait; the returned function lets it answer. */
  hold(): () => void;
  /** Makes a block of these final. */
  decide(transfers: readonly SignedTransfer[]): Promise<void>;
}

const bench = async (perPeerTransactions = 100, home: Home = HOME): Promise<Bench> => {
  const store = await openDisk(createMemoryDisk());
  const chain = await openChain(
    store,
    { chain: CHAIN, chainName: CHAIN_NAME, outputs, ...home, policy: DEFAULT_POLICY },
    nodeHasher,
  );
  const budgets = createSenderBudgets({ transactions: perPeerTransactions, bytes: 1 << 20 });
  const told: PoolEntry[] = [];
  const forwarded: Uint8Array[] = [];
  const clock = createManualClock();
  const mempool = createMempool({
    view: chain.view,
    isContested: () => false,
    context: () => context,
    limits: ROOMY,
    budgets,
    hasKnownOwners: ({ transaction }) => ownerCache.unknown(transaction.body.outputs).length === 0,
    onUnchecked: (entries) => {
      for (const entry of entries) void checkOwners(entry).then((refusal) => mempool.onChecked(entry.name, refusal));
    },
    onPending: (entries) => told.push(...entries),
  });
  const verifier = createInlineVerifier();
  const verified: [string, number][] = [];
  const keys: [string, number][] = [];
  const ownerCache = createOwnerCache();
  const checkOwners = createOwnerCheck(
    {
      verifyKeys(asked, payer) {
        keys.push([payer, asked.length]);
        return verifier.verifyKeys(asked, payer);
      },
    },
    ownerCache,
  );
  let held: Promise<void> = Promise.resolve();
  const admission = createAdmission({
    home,
    chain,
    mempool,
    hasher: nodeHasher,
    budgets,
    checkOwners,
    forwarding: createForwarding(clock, ({ id }) => forwarded.push(id), {
      perSender: { transactions: 2, bytes: 1 << 20 },
      total: { transactions: 3, bytes: 1 << 20 },
    }),
    verifier: {
      ...verifier,
      async verify(claims: readonly SignedMessage[], payer) {
        verified.push([payer, claims.length]);
        await held;
        return verifier.verify(claims, payer);
      },
    },
  });
  return {
    chain,
    mempool,
    budgets,
    told,
    forwarded,
    clock,
    verified,
    keys,
    submit: ({ bytes }, from = 'a') => admission(bytes, { from, own: from.endsWith('client') }),
    hold() {
      let release = (): void => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    async decide(transfers) {
      const block = nextBlock(
        chain,
        transfers.map(({ transaction }) => transaction),
      );
      await chain.append(block);
      mempool.onDecided({ ...decidedOf(transfers), delta: block.execution.delta });
    },
  };
};

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await undefined;
};

describe('a transfer is', () => {
  test('verified at the expense of its sender, once, and pending', async () => {
    const { submit, verified, mempool, told } = await bench();
    const sent = pay(CHAIN, [first, second], 2);
    expect(await submit(sent, 'client')).toEqual({ id: sent.id, status: 'pending' });
    expect(await submit(sent, 'b')).toEqual({ id: sent.id, status: 'known' });
    expect(verified).toEqual([['client', 2]]);
    expect(mempool.known(sent.id, sent.transaction)).toBe('everything');
    expect(told).toMatchObject([{ from: 'client', own: true, size: sent.bytes.length }]);
  });

  test('not this node’s own when a peer sent it', async () => {
    const { submit, told } = await bench();
    await submit(pay(CHAIN, [first]), 'peer');
    expect(told).toMatchObject([{ from: 'peer', own: false }]);
  });

  test('waiting until its parent comes, and only then told of', async () => {
    const { submit, told } = await bench();
    const parent = pay(CHAIN, [first]);
    const child = pay(CHAIN, parent.coins);
    expect(await submit(child)).toEqual({ id: child.id, status: 'waiting' });
    expect(told).toEqual([]);
    expect(await submit(parent)).toEqual({ id: parent.id, status: 'pending' });
    expect(told.map(({ id }) => id)).toEqual([parent.id, child.id]);
  });

  test('final when it is, whoever sends it again', async () => {
    const { submit, decide, verified } = await bench();
    const sent = pay(CHAIN, [first]);
    await decide([sent]);
    expect(await submit(sent)).toEqual({ id: sent.id, status: 'final' });
    expect(verified).toEqual([]);
  });

  test('final when it became so while it was verified, and does not stay behind', async () => {
    const { submit, decide, hold, mempool, budgets } = await bench();
    const sent = pay(CHAIN, [first]);
    const release = hold();
    const answer = submit(sent);
    await settle();
    await decide([sent]);
    release();
    expect(await answer).toEqual({ id: sent.id, status: 'final' });
    expect(mempool.counts()).toMatchObject({ transactions: 0, waiting: 0 });
    expect(budgets.of('a').transactions).toBe(0);
  });

  test('final when it became so while it was looked for', async () => {
    const { submit, decide, chain, mempool } = await bench();
    const sent = pay(CHAIN, [first]);
    const steps = chain.steps;
    let looked = 0;
    // What is found was read before the block; the answer comes after it.
    Object.assign(chain, {
      async steps(id: Uint8Array) {
        const found = await steps(id);
        if (looked++ === 0) await decide([parent, sent]);
        return found;
      },
    });
    const parent = pay(CHAIN, [second]);
    const child = pay(CHAIN, parent.coins);
    expect(await submit(child)).toEqual({ id: child.id, status: 'pending' });
    expect(await submit(sent)).toEqual({ id: sent.id, status: 'final' });
    expect(mempool.counts()).toMatchObject({ transactions: 1, waiting: 0 });
  });

  test('final when blocks came while it was verified and while it was looked for again', async () => {
    const { submit, decide, hold, chain, mempool } = await bench();
    const parent = pay(CHAIN, [second]);
    const sent = pay(CHAIN, parent.coins);
    const release = hold();
    const answer = submit(sent);
    await settle();
    await decide([pay(CHAIN, [first])]);
    const steps = chain.steps;
    let looked = 0;
    Object.assign(chain, {
      async steps(id: Uint8Array) {
        const found = await steps(id);
        if (looked++ === 0) await decide([parent, sent]);
        return found;
      },
    });
    release();
    expect(await answer).toEqual({ id: sent.id, status: 'final' });
    expect(looked).toBe(2);
    expect(mempool.counts()).toMatchObject({ transactions: 0, waiting: 0 });
  });
});

describe('a transfer is refused', () => {
  const codeOf = async (answer: ReturnType<Admission>): Promise<string> => {
    const got = await answer;
    return got.status === 'rejected' ? got.code : got.status;
  };

  test('as malformed, without an id', async () => {
    const { submit } = await bench();
    const { bytes } = pay(CHAIN, [first]);
    for (const bad of [new Uint8Array(0), bytes.subarray(1), Uint8Array.from([...bytes, 0])])
      expect(await submit({ bytes: bad })).toMatchObject({ id: undefined, status: 'rejected', code: 'malformed' });
  });

  test('for a rule of the ledger or of the pool before anyone verifies it', async () => {
    const { submit, verified } = await bench(1);
    expect(await codeOf(submit(pay(new Uint8Array(32), [first])))).toBe('wrong-chain');
    expect(await codeOf(submit(pay(CHAIN, [first])))).toBe('pending');
    expect(await codeOf(submit(pay(CHAIN, [first], 1)))).toBe('conflict');
    expect(await codeOf(submit(pay(CHAIN, [second])))).toBe('peer-budget');
    expect(verified.length).toBe(1);
  });

  test('for a witness that does not hold, and is not kept or remembered', async () => {
    const { submit, mempool, budgets } = await bench();
    const sent = pay(CHAIN, [first, second]);
    expect(await codeOf(submit(forge(sent)))).toBe('bad-witness');
    expect(mempool.status(sent.id)).toBeUndefined();
    expect(budgets.of('a').transactions).toBe(0);
    expect(await codeOf(submit(sent))).toBe('pending');
  });

  test('for an owner that is no key, after its signatures', async () => {
    const { submit, verified, keys } = await bench();
    const smallOrder = new Uint8Array(32);
    smallOrder[0] = 1;
    const sent = transfer(
      CHAIN,
      [first],
      [
        { amount: 1n, owner: KEYS[0]!.publicKey },
        { amount: 1n, owner: smallOrder },
      ],
    );
    expect(await codeOf(submit(forge(sent)))).toBe('bad-witness');
    expect(keys).toEqual([]);
    expect(await codeOf(submit(sent))).toBe('invalid-owner');
    expect(verified.length).toBe(2);
    expect(keys).toEqual([['a', 2]]);
  });

  test('for a bad witness, and taken with good ones', async () => {
    const { submit, mempool } = await bench();
    const sent = pay(CHAIN, [first]);
    expect(await codeOf(submit(forge(sent), 'bad'))).toBe('bad-witness');
    expect(mempool.counts()).toMatchObject({ transactions: 0, waiting: 0 });
    expect(await codeOf(submit(sent, 'bad'))).toBe('pending');
  });
});

describe('the owners of a transfer', () => {
  const KEYS_MORE = [21, 22, 23, 24, 25].map((i) => seedKey(new Uint8Array(32).fill(i)).publicKey);
  const payAll = (one: Coin, owners: readonly Uint8Array[]): SignedTransfer =>
    transfer(
      CHAIN,
      [one],
      owners.map((owner) => ({ amount: 1n, owner })),
    );

  test('are checked at the expense of its sender, once each', async () => {
    const { submit, keys } = await bench();
    expect((await submit(payAll(first, [...KEYS_MORE.slice(0, 3), KEYS_MORE[0]!]))).status).toBe('pending');
    expect(keys).toEqual([['a', 3]]);
    expect((await submit(payAll(second, KEYS_MORE.slice(0, 3)))).status).toBe('pending');
    expect(keys).toEqual([['a', 3]]);
  });

  test('are not checked while it waits, and decide when it need no longer', async () => {
    const { submit, keys, mempool, told } = await bench();
    const parent = transfer(
      CHAIN,
      [first],
      KEYS.slice(0, 2).map(({ publicKey: owner }) => ({ amount: 10n, owner })),
    );
    const good = payAll(parent.coins[0]!, [KEYS_MORE[0]!]);
    const bad = payAll(parent.coins[1]!, [new Uint8Array(32).fill(0xff)]);
    expect((await submit(good, 'g')).status).toBe('waiting');
    expect((await submit(bad, 'h')).status).toBe('waiting');
    expect(keys).toEqual([]);
    expect((await submit(parent, 'p')).status).toBe('pending');
    await settle();
    expect(keys).toEqual([
      ['p', 2],
      ['g', 1],
      ['h', 1],
    ]);
    expect(mempool.status(good.id)).toEqual({ status: 'pending' });
    expect(mempool.status(bad.id)).toMatchObject({ status: 'rejected', code: 'invalid-owner' });
    expect(told.map(({ id }) => id)).toEqual([parent.id, good.id]);
  });
});

describe('while a transfer is verified', () => {
  test('the same bytes are not verified again, and get the same answer', async () => {
    const { submit, hold, verified } = await bench();
    const sent = pay(CHAIN, [first]);
    const release = hold();
    const answers = [submit(sent), submit(sent, 'b'), submit(sent, 'c')];
    await settle();
    release();
    expect(await Promise.all(answers)).toEqual(Array(3).fill({ id: sent.id, status: 'pending' }));
    expect(verified.length).toBe(1);
  });

  test('the same transfer with a bad witness does not answer for the good one, nor the good one for it', async () => {
    for (const order of [
      [forge, (one: SignedTransfer) => one] as const,
      [(one: SignedTransfer) => one, forge] as const,
    ]) {
      const { submit, hold } = await bench();
      const sent = pay(CHAIN, [first]);
      const release = hold();
      const answers = order.map((change, i) => submit(change(sent), `${i}`));
      await settle();
      release();
      const got = await Promise.all(answers);
      const good = got[order.indexOf(forge) === 0 ? 1 : 0];
      expect(good).toEqual({ id: sent.id, status: 'pending' });
      expect(got[order.indexOf(forge)]).toMatchObject({ status: 'rejected', code: 'bad-witness' });
    }
  });

  test('a refusal of one sender is no answer to another', async () => {
    const { submit, hold, verified } = await bench(1);
    const sent = pay(CHAIN, [first]);
    expect((await submit(pay(CHAIN, [second]), 'spent')).status).toBe('pending');
    const release = hold();
    const answers = [submit(sent, 'spent'), submit(sent, 'fresh'), submit(sent, 'other')];
    await settle();
    release();
    expect(await Promise.all(answers)).toMatchObject([
      { code: 'peer-budget' },
      { status: 'pending' },
      { status: 'pending' },
    ]);
    expect(verified.map(([payer]) => payer)).toEqual(['spent', 'fresh']);
  });

  test('it counts against its sender, and no longer once it is refused', async () => {
    const { submit, hold, budgets } = await bench(2);
    const [one, two] = [pay(CHAIN, [first]), pay(CHAIN, [second])];
    const release = hold();
    const answers = [submit(forge(one)), submit(two)];
    await settle();
    expect(budgets.of('a')).toEqual({ transactions: 2, bytes: one.bytes.length + two.bytes.length });
    expect(await submit(pay(CHAIN, [coins[2]!]))).toMatchObject({ code: 'peer-budget' });
    release();
    expect(await Promise.all(answers)).toMatchObject([{ code: 'bad-witness' }, { status: 'pending' }]);
    expect(budgets.of('a')).toEqual({ transactions: 1, bytes: two.bytes.length });
  });

  test('a rival that came first wins, and the other is told', async () => {
    const { submit, hold } = await bench();
    const [one, two] = [pay(CHAIN, [first], 1), pay(CHAIN, [first], 2)];
    const release = hold();
    const answers = [submit(one), submit(two)];
    await settle();
    release();
    expect(await Promise.all(answers)).toMatchObject([{ status: 'pending' }, { code: 'conflict' }]);
  });

  test('a verifier that breaks is an exception, and leaves nothing behind', async () => {
    const { mempool, budgets, chain } = await bench();
    const admission = createAdmission({
      home: HOME,
      forwarding: createForwarding(systemClock, () => {}),
      chain,
      mempool,
      budgets,
      hasher: nodeHasher,
      checkOwners: async () => undefined,
      verifier: { ...createInlineVerifier(), verify: () => Promise.reject(new Error('no threads')) },
    });
    const { bytes } = pay(CHAIN, [first]);
    for (let again = 0; again < 2; again++)
      await expect(admission(bytes, { from: 'a', own: true })).rejects.toThrow('no threads');
    expect(budgets.of('a').transactions).toBe(0);
  });
});

describe('what this shard has no vote in', () => {
  const elsewhere: Home = { shard: 1, place: () => 0 };

  test('is verified at the expense of the client, and passed on', async () => {
    const { submit, verified, keys, forwarded, mempool, budgets } = await bench(100, elsewhere);
    const sent = pay(CHAIN, [first], 2);
    expect(await submit(forge(sent), 'client')).toMatchObject({ status: 'rejected', code: 'bad-witness' });
    expect(forwarded).toEqual([]);
    expect(await submit(sent, 'client')).toEqual({ id: sent.id, status: 'forwarded' });
    expect(forwarded).toEqual([sent.id]);
    expect(verified).toEqual(Array(2).fill(['client', 1]));
    expect(keys).toEqual([['client', 1]]);
    expect(mempool.counts()).toMatchObject({ transactions: 0, waiting: 0 });
    expect(budgets.of('client').transactions).toBe(0);
  });

  test('is refused unverified where more was passed on in a second than may be, of one sender or of all', async () => {
    const { submit, verified, forwarded, clock } = await bench(100, elsewhere);
    const [one, two, three] = [0, 1, 2].map((to) => pay(CHAIN, [first], to));
    const [four, five] = [0, 1].map((to) => pay(CHAIN, [second], to));
    const crowded = { status: 'rejected', code: 'peer-budget' };
    expect(await submit(forge(one!), 'client')).toMatchObject({ code: 'bad-witness' });
    expect(await submit(two!, 'client')).toMatchObject({ status: 'forwarded' });
    expect(await submit(three!, 'client')).toMatchObject(crowded);
    expect(await submit(three!, 'another client')).toEqual({ id: three!.id, status: 'forwarded' });
    expect(await submit(four!, 'a third client')).toMatchObject(crowded);
    expect(verified.length).toBe(3);
    await clock.advance(1_000);
    for (const transfer of [four!, five!])
      expect(await submit(transfer, 'client')).toMatchObject({ status: 'forwarded' });
    expect(forwarded).toEqual([two, three, four, five].map((transfer) => transfer!.id));
  });

  test('is refused where a peer sent it, before anyone verifies it', async () => {
    const { submit, verified, forwarded } = await bench(100, elsewhere);
    expect(await submit(pay(CHAIN, [first]), 'peer')).toMatchObject({ status: 'rejected', code: 'not-here' });
    expect(verified).toEqual([]);
    expect(forwarded).toEqual([]);
  });
});
