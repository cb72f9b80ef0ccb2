import * as z from 'zod/mini';
import { amount, bytes32, count, hex, type OutPointAnswer, within } from './values.ts';

/**
 * What became of a submitted transaction; `id` is null where the bytes are no transaction. `forwarded`: this shard has no
 * vote on it, so that the node passed it on to those that have.
 */
export type SubmissionAnswer =
  | { readonly status: 'pending' | 'waiting' | 'known' | 'final' | 'forwarded'; readonly id: string }
  | { readonly status: 'rejected'; readonly id: string | null; readonly code: string; readonly message: string };

/** A block that is final: its height, and its hash. */
export interface BlockPlace {
  readonly height: number;
  readonly block: string;
}

/** A transaction in a final block: `index` is its place among the transactions of the block, from 0. */
export interface TransactionPlace extends BlockPlace {
  readonly index: number;
}

/** Where a transaction stands in the shard of the node that is asked. */
export type TransactionAnswer =
  | { readonly status: 'unknown' | 'pending' }
  /** An output that it spends is not there yet. */
  | { readonly status: 'waiting'; readonly missing: OutPointAnswer }
  /** The node does not take it; nothing final says so. */
  | { readonly status: 'rejected'; readonly code: string; readonly message: string }
  /** This shard alone has a vote, and the transaction is committed. */
  | ({ readonly status: 'final' } & TransactionPlace)
  /** This shard has accepted and holds the inputs; what the others say is not shown here yet. */
  | ({ readonly status: 'locked' } & TransactionPlace)
  /** This shard has accepted, then committed: so will every other that has a vote. */
  | ({ readonly status: 'committed' } & BlockPlace & {
        readonly accepted: { readonly height: number; readonly index: number };
      })
  /** This shard has accepted, then given the inputs back: `shard` has rejected, or is shown not to have accepted in time. */
  | ({ readonly status: 'aborted' } & BlockPlace & {
        readonly reason: 'rejected' | 'absent';
        readonly shard: number;
      })
  /** This shard has voted to reject: no shard will ever commit. */
  | { readonly status: 'refused'; readonly height: number }
  /** This shard has no vote; the outputs that are its own were made. */
  | ({ readonly status: 'credited' } & BlockPlace);

/** Statuses that are final and last in their shard: nothing follows them. */
const LASTING: readonly TransactionAnswer['status'][] = ['final', 'committed', 'aborted', 'refused', 'credited'];

/** Whether a shard has had its last word on a transaction. */
export const isLasting = (status: TransactionAnswer['status']): boolean => LASTING.includes(status);

/** A final block: height (0 before the first), hash, and execution digest after it. */
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

/** An encoded finality proof. */
export interface FinalityProofAnswer {
  readonly proof: string;
}

/** Recorded randomness: its epoch, itself, and H(session, selection) of the run that made it. */
export interface BeaconAnswer {
  readonly epoch: number;
  readonly randomness: string;
  readonly selection: string;
}

/** The encoded record of an epoch, and the encoded commit certificate. */
export interface RecordAnswer {
  readonly epoch: number;
  readonly value: string;
  readonly certificate: string;
}

