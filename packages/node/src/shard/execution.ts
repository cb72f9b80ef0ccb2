import {
  type AtomixView,
  createAtomixOverlay,
  cursorLeaves,
  executeEntry,
  type Leaf,
  outboxOf,
  outboxRoot,
  type ShardContext,
  type VerifiedEntry,
} from '@ios/atomix';
import { type Committee, membersOf } from '@ios/bft';
import { canonicalDelta, type Delta, feeDelta, type LedgerView } from '@ios/ledger';
import { parentCertificate } from './parent.ts';
import { type Step, stepsOf } from './steps.ts';
import type { KnownBlock } from './values.ts';

/** All that a block of a shard reads: outputs, fees, records, queues and cursors. */
export interface ShardView extends AtomixView, LedgerView {}

/** What a block is executed with. */
export interface Executing {
  readonly view: ShardView;
  readonly context: ShardContext;
  readonly committee: Committee;
  /** Payout keys of the committee's members, 32 bytes each. */
  readonly owners: readonly Uint8Array[];
}

/** What a block does, before it is done. */
export interface Execution {
  readonly delta: Delta;
  /** What it says to other shards, in order of execution, and as the leaves of its outbox. */
  readonly leaves: readonly Leaf[];
  readonly outbox: readonly Uint8Array[];
  readonly steps: readonly Step[];
}

/**
 * What the block does to the state, or why it does not apply: first what is done about
 * transactions of several shards, which frees and makes outputs, then the transactions, then the fees. The fees of the parent
 * go to the members in the parent's certificate as this block carries it, the one account of who worked that all share.
 */
export const executeBlock = (
  { view, context, committee, owners }: Executing,
  known: KnownBlock,
): Execution | string => {
  const { block } = known;
  const mask = parentCertificate(block)?.mask;
  const members = mask === undefined ? [] : membersOf(mask, committee.length);
  if (members === undefined) return "its parent's certificate is malformed";
  const entries: VerifiedEntry[] = [
    ...known.entries.flatMap(({ verified }) => verified ?? []),
    ...block.transactions.map(({ body }) => ({ kind: 'transaction' as const, body })),
  ];
  const overlay = createAtomixOverlay(view, (owner) => context.place(owner) === context.shard);
  const leaves: Leaf[] = [];
  let fees = 0n;
  for (const entry of entries) {
    const executed = executeEntry(overlay, entry, context);
    if (!executed.valid) return `${entry.kind === 'transaction' ? 'a transaction' : 'an entry'} does not apply`;
    leaves.push(...executed.leaves);
    fees += executed.fee;
  }
  leaves.push(...cursorLeaves(overlay));
  const outbox = outboxOf(leaves);
  if (Buffer.compare(block.header.outboxRoot, outboxRoot(outbox, context.hasher)) !== 0)
    return "the header's outboxRoot is wrong";
  const shares = feeDelta(
    view,
    members.map((member) => owners[member]!),
    fees,
  );
  return {
    delta: canonicalDelta([...overlay.delta(), ...shares]),
    leaves,
    outbox,
    steps: stepsOf(known, leaves, view),
  };
};
