import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indicesOf, maskOf, signatureClaim } from '../src/index.ts';
import { committee, fake, real, sessionOf } from './committee.ts';
import { nodeAccepts } from './node-crypto.ts';

const session = sessionOf(1);

/** Who signs among n, each in or out, at least one. */
const some = (n: number) =>
  fc.uniqueArray(fc.nat(n - 1), { minLength: 1, maxLength: n }).map((all) => all.sort((a, b) => a - b));

/** A collective signature of these, from the first commitment to the last response. */
const signed = ({ scheme, curve }: typeof fake, n: number, indices: readonly number[], message: Uint8Array) => {
  const all = committee(n, { scheme, curve });
  const list = all.commit(indices, session);
  const challenge = scheme.challenge(all.roster, message, list)!;
  const responses = indices.map((index) => all.signers[index]!.respond({ session, attempt: 0, message, list }));
  return { ...all, list, challenge, responses, signature: scheme.combine(challenge, responses) };
};

test('whoever signs, the signature holds for exactly them', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }).chain((n) => fc.tuple(fc.constant(n), some(n))),
      fc.uint8Array({ maxLength: 64 }),
      fc.nat(39),
      ([n, indices], message, other) => {
        const { scheme, roster, challenge, signature } = signed(fake, n, indices, message);
        expect(indicesOf(challenge.mask, n)).toEqual(indices);
        expect(scheme.isSignature(challenge, signature)).toBe(true);
        expect(scheme.verify(roster, challenge.mask, message, signature)).toBe(true);
        const flipped = indices.includes(other % n) ? indices.filter((i) => i !== other % n) : [...indices, other % n];
        expect(scheme.verify(roster, maskOf(flipped, n), message, signature)).toBe(false);
      },
    ),
  );
});

test('one wrong response spoils the signature, and is named', () => {
  fc.assert(
    fc.property(some(12), fc.nat(), fc.integer({ min: 0, max: 251 }), (indices, who, bit) => {
      const { scheme, roster, challenge, responses } = signed(fake, 12, indices, new Uint8Array(3));
      const culprit = who % indices.length;
      const spoilt = responses.map((s, place) => (place === culprit ? flip(s, bit) : s));
      const signature = scheme.combine(challenge, spoilt);
      expect(scheme.isSignature(challenge, signature)).toBe(false);
      expect(scheme.verify(roster, challenge.mask, new Uint8Array(3), signature)).toBe(false);
      const bad = spoilt.flatMap((s, place) =>
        scheme.isResponse(roster, challenge, indices[place]!, s) ? [] : [place],
      );
      expect(bad).toEqual([culprit]);
    }),
  );
});

test('no bytes make verification throw', () => {
  const { scheme, roster, challenge, list } = signed(fake, 9, [0, 4, 8], new Uint8Array(0));
  const any = fc.uint8Array({ maxLength: 70 });
  fc.assert(
    fc.property(any, any, any, fc.integer(), (mask, signature, D, index) => {
      expect(scheme.verify(roster, mask, D, signature)).toBe(false);
      expect(scheme.isResponse(roster, challenge, index, signature)).toBe(false);
      expect(scheme.isSignature(challenge, signature)).toBe(false);
      scheme.isEntrySound({ ...list[0]!, D });
      scheme.challenge(roster, mask, [{ ...list[0]!, D, index }]);
    }),
  );
});

test('node:crypto accepts whatever is signed on the curve', () => {
  fc.assert(
    fc.property(some(6), fc.uint8Array({ maxLength: 64 }), (indices, message) => {
      const { roster, scheme, challenge, signature } = signed(real, 6, indices, message);
      expect(scheme.isSignature(challenge, signature)).toBe(true);
      expect(nodeAccepts(signatureClaim(roster, challenge.mask, message, signature)!)).toBe(true);
    }),
    { numRuns: 5 },
  );
});

const flip = (bytes: Uint8Array, bit: number): Uint8Array =>
  bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
