import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { type Curve, createSigner, type Roster, type Signer } from '@ios/cosi';
import { edwards25519 } from '@ios/crypto/edwards25519';
import { deriveKey, secretScalar } from '@ios/crypto/keys';
import { answerRequest, type SignKind, type SignOff } from '@ios/drp';
import type { PvssScheme } from '@ios/pvss';
import type { Ecvrf } from '@ios/vrf-sortition';
import { type Entropy, systemEntropy } from '../entropy.ts';

/** Signs with a validator's identity key, and with its cosigning key together with others. */
export interface IdentitySigner {
  /** Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** An Ed25519 signature (RFC 8032), 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
  /** The cosigning key at its place in a roster of this curve, noble's by default; its nonces live as long as what is returned. Throws `CosiError`. */
  cosigner(roster: Roster, index: number, curve?: Curve): Signer;
  /** The VRF key as a capability: the proof over an alpha (32 bytes), 80 bytes, the same each time. */
  prover(vrf: Pick<Ecvrf, 'prove'>): (alpha: Uint8Array) => Uint8Array;
  /**
   * The share key as a capability, which answers what the machine of `@ios/drp` asks for: a new dealing each time, signed by
   * the identity key, or decrypted shares against the sign-off alone.
   */
  sharer(scheme: PvssScheme): (kind: SignKind, message: Uint8Array, signOff: SignOff) => Uint8Array;
}

/** What stands before a seed in PKCS #8 (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** No key has been replaced yet. */
const KEY_EPOCH = 0;

/**
 * The keys with which a validator takes part in consensus, as a capability: identity signatures are made by Node's own
 * cryptography, nonces are drawn from `entropy`, and no secret is in what is returned. Throws `CryptoError` for a master
 * secret shorter than 32 bytes or a chain name that is not 32.
 */
export function createIdentitySigner(
  master: Uint8Array,
  chainName: Uint8Array,
  entropy: Entropy = systemEntropy,
): IdentitySigner {
  const seed = deriveKey(master, 'identity', chainName, KEY_EPOCH);
  const der = Buffer.concat([PKCS8_PREFIX, seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  seed.fill(0);
  der.fill(0);
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  const signWithIdentity = (message: Uint8Array): Uint8Array => new Uint8Array(sign(null, message, key));
  const secret = deriveKey(master, 'cosigning', chainName, KEY_EPOCH);
  const vrfSecret = deriveKey(master, 'vrf', chainName, KEY_EPOCH);
  const shareKey = secretScalar('share', deriveKey(master, 'share', chainName, KEY_EPOCH));
  return {
    publicKey: new Uint8Array(Buffer.from(x!, 'base64url')),
    sign: signWithIdentity,
    cosigner: (roster, index, curve = edwards25519) =>
      createSigner({ secret, roster, index, sign: signWithIdentity, rng: entropy, curve }),
    prover: (vrf) => (alpha) => vrf.prove(vrfSecret, alpha),
    sharer: (scheme) => (kind, message, signOff) =>
      answerRequest({ scheme, shareKey, sign: signWithIdentity, signOff, rng: entropy }, { kind, message }),
  };
}
