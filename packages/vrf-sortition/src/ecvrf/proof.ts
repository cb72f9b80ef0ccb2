import type { Curve, CurvePoint } from '@ios/crypto/edwards25519';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { CHALLENGE_LENGTH, timesCofactor } from './suite.ts';

/** Bytes of an RFC 9381 proof pi: Gamma 32, c 16, s 32. */
export const PROOF_LENGTH = 80;

/** Bytes of a batchable proof: Gamma, U, V and s, 32 each. */
export const BATCHABLE_PROOF_LENGTH = 128;

/** What pi encodes. */
export interface Proof {
  readonly gamma: CurvePoint;
  /** From 0 to 2^128 - 1. */
  readonly c: bigint;
  /** From 0 to ℓ - 1. */
  readonly s: bigint;
}

/** What a batchable proof encodes: the commitments U and V in place of the challenge that they give. */
export interface BatchableProof {
  readonly gamma: CurvePoint;
  readonly U: CurvePoint;
  readonly V: CurvePoint;
  readonly s: bigint;
}

export const encodeProof = ({ gamma, c, s }: Proof): Uint8Array =>
  concatBytes(gamma.toBytes(), numberToBytesLE(c, CHALLENGE_LENGTH), numberToBytesLE(s, 32));

/** ECVRF_decode_proof (section 5.4.4), strict: Gamma canonical, s reduced. Undefined for all other bytes. */
export const decodeProof = (curve: Curve, pi: Uint8Array): Proof | undefined => {
  if (pi.length !== PROOF_LENGTH) return undefined;
  const s = bytesToNumberLE(pi.subarray(48));
  if (s >= curve.order) return undefined;
  const gamma = curve.fromBytes(pi.subarray(0, 32));
  return gamma === undefined ? undefined : { gamma, c: bytesToNumberLE(pi.subarray(32, 48)), s };
};

export const encodeBatchable = ({ gamma, U, V, s }: BatchableProof): Uint8Array =>
  concatBytes(gamma.toBytes(), U.toBytes(), V.toBytes(), numberToBytesLE(s, 32));

/** Strict like {@link decodeProof}: three canonical points of any order, s reduced. Undefined for all other bytes. */
export const decodeBatchable = (curve: Curve, proof: Uint8Array): BatchableProof | undefined => {
  if (proof.length !== BATCHABLE_PROOF_LENGTH) return undefined;
  const s = bytesToNumberLE(proof.subarray(96));
  if (s >= curve.order) return undefined;
  const [gamma, U, V] = [0, 32, 64].map((start) => curve.fromBytes(proof.subarray(start, start + 32)));
  return gamma === undefined || U === undefined || V === undefined ? undefined : { gamma, U, V, s };
};

/**
 * string_to_point of a key and ECVRF_validate_key (section 5.4.5): canonical, and not of small order. Undefined for all
 * other bytes.
 */
export const decodeKey = (curve: Curve, publicKey: Uint8Array): CurvePoint | undefined => {
  const Y = curve.fromBytes(publicKey);
  return Y === undefined || timesCofactor(Y).is0() ? undefined : Y;
};
