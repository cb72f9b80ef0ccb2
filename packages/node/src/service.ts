import type { BeaconProof } from '@ios/client/beacon';
import type { CertifiedValue } from '@ios/client/epochs';
import type { OutPoint, UnspentOutput } from '@ios/ledger';

/** What became of a submitted transaction. */
export type Submission =
  | { readonly id: Uint8Array; readonly status: 'pending' | 'waiting' | 'known' | 'final' }
  /** This shard has no vote on it: it was passed on to those that have. */
  | { readonly id: Uint8Array; readonly status: 'forwarded' }
  | {
      /** Absent where the bytes are no transaction. */
      readonly id: Uint8Array | undefined;
      readonly status: 'rejected';
      readonly code: string;
      readonly message: string;
    };

/**
 * Where a transaction stands in this node's shard; from `final` on but for `locked` it is for ever. `block` is the hash of the
 * block of the step, 32 bytes, `index` a place among the transactions of a block.
 */
export type TransactionStatus =
  | { readonly status: 'unknown' }
  | { readonly status: 'pending' }
  /** Valid, but an output that it spends is not known here yet. */
  | { readonly status: 'waiting'; readonly missing: OutPoint }
  | { readonly status: 'rejected'; readonly code: string; readonly message: string }
  /** The only voter has spent its inputs: it is committed. */
  | { readonly status: 'final'; readonly height: number; readonly index: number; readonly block: Uint8Array }
  /** One of several voters: accepted, and not decided here. */
  | { readonly status: 'locked'; readonly height: number; readonly index: number; readonly block: Uint8Array }
  /** One of several voters: committed; the transaction itself stands where it was accepted. */
  | {
      readonly status: 'committed';
      readonly height: number;
      readonly block: Uint8Array;
      readonly accepted: { readonly height: number; readonly index: number };
    }
  /** One of several voters: accepted, then aborted, for `shard` rejected it or was shown not to have accepted it in time. */
  | {
      readonly status: 'aborted';
      readonly height: number;
      readonly block: Uint8Array;
      readonly reason: 'rejected' | 'absent';
      readonly shard: number;
    }
  /** One of several voters: rejected in a block. */
  | { readonly status: 'refused'; readonly height: number }
  /** No voter: the credits have made this shard's outputs. */
  | { readonly status: 'credited'; readonly height: number; readonly block: Uint8Array };

/** The last final block: its height, its hash (32 bytes), and the execution digest (32 bytes) after it. */
export interface Head {
  readonly height: number;
  readonly hash: Uint8Array;
  readonly executionDigest: Uint8Array;
}

/** A final block as it was decided, and the commit certificate that this node holds for it (encoded). */
export interface StoredBlock {
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
  readonly certificate: Uint8Array;
}

/** Everything that exists, in atomic units: unspent outputs, and fees earned or not yet shared out. */
export interface Supply {
  readonly outputs: bigint;
  readonly fees: bigint;
}

/** How far one instance of the consensus is on this node. */
export interface InstanceSummary {
  /** `shard/0`, `beacon` or `record`. */
  readonly name: string;
  /** Height that is being decided; 0 before the node takes part. */
  readonly height: number;
  /** Epoch that this height belongs to. */
  readonly epoch: number;
  readonly view: number;
  readonly stage: string;
}

/** What the validators do for the randomness that is being made, in this order; `idle` while its turn has not come. */
export type BeaconPhase = 'idle' | 'lottery' | 'dealing' | 'sign-off' | 'recovery' | 'output';

/** How far the making of randomness is, as this node sees it. */
export interface BeaconProgress {
  /** Whose randomness is made. */
  readonly epoch: number;
  /** How many attempts at it failed before this one. */
  readonly attempt: number;
  /** Which drawing of tickets in this attempt. */
  readonly electionView: number;
  /** `idle` too at an observer, which takes no part. */
  readonly phase: BeaconPhase;
  /** Identity key, in hex, of the validator that this node waits for; undefined while tickets are gathered. */
  readonly leader: string | undefined;
  /** Identity keys of those that a quorum waited for in vain and that do not lead in this epoch, oldest first. */
  readonly excluded: readonly string[];
  /** Identity keys of those that decided failures name, which neither lead nor deal in this epoch, oldest first. */
  readonly withheld: readonly string[];
}

/** How a node is doing. */
export interface NodeStatus {
  readonly chain: Uint8Array;
  readonly name: string;
  readonly version: string;
  /** Identity key in hex. */
  readonly identity: string;
  /** Index in the committee, -1 for an observer. */
  readonly member: number;
  /** Validators of the network. */
  readonly validators: number;
  readonly epoch: number;
  readonly shard: number;
  /** Shards of the network, and members of the committee of this one. */
  readonly shards: number;
  readonly seats: number;
  /** Height of the last final block. */
  readonly height: number;
  /** View of the height that is being decided. */
  readonly view: number;
  readonly stage: string;
  /** All instances that this node takes part in, that of the shard among them. */
  readonly instances: readonly InstanceSummary[];
  /** Undefined before the node takes part. */
  readonly beacon: BeaconProgress | undefined;
  /** Connected validators, identity keys in hex. */
  readonly peers: readonly string[];
  readonly mempool: { readonly transactions: number; readonly bytes: number; readonly waiting: number };
  /** How many proofs of misconduct were found since the start. */
  readonly evidence: number;
  /** Why the node stopped taking part, if it did. */
  readonly halted: string | undefined;
  /** Whether its key has voted and its data does not know how: it follows the chain and signs nothing, `member` is -1. */
  readonly votesLost: boolean;
  readonly uptimeMs: number;
}

/** What a node answers; the RPC server is one way to ask. */
export interface NodeService {
  /** Takes an encoded transaction; `from` names whom to charge. A bad transaction is an answer, not an exception. */
  submit(bytes: Uint8Array, from: string): Promise<Submission>;
  transaction(id: Uint8Array): Promise<TransactionStatus>;
  head(): Head;
  block(height: number): Promise<StoredBlock | undefined>;
  /** What a final block said to other shards: encoded leaves in the order of its outbox. */
  outbox(height: number): Promise<readonly Uint8Array[] | undefined>;
  balance(owner: Uint8Array): { readonly amount: bigint; readonly outputs: number };
  /** At most `limit` outputs of an owner in the order of their outpoints, those after `after`. */
  outputs(owner: Uint8Array, limit: number, after?: OutPoint): readonly UnspentOutput[];
  supply(): Supply;
  /** The record of an epoch from 1, with the certificate of its roster; undefined where it is not final here. */
  record(epoch: number): Promise<CertifiedValue | undefined>;
  /** Epoch of the last record, 0 while there is none. */
  recorded(): number;
  /** How rnd(epoch) came about; undefined where it is not recorded, or has yet to be fetched from another node. */
  beaconProof(epoch: number): Promise<BeaconProof | undefined>;
  status(): NodeStatus;
}
