import type { Shown } from '@ios/atomix';
import type { RecordEvidence } from './needs.ts';

/** Proofs about transactions that this shard has no record of: it may yet vote on them. */
export interface Early<Piece extends Shown> {
  /** Whether such a proof would be kept: leaves alone, of each shard one of a kind. */
  wants(name: string, evidence: RecordEvidence): boolean;
  keep(name: string, shown: Piece): void;
  of(name: string): readonly Piece[];
  /** What was kept, which is kept no longer. */
  take(name: string): readonly Piece[];
}

/** The most proofs, of some 700 bytes each as a rule; those of the transaction that came first are forgotten first. */
export const EARLY_PROOFS = 8192;
/** The most proofs about one transaction, of each shard: its accept and its commit. */
export const EARLY_PROOFS_EACH = 2;

/** Keeps nothing yet; `shards` is how many there are. */
export const createEarly = <Piece extends Shown & { readonly evidence: RecordEvidence }>(
  shards: number,
): Early<Piece> => {
  const kept = new Map<string, Piece[]>();
  let size = 0;

  const take = (name: string): readonly Piece[] => {
    const all = kept.get(name) ?? [];
    kept.delete(name);
    size -= all.length;
    return all;
  };
  const wants = (name: string, evidence: RecordEvidence): boolean => {
    if (evidence.type !== 'vote' && evidence.type !== 'commit') return false;
    const all = kept.get(name) ?? [];
    return all.length < EARLY_PROOFS_EACH * shards && !all.some((before) => isSame(before.evidence, evidence));
  };

  return {
    wants,
    keep(name, shown) {
      if (!wants(name, shown.evidence)) return;
      const all = kept.get(name) ?? [];
      if (all.length === 0) kept.set(name, all);
      all.push(shown);
      size++;
      while (size > EARLY_PROOFS) take(kept.keys().next().value!);
    },
    of: (name) => kept.get(name) ?? [],
    take,
  };
};

const isSame = (a: RecordEvidence, b: RecordEvidence): boolean =>
  a.shard === b.shard && a.type === b.type && (a.type !== 'vote' || b.type !== 'vote' || a.verdict === b.verdict);
