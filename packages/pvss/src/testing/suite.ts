import type { Rng } from '@ios/crypto/group';
import { taggedHash, xof } from '@ios/crypto/transcript';
import type { DealingContext, PvssScheme } from '../scheme.ts';
import { assert, same, type TestFunction } from './test-function.ts';

/** Randomness that is the same each time: never for secrets. */
export const repeatable = (seed: string): Rng => {
  const stream = xof(`ios/pvss/v1/suite-${seed}`);
  return (length) => stream.read(length);
};

/** A session of n keys, their secrets with it. */
export interface Seats {
  readonly context: DealingContext;
  readonly secretKeys: readonly bigint[];
}

/** n seats whose keys come from a seed. */
export const seats = (scheme: PvssScheme, n: number, threshold: number, seed = ''): Seats => {
  const rng = repeatable(`keys-${n}-${seed}`);
  const secretKeys: bigint[] = [];
  const publicKeys: Uint8Array[] = [];
  const seen = new Set<string>();
  while (secretKeys.length < n) {
    const secretKey = scheme.generateKey(rng);
    const key = scheme.publicKey(secretKey);
    if (seen.has(key.join())) continue;
    seen.add(key.join());
    secretKeys.push(secretKey);
    publicKeys.push(key);
  }
  const session = taggedHash('ios/pvss/v1/suite-session');
  const dealer = taggedHash('ios/pvss/v1/suite-dealer');
  return { context: { session, dealer, threshold, publicKeys }, secretKeys };
};

/** What may differ between the groups that a scheme is over. */
export interface SuiteOptions {
  /** Numbers of shares with thresholds to try. */
  readonly sizes?: readonly (readonly [n: number, t: number])[];
}

/**
 * What every {@link PvssScheme} must do.
 * @param test - `test` of the runner
 * @param scheme - the implementation, over a group of 60 bits at least: in a smaller one wrong proofs may hold by chance
 */
export const pvssSuite = (test: TestFunction, scheme: PvssScheme, options: SuiteOptions = {}): void => {
  const sizes = options.sizes ?? [
    [1, 1],
    [2, 1],
    [2, 2],
    [3, 2],
    [5, 3],
    [7, 7],
  ];
  const fresh = taggedHash('ios/pvss/v1/suite-fresh');

  for (const [n, t] of sizes) {
    test(`deal, verify, decrypt, recover: ${t} of ${n}`, () => {
      const { context, secretKeys } = seats(scheme, n, t);
      const { dealing, secret } = scheme.dealSecret(context, repeatable('deal'));
      assert(dealing.length === scheme.dealingLength(n, t), 'the length of a dealing');
      assert(scheme.verifyDealing(context, dealing), 'it holds');
      const shares = secretKeys.map((secretKey, index) => ({
        index,
        share: scheme.decryptShare(context, dealing, index, secretKey),
      }));
      for (const { index, share } of shares) {
        assert(share.length === scheme.shareLength, 'the length of a share');
        assert(scheme.verifyShare(context, dealing, index, share), `share ${index} holds`);
      }
      assert(
        scheme.verifyShares(
          shares.map((own) => ({ context, dealing, ...own })),
          fresh,
        ).length === 0,
        'all hold',
      );
      for (const some of [shares.slice(0, t), shares.slice(n - t), shares.slice(n - t).reverse()]) {
        same(scheme.recover(context, dealing, some), secret, 'the secret');
      }
    });
  }
};
