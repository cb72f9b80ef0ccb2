import type { Entry, Evidence, Shown, VerifiedEntry } from '@ios/atomix';
import { encodeShardEntry } from '@ios/client/epochs';

/** An entry of `@ios/atomix` that is no transaction. */
export type CarriedEntry = Exclude<Entry, { readonly kind: 'transaction' }>;

/** An entry that a proposer can try: its proofs were verified. */
export interface ReadyEntry {
  readonly entry: CarriedEntry;
  /** The same, as the machine executes it. */
  readonly verified: VerifiedEntry;
  /** The same, as a block carries it. */
  readonly bytes: Uint8Array;
}

/**
 * Makes an entry ready whose proofs are all among `shown`; undefined where it is longer than an entry may be, since other shards
 * choose how long their proofs are.
 */
export const readyOf = (entry: Entry, shown: readonly Shown[]): ReadyEntry | undefined => {
  if (entry.kind === 'transaction') throw new Error('a transaction is not made of proofs');
  const evidence = entry.proofs.map(
    (proof): Evidence => shown.find((candidate) => candidate.proof === proof)!.evidence,
  );
  const verified = 'id' in entry ? { kind: entry.kind, id: entry.id, evidence } : { kind: entry.kind, evidence };
  try {
    return { entry, verified, bytes: encodeShardEntry({ kind: 'atomix', entry }) };
  } catch {
    // Its parts were decoded: nothing but their number can be too large.
    return undefined;
  }
};

/**
 * Takes from several sources in turn, each time from the one that has given the fewest bytes so far: no kind of entry keeps
 * another out of full blocks. Lazy: what is not asked for costs nothing.
 */
export function* byTurns(sources: readonly Iterable<ReadyEntry>[]): Iterable<ReadyEntry> {
  const open = sources.map((source) => ({ from: source[Symbol.iterator](), given: 0 }));
  while (open.length > 0) {
    const least = open.reduce((a, b) => (b.given < a.given ? b : a));
    const { done, value } = least.from.next();
    if (done === true) {
      open.splice(open.indexOf(least), 1);
      continue;
    }
    least.given += value.bytes.length;
    yield value;
  }
}
