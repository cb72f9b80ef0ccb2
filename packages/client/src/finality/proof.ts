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
export interface FinalityProof {
  /** Header of the block that holds the transaction. */
  readonly header: BlockHeader;
  /** Encoded commit certificate of that block, 1..65535 bytes. */
  readonly certificate: Uint8Array;
  readonly transaction: Transaction;
  /** Audit path from the transaction to the header's transaction root. */
  readonly inclusion: TransactionProof;
}

/** Levels of a tree over `MAX_BLOCK_TRANSACTIONS` leaves. */
const MAX_PATH = Math.ceil(Math.log2(MAX_BLOCK_TRANSACTIONS));

/** The longest encoded proof, in bytes. */
export const MAX_FINALITY_PROOF_BYTES: number =
  1 + HEADER_BYTES + 2 + 0xffff + 4 + MAX_TRANSACTION_BYTES + 5 + 32 * MAX_PATH;

const bounded = <Value>(
  coder: P.CoderType<Value>,
  what: string,
  holds: (value: Value) => boolean,
): P.CoderType<Value> =>
  P.validate(coder, (value) => {
    if (!holds(value)) throw new Error(what);
    return value;
  });

/** Version (u8, 1), header (268), certificate (behind u16), transaction (behind u32), index, size (u16 each), path (behind u8). */
const wire = P.struct({
  version: bounded(P.U8, 'a version other than 1', (version) => version === 1),
  header: P.bytes(HEADER_BYTES),
  certificate: P.bytes(P.U16BE),
  transaction: P.bytes(bounded(P.U32BE, 'a transaction that is too long', (length) => length <= MAX_TRANSACTION_BYTES)),
  index: P.U16BE,
  size: P.U16BE,
  proof: P.array(
    bounded(P.U8, 'a path that is too long', (length) => length <= MAX_PATH),
    P.bytes(32),
  ),
});

/** The one encoding of a proof. Throws `ClientError` (`proof-malformed`) for what has none. */
export function encodeFinalityProof({ header, certificate, transaction, inclusion }: FinalityProof): Uint8Array {
  try {
    return wire.encode({
      version: 1,
      header: encodeHeader(header),
      certificate,
      transaction: encodeTransaction(transaction),
      index: inclusion.index,
      size: inclusion.size,
      proof: [...inclusion.proof],
    });
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
    const { header, certificate, transaction, index, size, proof } = wire.decode(bytes);
    return {
      header: decodeHeader(header),
      certificate,
      transaction: decodeTransaction(transaction),
      inclusion: { index, size, proof },
    };
  } catch (cause) {
    throw malformed('These bytes are no finality proof', cause);
  }
}

const malformed = (what: string, cause?: unknown): ClientError =>
  new ClientError('proof-malformed', `${what}.`, {}, cause);
