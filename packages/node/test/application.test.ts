import { type Command, encodeCertificate, maskOf, type State } from '@ios/bft';
import { type BlockPosition, decodeBlock, encodeTransaction, type Transaction } from '@ios/ledger';
import { describe, expect, test } from 'vitest';
import { createMemoryDisk } from '../src/store/memory.ts';
import { CHAIN } from './chain-fixture.ts';
import { blockOn, certify, coins, makeReplica, type Replica, type ReplicaOptions } from './shard-fixture.ts';
import { type Coin, forge, KEYS, pay, type SignedTransfer, transfer } from './signed-fixture.ts';

type Of<T extends Command['type']> = Extract<Command, { type: T }>;

const commandsOf = <T extends Command['type']>({ commands }: Replica, type: T): Of<T>[] =>
  commands.filter((command): command is Of<T> => command.type === type);

const transactions = (...transfers: SignedTransfer[]): Transaction[] => transfers.map(({ transaction }) => transaction);

const askProposal = ({ application, chain }: Replica, view = 0): void => {
  const { height, hash: digest } = chain.head;
  const parent = height === 0 ? undefined : { height, digest, certificate: certify(height, digest) };
  application.onOutput({ type: 'propose', height: height + 1, view, parent });
};

/** Has the replica decide a block with these transactions; returns its bytes. */
const decide = async (replica: Replica, ...transfers: SignedTransfer[]): Promise<Uint8Array> => {
  const { height, hash } = replica.chain.head;
  const certificate = height === 0 ? new Uint8Array(0) : encodeCertificate(certify(height, hash));
  const value = blockOn(replica, transactions(...transfers), { certificate });
  await decideValue(replica, value);
  return value;
};

const decideValue = async (replica: Replica, value: Uint8Array): Promise<void> => {
  const height = replica.chain.head.height + 1;
  const digest = replica.values.decode(value)?.hash ?? new Uint8Array(32);
  replica.application.onOutput({ type: 'decide', height, digest, certificate: certify(height, digest), value });
  await replica.run();
};

/** The verdict on a value, and why it was refused. */
const check = async (replica: Replica, value: Uint8Array, proposer = 1): Promise<true | string> => {
  const height = replica.chain.head.height + 1;
  const digest = replica.values.decode(value)?.hash ?? new Uint8Array(32);
  replica.application.onOutput({ type: 'check', height, view: 3, digest, value, proposer });
  await replica.run();
  const answer = commandsOf(replica, 'checked').at(-1)!;
  expect(answer).toMatchObject({ height, view: 3, digest });
  return answer.valid || replica.refusals.at(-1)!;
};

/** What an application looks at in the state of its replica. */
const stateAt = (height: number, view: number): State => ({ height, record: { view } }) as unknown as State;

const BAD_CLAIM = 'a signature or an owner is not valid';

describe('a height begins', () => {
  test('with the first on a new chain', async () => {
    const replica = await makeReplica();
    await replica.application.begin();
    expect(replica.commands).toMatchObject([{ type: 'begin', height: 1, parent: undefined }]);
  });

  test('after each decision, and where the chain was left', async () => {
    const disk = createMemoryDisk();
    const replica = await makeReplica({ disk });
    await decide(replica, pay(CHAIN, [coins[0]!]));
    const { hash } = replica.chain.head;
    const parent = { height: 1, digest: hash, certificate: certify(1, hash) };
    expect(commandsOf(replica, 'begin')).toMatchObject([{ height: 2, parent }]);
    await replica.store.close();
    const again = await makeReplica({ disk });
    await again.application.begin();
    const [begin] = commandsOf(again, 'begin');
    expect(begin).toMatchObject({ height: 2, parent: { height: 1, certificate: parent.certificate } });
    expect(Buffer.compare(begin!.parent!.digest, hash)).toBe(0);
    expect(begin!.context.committee.length).toBe(4);
  });
});

