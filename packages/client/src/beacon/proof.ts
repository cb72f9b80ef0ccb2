import * as P from 'micro-packed';
import { type CertifiedValue, certifiedCoder } from '../epochs/certified.ts';
import { ClientError } from '../error.ts';

/** What shows, beside the records, how the randomness of an epoch came about. */
export interface BeaconProof {
  /** The decisions that attempts 0, 1, … of the epoch failed; most often there are none. */
  readonly failures: readonly CertifiedValue[];
  /** Of the attempt that did not fail, as `@ios/drp` encodes it. */
  readonly transcript: Uint8Array;
}

/** The longest encoded proof, in bytes: hundreds of validators deal in a few megabytes. */
export const MAX_BEACON_PROOF_BYTES: number = 1 << 24;

/** Failures (u16 number) of height u32, value and certificate (u16 each before), transcript behind u32. */
export const proofCoder: P.CoderType<BeaconProof> = /* @__PURE__ */ P.struct({
  failures: P.array(P.U16BE, certifiedCoder),
  transcript: P.bytes(P.U32BE),
}) as unknown as P.CoderType<BeaconProof>;

/** The one encoding of a proof. */
export const encodeBeaconProof = (proof: BeaconProof): Uint8Array => proofCoder.encode(proof);

/** Decodes a proof strictly; whether it proves anything is `verifyBeaconProof`'s question. Throws `ClientError` (`beacon-malformed`). */
export function decodeBeaconProof(bytes: Uint8Array): BeaconProof {
  try {
    if (bytes.length > MAX_BEACON_PROOF_BYTES) throw new Error(`${bytes.length} bytes are too many`);
    return proofCoder.decode(bytes);
  } catch (cause) {
    throw new ClientError('beacon-malformed', 'These bytes are no proof of the beacon.', {}, cause);
  }
}
