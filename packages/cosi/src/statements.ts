import { taggedHash } from '@ios/crypto/transcript';
import { numberToBytesBE } from '@noble/curves/utils.js';
import { encodeList } from './entry.ts';
import type { Entry } from './scheme.ts';

/** What stands for a message in a list, 32 bytes: H(tag ‖ message). */
export const messageDigest = (message: Uint8Array): Uint8Array => taggedHash('ios/cosi/v1/digest', message);

/** What a coordinator signs to announce a message with a payload, 32 bytes. */
export const announcementStatement = (session: Uint8Array, message: Uint8Array, payload: Uint8Array): Uint8Array =>
  taggedHash('ios/cosi/v1/announcement', session, message, payload);

/**
 * What a coordinator signs to have a list responded to, 32 bytes: H(tag ‖ session ‖ attempt u16 ‖ digest of the message ‖
 * list). Without it an inner node could have its children spend their nonces on lists of its own.
 */
export const listStatement = (
  session: Uint8Array,
  attempt: number,
  digest: Uint8Array,
  list: readonly Entry[],
): Uint8Array => taggedHash('ios/cosi/v1/list', session, numberToBytesBE(attempt, 2), digest, encodeList(list));

/** What a cosigner signs to refuse a session, 32 bytes: H(tag ‖ session ‖ reason). */
export const refusalStatement = (session: Uint8Array, reason: Uint8Array): Uint8Array =>
  taggedHash('ios/cosi/v1/refusal', session, reason);