describe('a proposal is made', () => {
  const times = async (options: ReplicaOptions, act: (replica: Replica) => Promise<void>): Promise<number[]> => {
    const replica = await makeReplica(options);
    await act(replica);
    const seen: number[] = [];
    for (let time = replica.scheduler.now(); time <= 5_000 && seen.length === 0; time++) {
      await replica.run(time);
      if (commandsOf(replica, 'proposal').length > 0) seen.push(time);
    }
    expect(replica.failures).toEqual([]);
    return seen;
  };

  test('with nothing to propose, after the idle time', async () => {
    expect(await times({}, async (replica) => askProposal(replica))).toEqual([1_000]);
  });

  test('with something, after the interval', async () => {
    const act = async (replica: Replica): Promise<void> => {
      replica.take(pay(CHAIN, [coins[0]!]));
      askProposal(replica);
    };
    expect(await times({}, act)).toEqual([100]);
  });

  test('as soon as something comes, the interval over', async () => {
    const at = (time: number) => async (replica: Replica) => {
      askProposal(replica);
      await replica.run(time);
      replica.take(pay(CHAIN, [coins[0]!]));
    };
    expect(await times({}, at(40))).toEqual([100]);
    expect(await times({}, at(400))).toEqual([400]);
  });

  test('at once, when the time since the decision is over', async () => {
    const act = async (replica: Replica): Promise<void> => {
      await replica.run(1_500);
      askProposal(replica);
    };
    expect(await times({}, act)).toEqual([1_500]);
  });

  test('counted from the decision', async () => {
    const act = async (replica: Replica): Promise<void> => {
      await replica.run(700);
      await decide(replica);
      askProposal(replica);
    };
    expect(await times({}, act)).toEqual([1_700]);
  });

  test('although the clock was set back', async () => {
    let skew = 0;
    const act = async (replica: Replica): Promise<void> => {
      await replica.run(100);
      skew = -3_600_000;
      askProposal(replica);
    };
    expect(await times({ skew: () => skew }, act)).toEqual([1_100]);
  });

  test('once, for the view that was asked for last', async () => {
    const replica = await makeReplica();
    askProposal(replica, 0);
    await replica.run(500);
    askProposal(replica, 2);
    await replica.run(500);
    expect(replica.scheduler.pending()).toBe(1);
    await replica.run(2_000);
    replica.take(pay(CHAIN, [coins[0]!]));
    await replica.run(9_000);
    expect(commandsOf(replica, 'proposal')).toMatchObject([{ height: 1, view: 2 }]);
    expect(replica.scheduler.pending()).toBe(0);
  });

  test('not for a height that was decided meanwhile', async () => {
    const replica = await makeReplica();
    askProposal(replica);
    await replica.run(500);
    await decide(replica);
    await replica.run(9_000);
    expect(commandsOf(replica, 'proposal')).toEqual([]);
  });

  test('not after the end', async () => {
    const replica = await makeReplica();
    askProposal(replica);
    replica.application.stop();
    replica.take(pay(CHAIN, [coins[0]!]));
    await replica.run(9_000);
    expect(replica.commands).toEqual([]);
    expect(replica.scheduler.pending()).toBe(0);
  });

  test('of what is pending, parents first, within the bounds, and a replica elsewhere accepts it', async () => {
    const [proposer, other] = await Promise.all([
      makeReplica({ member: 1, policy: { blockTransactions: 3 } }),
      makeReplica({ policy: { blockTransactions: 3 } }),
    ]);
    for (const replica of [proposer, other]) await decide(replica, pay(CHAIN, [coins[7]!], 0, 5n));
    const parent = pay(CHAIN, [coins[0]!]);
    const rest = [pay(CHAIN, parent.coins, 1), pay(CHAIN, [coins[1]!], 2), pay(CHAIN, [coins[2]!])];
    proposer.take(rest[0]!, parent, ...rest.slice(1));
    askProposal(proposer);
    await proposer.run(9_000);
    const [proposal] = commandsOf(proposer, 'proposal');
    const block = decodeBlock(proposal!.value);
    expect(block.transactions.map(encodeTransaction)).toEqual([parent, rest[0]!, rest[1]!].map(({ bytes }) => bytes));
    expect(await check(other, proposal!.value)).toBe(true);
  });

  test('that fits to the last byte, beside the certificate', async () => {
    const large = Array.from({ length: 8 }, (_, i) =>
      transfer(
        CHAIN,
        [coins[i]!],
        Array.from({ length: 10 }, () => ({ amount: 1n, owner: KEYS[0]!.publicKey })),
      ),
    );
    const proposed = async (blockBytes: number): Promise<Uint8Array> => {
      const replica = await makeReplica({ policy: { blockBytes, blockTransactions: 100 } });
      await decide(replica);
      replica.take(...large);
      askProposal(replica);
      await replica.run(9_000);
      return commandsOf(replica, 'proposal')[0]!.value;
    };
    const { length } = await proposed(5_000);
    expect(length).toBeGreaterThan(3_000);
    expect(length).toBeLessThanOrEqual(5_000);
    const size = large[0]!.bytes.length;
    expect((await proposed(length)).length).toBe(length);
    expect((await proposed(length - 1)).length).toBe(length - size);
  });
});

