import { concatBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';

/** What validators send each other while randomness is made, and after. */
export type BeaconMessage =
  /** Of the machine of an epoch. */
  | { readonly kind: 'machine'; readonly epoch: number; readonly bytes: Uint8Array }
  /** The sender leads a view of an attempt, and asks all to deal to its session. */
  | { readonly kind: 'leads'; readonly epoch: number; readonly attempt: number; readonly view: number }
  /** The sender has no transcript of the decided output of an epoch. */
  | { readonly kind: 'want'; readonly epoch: number }
  /** The answer to that. */
  | { readonly kind: 'transcript'; readonly epoch: number; readonly bytes: Uint8Array };

const KINDS = ['machine', 'leads', 'want', 'transcript'] as const;
const HEAD_BYTES = 5;
const leads = P.struct({ attempt: P.U32BE, view: P.U32BE });

/**
 * The one encoding: kind u8 (0 machine, 1 leads, 2 want, 3 transcript), epoch u32, then the bytes of a machine or a transcript, or
 * attempt u32 and view u32 of who leads.
 */
export const encodeBeaconMessage = (message: BeaconMessage): Uint8Array => {
  const head = concatBytes(Uint8Array.of(KINDS.indexOf(message.kind)), P.U32BE.encode(message.epoch));
  if ('bytes' in message) return concatBytes(head, message.bytes);
  return message.kind === 'leads' ? concatBytes(head, leads.encode(message)) : head;
};

/** Decodes a message strictly, or undefined. */
export const decodeBeaconMessage = (bytes: Uint8Array): BeaconMessage | undefined => {
  const kind = KINDS[bytes[0] ?? -1];
  if (kind === undefined || bytes.length < HEAD_BYTES) return undefined;
  const epoch = P.U32BE.decode(bytes.subarray(1, HEAD_BYTES));
  const rest = bytes.subarray(HEAD_BYTES);
  switch (kind) {
    case 'machine':
    case 'transcript':
      return { kind, epoch, bytes: rest };
    case 'leads':
      return rest.length === 8 ? { kind, epoch, ...leads.decode(rest) } : undefined;
    case 'want':
      return rest.length === 0 ? { kind, epoch } : undefined;
  }
};
