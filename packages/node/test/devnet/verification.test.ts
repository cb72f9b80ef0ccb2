import { HELD_TABLE } from '@ios/atomix';
import type { Genesis } from '@ios/client';
import type { TransactionAnswer } from '@ios/client/methods';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { type Audit, type AuditedStep, createAudit } from '../../src/devnet/audit.ts';
import { createFollower, type Follower } from '../../src/devnet/follower.ts';
import { auditFurther, supplyOf, verifyAll, verifyPlaces, verifySupply } from '../../src/devnet/verification.ts';
import { nodeHasher } from '../../src/hasher.ts';
import type { StepKind } from '../../src/shard/steps.ts';
import { forge, pay } from '../signed-fixture.ts';
import { CHAIN, certify, coins, genesis, SUPPLY, testChain } from './chain.ts';
import { answeredBy, type FakeValidator, fakeValidator, membersOf } from './fake-validator.ts';

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
  const members = membersOf(validators.map(({ client }) => client));
  const follower = createFollower({ members, chain: CHAIN, hasher: nodeHasher });
  await follower.poll();
  return { shown: { members, shown: follower.shown }, chain };
};

/** Replays what they have shown from genesis. */
const audited = async (
  from: Genesis,
  shown: Pick<Follower, 'members' | 'shown'>,
  height: number,
  onBlock?: () => void,
): Promise<Audit> => {
  const audit = createAudit(from, 0, nodeHasher);
  await auditFurther(audit, shown, height, onBlock);
  return audit;
};