describe('a block is refused', () => {
  test.each<[keyof BlockPosition, Partial<BlockPosition>]>([
    ['chain', { chain: new Uint8Array(32).fill(1) }],
    ['shard', { shard: 1 }],
    ['epoch', { epoch: 1 }],
    ['stepEntry', { stepEntry: new Uint8Array(32).fill(1) }],
    ['height', { height: 3 }],
    ['previous', { previous: new Uint8Array(32).fill(1) }],
    ['executionDigest', { executionDigest: new Uint8Array(32).fill(1) }],
    ['outboxRoot', { outboxRoot: new Uint8Array(32).fill(1) }],
    ['proposer', { proposer: 2 }],
  ])('for a wrong %s', async (field, position) => {
    const replica = await makeReplica();
    await decide(replica);
    const certificate = encodeCertificate(certify(1, replica.chain.head.hash));
    expect(await check(replica, blockOn(replica, [], { certificate }))).toBe(true);
    const value = blockOn(replica, [], { certificate, ...position });
    expect(await check(replica, value)).toBe(`the header's ${field} is wrong`);
  });

  test('for bytes that are none, or are not bound by their header', async () => {
    const replica = await makeReplica();
    const value = blockOn(replica, transactions(pay(CHAIN, [coins[0]!])));
    expect(await check(replica, value)).toBe(true);
    const other = value.slice();
    other[value.length - 1]! ^= 1;
    expect(await check(replica, other)).toBe('it is not a block of this height');
    expect(await check(replica, value.subarray(0, -1))).toBe('it is not a block of this height');
  });

  test('for another height than the next, whatever the header', async () => {
    const replica = await makeReplica();
    const value = blockOn(replica, []);
    replica.application.onOutput({ type: 'check', height: 2, view: 0, digest: new Uint8Array(32), value, proposer: 1 });
    await replica.run();
    expect(commandsOf(replica, 'checked')).toMatchObject([{ height: 2, valid: false }]);
  });

  test('above the bounds of the policy', async () => {
    const three = transactions(...[0, 1, 2].map((i) => pay(CHAIN, [coins[i]!])));
    const value = blockOn(await makeReplica(), three);
    const verdict = async (policy: ReplicaOptions['policy'] & object): Promise<true | string> =>
      check(await makeReplica({ policy }), value);
    expect(await verdict({ blockTransactions: 3 })).toBe(true);
    expect(await verdict({ blockTransactions: 2 })).toBe('it is too large');
    expect(await verdict({ blockBytes: value.length })).toBe(true);
    expect(await verdict({ blockBytes: value.length - 1 })).toBe('it is too large');
  });

  test('for a transaction that does not apply', async () => {
    const replica = await makeReplica();
    const [one, rival] = [pay(CHAIN, [coins[0]!], 1), pay(CHAIN, [coins[0]!], 2)];
    const child = pay(CHAIN, one.coins);
    const late = transfer(CHAIN, [coins[1]!], [{ amount: 1n, owner: KEYS[0]!.publicKey }], 3);
    expect(await check(replica, blockOn(replica, transactions(one, child)))).toBe(true);
    for (const bad of [transactions(one, rival), transactions(child, one), transactions(child), transactions(late)])
      expect(await check(replica, blockOn(replica, bad))).toBe('a transaction does not apply');
  });

  test('for a certificate of its parent that is malformed, too small, or signed for something else', async () => {
    const replica = await makeReplica();
    await decide(replica);
    await decide(replica);
    const { height, hash } = replica.chain.head;
    const verdict = (certificate: Uint8Array): Promise<true | string> =>
      check(replica, blockOn(replica, [], { certificate }));
    const good = certify(height, hash);
    expect(await verdict(encodeCertificate(good))).toBe(true);
    expect(await verdict(encodeCertificate(certify(height, hash, { members: [1, 2, 3], view: 4 })))).toBe(true);
    expect(await verdict(encodeCertificate(certify(height, hash, { members: [0, 1, 2, 3] })))).toBe(true);

    const malformed = "its parent's certificate is malformed or too small";
    expect(await verdict(new Uint8Array(0))).toBe(malformed);
    expect(await verdict(encodeCertificate(good).subarray(1))).toBe(malformed);
    expect(await verdict(encodeCertificate(certify(height, hash, { members: [0, 1] })))).toBe(malformed);
    expect(await verdict(encodeCertificate({ ...good, mask: maskOf([0, 1, 2, 3], 4) }))).toBe(malformed);
    expect(await verdict(encodeCertificate({ ...good, mask: Uint8Array.of(0x17) }))).toBe(malformed);
    expect(await verdict(encodeCertificate({ ...good, mask: Uint8Array.of(7, 0) }))).toBe(malformed);
    expect(await verdict(encodeCertificate({ ...good, signature: good.signature.subarray(64) }))).toBe(malformed);

    const unsigned = BAD_CLAIM;
    expect(await verdict(encodeCertificate(certify(height, hash, { phase: 'prepare' })))).toBe(unsigned);
    expect(await verdict(encodeCertificate({ ...good, view: 1 }))).toBe(unsigned);
    expect(await verdict(encodeCertificate({ ...good, mask: maskOf([0, 1, 3], 4) }))).toBe(unsigned);
    expect(await verdict(encodeCertificate(certify(height - 1, hash)))).toBe(unsigned);
    expect(await verdict(encodeCertificate(certify(height, new Uint8Array(32))))).toBe(unsigned);
  });

  test('for a witness that does not hold, though its transaction is pooled with a good one', async () => {
    const replica = await makeReplica();
    const pooled = pay(CHAIN, [coins[0]!]);
    const stranger = pay(CHAIN, [coins[1]!]);
    replica.take(pooled);
    const verdict = (...transfers: SignedTransfer[]): Promise<true | string> =>
      check(replica, blockOn(replica, transactions(...transfers)));
    expect(await verdict(pooled, stranger)).toBe(true);
    expect(await verdict(forge(pooled), stranger)).toBe(BAD_CLAIM);
    expect(await verdict(pooled, forge(stranger))).toBe(BAD_CLAIM);
  });

  test('for an owner that is no key, by everybody, whatever their pools hold', async () => {
    const parent = pay(CHAIN, [coins[0]!]);
    const owner = new Uint8Array(32).fill(255);
    const bad = transfer(CHAIN, parent.coins, [{ amount: 1n, owner }]);
    const [none, waits] = await Promise.all([makeReplica(), makeReplica()]);
    // Its witnesses hold, so that it may wait; its owner was not looked at.
    waits.take(bad);
    expect(waits.mempool.known(bad.id, bad.transaction)).toBe('signatures');
    for (const replica of [none, waits])
      for (let again = 0; again < 2; again++) {
        expect(await check(replica, blockOn(replica, transactions(parent, bad)))).toBe(BAD_CLAIM);
        expect(await check(replica, blockOn(replica, transactions(parent)))).toBe(true);
      }
  });
});

