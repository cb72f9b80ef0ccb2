import * as P from 'micro-packed';
import { type CertifiedValue, certifiedCoder } from '../epochs/certified.ts';
import { ClientError } from '../error.ts';
import { type BeaconProof, proofCoder } from './proof.ts';

/** The randomness of an epoch with all that shows it from genesis: a file that is verified for ever, without a network. */
export interface BeaconBundle {
  /** Genesis hash, 32 bytes. */
  readonly chain: Uint8Array;
  /** Records 1 to e, each with its certificate. */
  readonly records: readonly CertifiedValue[];
  /** How rnd(e) came about. */
  readonly proof: BeaconProof;
}

/** The longest encoded bundle, in bytes. */
export const MAX_BEACON_BUNDLE_BYTES: number = 1 << 26;

/** "iosb", version u8 (1), chain 32, records (u32 number) of height u32, value and certificate (u16 each before), proof. */
const bundle = /* @__PURE__ */ P.struct({
  magic: P.magic(P.string(4), 'iosb'),
  version: P.magic(P.U8, 1),
  chain: P.bytes(32),
  records: P.array(P.U32BE, certifiedCoder),
  proof: proofCoder,
});

/** The one encoding of a bundle. Throws `ClientError` (`beacon-malformed`) for what has none. */
export function encodeBeaconBundle({ chain, records, proof }: BeaconBundle): Uint8Array {
  try {
    const bytes = bundle.encode({ chain, records: [...records], proof });
    if (bytes.length > MAX_BEACON_BUNDLE_BYTES) throw new Error(`${bytes.length} bytes are too many`);
    return bytes;
  } catch (cause) {
    throw new ClientError('beacon-malformed', 'This randomness has no file: its records are too many.', {}, cause);
  }
}

/** Decodes a bundle strictly; whether it proves anything is `verifyBeaconBundle`'s question. Throws `ClientError` (`beacon-malformed`). */
export function decodeBeaconBundle(bytes: Uint8Array): BeaconBundle {
  try {
    if (bytes.length > MAX_BEACON_BUNDLE_BYTES) throw new Error(`${bytes.length} bytes are too many`);
    const { chain, records, proof } = bundle.decode(bytes);
    if (records.length === 0) throw new Error('there is no record');
    return { chain, records, proof };
  } catch (cause) {
    throw new ClientError('beacon-malformed', 'These bytes are no file of the beacon, or a damaged one.', {}, cause);
  }
}
