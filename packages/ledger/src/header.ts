import { type Hasher, nobleHasher } from '@ios/crypto/merkle';
import { sameBytes } from './bytes.ts';
import { LedgerError } from './error.ts';
import { type TaggedHash, tagged } from './hash.ts';
import { headerWire } from './wire.ts';

/** Bytes of an encoded header. */
export const HEADER_BYTES = 268;

/**
 * The header of a block. Neither the view in which it was decided nor its own certificate is in it: one block has one
 * hash, whoever certifies it and however often it is proposed.
 */
export interface BlockHeader {
  /** Hash of genesis (32 bytes). */
  readonly chain: Uint8Array;
  /** Number of the shard (u16). */
  readonly shard: number;
  /** Epoch (u32). */
  readonly epoch: number;
  /** Hash of the last step entry in force (32 bytes), which names the committee; zero before the first. */
  readonly stepEntry: Uint8Array;
  /** Number of the block in its shard (u32), from 1: at a block a second it lasts 136 years. */
  readonly height: number;
  /** Hash of the parent's header (32 bytes); at height 1 the chain. */
  readonly previous: Uint8Array;
  /** taggedHash('ios/ledger/v1/certificate', certificate of the parent) (32 bytes); zero at height 1. */
  readonly parentCertificate: Uint8Array;
  /** X(height), the running hash of all that was executed before this block (32 bytes). */
  readonly executionDigest: Uint8Array;
  /** RFC 6962 root over the encoded transactions, witnesses included (32 bytes). */
  readonly transactionRoot: Uint8Array;
  /** RFC 6962 root over the block's entries (32 bytes). */
  readonly entryRoot: Uint8Array;
  /** RFC 6962 root over what the block says to other shards (32 bytes). */
  readonly outboxRoot: Uint8Array;
  /** Index of the proposer in the committee (u16). */
  readonly proposer: number;
}

const headerHash: TaggedHash = /* @__PURE__ */ tagged('header');

/** The one encoding of a header, `headerWire`: 268 bytes; throws `out-of-range` for what has none. */
export function encodeHeader(header: BlockHeader): Uint8Array {
  try {
    return headerWire.encode(header);
  } catch (cause) {
    throw new LedgerError('out-of-range', 'the header has no encoding', {}, cause);
  }
}

/** The header that `bytes` encode; throws `malformed` unless they are 268 bytes with a height above 0. */
export function decodeHeader(bytes: Uint8Array): BlockHeader {
  if (bytes.length !== HEADER_BYTES) throw new LedgerError('malformed', `header: ${bytes.length} bytes, 268 wanted`);
  try {
    return headerWire.decode(new Uint8Array(bytes));
  } catch (cause) {
    throw new LedgerError('malformed', 'the header does not decode', {}, cause);
  }
}

/** The hash of a block: taggedHash('ios/ledger/v1/header', encoded header), 32 bytes. Through its roots it covers all. */
export const blockHash = (header: BlockHeader, hasher: Hasher = nobleHasher): Uint8Array =>
  headerHash([encodeHeader(header)], hasher);

/** The first field, in the order of the encoding, that is not as expected; `undefined` if all that are given are. */
export function headerMismatch(header: BlockHeader, expected: Partial<BlockHeader>): keyof BlockHeader | undefined {
  return HEADER_FIELDS.find((field) => {
    const wanted = expected[field];
    const found = header[field];
    if (wanted === undefined) return false;
    return typeof wanted === 'number' || typeof found === 'number' ? wanted !== found : !sameBytes(wanted, found);
  });
}

const HEADER_FIELDS: readonly (keyof BlockHeader)[] = [
  'chain',
  'shard',
  'epoch',
  'stepEntry',
  'height',
  'previous',
  'parentCertificate',
  'executionDigest',
  'transactionRoot',
  'entryRoot',
  'outboxRoot',
  'proposer',
];
