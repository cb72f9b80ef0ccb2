/**
 * Domain separation: every hash names its purpose and frames its parts, so that no two different lists of parts, and no
 * two purposes, ever hash the same bytes.
 *
 * The framing is `u32(len(tag)) ‖ tag ‖ u32(len(part 1)) ‖ part 1 ‖ …`, lengths big-endian. It is injective: the parts
 * can be read back from it. The functions differ in the hash behind the framing (SHA-256, SHA-512, SHAKE256).
 * None of them is a MAC: SHA-256 and SHA-512 are open to length extension, so never put a secret key first and publish
 * the hash as an authenticator.
 * @module
 */
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { shake256 } from '@noble/hashes/sha3.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { assertLength, CryptoError } from './error.ts';

export { CryptoError, type CryptoErrorCode } from './error.ts';

/** Printable ASCII, 1 to 255 characters. */
const TAG = /^[\x21-\x7e]{1,255}$/;

/**
 * SHA-256 over a purpose and parts.
 * @param tag - purpose, printable ASCII without spaces, 1 to 255 characters, by convention `ios/<package>/v<n>/<purpose>`
 * @param parts - byte strings, each shorter than 2^32 bytes
 * @returns 32 bytes
 * @throws CryptoError `bad-tag` if the tag is empty, too long or not printable ASCII
 */
export const taggedHash = (tag: string, ...parts: Uint8Array[]): Uint8Array => sha256(frame(tag, parts));

/**
 * SHA-512 over a purpose and parts, for what needs more than 32 bytes: scalars by wide reduction, elements by a map.
 * @param tag - purpose, as in {@link taggedHash}
 * @param parts - byte strings, each shorter than 2^32 bytes
 * @returns 64 bytes
 * @throws CryptoError `bad-tag`
 */
export const wideHash = (tag: string, ...parts: Uint8Array[]): Uint8Array => sha512(frame(tag, parts));

/**
 * A scalar from a purpose and parts: {@link wideHash} read as a little-endian integer, modulo the order.
 * @param order - order of the group, from 2 to 2^384: up to there the bias is below 2^-128
 * @param tag - purpose, as in {@link taggedHash}
 * @param parts - byte strings, each shorter than 2^32 bytes
 * @returns an integer from 0 to `order - 1`; zero happens with probability `1 / order`
 * @throws CryptoError `bad-tag`, or `out-of-range` for an order that 64 bytes cannot cover
 */
export const hashToScalar = (order: bigint, tag: string, ...parts: Uint8Array[]): bigint => {
  if (order < 2n || order >> 384n > 0n) {
    throw new CryptoError('out-of-range', 'the order must be from 2 to 2^384', { what: 'order' });
  }
  return bytesToNumberLE(wideHash(tag, ...parts)) % order;
};

/** A stream of bytes from an extendable-output function. */
export interface Xof {
  /**
   * The next `length` bytes of the stream; how they are cut into calls makes no difference.
   * @param length - 0 to 2^32 - 1
   */
  read(length: number): Uint8Array;
}

/**
 * SHAKE256 over a purpose and parts, as an endless stream.
 * @param tag - purpose, as in {@link taggedHash}
 * @param parts - byte strings, each shorter than 2^32 bytes
 * @throws CryptoError `bad-tag`
 */
export const xof = (tag: string, ...parts: Uint8Array[]): Xof => stream(frame(tag, parts));

/**
 * The stream of weights for a random linear combination of equations: an XOF over fresh bytes and all that is combined.
 * Take from it by {@link nonZeroWeight}.
 * @param tag - purpose, as in {@link taggedHash}
 * @param freshBytes - 32 bytes, drawn after everything that is combined was fixed
 * @param combined - byte strings that bind every equation, as many as there are
 * @throws CryptoError `bad-tag`, or `bad-length` unless the fresh bytes are 32
 */
export const weightStream = (tag: string, freshBytes: Uint8Array, combined: readonly Uint8Array[]): Xof => {
  assertLength(freshBytes, 32, 'fresh bytes');
  return stream(frame(tag, [freshBytes, ...combined]));
};

/**
 * The next weight of a random linear combination: 16 bytes of the stream as an integer that is never zero (a zero weight
 * would leave its equation out) nor, in a small group, zero modulo the order.
 * @param stream - as {@link weightStream} gives it
 * @param order - order of the group, at least 2
 * @returns from 1 to min(2^128, order) - 1
 */
export const nonZeroWeight = (stream: Xof, order: bigint): bigint => {
  const limit = order < 1n << 128n ? order : 1n << 128n;
  return 1n + (bytesToNumberLE(stream.read(16)) % (limit - 1n));
};

const stream = (framed: Uint8Array): Xof => {
  const hash = shake256.create({}).update(framed);
  return { read: (length) => (length === 0 ? new Uint8Array(0) : hash.xof(length)) };
};

/** `u32(len(tag)) ‖ tag ‖ u32(len(part)) ‖ part …`, lengths big-endian. */
const frame = (tag: string, parts: readonly Uint8Array[]): Uint8Array => {
  const first = framedTag(tag);
  let size = first.length;
  for (const part of parts) size += 4 + part.length;
  const framed = new Uint8Array(size);
  framed.set(first);
  let offset = first.length;
  for (const part of parts) {
    putLength(framed, offset, part.length);
    framed.set(part, offset + 4);
    offset += 4 + part.length;
  }
  return framed;
};

/** Tags that were used, framed: a program has some dozens of them. */
const framedTags = /* @__PURE__ */ new Map<string, Uint8Array>();
const FRAMED_TAGS = 256;

/** `u32(len(tag)) ‖ tag`. */
const framedTag = (tag: string): Uint8Array => {
  const before = framedTags.get(tag);
  if (before !== undefined) return before;
  if (!TAG.test(tag)) throw new CryptoError('bad-tag', 'a tag is 1 to 255 printable ASCII characters', { tag });
  const framed = new Uint8Array(4 + tag.length);
  putLength(framed, 0, tag.length);
  framed.set(utf8ToBytes(tag), 4);
  if (framedTags.size < FRAMED_TAGS) framedTags.set(tag, framed);
  return framed;
};

const putLength = (to: Uint8Array, offset: number, length: number): void => {
  to[offset] = length >>> 24;
  to[offset + 1] = length >>> 16;
  to[offset + 2] = length >>> 8;
  to[offset + 3] = length;
};
