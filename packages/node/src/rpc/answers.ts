import type {
  BlockAnswer,
  HeadAnswer,
  OutPointAnswer,
  OutputAnswer,
  StatusAnswer,
  SubmissionAnswer,
  TransactionAnswer,
} from '@ios/client/methods';
import type { OutPoint, UnspentOutput } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Head, NodeStatus, StoredBlock, Submission, TransactionStatus } from '../service.ts';

/** A submission as an answer. */
export function answerSubmission(submission: Submission): SubmissionAnswer {
  if (submission.status !== 'rejected') return { status: submission.status, id: bytesToHex(submission.id) };
  const { status, id, code, message } = submission;
  return { status, id: id === undefined ? null : bytesToHex(id), code, message };
}

/** A transaction's status as an answer. */
export function answerTransaction(status: TransactionStatus): TransactionAnswer {
  if (status.status === 'waiting') return { status: 'waiting', missing: answerOutPoint(status.missing) };
  return 'block' in status ? { ...status, block: bytesToHex(status.block) } : status;
}

/** The last final block as an answer. */
export const answerHead = ({ height, hash, executionDigest }: Head): HeadAnswer => ({
  height,
  hash: bytesToHex(hash),
  executionDigest: bytesToHex(executionDigest),
});

/** A block as an answer. */
export const answerBlock = (height: number, { hash, bytes, certificate }: StoredBlock): BlockAnswer => ({
  height,
  hash: bytesToHex(hash),
  bytes: bytesToHex(bytes),
  certificate: bytesToHex(certificate),
});

/** An unspent output as an answer. */
export const answerOutput = ({ outpoint, output }: UnspentOutput): OutputAnswer => ({
  outpoint: answerOutPoint(outpoint),
  amount: output.amount.toString(),
});

/** A status as an answer. */
export const answerStatus = (status: NodeStatus): StatusAnswer => ({
  ...status,
  chain: bytesToHex(status.chain),
  beacon: status.beacon === undefined ? null : { ...status.beacon, leader: status.beacon.leader ?? null },
  halted: status.halted ?? null,
});

const answerOutPoint = ({ id, index }: OutPoint): OutPointAnswer => ({ id: bytesToHex(id), index });
