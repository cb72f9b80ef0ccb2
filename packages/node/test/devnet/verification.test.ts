import type { TransactionAnswer } from '@ios/client/methods';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { createFollower } from '../../src/devnet/follower.ts';
import { supplyOf, verifyPlaces, verifyShown, verifySupply } from '../../src/devnet/verification.ts';
import { nodeHasher } from '../../src/hasher.ts';
import { forge, pay } from '../signed-fixture.ts';
import { CHAIN, certify, coins, genesis, SUPPLY, testChain } from './chain.ts';
import { answeredBy, type FakeValidator, fakeValidator } from './fake-validator.ts';

const payment = pay(CHAIN, [coins[0]!], 1, 4n);
const name = bytesToHex(payment.id);
const other = '11'.repeat(32);

/** Two validators at height 2, and whatever `change` makes of them before they are followed. */
const shownBy = async (change: (first: FakeValidator, second: FakeValidator) => void = () => {}) => {
  const chain = testChain();
  const validators = [0, 1].map(() => fakeValidator(CHAIN, chain.executionDigest)) as [FakeValidator, FakeValidator];
  for (const transactions of [[payment.transaction], []]) {
    const block = chain.grow(transactions);
    for (const validator of validators) validator.show(block, chain.executionDigest);
  }
  change(...validators);
  const follower = createFollower(
    validators.map(({ client }) => client),
    nodeHasher,
    () => {},
  );
  await follower.poll();
  return { shown: follower.shown, chain };
};

describe('verification', () => {
  test('of what is true', async () => {
    const { shown, chain } = await shownBy();
    const steps: [number, number][] = [];
    const audit = await verifyShown(genesis, shown, 2, nodeHasher, (...step) => steps.push(step));
    expect(audit).toMatchObject({ height: 2, certificates: 4, witnesses: 1 });
    expect(audit.executionDigest).toEqual(chain.executionDigest);
    expect(steps).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(supplyOf(genesis)).toBe(SUPPLY);
  });

  test.each<[string, RegExp, (first: FakeValidator, second: FakeValidator) => void]>([
    [
      'one validator alone has a false certificate',
      /^Block 1 of shard 0: a commit certificate does not hold/,
      (_, { blocks: [block] }) => {
        const shown = { height: 1, hash: Buffer.from(block!.hash, 'hex') };
        block!.certificate = bytesToHex(certify(shown, { phase: 'prepare' }));
      },
    ],
    [
      'one validator alone came to another state',
      /^Validator 1 came to another state at height 2/,
      (_, second) => {
        second.head = { ...second.head, executionDigest: other };
      },
    ],
    [
      'all validators agree on a state that does not follow',
      /^Validator 0 came to another state at height 2/,
      (first, second) => {
        for (const validator of [first, second]) validator.head = { ...validator.head, executionDigest: other };
      },
    ],
  ])('fails where %s', async (_, wanted, change) => {
    const { shown } = await shownBy(change);
    await expect(verifyShown(genesis, shown, 2, nodeHasher)).rejects.toThrow(wanted);
  });

  test('fails where a validator began from another genesis', async () => {
    const { shown } = await shownBy();
    const heads = [{ height: 0, hash: other, executionDigest: other }].map((head) => new Map([[0, head]]));
    await expect(verifyShown(genesis, { ...shown, heads }, 2, nodeHasher)).rejects.toThrow(
      'Validator 0 claimed another block 0 than it showed.',
    );
    const richer = { ...genesis, outputs: genesis.outputs.map((output) => ({ ...output, amount: 2_000n })) };
    await expect(verifyShown(richer, shown, 2, nodeHasher)).rejects.toThrow(/^Block 1 of shard 0: the header's chain/);
  });

  test('fails where all validators agree on a payment that its owner did not sign', async () => {
    const chain = testChain();
    const validator = fakeValidator(CHAIN, chain.executionDigest);
    validator.show(chain.make([forge(payment).transaction]), chain.executionDigest);
    const follower = createFollower([validator.client], nodeHasher, () => {});
    await follower.poll();
    await expect(verifyShown(genesis, follower.shown, 1, nodeHasher)).rejects.toThrow(/not signed by its owners/);
  });
});

describe('places', () => {
  const place = { height: 3, index: 1, block: other };
  const audit = { places: new Map([[name, place]]) };
  const asked = (answer: TransactionAnswer | undefined, names = [name]) =>
    verifyPlaces(answeredBy({ getTransactions: () => (answer === undefined ? [] : [answer]) }), 2, names, audit);

  test('of transfers that are where a validator says', () => asked({ status: 'final', ...place }));

  test.each<[TransactionAnswer | undefined, RegExp]>([
    [undefined, /^Validator 2 does not show transfer /],
    [{ status: 'unknown' }, /does not show/],
    [{ status: 'pending' }, /does not show/],
    [{ status: 'final', ...place, height: 2 }, /^Validator 2 shows .* in another place/],
    [{ status: 'final', ...place, index: 0 }, /another place/],
    [{ status: 'final', ...place, block: '22'.repeat(32) }, /another place/],
  ])('refuses %j', (answer, wanted) => expect(asked(answer)).rejects.toThrow(wanted));

  test('refuses a transfer that is in no block, whatever a validator says', () =>
    expect(asked({ status: 'final', ...place }, [other])).rejects.toThrow(`Transfer ${other} is in no block.`));

  test('are asked for in pieces', async () => {
    const sizes: number[] = [];
    const client = answeredBy({
      getTransactions: ({ ids }: { ids: string[] }) => {
        sizes.push(ids.length);
        return ids.map(() => ({ status: 'final' as const, ...place }));
      },
    });
    await verifyPlaces(client, 0, new Array(600).fill(name), audit);
    expect(sizes).toEqual([256, 256, 88]);
  });
});

test('supply is what genesis made', async () => {
  const holding = (outputs: string, fees: string) =>
    verifySupply(answeredBy({ getSupply: () => ({ outputs, fees }) }), 3, genesis);
  await holding('7990', '10');
  await expect(holding('7990', '9')).rejects.toThrow('Validator 3 holds 7990 and 9, genesis made 8000.');
  await expect(holding('8000', '1')).rejects.toThrow(/genesis made 8000/);
});
