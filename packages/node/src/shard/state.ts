import { applyToTree, createHeldTables, type HeldTables, joinViews, type Placement, stateKey } from '@ios/atomix';
import { type BucketTree, createBucketTree } from '@ios/crypto/bucket-tree';
import type { Hasher } from '@ios/crypto/merkle';
import { createUtxoSet, type Delta, type StateEntry, type UtxoSet } from '@ios/ledger';
import type { ShardView } from './execution.ts';

/** What a tree over the state shows. */
export type StateTree = Pick<BucketTree, 'get' | 'prove' | 'root' | 'size'>;

/** The state of a shard in memory: all tables, and the tree over them. Only deltas change it. */
export interface ShardState {
  readonly outputs: UtxoSet;
  readonly held: HeldTables;
  /** Both, and the fees. */
  readonly view: ShardView;
  readonly tree: StateTree;
  apply(delta: Delta): void;
  /** The tree as it is now, whatever comes. */
  snapshot(): StateTree;
}

/** The state of a shard from its entries, in any order. Throws as `createUtxoSet` and `createHeldTables` do. */
export const createShardState = (
  entries: readonly StateEntry[],
  { shard, place }: { readonly shard: number; readonly place: Placement },
  hasher: Hasher,
): ShardState => {
  const outputs = createUtxoSet(entries);
  const held = createHeldTables((owner) => place(owner) === shard, entries);
  const tree = createBucketTree(hasher);
  for (const { table, key, value } of entries) tree.set(stateKey(table, key), value);
  return {
    outputs,
    held,
    view: { ...joinViews(outputs, held), accrued: (key) => outputs.accrued(key) },
    tree,
    apply(delta) {
      held.apply(delta);
      outputs.apply(delta);
      applyToTree(tree, delta);
    },
    snapshot: () => tree.snapshot(),
  };
};
