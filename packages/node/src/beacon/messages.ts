import { concatBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';

/** What validators send each other while randomness is made. */
export type BeaconMessage =
  /** Of the machine of an epoch. */
  | { readonly kind: 'machine'; readonly epoch: number; readonly bytes: Uint8Array }
  /** The sender leads a view of an attempt, and asks all to deal to its session. */
  | { readonly kind: 'leads'; readonly epoch: number; readonly attempt: number; readonly view: number };

const MACHINE = 0;
const LEADS = 1;
const HEAD_BYTES = 5;
const leads = P.struct({ attempt: P.U32BE, view: P.U32BE });

/** The one encoding: kind u8 (0 machine, 1 leads), epoch u32, then the machine's bytes, or attempt u32 and view u32. */
export const encodeBeaconMessage = (message: BeaconMessage): Uint8Array => {
  const head = concatBytes(Uint8Array.of(message.kind === 'machine' ? MACHINE : LEADS), P.U32BE.encode(message.epoch));
  return concatBytes(head, message.kind === 'machine' ? message.bytes : leads.encode(message));
};

/** Decodes a message strictly, or undefined. */
export const decodeBeaconMessage = (bytes: Uint8Array): BeaconMessage | undefined => {
  if (bytes.length < HEAD_BYTES) return undefined;
  const epoch = P.U32BE.decode(bytes.subarray(1, HEAD_BYTES));
  const rest = bytes.subarray(HEAD_BYTES);
  if (bytes[0] === MACHINE) return { kind: 'machine', epoch, bytes: rest };
  if (bytes[0] !== LEADS || rest.length !== 8) return undefined;
  return { kind: 'leads', epoch, ...leads.decode(rest) };
};
