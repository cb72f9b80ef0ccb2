import type { EdwardsPoint } from '@noble/curves/abstract/edwards.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { ORDER } from '../edwards25519.ts';
import { assertLength } from '../error.ts';
import { sumOfMultiples } from '../group/multi-scalar.ts';
import { nonZeroWeight, weightStream } from '../transcript.ts';

/** A signature with what it claims to sign. */
export interface SignedMessage {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Any length. */
  readonly message: Uint8Array;
  /** R ‖ S, 64 bytes. */
  readonly signature: Uint8Array;
}

/**
 * Verifies many signatures at once. Every implementation passes `batchVerifierSuite` of `@ios/crypto/testing`: it says yes
 * exactly if ZIP215 says yes to each signature alone, but for an error of probability 2^-128 that nobody can steer who
 * does not know `freshBytes` beforehand.
 */
export interface BatchVerifier {
  /**
   * Whether every signature of the batch holds; true for an empty batch, false for wrong lengths. On false, the bad ones
   * are found by halving the batch or one by one.
   * @param batch - signatures of peers, any bytes
   * @param freshBytes - 32 bytes that the host draws after it holds the batch
   * @throws CryptoError `bad-length` unless `freshBytes` are 32 bytes
   */
  verify(batch: readonly SignedMessage[], freshBytes: Uint8Array): boolean;
}

/**
 * Batch verification over noble's curve: one multi-scalar multiplication checks that
 *
 * `[8]( [-Σ z_i S_i]B + Σ [z_i]R_i + Σ [z_i k_i]A_i )`
 *
 * is the identity, the weights z_i from 1 to 2^128 - 1, an XOF over the fresh bytes and the whole batch (Bernstein, Duif,
 * Lange, Schwabe and Yang, "High-speed high-security signatures", section 5; Chalkias, Garillot and Nikolaenko, "Taming
 * the many EdDSAs").
 */
export const nobleBatchVerifier: BatchVerifier = /* @__PURE__ */ Object.freeze({
  verify(batch: readonly SignedMessage[], freshBytes: Uint8Array): boolean {
    assertLength(freshBytes, 32, 'fresh bytes');
    const claims: Claim[] = [];
    for (const signed of batch) {
      const claim = parse(signed);
      if (claim === undefined) return false;
      claims.push(claim);
    }
    const digests = claims.map(({ digest }) => digest);
    const weights = weightStream('ios/crypto/v1/batch-weight', freshBytes, digests);
    let sumS = 0n;
    const points: EdwardsPoint[] = [];
    const scalars: bigint[] = [];
    for (const { R, A, k, S } of claims) {
      const z = nonZeroWeight(weights, ORDER);
      sumS += z * S;
      points.push(R, A);
      scalars.push(z, (z * k) % ORDER);
    }
    points.push(ed25519.Point.BASE);
    scalars.push((ORDER - (sumS % ORDER)) % ORDER);
    return sumOfMultiples(ed25519.Point.ZERO, points, scalars).clearCofactor().is0();
  },
});

/** A decoded signature; `digest` are 96 bytes that bind all of it. */
interface Claim {
  readonly R: EdwardsPoint;
  readonly A: EdwardsPoint;
  readonly S: bigint;
  readonly k: bigint;
  readonly digest: Uint8Array;
}

/** S < ℓ, both points decode (which no key of another length does), k over the bytes as received. */
const parse = ({ publicKey, message, signature }: SignedMessage): Claim | undefined => {
  if (signature.length !== 64) return undefined;
  const encodedR = signature.subarray(0, 32);
  const encodedS = signature.subarray(32);
  const S = bytesToNumberLE(encodedS);
  if (S >= ORDER) return undefined;
  try {
    const R = ed25519.Point.fromBytes(encodedR, true);
    const A = ed25519.Point.fromBytes(publicKey, true);
    const hash = sha512(concatBytes(encodedR, publicKey, message));
    return { R, A, S, k: bytesToNumberLE(hash) % ORDER, digest: concatBytes(hash, encodedS) };
  } catch {
    return undefined;
  }
};
