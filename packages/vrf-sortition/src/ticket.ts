import { taggedHash } from '@ios/crypto/transcript';
import { numberToBytesBE } from '@noble/curves/utils.js';
import * as P from 'micro-packed';
import { PROOF_LENGTH } from './ecvrf/proof.ts';
import { assertInteger, assertLength } from './errors.ts';

/** Which drawing a ticket is for: everything that it depends on beside its owner's key. */
export interface Lottery {
  /** The chain, 32 bytes. */
  readonly chain: Uint8Array;
  /** The epoch e whose randomness is to be made, u32. */
  readonly epoch: number;
  /** How many attempts at it came to nothing, u32. */
  readonly attempt: number;
  /** How often new tickets were drawn within the attempt, u32. */
  readonly electionView: number;
  /** rnd(e-1), 32 bytes. */
  readonly randomness: Uint8Array;
}

/** A seat's ticket as it travels. */
export interface Ticket {
  readonly epoch: number;
  readonly attempt: number;
  readonly electionView: number;
  /** The owner's index in the roster, u16. */
  readonly seat: number;
  /** Its proof over {@link ticketAlpha}, 80 bytes. */
  readonly pi: Uint8Array;
}

/** Bytes of an encoded ticket. */
export const TICKET_LENGTH = 94;

/**
 * The input that tickets of a lottery are made from: H(tag ‖ chain ‖ e ‖ attempt ‖ election view ‖ rnd(e-1)), and nothing
 * else. Who is excluded stays out of it: else whoever chooses when to fail would choose among drawings.
 * @returns 32 bytes
 * @throws VrfError `bad-length` or `out-of-range`
 */
export const ticketAlpha = ({ chain, epoch, attempt, electionView, randomness }: Lottery): Uint8Array => {
  assertLength(chain, 32, 'chain');
  assertLength(randomness, 32, 'randomness');
  return taggedHash(
    'ios/vrf-sortition/v1/ticket-alpha',
    chain,
    u32(epoch, 'epoch'),
    u32(attempt, 'attempt'),
    u32(electionView, 'election view'),
    randomness,
  );
};

/**
 * The rank of a ticket, H(tag ‖ alpha ‖ beta ‖ identity key): the lowest leads. The identity is in it, so that two seats
 * under one VRF key do not tie.
 * @param alpha - 32 bytes, of {@link ticketAlpha}
 * @param beta - 64 bytes, of a verified proof
 * @param identity - 32 bytes, the owner's identity key
 * @returns 32 bytes, compared as a big-endian number
 * @throws VrfError `bad-length`
 */
export const ticketRank = (alpha: Uint8Array, beta: Uint8Array, identity: Uint8Array): Uint8Array => {
  assertLength(alpha, 32, 'alpha');
  assertLength(beta, 64, 'beta');
  assertLength(identity, 32, 'identity key');
  return taggedHash('ios/vrf-sortition/v1/ticket-rank', alpha, beta, identity);
};

/** The one encoding of a ticket, 94 bytes: epoch, attempt, election view u32 big-endian, seat u16, pi 80. */
export const ticketCoder: P.CoderType<Ticket> = /* @__PURE__ */ P.struct({
  epoch: P.U32BE,
  attempt: P.U32BE,
  electionView: P.U32BE,
  seat: P.U16BE,
  pi: P.bytes(PROOF_LENGTH),
});

/** Encodes a ticket, 94 bytes. */
export const encodeTicket = (ticket: Ticket): Uint8Array => ticketCoder.encode(ticket);

/** Decodes a ticket strictly, or undefined: a peer's bad bytes are data. Whether pi holds is asked later. */
export const decodeTicket = (bytes: Uint8Array): Ticket | undefined =>
  bytes.length === TICKET_LENGTH ? ticketCoder.decode(bytes) : undefined;

const u32 = (value: number, what: string): Uint8Array => {
  assertInteger(value, 0, 2 ** 32 - 1, what);
  return numberToBytesBE(value, 4);
};
