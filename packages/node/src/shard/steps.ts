import type { HeldView, Leaf, Verdict } from '@ios/atomix';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { KnownBlock } from './values.ts';

/** What a block can do about a transaction. */
export type StepKind = 'included' | 'accepted' | 'rejected' | 'committed' | 'aborted' | 'released' | 'credited';

/** All of them, in the order in which they can happen in one shard. */
export const STEP_KINDS: readonly StepKind[] = [
  'included',
  'accepted',
  'rejected',
  'committed',
  'aborted',
  'released',
  'credited',
];

/** One step of a transaction in this shard, as the chain keeps it. */
export interface StoredStep {
  /**
   * `included`: spent by its only voter; `accepted`, `rejected`: this shard's vote; `committed`, `aborted`: its decision;
   * `released`: the record is gone; `credited`: a shard that does not vote got its outputs.
   */
  readonly kind: StepKind;
  /** Height of the block. */
  readonly height: number;
  /** Among the transactions of the block for the first three, among its entries for the others. */
  readonly index: number;
}

/** The step of a transaction (id, 32 bytes). */
export interface Step extends StoredStep {
  readonly id: Uint8Array;
}

const DONE = { commit: 'committed', abort: 'aborted', release: 'released' } as const;

/** The steps of an executed block; `before` is the state before it, which says what was credited earlier. */
export const stepsOf = (
  { block, ids, entries }: Pick<KnownBlock, 'block' | 'ids' | 'entries'>,
  leaves: readonly Leaf[],
  before: Pick<HeldView, 'cursor'>,
): readonly Step[] => {
  const { height } = block.header;
  const verdicts = new Map<string, Verdict>();
  for (const leaf of leaves) if (leaf.type === 'vote') verdicts.set(bytesToHex(leaf.id), leaf.verdict);
  const votes = ids.map((id, index): Step => {
    const verdict = verdicts.size === 0 ? undefined : verdicts.get(bytesToHex(id));
    return {
      kind: verdict === undefined ? 'included' : verdict === 'accept' ? 'accepted' : 'rejected',
      id,
      height,
      index,
    };
  });
  const cursors = new Map<number, bigint>();
  const decisions = entries.flatMap(({ verified }, index): Step[] => {
    switch (verified?.kind) {
      case 'commit':
      case 'abort':
      case 'release':
        return [{ kind: DONE[verified.kind], id: verified.id, height, index }];
      case 'credits':
        return verified.evidence.flatMap((piece) => {
          if (piece.type !== 'credits') return [];
          const { shard, first, credits } = piece;
          const next = cursors.get(shard) ?? before.cursor(shard).next;
          cursors.set(shard, first + BigInt(credits.length));
          return credits
            .filter((_, i) => first + BigInt(i) >= next)
            .map(({ id }): Step => ({ kind: 'credited', id, height, index }));
        });
      default:
        return [];
    }
  });
  return [...votes, ...decisions];
};
