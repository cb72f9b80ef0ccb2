import { type Curve, type CurvePoint, edwards25519 } from '@ios/crypto/edwards25519';
import { nonZeroWeight, weightStream } from '@ios/crypto/transcript';
import { numberToBytesBE } from '@noble/curves/utils.js';
import { assertLength } from '../errors.ts';
import type { EcvrfOptions } from './ecvrf.ts';
import { encodeToCurve } from './encode-to-curve.ts';
import { openProof } from './open.ts';
import { type BatchableProof, decodeBatchable, decodeKey, encodeBatchable, encodeProof } from './proof.ts';
import { proofParts } from './prove.ts';
import { challenge, type EcvrfSuite, outputOf, timesCofactor } from './suite.ts';

/** A key, an input and a batchable proof that is to hold for them. */
export interface VrfClaim {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly alpha: Uint8Array;
  /** 128 bytes. */
  readonly proof: Uint8Array;
}

/**
 * The batchable form of the proofs: Gamma ‖ U ‖ V ‖ s, 128 bytes. The challenge is computed from U and V and not the
 * reverse, so that many proofs are one sum.
 */
export interface BatchEcvrf {
  readonly suite: EcvrfSuite;
  /** The batchable proof, 128 bytes. @throws VrfError `bad-length` */
  prove(secretKey: Uint8Array, alpha: Uint8Array): Uint8Array;
  /** The batchable form of a proof pi, 128 bytes; undefined if pi does not hold. Never throws. */
  fromProof(publicKey: Uint8Array, alpha: Uint8Array, pi: Uint8Array): Uint8Array | undefined;
  /**
   * The proof pi of a batchable one, 80 bytes; undefined if there is none: the batchable one does not hold, or holds only
   * up to torsion, which the RFC's equations do not ignore. Never throws.
   */
  toProof(publicKey: Uint8Array, alpha: Uint8Array, proof: Uint8Array): Uint8Array | undefined;
  /** beta, 64 bytes, or undefined if the key is not valid or the proof does not hold. Never throws. */
  verify(publicKey: Uint8Array, alpha: Uint8Array, proof: Uint8Array): Uint8Array | undefined;
  /**
   * Verifies many proofs by one multi-scalar multiplication, or, if that fails, one by one.
   * @param freshBytes - 32 bytes, drawn after the batch was fixed
   * @returns the indices of those that {@link BatchEcvrf.verify} refuses, ascending; wrong with probability below 2^-126
   * @throws VrfError `bad-length` for fresh bytes of another length
   */
  verifyBatch(batch: readonly VrfClaim[], freshBytes: Uint8Array): number[];
  /** beta, 64 bytes, of a proof that was verified; undefined for bytes that are no proof. It checks nothing. */
  proofToHash(proof: Uint8Array): Uint8Array | undefined;
}

/**
 * Batchable ECVRF (the form of Badertscher, Gaži, Querejeta-Azurmendi and Russell, "On UC-Secure Range Extension and Batch
 * Verification for ECVRF", ESORICS 2022), over a given curve.
 *
 * The rule, for one proof and for many: Y, Gamma, U and V are canonical, Y is not of small order, s < ℓ, and with
 * c = challenge(Y, H, Gamma, U, V)
 *
 * `8·(s·B - c·Y - U) = 0` and `8·(s·H - c·Gamma - V) = 0`.
 *
 * The factor 8 is part of the rule, as in ZIP215, since a random sum of exact equations would not see some torsion: with it
 * the sum holds whenever all proofs do, so that one and many agree on every input. It costs nothing: beta hashes 8·Gamma,
 * the only thing the equations pin down. Whatever RFC 9381 accepts, this accepts, with the same beta.
 */
