/** Something that waits, and who sent it. */
export interface Queued<T> {
  readonly payer: string;
  readonly item: T;
}

/** What waits for its turn: senders take turns, so that one who sent little is not behind one who sent much. */
export interface FairQueue<T> {
  /** How many things wait. */
  readonly size: number;
  /** Puts things behind those of the same sender. */
  push(payer: string, items: readonly T[]): void;
  /** Takes up to `most`, one of each sender in turn. */
  take(most: number): readonly Queued<T>[];
  /** Takes up to `most` of the sender whose turn it is. */
  takeOfOne(most: number): readonly Queued<T>[];
  /** Takes all that this sender has here. */
  takeAllOf(payer: string): readonly T[];
}

/** An empty queue. */
export const createFairQueue = <T>(): FairQueue<T> => {
  /** In the order of the turns; no list is used up. */
  const senders = new Map<string, { readonly items: T[]; next: number }>();
  let size = 0;

  /** Takes up to `most` of the sender whose turn it is, and sends it to the end. */
  const turn = (most: number, into: Queued<T>[]): void => {
    const [payer, waiting] = senders.entries().next().value!;
    const { items } = waiting;
    const end = Math.min(items.length, waiting.next + most);
    for (let i = waiting.next; i < end; i++) into.push({ payer, item: items[i]! });
    size -= end - waiting.next;
    waiting.next = end;
    senders.delete(payer);
    if (end < items.length) senders.set(payer, waiting);
  };

  return {
    get size() {
      return size;
    },
    push(payer, items) {
      if (items.length === 0) return;
      size += items.length;
      const waiting = senders.get(payer);
      if (waiting === undefined) senders.set(payer, { items: [...items], next: 0 });
      else for (const item of items) waiting.items.push(item);
    },
    take(most) {
      const taken: Queued<T>[] = [];
      while (size > 0 && taken.length < most) turn(1, taken);
      return taken;
    },
    takeOfOne(most) {
      const taken: Queued<T>[] = [];
      if (size > 0) turn(most, taken);
      return taken;
    },
    takeAllOf(payer) {
      const { items, next } = senders.get(payer) ?? { items: [], next: 0 };
      senders.delete(payer);
      size -= items.length - next;
      return items.slice(next);
    },
  };
};
