import type { Curve, CurvePoint } from '@ios/crypto/edwards25519';
import { secretScalar } from '@ios/crypto/keys';
import { TORSION } from '@ios/crypto/testing';
import { taggedHash, xof } from '@ios/crypto/transcript';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { encodeToCurve } from '../src/ecvrf/encode-to-curve.ts';
import type { BatchableProof } from '../src/ecvrf/proof.ts';
import { challenge, type EcvrfSuite } from '../src/ecvrf/suite.ts';

/** Torsion point i of eight, 0 the identity, in the given curve. */
export const torsion = (curve: Curve, i: number): CurvePoint => curve.fromBytes(TORSION[i]!.toBytes())!;

/** What a dishonest prover adds where: torsion, or any other point. */
export interface Torsion {
  readonly key?: CurvePoint;
  readonly gamma?: CurvePoint;
  readonly U?: CurvePoint;
  readonly V?: CurvePoint;
}

/** A proof by somebody who does know the secret and adds torsion to what it publishes; c is what the RFC's verifier gets. */
export const proveWithTorsion = (
  { suite, curve, secretKey, alpha }: { suite: EcvrfSuite; curve: Curve; secretKey: Uint8Array; alpha: Uint8Array },
  added: Torsion,
  attempt = 0,
): { readonly publicKey: Uint8Array; readonly proof: BatchableProof; readonly c: bigint } => {
  const plus = (point: CurvePoint, extra: CurvePoint | undefined): CurvePoint =>
    extra === undefined ? point : point.add(extra);
  const x = secretScalar('vrf', secretKey);
  const Y = plus(curve.multiplyBase(x), added.key);
  const publicKey = Y.toBytes();
  const H = encodeToCurve(suite, curve, publicKey, alpha);
  const gamma = plus(H.multiply(x), added.gamma);
  const k = bytesToNumberLE(xof('ios/vrf-sortition/v1/test-nonce', publicKey, alpha, Uint8Array.of(attempt)).read(31));
  const [U, V] = [plus(curve.multiplyBase(k), added.U), plus(H.multiply(k), added.V)];
  const c = challenge(suite, publicKey, H.toBytes(), gamma.toBytes(), U.toBytes(), V.toBytes());
  return { publicKey, proof: { gamma, U, V, s: (k + c * x) % curve.order }, c };
};

/** 32 bytes that differ by number. */
export const seedOf = (i: number): Uint8Array => taggedHash('ios/vrf-sortition/v1/test-seed', Uint8Array.of(i, i >> 8));
