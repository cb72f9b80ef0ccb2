import {
  type Evidence,
  executeEntries,
  joinViews,
  type Leaf,
  partiesOf,
  type ShardContext,
  type VerifiedEntry,
} from '@ios/atomix';
import { type Rules, soundRules } from '@ios/atomix/testing';
import { chainName, genesisHash } from '@ios/client';
import { canonicalDelta, feeDelta, genesisOutpoint, type TransactionBody, transactionId } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { shardedGenesis } from '../sim/atomix-genesis.ts';
import { type Seen, setGoals } from '../sim/atomix-goals.ts';
import { createLedgers } from '../sim/atomix-ledger.ts';
import { simulateAtomix } from '../sim/atomix-network.ts';
import type { Payment } from '../sim/atomix-wallets.ts';
import type { ExecutedBlock } from '../src/shard/application.ts';
import { stepsOf } from '../src/shard/steps.ts';

test('validators that believe everything are caught by what a forger tells them', async () => {
  const { violation } = await simulateAtomix(FORGER, undefined, { credulous: true });
  expect(violation).toMatch(/^(value|atomic|once): /);
});

/** A seed in which one of the cheats forges, and none lies when it leads. */
const FORGER = 22;

/** Two shards in which blocks are executed by some rules and reported, without nodes. */
const play = (broken: Partial<Rules> = {}) => {
  const sharded = shardedGenesis(2);
  const { genesis, place, owners } = sharded;
  const violations: string[] = [];
  const ledgers = createLedgers(sharded, (violation) => violations.push(violation));
  const name = chainName(genesis);
  const coins = genesis.outputs.map((output, i) => ({ outpoint: genesisOutpoint(name, i), ...output }));
  const coinOf = (shard: number, n: number) => coins.filter(({ owner }) => place(owner) === shard)[n]!;
  const pay = (inputs: readonly (typeof coins)[number][], to: number): VerifiedEntry & { kind: 'transaction' } => {
    const amount = inputs.reduce((sum, coin) => sum + coin.amount, 0n) - 5n;
    const outputs = [{ amount, owner: owners[to]![0]!.publicKey }];
    const body: TransactionBody = { chain: genesisHash(genesis), kind: 'transfer', expiry: 1, inputs, outputs };
    return { kind: 'transaction', body };
  };
  /** Executes and reports a block of a shard; returns what it says to others. */
  const block = (shard: number, ...entries: VerifiedEntry[]): readonly Leaf[] => {
    const { outputs, held, height } = ledgers.shards[shard]!;
    const view = { ...joinViews(outputs, held), accrued: outputs.accrued };
    const context: ShardContext = {
      chain: genesisHash(genesis),
      epoch: 0,
      shard,
      height: height + 1,
      place,
      lockFee: genesis.policy.lockFee,
      rules: { ...soundRules, ...broken },
    };
    const executed = executeEntries(view, entries, context);
    if (!executed.valid) throw new Error(executed.rejection.code);
    const bodies = entries.flatMap((entry) => (entry.kind === 'transaction' ? [entry.body] : []));
    const known = {
      hash: new Uint8Array(32).fill(height + 1),
      ids: bodies.map((body) => transactionId(body)),
      entries: entries.flatMap((verified) => (verified.kind === 'transaction' ? [] : [{ verified }])),
      block: { header: { height: height + 1, epoch: 0 }, transactions: bodies.map((body) => ({ body })) },
    } as unknown as ExecutedBlock['known'];
    const { leaves, fees } = executed;
    const delta = canonicalDelta([...executed.delta, ...feeDelta(view, [], fees)]);
    const steps = stepsOf(known, leaves, held);
    ledgers.onFinal(shard, {
      known,
      delta,
      leaves,
      steps,
      outbox: [],
      certificate: new Uint8Array(),
      epochEnded: false,
    });
    return leaves;
  };
  return { ledgers, violations, genesis, place, coinOf, pay, block };
};

const vote = (shard: number, id: Uint8Array, verdict: 'accept' | 'reject'): Evidence => ({
  type: 'vote',
  shard,
  id,
  verdict,
});

/** One payment from both shards to the first, committed in both, and the output spent again. */
const commitBoth = ({ coinOf, pay, block }: ReturnType<typeof play>): void => {
  const payment = pay([coinOf(0, 0), coinOf(1, 0)], 0);
  const id = transactionId(payment.body);
  block(0, payment);
  block(1, payment);
  block(0, { kind: 'commit', id, evidence: [vote(1, id, 'accept')] });
  block(1, { kind: 'commit', id, evidence: [vote(0, id, 'accept')] });
};