describe('verification', () => {
  test('of what is true', async () => {
    const { shown, chain } = await shownBy();
    let blocks = 0;
    const audit = await audited(genesis, shown, 2, () => blocks++);
    expect(audit).toMatchObject({ height: 2, certificates: 4, witnesses: 1 });
    expect(audit.executionDigest).toEqual(chain.executionDigest);
    expect(blocks).toBe(2);
    expect(supplyOf(genesis)).toBe(SUPPLY);
    verifyAll(genesis, [audit]);
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
    await expect(audited(genesis, shown, 2)).rejects.toThrow(wanted);
  });

  test('fails where a validator began from another genesis', async () => {
    const { shown } = await shownBy();
    const heads = [{ height: 0, hash: other, executionDigest: other }].map((head) => new Map([[0, head]]));
    await expect(audited(genesis, { ...shown, shown: { ...shown.shown, heads } }, 2)).rejects.toThrow(
      'Validator 0 claimed another block 0 than it showed.',
    );
    const richer = { ...genesis, outputs: genesis.outputs.map((output) => ({ ...output, amount: 2_000n })) };
    await expect(audited(richer, shown, 2)).rejects.toThrow(/^Block 1 of shard 0: the header's chain/);
  });

  test('fails where all validators agree on a payment that its owner did not sign', async () => {
    const chain = testChain();
    const validator = fakeValidator(CHAIN, chain.executionDigest);
    validator.show(chain.make([forge(payment).transaction]), chain.executionDigest);
    const follower = createFollower({ members: membersOf([validator.client]), chain: CHAIN, hasher: nodeHasher });
    await follower.poll();
    await expect(audited(genesis, follower, 1)).rejects.toThrow(/not signed by its owners/);
  });
});

describe('what is left', () => {
  /** A shard with so much, records, and how far its queue for the other goes, or how far it has applied that of the other. */
  const shard = (supply: bigint, { records = 0, end = 0n, next = 0n } = {}) => ({
    state: {
      outputs: { supply: () => supply },
      held: {
        entries: () => new Array(records).fill({ table: HELD_TABLE, key: payment.id, value: payment.id }),
        span: (receiver: number) => (receiver === 1 ? { first: 0n, end } : { first: 0n, end: 0n }),
        cursor: (carrier: number) => (carrier === 0 ? { next, height: 4 } : { next: 0n, height: 0 }),
      },
    },
  });

  test('is nothing when all credits are applied, although a carrier has them still', () => {
    verifyAll(genesis, [shard(5_000n, { end: 4n }), shard(3_000n, { next: 4n })]);
  });

  test.each<[string, RegExp, ReturnType<typeof shard>[]]>([
    ['a record', /^Shard 1 has 1 records of transactions that are/, [shard(8_000n), shard(0n, { records: 1 })]],
    [
      'a credit',
      /^Shard 1 has not applied 1 credits of shard 0/,
      [shard(8_000n, { end: 4n }), shard(0n, { next: 3n })],
    ],
    ['a credit from nowhere', /^Shard 1 has not applied -4 credits/, [shard(8_000n), shard(0n, { next: 4n })]],
    ['more than there was', /^The supply is 8001, genesis made 8000/, [shard(8_000n), shard(1n)]],
    ['less than there was', /^The supply is 7999, genesis made 8000/, [shard(7_999n), shard(0n)]],
  ])('must not be %s', (_, wanted, audits) => {
    expect(() => verifyAll(genesis, audits)).toThrow(wanted);
  });
});

const step = (kind: StepKind, index = 1) => [kind, { kind, height: 3, index, block: other }] as const;
const steps = (...all: (readonly [StepKind, AuditedStep])[]) => ({ steps: new Map([[name, new Map(all)]]) });

describe('places', () => {
  const place = { height: 3, index: 1, block: other };
  const at = { height: 3, block: other };
  const final = steps(step('included'));
  const asked = (answer: TransactionAnswer | undefined, audit = final, names = [name]) =>
    verifyPlaces(
      { seat: 2, client: answeredBy({ getTransactions: () => (answer === undefined ? [] : [answer]) }) },
      names,
      audit,
    );

  const why = { reason: 'absent', shard: 5 } as const;
  const aborted = steps(step('accepted'), ['aborted', { ...step('aborted')[1], why }]);
  test.each<[TransactionAnswer, ReturnType<typeof steps>]>([
    [{ status: 'final', ...place }, final],
    [{ status: 'committed', ...at, accepted: { height: 3, index: 7 } }, steps(step('accepted', 7), step('committed'))],
    [{ status: 'credited', ...at }, steps(step('credited'))],
    [{ status: 'locked', ...place }, steps(step('accepted'))],
    [{ status: 'aborted', ...at, ...why }, aborted],
    [{ status: 'refused', height: 3 }, steps(step('rejected'))],
  ])('of transfers that are where a validator says: %j', async (answer, audit) => {
    await asked(answer, audit);
    await expect(asked({ ...answer, height: 4 } as TransactionAnswer, audit)).rejects.toThrow(/in another place/);
  });

  test.each<[TransactionAnswer | undefined, RegExp, ReturnType<typeof steps>?]>([
    [undefined, /^Validator 2 does not show transfer /],
    [{ status: 'unknown' }, /does not show/],
    [{ status: 'pending' }, /does not show/],
    [{ status: 'credited', ...at }, /does not show/],
    [{ status: 'final', ...place, index: 0 }, /^Validator 2 shows .* in another place/],
    [{ status: 'final', ...place, block: '22'.repeat(32) }, /another place/],
    [{ status: 'aborted', ...at, ...why, shard: 4 }, /another place/, aborted],
    [{ status: 'aborted', ...at, ...why, reason: 'rejected' }, /another place/, aborted],
  ])('refuses %j', (answer, wanted, audit = final) => expect(asked(answer, audit)).rejects.toThrow(wanted));

  test('refuses a transfer that is in no block, whatever a validator says', () =>
    expect(asked({ status: 'final', ...place }, final, [other])).rejects.toThrow(`Transfer ${other} is in no block.`));

  test('are asked for in pieces', async () => {
    const sizes: number[] = [];
    const client = answeredBy({
      getTransactions: ({ ids }: { ids: string[] }) => {
        sizes.push(ids.length);
        return ids.map(() => ({ status: 'final' as const, ...place }));
      },
    });
    await verifyPlaces({ seat: 0, client }, new Array(600).fill(name), final);
    expect(sizes).toEqual([256, 256, 88]);
  });
});

test('supply is what the chain of the shard leaves', async () => {
  const state = { outputs: { supply: () => 8_000n } };
  const holding = (outputs: string, fees: string) =>
    verifySupply({ seat: 3, client: answeredBy({ getSupply: () => ({ outputs, fees }) }) }, { state });
  await holding('7990', '10');
  await expect(holding('7990', '9')).rejects.toThrow('Validator 3 holds 7990 and 9, its shard has 8000.');
  await expect(holding('8000', '1')).rejects.toThrow(/its shard has 8000/);
});
