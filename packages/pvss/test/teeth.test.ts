import { schnorrGroup62 } from '@ios/crypto/testing';
import { describe, expect, test } from 'vitest';
import { createDhPvss, createSchoenmakersPvss, type PvssScheme } from '../src/index.ts';
import { pvssSuite } from '../src/testing.ts';

/** The tests of the suite that fail for a scheme. */
const failures = (scheme: PvssScheme): string[] => {
  const failed: string[] = [];
  const note = (name: string, run: () => void): void => {
    try {
      run();
    } catch {
      failed.push(name);
    }
  };
  pvssSuite(note, scheme);
  return failed;
};

const group = schnorrGroup62;

describe.each<[string, PvssScheme]>([
  ['schoenmakers', createSchoenmakersPvss({ group })],
  ['dhpvss', createDhPvss({ group })],
])('the suite over %s', (_, scheme) => {
  const zero = new Uint8Array(32);
  /** Without a binding: whatever comes in, one session counts. */
  const unbound = { session: zero };
  const cases: readonly (readonly [string, Partial<PvssScheme>])[] = [
    ['dealings that always hold', { verifyDealing: () => true, verifyDealings: () => [] }],
    ['dealings that never hold', { verifyDealing: () => false }],
    ['a batch that names everybody', { verifyDealings: (batch) => batch.map((_, i) => i) }],
    [
      'a batch that names the first wrong one alone',
      { verifyDealings: (b, f) => scheme.verifyDealings(b, f).slice(0, 1) },
    ],
    ['shares that always hold', { verifyShare: () => true, verifyShares: () => [] }],
    [
      'shares of anyone',
      {
        verifyShare: (context, dealing, _index, share) =>
          context.publicKeys.some((_key, i) => scheme.verifyShare(context, dealing, i, share)),
      },
    ],
    [
      'sessions that are not bound',
      {
        deal: (context, rng) => scheme.deal({ ...context, ...unbound }, rng),
        dealSecret: (context, rng) => scheme.dealSecret({ ...context, ...unbound }, rng),
        verifyDealing: (context, dealing, rng) => scheme.verifyDealing({ ...context, ...unbound }, dealing, rng),
        verifyDealings: (batch, fresh) =>
          scheme.verifyDealings(
            batch.map(({ context, dealing }) => ({ context: { ...context, ...unbound }, dealing })),
            fresh,
          ),
      },
    ],
    [
      'dealings with bytes after their end',
      {
        verifyDealing: (context, dealing, rng) =>
          scheme.verifyDealing(
            context,
            dealing.slice(0, scheme.dealingLength(context.publicKeys.length, context.threshold)),
            rng,
          ),
      },
    ],
    [
      'recovery from as many shares as there are',
      { recover: (context, dealing, shares) => scheme.recover(context, dealing, shares.slice(0, context.threshold)) },
    ],
    ['recovery of the first share', { recover: (_c, _d, shares) => shares[0]!.share.slice(0, group.elementLength) }],
    ['keys of others', { decryptShare: (c, d, i, _s, rng) => scheme.decryptShare(c, d, i, 5n, rng) }],
    ['weights without fresh bytes', { verifyDealings: (batch) => scheme.verifyDealings(batch, zero) }],
  ];

  test('passes what is right', () => expect(failures(scheme)).toEqual([]));

  test.each(cases)('fails %s', (_what, change) => {
    expect(failures({ ...scheme, ...change })).not.toEqual([]);
  });
});
