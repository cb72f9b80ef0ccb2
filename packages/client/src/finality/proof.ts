import { decodeShardProof, encodeShardProof, MAX_PROOF_BYTES, type ShardProof } from '@ios/atomix';
import {
  type BlockHeader,
  decodeHeader,
  decodeTransaction,
  encodeHeader,
  encodeTransaction,
  HEADER_BYTES,
  MAX_BLOCK_TRANSACTIONS,
  MAX_TRANSACTION_BYTES,
  type Transaction,
  type TransactionProof,
} from '@ios/ledger';
import * as P from 'micro-packed';
import { ClientError } from '../error.ts';

/** What a client keeps of a final transaction: anyone checks it from genesis, for ever, without a network. */
export type FinalityProof = IncludedProof | CommittedProof;

/** That a block of the only shard of its inputs holds a transaction. */
export interface IncludedProof {
  readonly kind: 'included';
  /** Header of the block that holds the transaction. */
  readonly header: BlockHeader;
  /** Encoded commit certificate of that block, 1..65535 bytes. */
  readonly certificate: Uint8Array;
  readonly transaction: Transaction;
  /** Audit path from the transaction to the header's transaction root. */
  readonly inclusion: TransactionProof;
}

/** That one of the shards of its inputs has committed a transaction, which it does on the acceptance of all of them. */
export interface CommittedProof {
  readonly kind: 'committed';
  readonly transaction: Transaction;
  /** A leaf (commit: id) under a final header of that shard, as `encodeFinalHeader` makes it. */
  readonly proof: ShardProof;
}

/** Levels of a tree over `MAX_BLOCK_TRANSACTIONS` leaves. */
const MAX_PATH = Math.ceil(Math.log2(MAX_BLOCK_TRANSACTIONS));

/** The longest encoded proof, in bytes: the other kind is shorter. */
export const MAX_FINALITY_PROOF_BYTES: number = 2 + 4 + MAX_TRANSACTION_BYTES + MAX_PROOF_BYTES;

const bounded = <Value>(
  coder: P.CoderType<Value>,
  what: string,
  holds: (value: Value) => boolean,
): P.CoderType<Value> =>
  P.validate(coder, (value) => {
    if (!holds(value)) throw new Error(what);
    return value;
  });

const header: P.CoderType<BlockHeader> = P.apply(P.bytes(HEADER_BYTES), { encode: decodeHeader, decode: encodeHeader });
const transaction: P.CoderType<Transaction> = P.apply(
  P.bytes(bounded(P.U32BE, 'a transaction that is too long', (length) => length <= MAX_TRANSACTION_BYTES)),
  { encode: decodeTransaction, decode: encodeTransaction },
);
const inclusion = P.struct({
  index: P.U16BE,
  size: P.U16BE,
  proof: P.array(
    bounded(P.U8, 'a path that is too long', (length) => length <= MAX_PATH),
    P.bytes(32),
  ),
}) as unknown as P.CoderType<TransactionProof>;
const shardProof: P.CoderType<ShardProof> = P.apply(P.bytes(null), {
  encode: decodeShardProof,
  decode: encodeShardProof,
});

/**
 * Version (u8, 2), kind (u8), then 0 included: header (268), certificate (behind u16), transaction (behind u32), index, size (u16
 * each), path (behind u8); 1 committed: transaction (behind u32), proof as `@ios/atomix` encodes it.
 */
const wire = P.struct({
  version: bounded(P.U8, 'a version other than 2', (version) => version === 2),
  proof: P.mappedTag(P.U8, {
    included: [0, P.struct({ header, certificate: P.bytes(P.U16BE), transaction, inclusion })],
    committed: [1, P.struct({ transaction, proof: shardProof })],
  }) as unknown as P.CoderType<{ TAG: FinalityProof['kind']; data: Omit<FinalityProof, 'kind'> }>,
});

/** The one encoding of a proof. Throws `ClientError` (`proof-malformed`) for what has none. */
export function encodeFinalityProof({ kind, ...data }: FinalityProof): Uint8Array {
  try {
    return wire.encode({ version: 2, proof: { TAG: kind, data } });
  } catch (cause) {
    throw malformed('This proof has no encoding', cause);
  }
}

/**
 * The proof that `bytes` encode, strictly: every byte counts, and nothing is reserved before its length is within bounds.
 * Whether it proves anything is `verifyFinality`'s question. Throws `ClientError` (`proof-malformed`).
 */
export function decodeFinalityProof(bytes: Uint8Array): FinalityProof {
  if (bytes.length > MAX_FINALITY_PROOF_BYTES) throw malformed(`A proof of ${bytes.length} bytes is too long`);
  try {
    const { TAG: kind, data } = wire.decode(bytes).proof;
    return { kind, ...data } as FinalityProof;
  } catch (cause) {
    throw malformed('These bytes are no finality proof', cause);
  }
}

const malformed = (what: string, cause?: unknown): ClientError =>
  new ClientError('proof-malformed', `${what}.`, {}, cause);
