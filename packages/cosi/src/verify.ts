import type { SignedMessage } from '@ios/crypto/ed25519';
import { signedMessage } from './challenge.ts';
import type { Curve } from './curve.ts';
import { aggregateKey } from './roster.ts';
import type { Roster } from './scheme.ts';

/**
 * A collective signature as the ordinary one that it is: the aggregate key A of the mask, the message M that is signed under
 * it, and the signature; or undefined for a mask that does not fit the roster, and for bytes that are not 64.
 */
export const claimOf = (
  curve: Curve,
  roster: Roster,
  mask: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): SignedMessage | undefined => {
  if (signature.length !== 64) return undefined;
  const A = aggregateKey(curve, roster, mask);
  if (A === undefined) return undefined;
  return { publicKey: A.toBytes(), message: signedMessage(roster.root, mask, message), signature };
};