test('only witnesses that the pool has not seen are verified', async () => {
  const replica = await makeReplica();
  await decide(replica);
  const certificate = encodeCertificate(certify(1, replica.chain.head.hash));
  const [pooled, waiting] = [pay(CHAIN, [coins[0]!]), pay(CHAIN, [coins[5]!])];
  const both = pay(CHAIN, [coins[2]!, coins[3]!]);
  replica.take(pooled, pay(CHAIN, waiting.coins));
  const verdict = (...transfers: SignedTransfer[]): Promise<true | string> =>
    check(replica, blockOn(replica, transactions(...transfers), { certificate }));
  expect(await verdict(pooled)).toBe(true);
  expect(await verdict(pooled, both)).toBe(true);
  expect(await verdict(pooled, waiting, pay(CHAIN, waiting.coins))).toBe(true);
  // Three signatures of the certificate, and those of the strangers.
  expect(replica.verified).toEqual([3, 5, 4]);
  // The one owner of all, who is known from then on; owners of what is pending were checked before.
  expect(replica.keys).toEqual([0, 1, 0]);
});

describe('a check that nobody waits for any more', () => {
  /** A replica whose verification goes on until it is told to end, and what the signal said. */
  const begun = async (): Promise<{ replica: Replica; ended: () => boolean; value: Uint8Array }> => {
    let ended = false;
    const replica = await makeReplica({
      held: (signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            ended = true;
            resolve();
          });
        }),
    });
    const value = blockOn(replica, transactions(pay(CHAIN, [coins[0]!])));
    const { hash: digest } = replica.values.decode(value)!;
    replica.application.onOutput({ type: 'check', height: 1, view: 3, digest, value, proposer: 1 });
    await replica.run();
    return { replica, ended: () => ended, value };
  };

  test('ends with its view, and says nothing', async () => {
    const { replica, ended } = await begun();
    replica.application.onState(stateAt(1, 3));
    await replica.run();
    expect(ended()).toBe(false);
    replica.application.onState(stateAt(1, 4));
    await replica.run();
    expect(ended()).toBe(true);
    expect([replica.commands, replica.refusals, replica.failures]).toEqual([[], [], []]);
  });

  test('ends with its height', async () => {
    const { replica, ended, value } = await begun();
    await decideValue(replica, value);
    expect(ended()).toBe(true);
    expect(commandsOf(replica, 'checked')).toEqual([]);
    expect(replica.chain.head.height).toBe(1);
    expect(replica.failures).toEqual([]);
  });

  test('ends with the node', async () => {
    const { replica, ended } = await begun();
    replica.application.stop();
    await replica.run();
    expect(ended()).toBe(true);
    expect([replica.commands, replica.failures]).toEqual([[], []]);
  });

  test('gives way to the next', async () => {
    const { replica, ended, value } = await begun();
    const { hash: digest } = replica.values.decode(value)!;
    replica.application.onOutput({ type: 'check', height: 1, view: 4, digest, value: value.subarray(1), proposer: 1 });
    await replica.run();
    expect(ended()).toBe(true);
    expect(commandsOf(replica, 'checked')).toMatchObject([{ view: 4, valid: false }]);
  });
});

