import type { Group } from '@ios/crypto/group';
import { schnorrGroup62 } from '@ios/crypto/testing';
import { createCurve25519 } from '@ios/curve25519-wasm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDhPvss, createSchoenmakersPvss, type PvssScheme } from '../src/index.ts';
import { seats } from '../src/testing.ts';

const groups: readonly Group[] = [schnorrGroup62, createCurve25519().ristretto255];
const schemes = groups.flatMap((group) =>
  [createSchoenmakersPvss({ group }), createDhPvss({ group })].map((scheme): [string, PvssScheme] => [
    `${scheme.name} over ${group.name}`,
    scheme,
  ]),
);

/*
 * What passes a decoder has one encoding, so changing any byte of what holds changes what it says: nothing that was
 * changed, cut, joined or exchanged may hold, and nothing may throw.
 */
describe.each(schemes)('hostile bytes: %s', (_, scheme) => {
  const { context, secretKeys } = seats(scheme, 5, 3);
  const { elementLength } = scheme.group;
  const good = [scheme.deal(context), scheme.deal(context)] as const;
  const share = scheme.decryptShare(context, good[0], 2, secretKeys[2]!);
  const fresh = new Uint8Array(32).fill(5);
  const edit = fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) }),
    fc.record({ kind: fc.constant('swap' as const), at: fc.nat(), by: fc.nat() }),
    fc.record({ kind: fc.constant('other' as const), at: fc.nat(), by: fc.nat() }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), by: fc.nat() }),
    fc.record({ kind: fc.constant('zero' as const), at: fc.nat(), by: fc.nat() }),
    fc.record({ kind: fc.constant('ones' as const), at: fc.nat(), by: fc.nat() }),
  );
  type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never;
  const edited = (bytes: Uint8Array, { kind, at, by }: Edit): Uint8Array => {
    const copy = bytes.slice();
    const places = Math.floor(bytes.length / elementLength);
    const [a, b] = [(at % places) * elementLength, (by % places) * elementLength];
    if (kind === 'flip') copy[at % copy.length]! ^= by;
    if (kind === 'swap') copy.copyWithin(a, b, b + elementLength);
    if (kind === 'other') copy.set(good[1].slice(b, b + elementLength), a);
    if (kind === 'cut') return copy.slice(0, at % (copy.length + 1));
    if (kind === 'zero') copy.fill(0, a, a + elementLength);
    if (kind === 'ones') copy.fill(255, a, a + elementLength);
    return copy;
  };
  const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

  test('dealings', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const dealing = edits.reduce(edited, good[0]);
        const holds = same(dealing, good[0]) || same(dealing, good[1]);
        expect(scheme.verifyDealings([{ context, dealing }], fresh)).toEqual(holds ? [] : [0]);
      }),
      { numRuns: 8_000 },
    );
  });

  test('shares', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const bytes = edits.reduce(edited, share);
        const holds = same(bytes, share);
        expect(scheme.verifyShare(context, good[0], 2, bytes)).toBe(holds);
        expect(scheme.verifyShares([{ context, dealing: good[0], index: 2, share: bytes }], fresh)).toEqual(
          holds ? [] : [0],
        );
      }),
      { numRuns: 8_000 },
    );
  });

  test('dealings from which somebody decrypts', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat(4), (edits, index) => {
        const dealing = edits.reduce(edited, good[0]);
        try {
          const own = scheme.decryptShare(context, dealing, index, secretKeys[index]!);
          expect(scheme.verifyShare(context, dealing, index, own)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ name: 'PvssError', code: 'bad-dealing' });
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
