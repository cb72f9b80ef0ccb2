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

/**
 * The most proofs, of some 700 bytes each as a rule, every shard having an equal part; in that those of the transaction that
 * came first are forgotten first. So a shard that says more than it should pushes out what it said itself, and nobody else's.
 */
export const EARLY_PROOFS = 8192;
/** The most proofs about one transaction, of each shard: its accept and its commit. */
export const EARLY_PROOFS_EACH = 2;

/** Keeps nothing yet; `shards` is how many there are. */
export const createEarly = <Piece extends Shown & { readonly evidence: RecordEvidence }>(
  shards: number,
): Early<Piece> => {
  const parts = new Map<number, Part<Piece>>();
  const most = Math.floor(EARLY_PROOFS / shards);
  const partOf = (shard: number): Part<Piece> => parts.get(shard) ?? { kept: new Map(), size: 0 };

  const takeOf = (part: Part<Piece>, name: string): readonly Piece[] => {
    const all = part.kept.get(name) ?? [];
    part.kept.delete(name);
    part.size -= all.length;
    return all;
  };
  const wants = (name: string, evidence: RecordEvidence): boolean => {
    if (evidence.type !== 'vote' && evidence.type !== 'commit') return false;
    const all = partOf(evidence.shard).kept.get(name) ?? [];
    return all.length < EARLY_PROOFS_EACH && !all.some((before) => isSame(before.evidence, evidence));
  };

  return {
    wants,
    keep(name, shown) {
      const { evidence } = shown;
      if (!wants(name, evidence)) return;
      const part = partOf(evidence.shard);
      parts.set(evidence.shard, part);
      part.kept.set(name, [...(part.kept.get(name) ?? []), shown]);
      part.size++;
      while (part.size > most) takeOf(part, part.kept.keys().next().value!);
    },
    of: (name) => [...parts.values()].flatMap(({ kept }) => kept.get(name) ?? []),
    take: (name) => [...parts.values()].flatMap((part) => takeOf(part, name)),
  };
};

/** What one shard has said, by transaction, and how much that is. */
interface Part<Piece> {
  readonly kept: Map<string, readonly Piece[]>;
  size: number;
}

const isSame = (a: RecordEvidence, b: RecordEvidence): boolean =>
  a.type === b.type && (a.type !== 'vote' || b.type !== 'vote' || a.verdict === b.verdict);
