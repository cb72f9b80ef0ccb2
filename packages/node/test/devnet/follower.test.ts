import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { createFollower } from '../../src/devnet/follower.ts';
import { NodeError } from '../../src/errors.ts';
import { nodeHasher } from '../../src/hasher.ts';
import { pay } from '../signed-fixture.ts';
import { CHAIN, certify, coins, testChain } from './chain.ts';
import { answeredBy, type FakeValidator, fakeValidator, membersOf } from './fake-validator.ts';

const payment = pay(CHAIN, [coins[0]!], 1, 4n);

/** Two validators at height 2, who were followed so far. */
const followed = async () => {
  const chain = testChain();
  const validators = [0, 1].map(() => fakeValidator(CHAIN, chain.executionDigest)) as [FakeValidator, FakeValidator];
  const told: [number, number, readonly string[]][] = [];
  const follower = createFollower({
    members: membersOf(validators.map(({ client }) => client)),
    chain: CHAIN,
    hasher: nodeHasher,
    onBlock: (k, { block, ids }) => told.push([k, block.header.height, ids.map(bytesToHex)]),
  });
  await follower.poll();
  const grow = (...transactions: (typeof payment)[]) => {
    const block = chain.grow(transactions.map(({ transaction }) => transaction));
    for (const validator of validators) validator.show(block, chain.executionDigest);
    return block;
  };
  const one = grow(payment);
  await follower.poll();
  const two = grow();
  await follower.poll();
  const [first, second] = validators;
  return { chain, first, second, follower, told, one, two, grow };
};

describe('follower', () => {
  test('tells what each validator shows final, once', async () => {
    const { follower, told, one, two } = await followed();
    await follower.poll();
    const name = bytesToHex(payment.id);
    expect(told.sort(([a, x], [b, y]) => a - b || x - y)).toEqual([
      [0, 1, [name]],
      [0, 2, []],
      [1, 1, [name]],
      [1, 2, []],
    ]);
    expect(follower.heights).toEqual([2, 2]);
    expect(follower.shown.blocks).toEqual([one.bytes, two.bytes]);
    expect(follower.shown.certificates).toEqual([
      [certify(one), certify(two)],
      [certify(one), certify(two)],
    ]);
    expect(follower.shown.heads.map((heads) => [...heads.keys()])).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(follower.statuses[1]?.height).toBe(7);
  });

  test('leaves out who is away, and catches up with it', async () => {
    const { follower, second, grow } = await followed();
    second.away = true;
    grow();
    await follower.poll();
    expect(follower.heights).toEqual([3, 2]);
    expect(follower.statuses.map((status) => status !== undefined)).toEqual([true, false]);
    second.away = false;
    grow();
    await follower.poll();
    expect(follower.heights).toEqual([4, 4]);
  });

  test('takes a long chain piece by piece', async () => {
    const chain = testChain();
    const validator = fakeValidator(CHAIN, chain.executionDigest);
    for (let i = 0; i < 40; i++) validator.show(chain.grow([]), chain.executionDigest);
    const follower = createFollower({ members: membersOf([validator.client]), chain: CHAIN, hasher: nodeHasher });
    await follower.poll();
    expect(follower.heights).toEqual([16]);
    await follower.poll();
    await follower.poll();
    expect(follower.heights).toEqual([40]);
  });

  type Found = Awaited<ReturnType<typeof followed>>;
  const other = '11'.repeat(32);

  test.each<[string, RegExp, (found: Found) => unknown]>([
    [
      'shows another block than the others',
      /^Validator 1 shows another block 3 than other validators/,
      ({ first, second, chain }) => {
        second.show(chain.make([], { proposer: 3 }), chain.executionDigest);
        first.show(chain.grow([]), chain.executionDigest);
      },
    ],
    [
      'claims another head than the block that the others show',
      /^Validator 1 claims a head that is not block 3/,
      async ({ first, second, chain, follower }) => {
        first.show(chain.grow([]), chain.executionDigest);
        await follower.poll();
        second.head = { ...first.head, hash: other };
      },
    ],
    [
      'claims another head than the block that it shows',
      /^Validator 1 claimed another block 3 as its head/,
      ({ second, chain }) => {
        second.show(chain.grow([]), chain.executionDigest);
        second.head = { ...second.head, hash: other };
      },
    ],
    [
      'goes back',
      /^Validator 0 went back from height 2 to 1/,
      ({ first, one }) => {
        first.head = { ...first.head, height: 1, hash: bytesToHex(one.hash) };
      },
    ],
    [
      'changes the hash of its head',
      /^Validator 0 claims another head at height 2 than before/,
      ({ first }) => {
        first.head = { ...first.head, hash: other };
      },
    ],
    [
      'changes the state of its head',
      /^Validator 0 claims another head at height 2 than before/,
      ({ first }) => {
        first.head = { ...first.head, executionDigest: other };
      },
    ],
    [
      'lacks a block below its head',
      /^Validator 0 has no block 3/,
      ({ first, chain }) => {
        first.show(chain.grow([]), chain.executionDigest);
        first.blocks.pop();
      },
    ],
    [
      'names a block otherwise than it hashes',
      /^Validator 0 names block 3 otherwise/,
      ({ first, chain }) => {
        first.show(chain.grow([]), chain.executionDigest);
        first.blocks[2]!.hash = other;
      },
    ],
    [
      'shows a block whose contents are not those of its header',
      /^Validator 0 shows a damaged block 3/,
      ({ first, chain }) => {
        first.show(chain.grow([pay(CHAIN, [coins[1]!]).transaction]), chain.executionDigest);
        first.blocks[2]!.bytes = first.blocks[2]!.bytes.replace(/..$/, (last) => (last === '00' ? '01' : '00'));
      },
    ],
    [
      'holds evidence of misconduct',
      /^Validator 0 holds 1 proofs of misconduct/,
      ({ first }) => {
        first.status = { ...first.status, evidence: 1 };
      },
    ],
    [
      'has stopped taking part',
      /^Validator 1 has stopped taking part: the disk is full\.$/,
      ({ second }) => {
        second.status = { ...second.status, halted: 'the disk is full.' };
      },
    ],
  ])('accuses a validator that %s', async (_, wanted, lie) => {
    const found = await followed();
    await lie(found);
    await expect(found.follower.poll()).rejects.toThrow(wanted);
  });

  test('does not take nonsense, or a mistake of its own, for absence', async () => {
    for (const error of [new NodeError('rpc-answer', 'nonsense'), new TypeError('a mistake')]) {
      const client = answeredBy({
        getHead() {
          throw error;
        },
      });
      await expect(
        createFollower({ members: membersOf([client]), chain: CHAIN, hasher: nodeHasher }).poll(),
      ).rejects.toThrow(error);
    }
  });
});
