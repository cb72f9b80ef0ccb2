import type { SignedMessage } from '@ios/crypto/ed25519';
import { signedMessage } from './challenge.ts';
import { aggregateKey } from './roster.ts';
import type { Roster } from './scheme.ts';

/**
 * A collective signature as the ordinary Ed25519 signature that it is, for a host's batch or native verifier, or anybody's:
 * `publicKey` is the aggregate key A of the mask, `message` is M = H(tag ‖ roster root ‖ mask ‖ message).
 * @param roster - as `roster` of a scheme returned it, over whichever curve
 * @param mask - ceil(n / 8) bytes
 * @param message - any length
 * @param signature - 64 bytes
 * @returns undefined for a mask that does not fit the roster or is empty, and for a signature of another length
 * @throws CosiError `unknown-roster`
 */
export const signatureClaim = (
  roster: Roster,
  mask: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): SignedMessage | undefined => {
  if (signature.length !== 64) return undefined;
  const A = aggregateKey(roster, mask);
  if (A === undefined) return undefined;
  return { publicKey: A.toBytes(), message: signedMessage(roster.root, mask, message), signature };
};
