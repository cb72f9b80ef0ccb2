import { taggedHash } from '@ios/crypto/transcript';
import type { PvssScheme } from '../scheme.ts';
import { argumentSuite } from './argument-suite.ts';
import { refusalSuite } from './refusal-suite.ts';
import { repeatable, seats } from './seats.ts';
import { assert, same, type TestFunction } from './test-function.ts';

/** Numbers of shares with their thresholds. */
const SIZES = [
  [1, 1],
  [2, 1],
  [2, 2],
  [3, 2],
  [5, 3],
  [7, 7],
  [7, 1],
] as const;

/**
 * What every {@link PvssScheme} must do: what is honest holds and recovers, what is not is refused or named.
 * @param test - `test` of the runner
 * @param scheme - the implementation, over a group of 60 bits or more: in a smaller one wrong proofs hold by chance
 */
export const pvssSuite = (test: TestFunction, scheme: PvssScheme): void => {
  const fresh = taggedHash('ios/pvss/v1/suite-fresh');

  for (const [n, t] of SIZES) {
    test(`deal, verify, decrypt, recover: ${t} of ${n}`, () => {
      const { context, secretKeys } = seats(scheme, n, t);
      const { dealing, secret } = scheme.dealSecret(context);
      assert(dealing.length === scheme.dealingLength(n, t), 'the length of a dealing');
      assert(scheme.verifyDealing(context, dealing), 'it holds');
      assert(scheme.verifyDealings([{ context, dealing }], fresh).length === 0, 'it holds in a batch');
      const shares = secretKeys.map((secretKey, index) => ({
        index,
        share: scheme.decryptShare(context, dealing, index, secretKey),
      }));
      for (const { index, share } of shares) {
        assert(share.length === scheme.shareLength, 'the length of a share');
        assert(scheme.verifyShare(context, dealing, index, share), `share ${index} holds`);
      }
      const batch = shares.map((own) => ({ context, dealing, ...own }));
      assert(scheme.verifyShares(batch, fresh).length === 0, 'all shares hold in a batch');
      const spread = shares
        .filter(({ index }) => index % 2 === 0)
        .concat(shares.filter(({ index }) => index % 2 === 1));
      for (const some of [shares.slice(0, t), shares.slice(n - t).reverse(), spread.slice(0, t)]) {
        same(scheme.recover(context, dealing, some), secret, 'any t shares give the secret');
      }
      if (t === 1) return;
      const least = { ...context, threshold: t - 1 };
      const others = { ...scheme, ...scheme.dealSecret(least) };
      const wrong = scheme.recover(least, others.dealing, shares.slice(0, t - 1));
      assert(
        wrong.some((byte, i) => byte !== secret[i]),
        'fewer shares do not interpolate to it',
      );
    });
  }

  test('the same randomness gives the same dealing, in its context alone', () => {
    const { context } = seats(scheme, 3, 2);
    const deal = (own: typeof context, seed = 'a') => scheme.deal(own, repeatable(seed));
    same(deal(context), deal(context), 'twice');
    const head = (bytes: Uint8Array): string => bytes.slice(0, scheme.group.elementLength).join();
    const heads = [
      deal(context),
      deal(context, 'b'),
      deal({ ...context, session: context.dealer }),
      deal({ ...context, dealer: context.session }),
      deal({ ...context, threshold: 3 }),
      deal({ ...context, publicKeys: [...context.publicKeys].reverse() }),
      scheme.deal(context),
      scheme.deal(context),
    ].map(head);
    assert(new Set(heads).size === heads.length, 'eight dealings begin with eight elements');
  });

  test('a batch over several rosters, thresholds and dealers holds', () => {
    const batch = [seats(scheme, 3, 2), seats(scheme, 4, 2), seats(scheme, 4, 3, 'other'), seats(scheme, 3, 3)].map(
      ({ context }) => ({ context, dealing: scheme.deal(context) }),
    );
    assert(scheme.verifyDealings([...batch, ...batch], fresh).length === 0, 'eight dealings');
    assert(scheme.verifyDealings([], fresh).length === 0, 'none');
    assert(scheme.verifyShares([], fresh).length === 0, 'no shares');
  });

  refusalSuite(test, scheme);
  argumentSuite(test, scheme);
};
