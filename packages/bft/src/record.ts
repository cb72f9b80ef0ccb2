import * as P from 'micro-packed';
import { certificateCoder } from './certificate.ts';
import { BftError } from './errors.ts';
import type { Prepared } from './messages.ts';

/**
 * What a replica must never forget, durable before anything that follows from it leaves: the height and view it is in,
 * its votes in that view (it never votes in a lower one again), its lock, and which values it vouched for.
 */
export interface VoteRecord {
  /** H(chain, instance), 32 bytes: votes are keyed by them too. */
  readonly scope: Uint8Array;
  /** Epoch of the height. */
  readonly epoch: number;
  readonly height: number;
  readonly view: number;
  /** The digest for each kind of statement made in this view. */
  readonly votes: { readonly [kind in VoteKind]?: Uint8Array | undefined };
  readonly lock: Prepared | undefined;
  /** Digests of the values kept for this height, each under a key of its own. */
  readonly values: readonly Uint8Array[];
}

/** `propose` is a vote too: a leader that restarts must not propose a second digest in its view. */
export type VoteKind = 'propose' | 'prepare' | 'commit';

/** Where the record is kept. */
export const RECORD_KEY = 'record';

/** Where the bytes of a value are kept that this replica proposed or endorsed at its height. */
export const valueKey = (digestHex: string): string => `${VALUE}${digestHex}`;

/** The digest, in hex, of the value that a {@link valueKey} is for; undefined for any other key. */
export const valueDigest = (key: string): string | undefined =>
  key.startsWith(VALUE) ? key.slice(VALUE.length) : undefined;

const VALUE = 'value/';

const optionalDigest = P.optional(P.bool, P.bytes(32));

const record = P.struct({
  scope: P.bytes(32),
  epoch: P.U32BE,
  height: P.U32BE,
  view: P.U32BE,
  votes: P.struct({ propose: optionalDigest, prepare: optionalDigest, commit: optionalDigest }),
  lock: P.optional(P.bool, P.struct({ digest: P.bytes(32), certificate: certificateCoder })),
  values: P.array(P.U16BE, P.bytes(32)),
}) as unknown as P.CoderType<VoteRecord>;

/** Encodes a vote record. */
export const encodeRecord = (value: VoteRecord): Uint8Array => record.encode(value);

/** Decodes a vote record. @throws BftError `malformed`: a damaged record must stop the replica, not be forgotten. */
export const decodeRecord = (bytes: Uint8Array): VoteRecord => {
  try {
    return record.decode(bytes);
  } catch (cause) {
    throw new BftError('malformed', 'the durable vote record is damaged; restore it or retire this key', { cause });
  }
};
