import type { OutPoint, UnspentOutput } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { z } from 'zod';
import type { Head, NodeStatus, StoredBlock, Submission, TransactionStatus } from '../service.ts';

/** What an answer says of an output's name: id in hexadecimal digits, and its place (0..255). */
export interface OutPointAnswer {
  readonly id: string;
  readonly index: number;
}

/** What became of a submitted transaction; `id` is null where the bytes are no transaction. */
export type SubmissionAnswer =
  | { readonly status: 'pending' | 'waiting' | 'known' | 'final'; readonly id: string }
  | { readonly status: 'rejected'; readonly id: string | null; readonly code: string; readonly message: string };

/** Where a transaction stands; `block` is the hash of its block. */
export type TransactionAnswer =
  | { readonly status: 'unknown' | 'pending' }
  | { readonly status: 'waiting'; readonly missing: OutPointAnswer }
  | { readonly status: 'final'; readonly height: number; readonly index: number; readonly block: string }
  | { readonly status: 'rejected'; readonly code: string; readonly message: string };

/** The last final block: height (0 before the first), hash, and execution digest after it. */
export interface HeadAnswer {
  readonly height: number;
  readonly hash: string;
  readonly executionDigest: string;
}

/** A final block: its hash, its encoding, and the encoded commit certificate. */
export interface BlockAnswer {
  readonly height: number;
  readonly hash: string;
  readonly bytes: string;
  readonly certificate: string;
}

/** The sum of an owner's unspent outputs in atomic units, and their number. */
export interface BalanceAnswer {
  readonly amount: string;
  readonly outputs: number;
}

/** An unspent output: its name, and its amount in atomic units. */
export interface OutputAnswer {
  readonly outpoint: OutPointAnswer;
  readonly amount: string;
}

/** Everything that exists in atomic units: unspent outputs, and fees. */
export interface SupplyAnswer {
  readonly outputs: string;
  readonly fees: string;
}

/** A node's status with the chain in hexadecimal digits; `halted` is null while the node takes part. */
export type StatusAnswer = Omit<NodeStatus, 'chain' | 'halted'> & {
  readonly chain: string;
  readonly halted: string | null;
};

const hex = z.string().regex(/^([0-9a-f]{2})*$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const amount = z.string().regex(/^(0|[1-9][0-9]*)$/);
const count = z.int().min(0);
const outpoint = z.object({ id: hash, index: count });
const rejection = { status: z.literal('rejected'), code: z.string(), message: z.string() };

/** Checks a {@link SubmissionAnswer}. */
export const submissionAnswer: z.ZodType<SubmissionAnswer> = z.discriminatedUnion('status', [
  z.object({ status: z.enum(['pending', 'waiting', 'known', 'final']), id: hash }),
  z.object({ ...rejection, id: hash.nullable() }),
]);

/** Checks a {@link TransactionAnswer}. */
export const transactionAnswer: z.ZodType<TransactionAnswer> = z.discriminatedUnion('status', [
  z.object({ status: z.enum(['unknown', 'pending']) }),
  z.object({ status: z.literal('waiting'), missing: outpoint }),
  z.object({ status: z.literal('final'), height: count, index: count, block: hash }),
  z.object(rejection),
]);

/** Checks a {@link HeadAnswer}. */
export const headAnswer: z.ZodType<HeadAnswer> = z.object({ height: count, hash, executionDigest: hash });

/** Checks a {@link BlockAnswer}. */
export const blockAnswer: z.ZodType<BlockAnswer> = z.object({ height: count, hash, bytes: hex, certificate: hex });

/** Checks a {@link BalanceAnswer}. */
export const balanceAnswer: z.ZodType<BalanceAnswer> = z.object({ amount, outputs: count });

/** Checks an {@link OutputAnswer}. */
export const outputAnswer: z.ZodType<OutputAnswer> = z.object({ outpoint, amount });

/** Checks a {@link SupplyAnswer}. */
export const supplyAnswer: z.ZodType<SupplyAnswer> = z.object({ outputs: amount, fees: amount });

/** Checks a {@link StatusAnswer}. */
export const statusAnswer: z.ZodType<StatusAnswer> = z.object({
  chain: hash,
  name: z.string(),
  version: z.string(),
  identity: hash,
  member: z.int().min(-1),
  validators: count,
  epoch: count,
  shard: count,
  height: count,
  view: count,
  stage: z.string(),
  peers: z.array(z.string()),
  mempool: z.object({ transactions: count, bytes: count, waiting: count }),
  evidence: count,
  halted: z.string().nullable(),
  uptimeMs: z.number(),
});

/** A submission as an answer. */
export function answerSubmission(submission: Submission): SubmissionAnswer {
  if (submission.status !== 'rejected') return { status: submission.status, id: bytesToHex(submission.id) };
  const { status, id, code, message } = submission;
  return { status, id: id === undefined ? null : bytesToHex(id), code, message };
}

/** A transaction's status as an answer. */
export function answerTransaction(status: TransactionStatus): TransactionAnswer {
  if (status.status === 'waiting') return { status: 'waiting', missing: answerOutPoint(status.missing) };
  if (status.status === 'final') return { ...status, block: bytesToHex(status.block) };
  return status;
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
  halted: status.halted ?? null,
});

const answerOutPoint = ({ id, index }: OutPoint): OutPointAnswer => ({ id: bytesToHex(id), index });
