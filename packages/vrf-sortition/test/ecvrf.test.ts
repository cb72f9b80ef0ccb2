import type { Curve, CurvePoint } from '@ios/crypto/edwards25519';
import { TORSION } from '@ios/crypto/testing';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { encodeToCurve } from '../src/ecvrf/encode-to-curve.ts';
import { encodeProof } from '../src/ecvrf/proof.ts';
import { challenge } from '../src/ecvrf/suite.ts';
import { createEcvrf, type EcvrfSuite } from '../src/index.ts';
import { curves } from './curves.ts';
import { proveWithTorsion, seedOf, torsion } from './forge.ts';

const alpha = utf8ToBytes('an input');
const secretKey = seedOf(1);
const P = 2n ** 255n - 19n;

/** The encodings of y = 0 … 18 with p added, and of x = 0 with a sign: what a strict decoder refuses. */
const nonCanonical = [
  ...Array.from({ length: 19 }, (_, y) => numberToBytesLE(P + BigInt(y), 32)),
  numberToBytesLE(1n + 2n ** 255n, 32),
  numberToBytesLE(P - 1n + 2n ** 255n, 32),
];

const hasOrder8 = (point: CurvePoint): boolean => {
  const twice = point.add(point);
  return !twice.add(twice).is0();
};

for (const [name, curve] of curves) {
  describe.each(['tai', 'ell2'] satisfies EcvrfSuite[])(`%s over ${name}`, (suite) => {
    const ecvrf = createEcvrf({ suite, curve });
    const publicKey = ecvrf.getPublicKey(secretKey);
    const pi = ecvrf.prove(secretKey, alpha);
    const refuses = (key: Uint8Array, input: Uint8Array, proof: Uint8Array): void =>
      expect(ecvrf.verify(key, input, proof)).toBeUndefined();

    test('a proof holds for its key and input alone', () => {
      expect(ecvrf.verify(publicKey, alpha, pi)).toEqual(ecvrf.proofToHash(pi));
      expect(ecvrf.verify(publicKey, alpha, pi)).toHaveLength(64);
      refuses(publicKey, utf8ToBytes('an inpuT'), pi);
      refuses(publicKey, new Uint8Array(0), pi);
      refuses(ecvrf.getPublicKey(seedOf(2)), alpha, pi);
      refuses(
        publicKey,
        alpha,
        createEcvrf({ suite: suite === 'tai' ? 'ell2' : 'tai', curve }).prove(secretKey, alpha),
      );
    });

    test('a proof with one bit changed anywhere does not hold', () => {
      for (let bit = 0; bit < 640; bit += 13) {
        const changed = Uint8Array.from(pi);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        refuses(publicKey, alpha, changed);
      }
    });

    test('s that is not reduced is refused, though the equations would hold', () => {
      const s = bytesToNumberLE(pi.subarray(48));
      const raised = concatBytes(pi.subarray(0, 48), numberToBytesLE(s + curve.order, 32));
      refuses(publicKey, alpha, raised);
      expect(ecvrf.proofToHash(raised)).toBeUndefined();
    });

    test('lengths other than 80 and 32 are refused', () => {
      for (const wrong of [new Uint8Array(0), pi.subarray(0, 79), concatBytes(pi, Uint8Array.of(0))]) {
        refuses(publicKey, alpha, wrong);
        expect(ecvrf.proofToHash(wrong)).toBeUndefined();
      }
      refuses(publicKey.subarray(1), alpha, pi);
      refuses(concatBytes(publicKey, publicKey), alpha, pi);
      for (const length of [0, 31, 33]) {
        expect(() => ecvrf.prove(new Uint8Array(length), alpha)).toThrow(
          expect.objectContaining({ code: 'bad-length' }),
        );
        expect(() => ecvrf.getPublicKey(new Uint8Array(length))).toThrow(
          expect.objectContaining({ name: 'VrfError', code: 'bad-length' }),
        );
      }
    });

    test('non-canonical encodings are no keys and no Gamma', () => {
      for (const bytes of nonCanonical) {
        expect(ecvrf.isValidKey(bytes)).toBe(false);
        refuses(bytes, alpha, pi);
        refuses(publicKey, alpha, concatBytes(bytes, pi.subarray(32)));
        expect(ecvrf.proofToHash(concatBytes(bytes, pi.subarray(32)))).toBeUndefined();
      }
      // y = 2 is on no point of the curve.
      expect(ecvrf.isValidKey(numberToBytesLE(2n, 32))).toBe(false);
    });

    test('a key of small order is refused, also where the equations hold', () => {
      for (const point of TORSION) {
        const key = point.toBytes();
        expect(ecvrf.isValidKey(key)).toBe(false);
        // Under such a key anybody makes a proof: with x = 0, and c a multiple of eight, U = s·B, V = s·H and Gamma = 0.
        refuses(key, alpha, forgeUnder(suite, curve, key));
      }
    });

    test('Gamma with torsion: the equations are exact, and beta is the same where they hold', () => {
      const held = new Set<boolean>();
      const torsionOfOrder8 = [...TORSION.keys()].map((i) => torsion(curve, i)).find(hasOrder8)!;
      for (let attempt = 0; attempt < 24; attempt++) {
        const forged = proveWithTorsion({ suite, curve, secretKey, alpha }, { gamma: torsionOfOrder8 }, attempt);
        const bytes = encodeProof({ ...forged.proof, c: forged.c });
        const beta = ecvrf.verify(publicKey, alpha, bytes);
        // The torsion has order 8: what is left of it in c·Gamma is zero only if 8 divides c.
        expect(beta !== undefined).toBe(forged.c % 8n === 0n);
        if (beta !== undefined) expect(beta).toEqual(ecvrf.proofToHash(pi));
        held.add(beta !== undefined);
      }
      expect(held).toEqual(new Set([true, false]));
    });

    test('a key with torsion: the equations are exact for it too', () => {
      const held = new Set<boolean>();
      const key = [...TORSION.keys()].map((i) => torsion(curve, i)).find(hasOrder8)!;
      for (let attempt = 0; attempt < 24; attempt++) {
        const forged = proveWithTorsion({ suite, curve, secretKey, alpha }, { key }, attempt);
        const holds =
          ecvrf.verify(forged.publicKey, alpha, encodeProof({ ...forged.proof, c: forged.c })) !== undefined;
        expect(holds).toBe(forged.c % 8n === 0n);
        held.add(holds);
      }
      expect(held).toEqual(new Set([true, false]));
    });

    test('Gamma of small order, or the identity, is refused', () => {
      for (let i = 0; i < 8; i++) refuses(publicKey, alpha, concatBytes(torsion(curve, i).toBytes(), pi.subarray(32)));
    });
  });
}

/** A proof under a key of small order that satisfies the equations of the RFC: s is tried until c is a multiple of 8. */
function forgeUnder(suite: EcvrfSuite, curve: Curve, key: Uint8Array): Uint8Array {
  const H = encodeToCurve(suite, curve, key, alpha);
  const gamma = curve.identity;
  for (let s = 1n; ; s++) {
    const [U, V] = [curve.multiplyBase(s), H.multiply(s)];
    const c = challenge(suite, key, H.toBytes(), gamma.toBytes(), U.toBytes(), V.toBytes());
    if (c % 8n === 0n) return encodeProof({ gamma, c, s });
  }
}
