import { toyGroup } from '@ios/crypto/testing';
import { expect, test } from 'vitest';
import { createDhPvss, createSchoenmakersPvss } from '../src/index.ts';
import { repeatable, seats } from '../src/testing.ts';

const subsets = (from: readonly number[], count: number): number[][] =>
  count === 0
    ? [[]]
    : from.flatMap((first, at) => subsets(from.slice(at + 1), count - 1).map((rest) => [first, ...rest]));

// In 23 elements wrong proofs hold by chance, so nothing is refused here; but honest ones must hold, with whatever
// identities come up on the way, and there are few enough to try all subsets of shares.
test.each([
  ['schoenmakers', createSchoenmakersPvss({ group: toyGroup })],
  ['dhpvss', createDhPvss({ group: toyGroup })],
])('%s over 23 elements: all thresholds, all subsets, many dealings', (_, scheme) => {
  const fresh = new Uint8Array(32);
  for (let n = 1; n <= 5; n++) {
    for (let t = 1; t <= n; t++) {
      const { context, secretKeys } = seats(scheme, n, t);
      for (let round = 0; round < 6; round++) {
        const { dealing, secret } = scheme.dealSecret(context, repeatable(`${n} ${t} ${round}`));
        expect(scheme.verifyDealings([{ context, dealing }], fresh)).toEqual([]);
        const shares = secretKeys.map((secretKey, index) => ({
          index,
          share: scheme.decryptShare(context, dealing, index, secretKey, repeatable('decrypt')),
        }));
        for (const some of subsets([...secretKeys.keys()], t)) {
          expect(
            scheme.recover(
              context,
              dealing,
              some.map((index) => shares[index]!),
            ),
          ).toEqual(secret);
        }
      }
    }
  }
});

test('more shares than the group has points are refused', () => {
  for (const scheme of [createSchoenmakersPvss({ group: toyGroup }), createDhPvss({ group: toyGroup })]) {
    expect(scheme.dealingLength(22, 1)).toBeGreaterThan(0);
    expect(() => scheme.dealingLength(23, 1)).toThrow('from 1 to 22');
  }
});
