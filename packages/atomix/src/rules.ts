import { taggedHash } from '@ios/crypto/transcript';
import type { Input, OutPoint } from '@ios/ledger';
import { sameBytes } from './bytes.ts';
import type { Evidence } from './evidence.ts';
import type { HeldRecord } from './record.ts';
import type { Cursor, Span } from './tables.ts';

/** What a voter finds under one of its inputs: the coin, another coin, a record of another transaction, or nothing. */
export type Finding = 'there' | 'other-coin' | 'held-by-another' | 'missing';

/**
 * The rules of the commit across shards, each a pure function, gathered so that a test can break one at a time and show
 * that the invariants catch it. Everyone else uses {@link soundRules}.
 */
export interface Rules {
  /** The epoch against which a transaction's expiry is held, in a shard that is in `epoch`. */
  readonly voteEpoch: (epoch: number, expiry: number) => number;
  /** Whether a finding about an input is a vote against its transaction. */
  readonly rejects: (finding: Finding) => boolean;
  /** The accepted inputs that leave the table of outputs. */
  readonly taken: (inputs: readonly Input[]) => readonly Input[];
  /** The other voters that must have accepted before the first commit. */
  readonly mustAccept: (others: readonly number[]) => readonly number[];
  /** Whether evidence shows that a voter accepted. */
  readonly showsAccept: (evidence: Evidence, shard: number, id: Uint8Array) => boolean;
  /** Whether evidence shows that one of these voters has committed. */
  readonly showsCommit: (evidence: Evidence, voters: readonly number[], id: Uint8Array) => boolean;
  /** Whether evidence shows that one of the other voters never accepted and never will, or has aborted. */
  readonly showsAbort: (evidence: Evidence, others: readonly number[], id: Uint8Array, expiry: number) => boolean;
  /** The record after the commit, or none. */
  readonly afterCommit: (committed: HeldRecord, pending: HeldRecord) => HeldRecord | undefined;
  /** The record after the abort, or none. */
  readonly afterAbort: (pending: HeldRecord) => HeldRecord | undefined;
  /** The other voters that must have committed before the first committed record is dropped. */
  readonly mustCommit: (others: readonly number[]) => readonly number[];
  /** Whether evidence shows that one of the other voters of a committed transaction has dropped its record. */
  readonly showsRelease: (evidence: Evidence, others: readonly number[], id: Uint8Array, expiry: number) => boolean;
  /** The name under which an aborted input comes back. */
  readonly refund: (id: Uint8Array, index: number, input: Input) => OutPoint;
  /** Which shards of a transaction queue its credits: the carrier alone. */
  readonly carries: (voters: readonly number[], shard: number) => boolean;
  /** How many of a run of credits from number `first` were applied before; `undefined` if the run does not apply. */
  readonly known: (first: bigint, count: number, cursor: Cursor) => number | undefined;
  /** Up to where a queue is dropped, when its receiver has shown `next`; `undefined` if that does not move it. */
  readonly dropped: (next: bigint, span: Span) => bigint | undefined;
}

/** The name of the output into which input `index` of an aborted transaction turns: taggedHash('ios/atomix/v1/abort', id, u8 index), index 0. */
export const refundOutpoint = (id: Uint8Array, index: number): OutPoint => ({
  id: taggedHash('ios/atomix/v1/abort', id, Uint8Array.of(index)),
  index: 0,
});

/** The rules as they must be; docs/decisions has the reasons, the model check what each prevents. */
export const soundRules: Rules = {
  voteEpoch: (epoch) => epoch,
  // Both last: a coin under its name never changes, and a held one never comes back under it. What is missing may come.
  rejects: (finding) => finding === 'other-coin' || finding === 'held-by-another',
  taken: (inputs) => inputs,
  mustAccept: (others) => others,
  showsAccept: (evidence, shard, id) =>
    evidence.shard === shard &&
    ((evidence.type === 'vote' && evidence.verdict === 'accept') || evidence.type === 'held') &&
    sameBytes(evidence.id, id),
  showsCommit: (evidence, voters, id) =>
    voters.includes(evidence.shard) &&
    (evidence.type === 'commit' || (evidence.type === 'held' && evidence.status === 'committed')) &&
    sameBytes(evidence.id, id),
  showsAbort: (evidence, others, id, expiry) =>
    others.includes(evidence.shard) &&
    ((evidence.type === 'vote' && evidence.verdict === 'reject') ||
      (evidence.type === 'absent' && evidence.epoch >= expiry)) &&
    sameBytes(evidence.id, id),
  afterCommit: (committed) => committed,
  afterAbort: () => undefined,
  mustCommit: (others) => others,
  // Who is asked this has committed, so that every voter had accepted by the end of the expiry epoch: who is without a
  // record then has had one, and nobody aborts.
  showsRelease: (evidence, others, id, expiry) =>
    others.includes(evidence.shard) &&
    (evidence.type === 'release' || (evidence.type === 'absent' && evidence.epoch >= expiry)) &&
    sameBytes(evidence.id, id),
  refund: (id, index) => refundOutpoint(id, index),
  carries: (voters, shard) => voters[0] === shard,
  known: (first, count, { next }) => (first <= next && next < first + BigInt(count) ? Number(next - first) : undefined),
  dropped: (next, { first, end }) => (first < next && next <= end ? next : undefined),
};
