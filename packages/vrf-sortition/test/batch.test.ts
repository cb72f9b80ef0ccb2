import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { encodeBatchable } from '../src/ecvrf/proof.ts';
import { BATCHABLE_PROOF_LENGTH, createBatchEcvrf, createEcvrf, type EcvrfSuite, type VrfClaim } from '../src/index.ts';
import { curves } from './curves.ts';
import { proveWithTorsion, seedOf, torsion } from './forge.ts';

const fresh = seedOf(99);

for (const [name, curve] of curves) {
  describe.each(['tai', 'ell2'] satisfies EcvrfSuite[])(`%s in batches over ${name}`, (suite) => {
    const ecvrf = createEcvrf({ suite, curve });
    const batch = createBatchEcvrf({ suite, curve });
    const claim = (i: number): VrfClaim => {
      const alpha = utf8ToBytes(`input ${i}`);
      return { publicKey: ecvrf.getPublicKey(seedOf(i)), alpha, proof: batch.prove(seedOf(i), alpha) };
    };
    const good = [0, 1, 2, 3].map(claim);
    const [first] = good as [VrfClaim];
    const s = bytesToNumberLE(first.proof.subarray(96));
    const withS = (own: bigint): VrfClaim => ({
      ...first,
      proof: concatBytes(first.proof.subarray(0, 96), numberToBytesLE(own, 32)),
    });
    const holds = ({ publicKey, alpha, proof }: VrfClaim): boolean =>
      batch.verify(publicKey, alpha, proof) !== undefined;
    const refused = (...claims: VrfClaim[]): number[] => batch.verifyBatch(claims, fresh);

    test('good proofs hold, with the same output as the other form', () => {
      expect(refused(...good)).toEqual([]);
      expect(refused()).toEqual([]);
      for (const { publicKey, alpha, proof } of good) {
        const pi = batch.toProof(publicKey, alpha, proof)!;
        expect(batch.verify(publicKey, alpha, proof)).toEqual(ecvrf.verify(publicKey, alpha, pi));
        expect(batch.fromProof(publicKey, alpha, pi)).toEqual(proof);
      }
    });

    test('whatever is changed in a claim, it and no other is named', () => {
      const [other] = good.slice(1) as [VrfClaim];
      const alpha = utf8ToBytes('other');
      const bad: VrfClaim[] = [
        { ...first, alpha },
        { ...first, publicKey: other.publicKey },
        withS((s + 1n) % curve.order),
        withS(s + curve.order),
        ...[0, 32, 64].map((start) => {
          const changed = Uint8Array.from(first.proof);
          changed.set(other.proof.subarray(start, start + 32), start);
          return { ...first, proof: changed };
        }),
        ...[0, 32, 64].map((start) => {
          const changed = Uint8Array.from(first.proof);
          changed.set(new Uint8Array(32).fill(0xff), start);
          return { ...first, proof: changed };
        }),
        { ...first, proof: first.proof.subarray(1) },
        { ...first, proof: new Uint8Array(BATCHABLE_PROOF_LENGTH + 1) },
        { ...first, publicKey: torsion(curve, 1).toBytes() },
        { ...first, publicKey: new Uint8Array(31) },
      ];
      for (const own of bad) {
        expect(holds(own)).toBe(false);
        expect(refused(good[1]!, own, good[2]!)).toEqual([1]);
        expect(batch.toProof(own.publicKey, own.alpha, own.proof)).toBeUndefined();
      }
      expect(refused(...bad)).toEqual([...bad.keys()]);
    });

    test('errors that cancel in an unweighted sum are found', () => {
      expect(refused(withS((s + 5n) % curve.order), withS((s + curve.order - 5n) % curve.order))).toEqual([0, 1]);
    });

    test('each of the two equations must hold', () => {
      const { alpha, publicKey } = first;
      for (const added of [{ U: curve.base }, { V: curve.base }, { gamma: curve.base }]) {
        const { proof } = proveWithTorsion({ suite, curve, secretKey: seedOf(0), alpha }, added);
        const own = { publicKey, alpha, proof: encodeBatchable(proof) };
        expect(holds(own)).toBe(false);
        expect(refused(good[1]!, own)).toEqual([1]);
      }
    });

    test('torsion anywhere changes neither validity nor output, alone or in a batch', () => {
      const secretKey = seedOf(0);
      const { alpha } = first;
      const beta = batch.verify(first.publicKey, alpha, first.proof)!;
      for (let i = 1; i < 8; i++) {
        const T = torsion(curve, i);
        for (const added of [{ gamma: T }, { U: T }, { V: T }, { gamma: T, U: T, V: T }]) {
          const forged = proveWithTorsion({ suite, curve, secretKey, alpha }, added, i);
          const proof = encodeBatchable(forged.proof);
          expect(batch.verify(first.publicKey, alpha, proof)).toEqual(beta);
          expect(refused(good[1]!, { publicKey: first.publicKey, alpha, proof })).toEqual([]);
        }
        const forged = proveWithTorsion({ suite, curve, secretKey, alpha }, { key: T, U: T }, i);
        const own = { publicKey: forged.publicKey, alpha, proof: encodeBatchable(forged.proof) };
        expect(holds(own)).toBe(true);
        expect(refused(own, good[1]!)).toEqual([]);
        expect(refused(own, withS(1n))).toEqual([1]);
      }
    });

    test('a proof that holds only up to torsion has no form of the RFC', () => {
      const { publicKey, alpha } = first;
      const forged = proveWithTorsion({ suite, curve, secretKey: seedOf(0), alpha }, { U: torsion(curve, 1) });
      const proof = encodeBatchable(forged.proof);
      expect(holds({ publicKey, alpha, proof })).toBe(true);
      expect(batch.toProof(publicKey, alpha, proof)).toBeUndefined();
      expect(batch.fromProof(publicKey, alpha, new Uint8Array(80))).toBeUndefined();
    });

    test('fresh bytes are 32', () => {
      for (const length of [0, 31, 33])
        expect(() => batch.verifyBatch([], new Uint8Array(length))).toThrow(
          expect.objectContaining({ name: 'VrfError', code: 'bad-length' }),
        );
    });
  });
}
