import type { Group } from '@ios/crypto/group';
import { schnorrGroup62 } from '@ios/crypto/testing';
import { createCurve25519 } from '@ios/curve25519-wasm';
import { describe, expect, test } from 'vitest';
import { createDhPvss, createSchoenmakersPvss } from '../src/index.ts';
import { seats } from '../src/testing.ts';

const core = createCurve25519().ristretto255;

/** The group, and the lists of scalars of its multi-scalar multiplications. */
const watched = (group: Group): { group: Group; sums: bigint[][] } => {
  const sums: bigint[][] = [];
  const multiScalarMultiply: Group['multiScalarMultiply'] = (elements, scalars) => {
    sums.push([...scalars]);
    return group.multiScalarMultiply(elements, scalars);
  };
  return { group: { ...group, multiScalarMultiply }, sums };
};

describe.each([createSchoenmakersPvss, createDhPvss])('the sum that is computed: %o', (create) => {
  const { group, sums } = watched(core);
  const scheme = create({ group });
  const isDh = scheme.name === 'dhpvss';
  const [n, t] = [8, 5];
  const { context, secretKeys } = seats(scheme, n, t);
  const deal = () => ({ context, dealing: scheme.deal(context) });
  const [one, two] = [deal(), deal()];
  const sumsOf = (run: () => unknown): bigint[][] => {
    sums.length = 0;
    run();
    return sums.map((own) => own.slice());
  };
  const weightsOf = (batch: (typeof one)[], fresh: number): bigint[] => {
    const [scalars] = sumsOf(() => scheme.verifyDealings(batch, new Uint8Array(32).fill(fresh)));
    return scalars!.filter((scalar) => scalar < 1n << 128n);
  };

  test('one sum for all dealings, a term for each base', () => {
    const own = isDh ? n + 3 : t + 3 * n;
    for (const size of [1, 2, 5]) {
      const batch = Array.from({ length: size }, deal);
      const all = sumsOf(() => scheme.verifyDealings(batch, new Uint8Array(32)));
      // Beside the share keys: g in one scheme, h in the other.
      expect(all.map((scalars) => scalars.length)).toEqual([size * own + n + 1]);
    }
    const bad = { context, dealing: scheme.deal({ ...context, session: context.dealer }) };
    expect(sumsOf(() => scheme.verifyDealings([one, bad, two], new Uint8Array(32))).length).toBe(4);
    expect(sumsOf(() => scheme.verifyDealings([bad], new Uint8Array(32))).length).toBe(1);
  });

  test('one sum for all shares', () => {
    const claims = [one, two].flatMap((own) =>
      secretKeys.map((secretKey, index) => ({
        ...own,
        index,
        share: scheme.decryptShare(context, own.dealing, index, secretKey),
      })),
    );
    // Each has its two commitments, its second base and value; share keys and g are merged.
    const all = sumsOf(() => scheme.verifyShares(claims, new Uint8Array(32)));
    expect(all.map((scalars) => scalars.length)).toEqual([claims.length * 4 + n + 1]);
  });

  test('weights differ for each equation, are not zero, and depend on fresh bytes and on what is weighed', () => {
    const count = isDh ? 2 : 2 * n;
    const weights = weightsOf([one, two], 1);
    expect(weights.length).toBe(2 * count);
    expect(new Set(weights).size).toBe(2 * count);
    expect(weights).not.toContain(0n);
    expect(weightsOf([one, two], 1)).toEqual(weights);
    for (const other of [weightsOf([one, two], 2), weightsOf([one, deal()], 1), weightsOf([two, one], 1)]) {
      expect(other.filter((weight) => weights.includes(weight))).toEqual([]);
    }
  });
});

test('weights of shares depend on the whole of them', () => {
  const { group, sums } = watched(schnorrGroup62);
  const scheme = createDhPvss({ group });
  const { context, secretKeys } = seats(scheme, 2, 1);
  const dealing = scheme.deal(context);
  const share = scheme.decryptShare(context, dealing, 0, secretKeys[0]!);
  // Another response under the same challenge, and another proof.
  const raised = share.slice();
  raised[raised.length - 8]! ^= 1;
  const again = scheme.decryptShare(context, dealing, 0, secretKeys[0]!);
  const weights = [share, raised, again].map((own) => {
    sums.length = 0;
    scheme.verifyShares([{ context, dealing, index: 0, share: own }], new Uint8Array(32));
    return sums[0]![0]!;
  });
  expect(new Set(weights).size).toBe(3);
});
