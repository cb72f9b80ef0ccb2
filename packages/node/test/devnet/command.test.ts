import { CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { devnetCommand, summaryLines } from '../../src/devnet/command.ts';
import { type DevnetSummary, percentile, summarise } from '../../src/devnet/summary.ts';

const summary: DevnetSummary = {
  block: 'ab'.repeat(32),
  assumed: false,
  validators: 4,
  transfers: 460,
  withinBlock: 188,
  deepestChain: 14,
  excluded: 1,
  droppedOutputs: 0,
  waited: 98,
  height: 3,
  certificates: 12,
  nativeCertificates: 12,
  witnesses: 970,
  executionDigest: '0123456789abcdef'.repeat(4),
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
  ✓ 460 transfers final, all of them on 4 validators
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
      /Wanted is one of leader-silent, leader-crash, bad-dealer, hidden-signoff; leader-crash may name/,
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
    ['--base-port=65530', /4 validators do not fit above port 65530; choose a lower --base-port/],
    ['--block', /argument missing/],
  ])('%s is wrong usage', async (arg, wanted) => {
    const errors: string[] = [];
    const command = devnetCommand()
      .exitOverride()
      .configureOutput({ writeErr: (text) => errors.push(text) });
    await expect(command.parseAsync([arg], { from: 'user' })).rejects.toThrow(CommanderError);
    expect(errors.join('')).toMatch(wanted);
  });

  test('three validators bear no fault', async () => {
    const errors: string[] = [];
    const command = devnetCommand()
      .exitOverride()
      .configureOutput({ writeErr: (text) => errors.push(text) });
    const args = ['--validators', '3', '--fault', 'bad-dealer'];
    await expect(command.parseAsync(args, { from: 'user' })).rejects.toThrow(CommanderError);
    expect(errors.join('')).toMatch(/of 3 validators none may be faulty; --fault takes 4 or more/);
  });
});

describe('summary', () => {
  test('has the figures of the replay and of the block', () => {
    const excluded = { descendants: 1, empty: 2, tooLarge: 4 };
    const stats = { withinBlock: 5, deepestChain: 6, excluded, droppedOutputs: 9 };
    const result = {
      transfers: 100,
      waited: 3,
      latencies: Array.from({ length: 200 }, (_, i) => i + 1),
      elapsedMs: 1_500.4,
      height: 2,
      certificates: 8,
      nativeCertificates: 8,
      witnesses: 101,
      executionDigest: 'cd',
      supply: 2n ** 60n,
    };
    const made = summarise({ name: 'ab', assumed: true, validators: 4, stats: stats as never }, result, summary.epochs);
    expect(made).toEqual({
      ...{ block: 'ab', assumed: true, validators: 4, transfers: 100, withinBlock: 5, deepestChain: 6, excluded: 7 },
      ...{
        droppedOutputs: 9,
        waited: 3,
        height: 2,
        certificates: 8,
        nativeCertificates: 8,
        witnesses: 101,
        executionDigest: 'cd',
      },
      ...{ supply: '1152921504606846976', elapsedMs: 1_500, transfersPerSecond: 66.6 },
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