export const createBatchEcvrf = ({ suite, curve }: EcvrfOptions): BatchEcvrf => {
  const open = (publicKey: Uint8Array, alpha: Uint8Array, proof: Uint8Array): Equations | undefined => {
    const found = equations(suite, curve, { publicKey, alpha, proof });
    return found !== undefined && holds(curve, found) ? found : undefined;
  };
  return Object.freeze({
    suite,
    prove: (secretKey: Uint8Array, alpha: Uint8Array) => encodeBatchable(proofParts(suite, curve, secretKey, alpha)),
    fromProof: (publicKey: Uint8Array, alpha: Uint8Array, pi: Uint8Array) => {
      const opened = openProof(suite, curve, publicKey, alpha, pi);
      return opened === undefined ? undefined : encodeBatchable(opened);
    },
    toProof: (publicKey: Uint8Array, alpha: Uint8Array, proof: Uint8Array) => {
      const found = open(publicKey, alpha, proof);
      const pi = found === undefined ? undefined : encodeProof(found);
      return pi !== undefined && openProof(suite, curve, publicKey, alpha, pi) !== undefined ? pi : undefined;
    },
    verify: (publicKey: Uint8Array, alpha: Uint8Array, proof: Uint8Array) => {
      const found = open(publicKey, alpha, proof);
      return found === undefined ? undefined : outputOf(suite, found.gamma);
    },
    verifyBatch: (batch: readonly VrfClaim[], freshBytes: Uint8Array) => {
      assertLength(freshBytes, 32, 'fresh bytes');
      const found = batch.map((claim) => equations(suite, curve, claim));
      const well = found.filter((own) => own !== undefined);
      const all = sumHolds(curve, well, batch, freshBytes);
      return found.flatMap((own, index) => (own !== undefined && (all || holds(curve, own)) ? [] : [index]));
    },
    proofToHash: (proof: Uint8Array) => {
      const decoded = decodeBatchable(curve, proof);
      return decoded === undefined ? undefined : outputOf(suite, decoded.gamma);
    },
  } satisfies BatchEcvrf);
};

/** The two equations of one claim whose encodings are all good. */
interface Equations extends BatchableProof {
  readonly Y: CurvePoint;
  readonly H: CurvePoint;
  readonly c: bigint;
}

const equations = (suite: EcvrfSuite, curve: Curve, { publicKey, alpha, proof }: VrfClaim): Equations | undefined => {
  const Y = decodeKey(curve, publicKey);
  const decoded = Y === undefined ? undefined : decodeBatchable(curve, proof);
  if (Y === undefined || decoded === undefined) return undefined;
  const H = encodeToCurve(suite, curve, publicKey, alpha);
  const [gamma, U, V] = [0, 32, 64].map((start) => proof.subarray(start, start + 32));
  return { ...decoded, Y, H, c: challenge(suite, publicKey, H.toBytes(), gamma!, U!, V!) };
};

/** The rule for one claim. */
const holds = (curve: Curve, { Y, H, gamma, U, V, c, s }: Equations): boolean => {
  const first = curve.multiScalarMultiply([curve.base, Y.negate()], [s, c]).subtract(U);
  const second = curve.multiScalarMultiply([H, gamma.negate()], [s, c]).subtract(V);
  return timesCofactor(first).is0() && timesCofactor(second).is0();
};

/**
 * The rule for many at once: eight times the sum of all equations, each with a weight of its own, is the identity. Scalars are
 * reduced modulo ℓ, which changes nothing but torsion, and the factor 8 ends that.
 */
const sumHolds = (
  curve: Curve,
  all: readonly Equations[],
  batch: readonly VrfClaim[],
  freshBytes: Uint8Array,
): boolean => {
  const { order } = curve;
  const bound = batch.flatMap(({ publicKey, alpha, proof }) => [publicKey, alpha, proof]);
  const stream = weightStream(WEIGHTS, freshBytes, [numberToBytesBE(batch.length, 4), ...bound]);
  const points: CurvePoint[] = [curve.base];
  const scalars: bigint[] = [];
  let ofBase = 0n;
  for (const { Y, H, gamma, U, V, c, s } of all) {
    const [first, second] = [nonZeroWeight(stream, order), nonZeroWeight(stream, order)];
    ofBase = (ofBase + first * s) % order;
    points.push(Y.negate(), U.negate(), H, gamma.negate(), V.negate());
    scalars.push((first * c) % order, first, (second * s) % order, (second * c) % order, second);
  }
  return timesCofactor(curve.multiScalarMultiply(points, [ofBase, ...scalars])).is0();
};

const WEIGHTS = 'ios/vrf-sortition/v1/batch-weights';

/** Batchable ECVRF-EDWARDS25519-SHA512-TAI over noble's curve. */
export const batchEcvrfTai: BatchEcvrf = /* @__PURE__ */ createBatchEcvrf({ suite: 'tai', curve: edwards25519 });

/** Batchable ECVRF-EDWARDS25519-SHA512-ELL2 over noble's curve. */
export const batchEcvrfEll2: BatchEcvrf = /* @__PURE__ */ createBatchEcvrf({ suite: 'ell2', curve: edwards25519 });
