import type { Group } from '@ios/crypto/group';
import { schnorrGroup62 } from '@ios/crypto/testing';
import { createCurve25519 } from '@ios/curve25519-wasm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDhPvss, createSchoenmakersPvss, type PvssScheme } from '../src/index.ts';
import { seats } from '../src/testing.ts';

const group: Group = createCurve25519().ristretto255;
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const size = fc.integer({ min: 1, max: 24 }).chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 1, max: n })));

/** Puts bytes into bytes, as a peer may. */
const spoilt = (length: number) => fc.record({ at: fc.nat(length - 1), xor: fc.integer({ min: 1, max: 255 }) });

describe.each<[string, PvssScheme]>([
  ['schoenmakers over schnorr62', createSchoenmakersPvss({ group: schnorrGroup62 })],
  ['dhpvss over schnorr62', createDhPvss({ group: schnorrGroup62 })],
  ['schoenmakers over ristretto255', createSchoenmakersPvss({ group })],
  ['dhpvss over ristretto255', createDhPvss({ group })],
])('%s', (name, scheme) => {
  const runs = { numRuns: name.includes('ristretto') ? 15 : 40 };

  test('any dealing that is honest holds, and any t shares give its secret', () => {
    fc.assert(
      fc.property(size, bytes32, bytes32, fc.infiniteStream(fc.nat()), ([n, t], fresh, session, choice) => {
        const { context: fixed, secretKeys } = seats(scheme, n, t);
        const context = { ...fixed, session };
        const { dealing, secret } = scheme.dealSecret(context);
        expect(scheme.verifyDealings([{ context, dealing }], fresh)).toEqual([]);
        const left = [...secretKeys.keys()];
        const chosen = Array.from({ length: t }, () => left.splice((choice.next().value ?? 0) % left.length, 1)[0]!);
        const shares = chosen.map((index) => ({
          index,
          share: scheme.decryptShare(context, dealing, index, secretKeys[index]!),
        }));
        expect(
          scheme.verifyShares(
            shares.map((own) => ({ context, dealing, ...own })),
            fresh,
          ),
        ).toEqual([]);
        expect(scheme.recover(context, dealing, shares)).toEqual(secret);
      }),
      runs,
    );
  });

  test('of any mixture exactly the wrong ones are named', () => {
    const { context, secretKeys } = seats(scheme, 4, 2);
    const dealing = scheme.deal(context);
    const share = scheme.decryptShare(context, dealing, 1, secretKeys[1]!);
    const mixture = fc.array(fc.option(spoilt(dealing.length)), { maxLength: 6 });
    const changed = (bytes: Uint8Array, own: { at: number; xor: number } | null): Uint8Array => {
      const copy = bytes.slice();
      if (own !== null) copy[own.at % copy.length]! ^= own.xor;
      return copy;
    };
    fc.assert(
      fc.property(mixture, bytes32, (all, fresh) => {
        const wrong = all.flatMap((own, place) => (own === null ? [] : [place]));
        const dealings = all.map((own) => ({ context, dealing: changed(dealing, own) }));
        expect(scheme.verifyDealings(dealings, fresh)).toEqual(wrong);
        const shares = all.map((own) => ({ context, dealing, index: 1, share: changed(share, own) }));
        expect(scheme.verifyShares(shares, fresh)).toEqual(wrong);
      }),
      runs,
    );
  });

  test('bytes of any length verify to an answer, and decrypt to a share or an error', () => {
    const { context, secretKeys } = seats(scheme, 3, 2);
    const length = scheme.dealingLength(3, 2);
    const any = fc.oneof(
      fc.uint8Array({ maxLength: length + 40 }),
      fc.uint8Array({ minLength: length, maxLength: length }),
      fc.uint8Array({ minLength: scheme.shareLength, maxLength: scheme.shareLength }),
    );
    fc.assert(
      fc.property(any, (bytes) => {
        expect(scheme.verifyDealing(context, bytes)).toBe(false);
        expect(scheme.verifyShare(context, bytes, 0, bytes)).toBe(false);
        try {
          scheme.decryptShare(context, bytes, 0, secretKeys[0]!);
        } catch (error) {
          expect(error).toMatchObject({ name: 'PvssError', code: 'bad-dealing' });
        }
      }),
      runs,
    );
  });
});