describe('what breaks a promise is seen in the blocks', () => {
  test('nothing, by the sound rules: all that is left are the records to be released', () => {
    const stage = play();
    commitBoth(stage);
    expect(stage.violations).toEqual([]);
    expect(stage.ledgers.left()).toEqual({ records: 2, credits: 0n });
    expect(stage.ledgers.value()).toBe(stage.genesis.outputs.reduce((sum, { amount }) => sum + amount, 0n));
  });

  test('inputs that stay where they are', () => {
    const stage = play({ taken: () => [] });
    commitBoth(stage);
    expect(stage.violations[0]).toMatch(/^value: /);
  });

  test('a commit without the vote of the other shard, which rejects', () => {
    const { coinOf, pay, block, violations } = play({ mustAccept: () => [] });
    const payment = pay([coinOf(0, 0), { ...coinOf(1, 0), amount: 1n }], 0);
    block(0, payment);
    block(1, payment);
    expect(violations).toEqual([]);
    block(0, { kind: 'commit', id: transactionId(payment.body), evidence: [] });
    expect(violations[0]).toMatch(/^atomic: /);
  });

  test('an abort of what another shard commits', () => {
    const { coinOf, pay, block, violations } = play({ showsAbort: () => true });
    const payment = pay([coinOf(0, 0), coinOf(1, 0)], 0);
    const id = transactionId(payment.body);
    block(0, payment);
    block(1, payment);
    block(0, { kind: 'commit', id, evidence: [vote(1, id, 'accept')] });
    block(1, { kind: 'abort', id, evidence: [vote(0, id, 'accept')] });
    expect(violations[0]).toMatch(/^atomic: /);
  });

  test('a refund under the name of what it gives back', () => {
    const { coinOf, pay, block, violations } = play({ refund: (_id, _index, { outpoint }) => outpoint });
    const payment = pay([coinOf(0, 0), coinOf(1, 0)], 0);
    const id = transactionId(payment.body);
    block(0, payment);
    block(0, { kind: 'abort', id, evidence: [vote(1, id, 'reject')] });
    expect(violations[0]).toMatch(/^once: /);
  });

  test('a credit that is applied again', () => {
    const { coinOf, pay, block, violations, ledgers } = play({ known: () => 0 });
    block(1, pay([coinOf(1, 0)], 0));
    const credit = ledgers.shards[1]!.held.credit(0, 0n)!;
    const credits: VerifiedEntry = {
      kind: 'credits',
      evidence: [{ type: 'credits', shard: 1, receiver: 0, first: 0n, credits: [credit] }],
    };
    block(0, credits);
    const { id, index, amount, owner } = credit;
    block(0, pay([{ outpoint: { id, index }, amount, owner }], 0));
    expect(violations).toEqual([]);
    block(0, credits);
    expect(violations[0]).toMatch(/^once: /);
  });

  test('two blocks at one height', () => {
    const { ledgers, violations } = play();
    for (const fill of [1, 2]) ledgers.onFinal(0, empty(1, fill));
    expect(violations).toEqual(['agreement: shard 0 has two blocks at height 1']);
  });
});

describe('what is not done is seen', () => {
  const setting = () => {
    const stage = play();
    const { coinOf, pay, ledgers } = stage;
    const { body } = pay([coinOf(0, 0), coinOf(1, 0)], 0);
    const name = bytesToHex(transactionId(body));
    const parties = partiesOf(body, stage.place);
    const transaction = { body, witnesses: [] };
    const payment: Payment = { name, body, transaction, bytes: new Uint8Array(), parties, clean: true };
    const node = (shard: number): Seen => ({
      head: () => ({
        height: ledgers.shards[shard]!.height,
        hash: new Uint8Array(),
        executionDigest: new Uint8Array(),
      }),
      supply: () => ({ outputs: ledgers.shards[shard]!.outputs.supply(), fees: 0n }),
    });
    return { ...stage, payment, node };
  };

  test('payments that are not committed, then records that are left', () => {
    const stage = setting();
    const { ledgers, payment, node } = stage;
    const { flaw } = setGoals({ ledgers, payments: () => [], last: [payment], nodes: (shard) => [node(shard)] });
    expect(flaw()).toMatch(/^progress: not committed/);
    commitBoth(stage);
    expect(flaw()).toBe('progress: 2 records and 0 credits are left');
  });

  test('a payment that hangs, a validator that is behind or down, and one with another state', () => {
    const { ledgers, payment, node } = setting();
    const reachedBy = (nodes: (shard: number) => readonly (Seen | undefined)[], ...payments: Payment[]) =>
      setGoals({ ledgers, payments: () => payments, last: [], nodes }).flaw();
    expect(reachedBy((shard) => [node(shard)])).toBeUndefined();
    expect(reachedBy((shard) => [node(shard)], payment)).toMatch(/neither committed nor expired$/);
    expect(reachedBy(() => [undefined])).toMatch(/^progress: a validator/);
    const head = { height: 1, hash: new Uint8Array(), executionDigest: new Uint8Array() };
    expect(reachedBy((shard) => [{ ...node(shard), head: () => head }])).toMatch(/is at height 1, not 0$/);
    const other = { height: 0, hash: new Uint8Array(), executionDigest: Uint8Array.of(1) };
    expect(reachedBy((shard) => [node(shard), { ...node(shard), head: () => other }])).toMatch(/2 states of shard 0$/);
    expect(reachedBy((shard) => [{ ...node(shard), supply: () => ({ outputs: 1n, fees: 2n }) }])).toMatch(/has 3, not/);
  });
});

/** A block without contents. */
const empty = (height: number, fill: number): ExecutedBlock =>
  ({
    known: { hash: new Uint8Array(32).fill(fill), block: { header: { height, epoch: 0 }, transactions: [] } },
    delta: [],
    steps: [],
  }) as unknown as ExecutedBlock;