/** An encoded proof of how recorded randomness came about. */
export interface BeaconProofAnswer {
  readonly proof: string;
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

/** What a node keeps of transactions that are not final: those that could be proposed, and those that wait for an output. */
export interface MempoolAnswer {
  readonly transactions: number;
  readonly bytes: number;
  readonly waiting: number;
}

/** How far one instance of the consensus is: the height that is being decided, its epoch and view. */
export interface InstanceAnswer {
  /** `shard/0`, `beacon` or `record`. */
  readonly name: string;
  readonly height: number;
  readonly epoch: number;
  readonly view: number;
  readonly stage: string;
}

/** How far the making of randomness is, as one node sees it; names of validators are their identity keys. */
export interface BeaconProgressAnswer {
  /** Whose randomness is made. */
  readonly epoch: number;
  /** How many attempts at it failed before this one. */
  readonly attempt: number;
  /** Which drawing of tickets in this attempt. */
  readonly electionView: number;
  readonly phase: 'idle' | 'lottery' | 'dealing' | 'sign-off' | 'recovery' | 'output';
  /** Whom the node waits for; null while tickets are gathered. */
  readonly leader: string | null;
  /** Whom a quorum waited for in vain: they do not lead in this epoch. */
  readonly excluded: readonly string[];
  /** Whom decided failures name: they neither lead nor deal in this epoch. */
  readonly withheld: readonly string[];
}

/** How a node is doing; `halted` is null while it takes part. */
export interface StatusAnswer {
  /** Genesis hash. */
  readonly chain: string;
  readonly name: string;
  readonly version: string;
  readonly identity: string;
  /** Index in the committee, -1 for an observer. */
  readonly member: number;
  /** Validators of the network. */
  readonly validators: number;
  readonly epoch: number;
  /** The node's shard, from 0; how many there are; and the members of its committee. */
  readonly shard: number;
  readonly shards: number;
  readonly seats: number;
  readonly height: number;
  readonly view: number;
  readonly stage: string;
  readonly instances: readonly InstanceAnswer[];
  /** Null before the node takes part. */
  readonly beacon: BeaconProgressAnswer | null;
  readonly peers: readonly string[];
  readonly mempool: MempoolAnswer;
  readonly evidence: number;
  readonly halted: string | null;
  /** Whether its key has voted and its data does not know how: a validator that signs nothing, whose `member` is -1. */
  readonly votesLost: boolean;
  readonly uptimeMs: number;
}

/** The name of a subscription that was made. */
export interface SubscriptionAnswer {
  readonly subscription: string;
}

const rejection = { status: z.literal('rejected'), code: z.string(), message: z.string() };

/** Checks a {@link SubmissionAnswer}. */
export const submissionAnswer: z.ZodMiniType<SubmissionAnswer> = z.discriminatedUnion('status', [
  z.object({ status: z.enum(['pending', 'waiting', 'known', 'final', 'forwarded']), id: bytes32 }),
  z.object({ ...rejection, id: z.nullable(bytes32) }),
]);

const blockPlace = { height: count, block: bytes32 };

/** Checks a {@link TransactionAnswer}. */
export const transactionAnswer: z.ZodMiniType<TransactionAnswer> = z.discriminatedUnion('status', [
  z.object({ status: z.enum(['unknown', 'pending']) }),
  z.object({ status: z.literal('waiting'), missing: z.object({ id: bytes32, index: count }) }),
  z.object(rejection),
  z.object({ status: z.enum(['final', 'locked']), ...blockPlace, index: count }),
  z.object({ status: z.literal('committed'), ...blockPlace, accepted: z.object({ height: count, index: count }) }),
  z.object({ status: z.literal('aborted'), ...blockPlace, reason: z.enum(['rejected', 'absent']), shard: count }),
  z.object({ status: z.literal('refused'), height: count }),
  z.object({ status: z.literal('credited'), ...blockPlace }),
]);

/** Checks a {@link HeadAnswer}. */
export const headAnswer: z.ZodMiniType<HeadAnswer> = z.object({
  height: count,
  hash: bytes32,
  executionDigest: bytes32,
});

/** Checks a {@link BlockAnswer}. */
export const blockAnswer: z.ZodMiniType<BlockAnswer> = z.object({
  height: count,
  hash: bytes32,
  bytes: hex,
  certificate: hex,
});

/** Checks a {@link BeaconAnswer}. */
export const beaconAnswer: z.ZodMiniType<BeaconAnswer> = z.object({
  epoch: count,
  randomness: bytes32,
  selection: bytes32,
});

/** Checks a {@link RecordAnswer}. */
export const recordAnswer: z.ZodMiniType<RecordAnswer> = z.object({ epoch: count, value: hex, certificate: hex });

/** Checks a {@link FinalityProofAnswer} and a {@link BeaconProofAnswer}. */
export const proofAnswer: z.ZodMiniType<FinalityProofAnswer & BeaconProofAnswer> = z.object({ proof: hex });

/** Checks a {@link BalanceAnswer}. */
export const balanceAnswer: z.ZodMiniType<BalanceAnswer> = z.object({ amount, outputs: count });

/** Checks an {@link OutputAnswer}. */
export const outputAnswer: z.ZodMiniType<OutputAnswer> = z.object({
  outpoint: z.object({ id: bytes32, index: count }),
  amount,
});

/** Checks a {@link SupplyAnswer}. */
export const supplyAnswer: z.ZodMiniType<SupplyAnswer> = z.object({ outputs: amount, fees: amount });

/** Checks a {@link MempoolAnswer}. */
export const mempoolAnswer: z.ZodMiniType<MempoolAnswer> = z.object({
  transactions: count,
  bytes: count,
  waiting: count,
});

/** Checks a {@link BeaconProgressAnswer}. */
const beaconProgressAnswer: z.ZodMiniType<BeaconProgressAnswer> = z.object({
  epoch: count,
  attempt: count,
  electionView: count,
  phase: z.enum(['idle', 'lottery', 'dealing', 'sign-off', 'recovery', 'output']),
  leader: z.nullable(bytes32),
  excluded: z.array(bytes32),
  withheld: z.array(bytes32),
});

/** Checks a {@link StatusAnswer}. */
export const statusAnswer: z.ZodMiniType<StatusAnswer> = z.object({
  chain: bytes32,
  name: z.string(),
  version: z.string(),
  identity: bytes32,
  member: z.int().check(z.minimum(-1)),
  validators: count,
  epoch: count,
  shard: count,
  shards: within(1, 65_536),
  seats: count,
  height: count,
  view: count,
  stage: z.string(),
  instances: z.array(z.object({ name: z.string(), height: count, epoch: count, view: count, stage: z.string() })),
  beacon: z.nullable(beaconProgressAnswer),
  peers: z.array(z.string()),
  mempool: mempoolAnswer,
  evidence: count,
  halted: z.nullable(z.string()),
  votesLost: z.boolean(),
  uptimeMs: z.number(),
});

/** Checks a {@link SubscriptionAnswer}. */
export const subscriptionAnswer: z.ZodMiniType<SubscriptionAnswer> = z.object({ subscription: z.string() });
