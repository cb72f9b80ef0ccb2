import { type Curve, edwards25519, isValidKey } from '@ios/crypto/edwards25519';
import { secretScalar } from '@ios/crypto/keys';
import { assertLength } from '../errors.ts';
import { openProof } from './open.ts';
import { decodeProof, encodeProof } from './proof.ts';
import { proofParts } from './prove.ts';
import { type EcvrfSuite, outputOf } from './suite.ts';

/** What a verifiable random function is made of. */
export interface EcvrfOptions {
  readonly suite: EcvrfSuite;
  /** `edwards25519` of `@ios/crypto/edwards25519`, or another implementation of that interface. */
  readonly curve: Curve;
}

/**
 * A verifiable random function: the owner of a secret key, and nobody else, computes for each input alpha exactly one output
 * beta of 64 bytes, and proves it by pi of 80 bytes.
 */
export interface Ecvrf {
  readonly suite: EcvrfSuite;
  /** The public key Y of a 32-byte secret key, 32 bytes; the same as Ed25519's. @throws VrfError `bad-length` */
  getPublicKey(secretKey: Uint8Array): Uint8Array;
  /** ECVRF_validate_key (section 5.4.5): 32 bytes, canonical, not of small order. Never throws. */
  isValidKey(publicKey: Uint8Array): boolean;
  /**
   * ECVRF_prove (section 5.1): the proof pi, 80 bytes, always the same for the same arguments.
   * @param secretKey - 32 bytes
   * @param alpha - any length; public
   * @throws VrfError `bad-length`
   */
  prove(secretKey: Uint8Array, alpha: Uint8Array): Uint8Array;
  /**
   * ECVRF_verify (section 5.3) with key validation: beta, 64 bytes, or undefined if the key is not valid or the proof does
   * not hold. Never throws.
   */
  verify(publicKey: Uint8Array, alpha: Uint8Array, pi: Uint8Array): Uint8Array | undefined;
  /**
   * ECVRF_proof_to_hash (section 5.2): beta, 64 bytes, of a proof that was verified or made here; undefined for bytes that
   * are no proof. It checks nothing. Never throws.
   */
  proofToHash(pi: Uint8Array): Uint8Array | undefined;
}

/**
 * ECVRF on edwards25519 with SHA-512 (RFC 9381, section 5) over a given curve.
 *
 * Verification is the RFC's to the letter: without a cofactor in its equations. A prover can put torsion into Gamma, at the
 * cost of eight tries or so, and it verifies; beta stays the same.
 */
export const createEcvrf = ({ suite, curve }: EcvrfOptions): Ecvrf =>
  Object.freeze({
    suite,
    getPublicKey: (secretKey: Uint8Array) => {
      assertLength(secretKey, 32, 'secret key');
      return curve.multiplyBase(secretScalar('vrf', secretKey)).toBytes();
    },
    isValidKey: (publicKey: Uint8Array) => isValidKey(publicKey, curve),
    prove: (secretKey: Uint8Array, alpha: Uint8Array) => encodeProof(proofParts(suite, curve, secretKey, alpha)),
    verify: (publicKey: Uint8Array, alpha: Uint8Array, pi: Uint8Array) => {
      const gamma = openProof(suite, curve, publicKey, alpha, pi)?.gamma;
      return gamma === undefined ? undefined : outputOf(suite, gamma);
    },
    proofToHash: (pi: Uint8Array) => {
      const proof = decodeProof(curve, pi);
      return proof === undefined ? undefined : outputOf(suite, proof.gamma);
    },
  } satisfies Ecvrf);

/** ECVRF-EDWARDS25519-SHA512-TAI over noble's curve. */
export const ecvrfTai: Ecvrf = /* @__PURE__ */ createEcvrf({ suite: 'tai', curve: edwards25519 });

/** ECVRF-EDWARDS25519-SHA512-ELL2 over noble's curve. */
export const ecvrfEll2: Ecvrf = /* @__PURE__ */ createEcvrf({ suite: 'ell2', curve: edwards25519 });
