import { CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { assertNoneAborted, devnetCommand } from '../../src/devnet/command.ts';
import { type DevnetSummary, percentile, summarise } from '../../src/devnet/summary.ts';
import { summaryLines } from '../../src/devnet/summary-text.ts';

const summary: DevnetSummary = {
  block: 'ab'.repeat(32),
  assumed: false,
  validators: 4,
  shards: [
    { validators: [0, 1, 2, 3], height: 3, executionDigest: '0123456789abcdef'.repeat(4), supply: '213778496097' },
  ],
  transfers: 460,
  aborted: { rejected: 0, absent: 0, expired: 0, transfers: [] },
  kinds: {
    home: { transfers: 460, finalityP50Ms: 2_333, finalityP99Ms: 2_579 },
    paid: { transfers: 0, finalityP50Ms: 0, finalityP99Ms: 0 },
    voted: { transfers: 0, finalityP50Ms: 0, finalityP99Ms: 0 },
  },
  crossShard: 0,
  withinBlock: 188,
  deepestChain: 14,
  excluded: 1,
  droppedOutputs: 0,
  waited: 98,
  height: 3,
  certificates: 12,
  nativeCertificates: 12,
  witnesses: 970,
  supply: '213778496097',
  elapsedMs: 2_731,
  transfersPerSecond: 168.4,
  finalityP50Ms: 2_333,
  finalityP99Ms: 2_579,
  epochs: [
    {
      ...{ epoch: 1, randomness: 'cd'.repeat(32), leader: 2, contributors: [0, 3] },
      ...{ failedAttempts: 0, passedOver: 0, excluded: [] },
    },
    {
      ...{ epoch: 2, randomness: 'ef'.repeat(32), leader: 1, contributors: [1, 2] },
      ...{ failedAttempts: 1, passedOver: 2, excluded: [3] },
    },
  ],
};

describe('ios devnet', () => {
  test('says what was run, and what was verified', () => {
    expect(summaryLines(summary)).toBe(`
Block ${'ab'.repeat(32)}
  460 transfers, 188 inputs from within the block, chains up to 14 deep
  left out: the coinbase, 1 other transaction, 0 outputs of value zero
  98 transfers came before their parents and waited for them

Verified by the client, from genesis:
  ✓ 460 transfers final, all of them on 4 validators; 0 aborted
  ✓ 12 collective signatures over 3 blocks hold, each validator's own; node:crypto accepts 12
  ✓ 970 signatures of owners hold, the blocks executed again
  ✓ all validators show these blocks and came to the same state, 0123456789abcdef…
  ✓ the supply is conserved: 2137.78496097 IOS, before and after, on every validator
  ✓ the randomness of 2 epochs: dealings, shares and signatures hold, and all validators have the same
      epoch 1  cdcdcdcdcdcdcdcd…  led by validator 2, made by 0, 3
      epoch 2  efefefefefefefef…  led by validator 1, made by 1, 2; 2 leaders passed over; 1 attempt failed; 3 withheld

  2.73 s, 168.4 transfers/s; time to finality p50 2.33 s, p99 2.58 s
  A network of 4 validators on one machine is a demonstration, not a safe one.
`);
  });

  test('says which transfers were given up, and why', () => {
    const transfers = ['rejected', 'absent', 'expired'].map((reason, shard) => ({
      id: `${shard}`.repeat(64),
      reason: reason as 'rejected',
      shard,
    }));
    const aborted = { rejected: 1, absent: 1, expired: 1, transfers };
    expect(summaryLines({ ...summary, aborted })).toContain(`
  ✓ 457 of 460 transfers final on 4 validators
  ✗ 3 aborted: 1 rejected by a shard, 1 not accepted by one before they expired, 1 by none
      ${'0'.repeat(64)}  shard 0 rejected it
      ${'1'.repeat(64)}  shard 1 did not accept it before it expired; others had
      ${'2'.repeat(64)}  no shard accepted it before it expired; shard 2 should have
`);
    const many = { ...aborted, transfers: new Array(11).fill(transfers[0]) };
    expect(summaryLines({ ...summary, aborted: many })).toContain(
      'shard 0 rejected it\n      and 1 more, which --json lists\n',
    );
  });

  test('fails where a transfer was given up', () => {
    const lost = { id: 'ab', reason: 'absent', shard: 1 } as const;
    const aborted = { rejected: 0, absent: 1, expired: 0, transfers: [lost] };
    assertNoneAborted(summary);
    expect(() => assertNoneAborted({ ...summary, aborted })).toThrow('1 of 460 valid transfers were aborted');
  });

  test('says what several shards have done together', () => {
    const lines = summaryLines({
      ...summary,
      shards: [
        { validators: [1, 3, 4, 6], height: 2, executionDigest: '0123456789abcdef'.repeat(4), supply: '113778496097' },
        { validators: [0, 2, 5, 7], height: 1, executionDigest: 'fedcba9876543210'.repeat(4), supply: '100000000000' },
      ],
      kinds: {
        home: { transfers: 300, finalityP50Ms: 2_000, finalityP99Ms: 2_100 },
        paid: { transfers: 110, finalityP50Ms: 2_333, finalityP99Ms: 2_579 },
        voted: { transfers: 50, finalityP50Ms: 3_000, finalityP99Ms: 4_000 },
      },
      crossShard: 160 / 460,
      validators: 8,
    });
    expect(lines).toContain(`
  2 shards: 34.8 % of the transfers touch several
    one shard votes on 410, of which 110 pay owners in others; several vote on 50

`);
    expect(lines).toContain(`
  ✓ 460 transfers final, all of them on 8 validators: in every shard that has a part in them; 0 aborted
`);
    expect(lines).toContain(`
  ✓ all validators of a shard show the same blocks and came to the same state:
      shard 0  validators 1, 3, 4, 6; 2 blocks, 0123456789abcdef…, 1137.78496097 IOS
      shard 1  validators 0, 2, 5, 7; 1 block, fedcba9876543210…, 1000 IOS
  ✓ what shards told each other was certified by their committees; no record is held, no credit under way
  ✓ the supply is conserved: 2137.78496097 IOS, before and after, over all shards; every validator has that of its shard
`);
    expect(lines).toContain(`
    within a shard          p50 2.00 s, p99 2.10 s
    one voter, with credits p50 2.33 s, p99 2.58 s, to the last credit
    several voters          p50 3.00 s, p99 4.00 s, to the last commit and credit
  A network of 8 validators on one machine is a demonstration, not a safe one.
  Shards of so few are not safe wherever they run: see ios init.
`);
  });

  test('says what went wrong between shards, and what became of it', () => {
    expect(summaryLines({ ...summary, shardFault: { fault: 'client-crash' } })).toContain(
      '  ✓ client-crash: of the 0 transfers that several shards vote on, one shard alone was told, once;',
    );
    const partition = {
      fault: 'shard-partition',
      ...{ cutMs: 8_123, finalBefore: 40, finalAfter: 70 },
      ...{ blocks: [12, 1], recoveredAfterMs: 5_432 },
    } as const;
    expect(summaryLines({ ...summary, shardFault: partition })).toContain(`
  ✓ shard-partition: for 8.12 s no validator was connected to another shard; shard 0 decided 12 blocks, shard 1 decided 1 block
      40 transfers were final before, 70 when it ended, all 5.43 s later
`);
    const rivals = {
      fault: 'double-spend',
      ...{ pairs: 12, oneCommitted: 3, noneCommitted: 9 },
      ...{ aborted: { rejected: 16, absent: 2 }, lockFees: '18000', settledAfterMs: 2_000 },
    } as const;
    expect(summaryLines({ ...summary, shardFault: rivals })).toContain(`
  ✓ double-spend: of 12 pairs over the same coins of two shards 3 have one committed, 9 none; no pair has both
      16 accepts were given up for another shard's reject, 2 for its absence; the coins came back, less 0.00018 IOS of lock fees in all
`);
  });

  test('says when amounts are assumed', () => {
    expect(summaryLines({ ...summary, assumed: true })).toContain('amounts and some owners are assumed');
    expect(summaryLines({ ...summary, epochs: [] })).not.toContain('randomness');
    expect(summaryLines({ ...summary, validators: 1 })).toContain('A network of 1 validator on');
  });

  test('says what a faulty one did, and that the others went on', () => {
    const fault = {
      ...{ fault: 'leader-crash@dealing', validator: 2, epoch: 3, finishedBy: 1, namedBy: [] },
      ...{ recoveredAfterMs: 5_432, startedAgain: true },
    };
    expect(summaryLines({ ...summary, fault })).toContain(`
  ✓ leader-crash@dealing: in epoch 3 validator 2 led, and was killed by SIGKILL when the first dealing had come
      all others had the randomness of that epoch 5.43 s later
      validator 1 took over
      validator 2 was started again, and has the same randomness as all
`);
    const bad = { ...fault, fault: 'bad-dealer', finishedBy: 2, namedBy: [0, 3], startedAgain: false };
    expect(summaryLines({ ...summary, fault: bad })).toContain(`
  ✓ bad-dealer: in epoch 3 validator 2 dealt a false share, from there on in every run
      all others had the randomness of that epoch 5.43 s later
      validators 0, 3 named it; no randomness is made of what it dealt

`);
  });

  test.each([
    [
      '--fault=lunch',
      /Wanted is one of leader-silent, .*, hidden-signoff, client-crash, shard-partition, double-spend; leader-crash may/,
    ],
    ['--fault=leader-crash@lunch', /one of lottery, dealing, selection, signoff, shares, output/],
    ['--nothing', /unknown option '--nothing'/],
    ['surplus', /too many arguments/],
    ['--validators=0', /whole number from 1 to 64/],
    ['--validators=65', /whole number from 1 to 64/],
    ['--validators=four', /whole number/],
    ['--timeout=0', /whole number from 1/],
    ['--epochs=-1', /whole number from 0/],
    ['--base-port=80', /whole number from 1024/],
    ['--shards=0', /whole number from 1 to 16/],
    ['--base-port=65530', /8 validators do not fit above port 65530; choose a lower --base-port/],
    ['--block', /argument missing/],
  ])('%s is wrong usage', async (arg, wanted) => {
    const errors: string[] = [];
    const command = devnetCommand()
      .exitOverride()
      .configureOutput({ writeErr: (text) => errors.push(text) });
    await expect(command.parseAsync([arg], { from: 'user' })).rejects.toThrow(CommanderError);
    expect(errors.join('')).toMatch(wanted);
  });

  test('each shard has a validator', async () => {
    const errors: string[] = [];
    const command = devnetCommand()
      .exitOverride()
      .configureOutput({ writeErr: (text) => errors.push(text) });
    const args = ['--shards', '3', '--validators', '2'];
    await expect(command.parseAsync(args, { from: 'user' })).rejects.toThrow(CommanderError);
    expect(errors.join('')).toMatch(/2 validators are too few for 3 shards; choose fewer --shards/);
  });

  test.each(['client-crash', 'shard-partition', 'double-spend'])('%s wants two shards', async (fault) => {
    const errors: string[] = [];
    const command = devnetCommand()
      .exitOverride()
      .configureOutput({ writeErr: (text) => errors.push(text) });
    const args = ['--shards', '1', '--fault', fault];
    await expect(command.parseAsync(args, { from: 'user' })).rejects.toThrow(CommanderError);
    expect(errors.join('')).toContain(`${fault} takes two --shards or more`);
  });

  test('three validators bear no fault', async () => {
    const errors: string[] = [];
    const command = devnetCommand()
      .exitOverride()
      .configureOutput({ writeErr: (text) => errors.push(text) });
    const args = ['--shards', '1', '--validators', '3', '--fault', 'bad-dealer'];
    await expect(command.parseAsync(args, { from: 'user' })).rejects.toThrow(CommanderError);
    expect(errors.join('')).toMatch(/of 3 validators in 1 shard none may be faulty; --fault takes 4 or more/);
  });
});

describe('summary', () => {
  test('has the figures of the replay and of the block', () => {
    const excluded = { descendants: 1, empty: 2, tooLarge: 4 };
    const stats = { withinBlock: 5, deepestChain: 6, excluded, droppedOutputs: 9 };
    const shard = { witnesses: 50, supply: 2n ** 59n };
    const result = {
      transfers: 202,
      aborted: [
        { id: 'ab', reason: 'absent', shard: 1 },
        { id: 'cd', reason: 'rejected', shard: 0 },
      ] as const,
      waited: 3,
      latencies: {
        home: Array.from({ length: 100 }, (_, i) => 2 * i + 1),
        paid: Array.from({ length: 50 }, (_, i) => 4 * i + 2),
        voted: Array.from({ length: 50 }, (_, i) => 4 * i + 4),
      },
      elapsedMs: 1_500.4,
      shards: [
        { ...shard, validators: [0, 3], height: 2, certificates: 4, nativeCertificates: 3, executionDigest: 'cd' },
        { ...shard, validators: [1, 2], height: 5, certificates: 10, nativeCertificates: 10, executionDigest: 'ef' },
      ],
      supply: 2n ** 60n,
      chains: { followers: [], audits: [] },
    };
    const made = summarise({ name: 'ab', assumed: true, validators: 4, stats: stats as never }, result, summary.epochs);
    expect(made).toEqual({
      ...{ block: 'ab', assumed: true, validators: 4, transfers: 202, withinBlock: 5, deepestChain: 6, excluded: 7 },
      ...{
        droppedOutputs: 9,
        waited: 3,
        height: 7,
        certificates: 14,
        nativeCertificates: 13,
        witnesses: 100,
      },
      shards: [
        { validators: [0, 3], height: 2, executionDigest: 'cd', supply: '576460752303423488' },
        { validators: [1, 2], height: 5, executionDigest: 'ef', supply: '576460752303423488' },
      ],
      kinds: {
        home: { transfers: 100, finalityP50Ms: 99, finalityP99Ms: 197 },
        paid: { transfers: 50, finalityP50Ms: 98, finalityP99Ms: 198 },
        voted: { transfers: 50, finalityP50Ms: 100, finalityP99Ms: 200 },
      },
      aborted: { rejected: 1, absent: 1, expired: 0, transfers: result.aborted },
      crossShard: 0.5,
      ...{ supply: '1152921504606846976', elapsedMs: 1_500, transfersPerSecond: 133.3 },
      ...{ finalityP50Ms: 100, finalityP99Ms: 198 },
      epochs: summary.epochs,
    });
  });

  test('percentiles are values that occurred', () => {
    expect([0.01, 0.5, 0.99, 1].map((share) => percentile([1, 2, 3, 4], share))).toEqual([1, 2, 4, 4]);
    expect(percentile([7], 0.5)).toBe(7);
    expect(percentile([], 0.5)).toBe(0);
  });
});
