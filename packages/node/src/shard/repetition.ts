import type { PoolEntry } from './pool-entry.ts';

/** So many blocks pass between two repetitions. */
const EVERY = 8;

/** The most bytes that one repetition says again. */
const MOST_BYTES = 256 << 10;

/** Says again, now and then, what clients gave to this node and no block holds yet: gossip may lose it, and pools too. */
export interface Repetition {
  /** One more block is final. */
  onFinal(): void;
}

/**
 * Every eighth block, hands to `say` the pending transactions of this node's own clients that were pending at the last
 * repetition already, those that were said longest ago first, up to 256 KiB.
 */
export const createRepetition = (pending: () => Iterable<PoolEntry>, say: (entry: PoolEntry) => void): Repetition => {
  let blocks = 0;
  /** When each was said last, counted in repetitions. */
  let said = new Map<string, number>();

  const repeat = (turn: number): void => {
    const own = [...pending()].filter((entry) => entry.own);
    said = new Map(own.map(({ name }) => [name, said.get(name) ?? turn]));
    const due = own.filter(({ name }) => said.get(name)! < turn);
    due.sort((a, b) => said.get(a.name)! - said.get(b.name)!);
    let bytes = 0;
    for (const entry of due) {
      bytes += entry.size;
      if (bytes > MOST_BYTES) return;
      said.set(entry.name, turn);
      say(entry);
    }
  };

  return {
    onFinal() {
      blocks += 1;
      if (blocks % EVERY === 0) repeat(blocks / EVERY);
    },
  };
};