describe('a decision', () => {
  test('is stored, leaves the pool, is told of, and opens the next height', async () => {
    const replica = await makeReplica();
    const [sent, rival] = [pay(CHAIN, [coins[0]!], 1), pay(CHAIN, [coins[0]!], 2)];
    replica.take(rival, pay(CHAIN, rival.coins));
    const value = await decide(replica, sent);
    expect(replica.chain.head.height).toBe(1);
    expect((await replica.chain.block(1))!.bytes).toEqual(value);
    expect(await replica.chain.steps(sent.id)).toEqual([{ kind: 'included', height: 1, index: 0 }]);
    expect(replica.mempool.counts()).toMatchObject({ transactions: 0, waiting: 0 });
    expect(replica.final).toEqual([1]);
    expect(commandsOf(replica, 'begin').length).toBe(1);
  });

  test('shares the fees of the parent among the members in its certificate', async () => {
    const replica = await makeReplica();
    await decide(replica, pay(CHAIN, [coins[0]!], 1, 10n));
    expect(replica.chain.state.accrued(new Uint8Array(0))).toBe(10n);
    await decide(replica);
    expect(replica.chain.state.accrued(new Uint8Array(0))).toBe(1n);
  });

  test('that was checked is not executed again, and one that was not is', async () => {
    const replica = await makeReplica();
    const value = blockOn(replica, transactions(pay(CHAIN, [coins[0]!])));
    let looks = 0;
    const { get } = replica.chain.state;
    Object.assign(replica.chain.state, {
      get(...args: Parameters<typeof get>) {
        looks++;
        return get(...args);
      },
    });
    expect(await check(replica, value)).toBe(true);
    const before = looks;
    expect(before).toBeGreaterThan(0);
    await decideValue(replica, value);
    expect(looks).toBe(before);
    await decide(replica, pay(CHAIN, [coins[1]!]));
    expect(looks).toBeGreaterThan(before);
    expect(replica.chain.head.height).toBe(2);
  });

  test.each<[string, (replica: Replica) => Uint8Array]>([
    ['that is no block', () => new Uint8Array(9)],
    [
      'of a transaction that does not apply',
      (replica) => blockOn(replica, transactions(pay(CHAIN, pay(CHAIN, [coins[0]!]).coins))),
    ],
    ['on another parent', (replica) => blockOn(replica, [], { previous: new Uint8Array(32) })],
    ['on another state', (replica) => blockOn(replica, [], { executionDigest: new Uint8Array(32) })],
    ['of another height', (replica) => blockOn(replica, [], { height: 7 })],
  ])('%s halts the node and changes nothing', async (_, make) => {
    const replica = await makeReplica();
    await decideValue(replica, make(replica));
    expect(replica.failures).toMatchObject([{ name: 'NodeError', code: 'diverged', facts: { height: 1 } }]);
    expect(replica.chain.head.height).toBe(0);
    expect(replica.commands).toEqual([]);
    expect(await replica.chain.block(1)).toBeUndefined();
  });

  test('whose certificate of its parent names nobody there is halts the node', async () => {
    const replica = await makeReplica();
    await decide(replica);
    const certificate = encodeCertificate({ view: 0, mask: Uint8Array.of(0xf0), signature: new Uint8Array(0) });
    await decideValue(replica, blockOn(replica, [], { certificate }));
    expect(replica.failures).toMatchObject([{ name: 'NodeError', code: 'diverged' }]);
  });

  test('that cannot be stored halts the node', async () => {
    const replica = await makeReplica();
    const value = blockOn(replica, []);
    await replica.store.close();
    await decideValue(replica, value);
    expect(replica.failures).toMatchObject([{ name: 'StoreError' }]);
    expect(replica.commands).toEqual([]);
  });

  test('that cannot be stored because the node has stopped is nothing to report', async () => {
    const replica = await makeReplica();
    const value = blockOn(replica, []);
    await replica.store.close();
    const decided = decideValue(replica, value);
    replica.application.stop();
    await decided;
    expect(replica.failures).toEqual([]);
  });

  test('opens nothing after the end, though it is stored', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let slow = false;
    const replica = await makeReplica({
      wrapStore: (store) => ({
        ...store,
        batch: async (...args) => {
          if (slow) await held;
          return store.batch(...args);
        },
      }),
    });
    slow = true;
    await decideValue(replica, blockOn(replica, []));
    replica.application.stop();
    release();
    await replica.run();
    expect(replica.chain.head.height).toBe(1);
    expect(replica.commands).toEqual([]);
    expect(replica.final).toEqual([]);
    expect(replica.failures).toEqual([]);
  });
});

