/** An action at a virtual time; `sequence` breaks ties in the order of scheduling. A cancelled one has no action. */
export interface Entry {
  readonly time: number;
  readonly sequence: number;
  action: (() => void) | undefined;
}

/** A priority queue by (time, sequence). */
export interface Queue {
  push(entry: Entry): void;
  /** The first live entry, left in place; undefined when there is none. */
  peek(): Entry | undefined;
  /** The first live entry, taken out; undefined when there is none. */
  pop(): Entry | undefined;
  /** Takes the action away from an entry; harmless when it has run or was cancelled before. */
  cancel(entry: Entry): void;
  /** How many entries still have an action. */
  size(): number;
}

const before = (a: Entry, b: Entry): boolean => a.time < b.time || (a.time === b.time && a.sequence < b.sequence);

/** A binary heap; cancelled entries stay until they surface, or until they are more than half of a large heap. */
export const createQueue = (): Queue => {
  let heap: Entry[] = [];
  let dead = 0;

  const up = (start: number): void => {
    const entry = heap[start]!;
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  };

  const down = (start: number): void => {
    const entry = heap[start]!;
    const half = heap.length >> 1;
    let at = start;
    while (at < half) {
      let child = 2 * at + 1;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, entry)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = entry;
  };

  const take = (): Entry => {
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) {
      heap[0] = last;
      down(0);
    }
    return first;
  };

  const peek = (): Entry | undefined => {
    while (heap.length > 0 && heap[0]!.action === undefined) {
      take();
      dead--;
    }
    return heap[0];
  };

  return {
    peek,
    push: (entry) => {
      heap.push(entry);
      up(heap.length - 1);
    },
    pop: () => (peek() === undefined ? undefined : take()),
    cancel: (entry) => {
      if (entry.action === undefined) return;
      entry.action = undefined;
      dead++;
      if (dead > 1024 && dead * 2 > heap.length) {
        heap = heap.filter((kept) => kept.action !== undefined);
        dead = 0;
        for (let at = (heap.length >> 1) - 1; at >= 0; at--) down(at);
      }
    },
    size: () => heap.length - dead,
  };
};
