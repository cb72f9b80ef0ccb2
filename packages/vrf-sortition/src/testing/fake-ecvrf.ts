import { taggedHash, wideHash, xof } from '@ios/crypto/transcript';
import { equalBytes } from '@noble/curves/utils.js';
import type { Ecvrf } from '../ecvrf/ecvrf.ts';
import { PROOF_LENGTH } from '../ecvrf/proof.ts';

/**
 * A function of the same shape without any security, for simulations: keys are hashes of secrets and proofs hashes of key
 * and input, which anybody can compute, as quickly as a hash. There is exactly one proof for each key and input.
 */
export const fakeEcvrf: Ecvrf = /* @__PURE__ */ (() => {
  const proofOf = (publicKey: Uint8Array, alpha: Uint8Array): Uint8Array =>
    xof('ios/vrf-sortition/v1/fake-proof', publicKey, alpha).read(PROOF_LENGTH);
  const getPublicKey = (secretKey: Uint8Array): Uint8Array => taggedHash('ios/vrf-sortition/v1/fake-key', secretKey);
  const proofToHash = (pi: Uint8Array): Uint8Array | undefined =>
    pi.length === PROOF_LENGTH ? wideHash('ios/vrf-sortition/v1/fake-output', pi) : undefined;
  return Object.freeze<Ecvrf>({
    suite: 'tai',
    getPublicKey,
    isValidKey: (publicKey) => publicKey.length === 32,
    prove: (secretKey, alpha) => proofOf(getPublicKey(secretKey), alpha),
    verify: (publicKey, alpha, pi) => (equalBytes(proofOf(publicKey, alpha), pi) ? proofToHash(pi) : undefined),
    proofToHash,
  });
})();
