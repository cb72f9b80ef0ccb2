import { taggedHash } from '@ios/crypto/transcript';
import { equalBytes, numberToBytesBE } from '@noble/curves/utils.js';
import * as P from 'micro-packed';
import { assertInteger, assertLength } from './errors.ts';
import type { Entry } from './scheme.ts';

/** The one encoding of an entry, 130 bytes: index u16 big-endian, D 32, E 32, signature 64. */
export const entryCoder: P.CoderType<Entry> = P.struct({
  index: P.U16BE,
  D: P.bytes(32),
  E: P.bytes(32),
  signature: P.bytes(64),
});

/**
 * The one encoding of a list of entries: their number as u16 big-endian, then each; strictly ascending by index, which
 * decoding enforces.
 */
export const listCoder: P.CoderType<readonly Entry[]> = P.validate(
  P.array(P.U16BE, entryCoder) as unknown as P.CoderType<readonly Entry[]>,
  (list) => {
    if (!isAscending(list)) throw new Error('entries stand once each, by ascending index');
    return list;
  },
);

/** Encodes an entry, 130 bytes. */
export const encodeEntry = (entry: Entry): Uint8Array => entryCoder.encode(entry);

/** Decodes an entry strictly, or undefined: a peer's bad bytes are data. Whether D and E are points is asked later. */
export const decodeEntry = (bytes: Uint8Array): Entry | undefined => orUndefined(() => entryCoder.decode(bytes));

/** Encodes a list of entries, 2 + 130 bytes each. */
export const encodeList = (list: readonly Entry[]): Uint8Array => listCoder.encode(list);

/** Decodes a list of entries strictly, or undefined. Never allocates more than `bytes` justifies. */
export const decodeList = (bytes: Uint8Array): readonly Entry[] | undefined =>
  orUndefined(() => listCoder.decode(bytes));

/** Whether the entries stand by strictly ascending index, so that none stands twice. */
export const isAscending = (list: readonly Entry[]): boolean =>
  list.every(({ index }, place) => place === 0 || list[place - 1]!.index < index);

/** Whether two entries are the same in every byte. */
export const equalEntries = (a: Entry, b: Entry): boolean =>
  a.index === b.index && equalBytes(a.D, b.D) && equalBytes(a.E, b.E) && equalBytes(a.signature, b.signature);

/**
 * What the owner of an entry signs with its identity key: H(tag ‖ session ‖ u32 attempt ‖ u16 index ‖ D ‖ E), 32 bytes.
 * @param session - 32 bytes that name what is being signed
 * @param attempt - u32
 * @throws CosiError `bad-length` or `out-of-range`
 */
export const entryMessage = (
  session: Uint8Array,
  attempt: number,
  { index, D, E }: Pick<Entry, 'index' | 'D' | 'E'>,
): Uint8Array => {
  assertLength(session, 32, 'session');
  assertInteger(attempt, 0, 2 ** 32 - 1, 'attempt');
  assertInteger(index, 0, 2 ** 16 - 1, 'index');
  return taggedHash('ios/cosi/v1/entry', session, numberToBytesBE(attempt, 4), numberToBytesBE(index, 2), D, E);
};

/** The nonces of a list as the binding factor hashes them: number u16, then index u16, D 32, E 32 of each, big-endian. */
export const encodeNonces = (list: readonly Entry[]): Uint8Array => {
  const bytes = new Uint8Array(2 + 66 * list.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, list.length);
  list.forEach(({ index, D, E }, place) => {
    const offset = 2 + 66 * place;
    view.setUint16(offset, index);
    bytes.set(D, offset + 2);
    bytes.set(E, offset + 34);
  });
  return bytes;
};

const orUndefined = <T>(decode: () => T): T | undefined => {
  try {
    return decode();
  } catch {
    return undefined;
  }
};