describe('history', () => {
  const ask = async (replica: Replica, from: number, peer = 'p'): Promise<number[]> => {
    const answers = (): Of<'history'>[] => commandsOf(replica, 'history').filter((answer) => answer.peer === peer);
    const before = answers().length;
    replica.application.onOutput({ type: 'history', peer, from });
    await replica.run();
    return answers()[before]!.decisions.map(({ height }) => height);
  };

  test('is what is stored from a height on, certificates included', async () => {
    const replica = await makeReplica();
    const values = [await decide(replica), await decide(replica), await decide(replica)];
    expect(await ask(replica, 2)).toEqual([2, 3]);
    const { peer, decisions } = commandsOf(replica, 'history')[0]!;
    expect(peer).toBe('p');
    const { hash } = replica.chain.head;
    expect(decisions[1]).toMatchObject({ value: values[2], certificate: certify(3, hash) });
    expect(Buffer.compare(decisions[1]!.digest, hash)).toBe(0);
    expect(await ask(replica, 4)).toEqual([]);
  });

  test('is cut at a mebibyte, and has one block at least', async () => {
    const replica = await makeReplica();
    const owner = KEYS[0]!.publicKey;
    // A coin cut in 256 and put together again, 29 kB, so many times.
    const pairs = (coin: Coin, count: number): SignedTransfer[] => {
      const made: SignedTransfer[] = [];
      for (let last = coin; made.length < 2 * count; last = made.at(-1)!.coins[0]!) {
        const outputs = Array.from({ length: 256 }, (_, i) => ({
          amount: i > 0 ? 1n : last.output.amount - 255n,
          owner,
        }));
        const cut = transfer(CHAIN, [last], outputs);
        made.push(cut, pay(CHAIN, cut.coins));
      }
      return made;
    };
    for (const [i, count] of [15, 15, 15, 38, 1].entries()) await decide(replica, ...pairs(coins[i]!, count));
    expect(await ask(replica, 1)).toEqual([1, 2]);
    expect(await ask(replica, 3)).toEqual([3]);
    expect(await ask(replica, 4)).toEqual([4]);
    expect(await ask(replica, 5)).toEqual([5]);
  });

  test('is answered to one peer once at a time, to what it asked last', async () => {
    const replica = await makeReplica();
    await decide(replica);
    for (const peer of ['p', 'p', 'q', 'p']) replica.application.onOutput({ type: 'history', peer, from: 1 });
    await replica.run();
    expect(commandsOf(replica, 'history').map(({ peer }) => peer)).toEqual(['p', 'q']);
    expect(await ask(replica, 1)).toEqual([1]);
  });

  test('is paced for who asks without end, and at once for another', async () => {
    const replica = await makeReplica();
    for (let i = 0; i < 40; i++) await decide(replica);
    let greedy = 0;
    const stop = 10_000;
    const greed = (): void => {
      const answered = commandsOf(replica, 'history').filter(({ peer }) => peer === 'greedy').length;
      if (answered > greedy || replica.scheduler.now() === 0)
        replica.application.onOutput({ type: 'history', peer: 'greedy', from: 1 });
      greedy = answered;
      if (replica.scheduler.now() < stop) replica.scheduler.setTimeout(greed, 1);
    };
    greed();
    await replica.run(stop - 100);
    // An answer of 40 blocks counts a kibibyte for each beside their bytes: no more than 8 MiB at first and 4 a second.
    const cost = 40 * (1024 + commandsOf(replica, 'history')[0]!.decisions[1]!.value.length);
    const most = (8 + 4 * 10) * 2 ** 20;
    expect(greedy).toBeGreaterThan((0.8 * most) / (cost + 40 * 300));
    expect(greedy).toBeLessThan(most / cost + 2);
    expect(await ask(replica, 39, 'honest')).toEqual([39, 40]);
  });

  test('is nothing to answer after the end', async () => {
    const replica = await makeReplica();
    await decide(replica);
    replica.application.onOutput({ type: 'history', peer: 'p', from: 1 });
    replica.application.stop();
    replica.application.onOutput({ type: 'history', peer: 'p', from: 1 });
    await replica.run(9_000);
    expect(commandsOf(replica, 'history')).toEqual([]);
    expect(replica.scheduler.pending()).toBe(0);
  });
});
