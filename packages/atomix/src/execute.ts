import type { Delta, TransactionBody } from '@ios/ledger';
import type { ShardContext } from './context.ts';
import { abort, commit, release } from './decide.ts';
import type { Evidence } from './evidence.ts';
import type { Leaf } from './leaf.ts';
import { type AtomixOverlay, createAtomixOverlay } from './overlay.ts';
import { applyCredits, trim } from './queues.ts';
import { type Rejected, type Rejection, rejected } from './rejection.ts';
import { type Executed, transact } from './transact.ts';
import type { AtomixView } from './view.ts';

/** An entry of a block after its witnesses and proofs were verified: what the machine acts on. */
export type VerifiedEntry =
  | { readonly kind: 'transaction'; readonly body: TransactionBody }
  | { readonly kind: 'commit'; readonly id: Uint8Array; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'abort'; readonly id: Uint8Array; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'release'; readonly id: Uint8Array; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'credits'; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'trim'; readonly evidence: readonly Evidence[] };

/** Entries executed in order: their net delta, the sum of their fees for this shard, and the block's outbox in its order of execution. */
export interface Execution {
  readonly valid: true;
  readonly delta: Delta;
  readonly fees: bigint;
  readonly leaves: readonly Leaf[];
}

/** The first entry, by its index, that could not be executed after those before it; nothing is executed. */
export interface NotExecuted {
  readonly valid: false;
  readonly index: number;
  readonly rejection: Rejection;
}

/**
 * Executes the entries of a block in order over a view, which it does not touch. What it says to other shards are the leaves
 * of the entries, and one for each cursor that moved. The fees are for the caller to distribute (`feeDelta` of the ledger).
 */
export function executeEntries(
  view: AtomixView,
  entries: readonly VerifiedEntry[],
  context: ShardContext,
): Execution | NotExecuted {
  const overlay = createAtomixOverlay(view, (owner) => context.place(owner) === context.shard);
  const leaves: Leaf[] = [];
  let fees = 0n;
  for (const [index, entry] of entries.entries()) {
    const executed = executeEntry(overlay, entry, context);
    if (!executed.valid) return { valid: false, index, rejection: executed.rejection };
    leaves.push(...executed.leaves);
    fees += executed.fee;
  }
  return { valid: true, delta: overlay.delta(), fees, leaves: [...leaves, ...cursorLeaves(overlay)] };
}

/**
 * Executes one entry over an overlay: the step with which a proposer fills a block and leaves out what does not fit. A
 * rejected entry changes nothing. Never throws on what a peer's proof can say.
 */
export function executeEntry(overlay: AtomixOverlay, entry: VerifiedEntry, context: ShardContext): Executed | Rejected {
  switch (entry.kind) {
    case 'transaction':
      return transact(overlay, entry.body, context);
    case 'commit':
      return commit(overlay, entry.id, entry.evidence, context);
    case 'abort':
      return single(entry.evidence, (evidence) => abort(overlay, entry.id, evidence, context));
    case 'release':
      return release(overlay, entry.id, entry.evidence, context);
    case 'credits':
      return single(entry.evidence, (evidence) => applyCredits(overlay, evidence, context));
    case 'trim':
      return single(entry.evidence, (evidence) => trim(overlay, evidence, context));
  }
}

/** The leaves that say how far this block has moved the cursors. */
export const cursorLeaves = (overlay: AtomixOverlay): Leaf[] =>
  overlay.movedCursors().map((carrier) => ({ type: 'cursor', carrier, ...overlay.cursor(carrier) }));

/** Entries that act on one proof have one. */
const single = (
  evidence: readonly Evidence[],
  act: (evidence: Evidence) => Executed | Rejected,
): Executed | Rejected => (evidence.length === 1 ? act(evidence[0]!) : rejected({ code: 'wrong-evidence' }));
