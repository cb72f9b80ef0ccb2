import { MAX_VALIDATORS, type Policy } from '@ios/client';
import {
  HEADER_BYTES,
  MAX_AMOUNT,
  MAX_BLOCK_BYTES,
  MAX_BLOCK_TRANSACTIONS,
  MAX_INPUTS,
  MAX_TRANSACTION_BYTES,
} from '@ios/ledger';

/** The longest certificate that a block carries. */
const MAX_CERTIFICATE_BYTES = 65_535;
/** Room for the lengths and counts of a block. */
const FRAME_BYTES = 16;
/** So long that a block can carry any transaction beside any certificate; with more shards, also a commit of them all. */
const MIN_BLOCK_BYTES = HEADER_BYTES + MAX_CERTIFICATE_BYTES + MAX_TRANSACTION_BYTES + FRAME_BYTES;
/** Bytes of one voter's proof in a commit: header, certificate and path. */
const PROOF_BYTES = 1_400;
const HOUR = 3_600_000;
/** The roots of an epoch's blocks are kept in memory until it ends. */
const MAX_EPOCH_BLOCKS = 1_000_000;

/**
 * A policy for a network of one shard in one place: a block four times a second under load, an empty one every two seconds, an epoch of
 * some minutes.
 */
export const DEFAULT_POLICY: Policy = Object.freeze({
  shards: 1,
  lockFee: 1_000n,
  blockBytes: 1024 * 1024,
  blockTransactions: 4096,
  blockIntervalMs: 250,
  idleMs: 2_000,
  baseTimeoutMs: 5_000,
  maxTimeoutMs: 60_000,
  epochMinBlocks: 120,
  epochMaxBlocks: 240,
  closingBlocks: 2,
  lotteryMs: 1_000,
  beaconTimeoutMs: 10_000,
});

/** The least and the largest value of each whole number, in view of the ones before it. */
const ranges = (
  policy: Policy,
): { readonly [Field in Exclude<keyof Policy, 'lockFee'>]: readonly [least: number, most: number] } => ({
  shards: [1, MAX_VALIDATORS],
  // Twice, for decisions have half of a block for sure.
  blockBytes: [MIN_BLOCK_BYTES + 2 * PROOF_BYTES * (Math.min(policy.shards, MAX_INPUTS) - 1), MAX_BLOCK_BYTES],
  blockTransactions: [1, MAX_BLOCK_TRANSACTIONS],
  blockIntervalMs: [0, 60_000],
  idleMs: [Math.max(1, policy.blockIntervalMs), HOUR],
  baseTimeoutMs: [Math.max(100, 2 * policy.idleMs), HOUR],
  maxTimeoutMs: [policy.baseTimeoutMs, HOUR],
  epochMinBlocks: [1, MAX_EPOCH_BLOCKS],
  epochMaxBlocks: [policy.epochMinBlocks, MAX_EPOCH_BLOCKS],
  closingBlocks: [1, MAX_EPOCH_BLOCKS],
  lotteryMs: [1, HOUR],
  beaconTimeoutMs: [100, HOUR],
});

/** What is wrong with a policy, as a sentence with the field and its range; `undefined` if nothing is. */
export function policyProblem(policy: Policy): string | undefined {
  const bounds = ranges(policy);
  for (const field of Object.keys(bounds) as (keyof typeof bounds)[]) {
    const [least, most] = bounds[field];
    const value = policy[field];
    if (!Number.isInteger(value) || value < least || value > most) {
      return `The policy's ${field} is ${value}; an integer from ${least} to ${most} is wanted.`;
    }
  }
  const { lockFee } = policy;
  if (lockFee < 0n || lockFee > MAX_AMOUNT)
    return `The policy's lockFee is ${lockFee}; atomic units from 0 to ${MAX_AMOUNT} are wanted.`;
  return undefined;
}
