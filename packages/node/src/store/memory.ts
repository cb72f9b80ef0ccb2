import { StoreError } from './error.ts';
import { checkLabel, encodeLabel } from './label.ts';
import { type Entry, sortedEntries } from './sorted.ts';
import type { Store, StoreLabel, Write } from './store.ts';

/** A disk in memory: outlives the stores opened on it, and can lose what was not yet durable. */
export interface MemoryDisk {
  /**
   * The machine dies: the store that is open on the disk stops for ever (calls under way never settle), and of the
   * batches that are not durable, oldest first, only the first `keep(count)` are kept; none by default. Throws
   * `RangeError` if `keep` returns no integer from 0 to `count`.
   */
  crash(keep?: (count: number) => number): void;
}

interface Batch {
  readonly writes: readonly Write[];
}

interface DiskState {
  label: Uint8Array | undefined;
  durable: Entry[];
  /** Batches given to the disk and not durable, in order, those under way included. */
  unsynced: Batch[];
  /** What reads see. */
  visible: Entry[];
  /** The store that has the disk open. */
  holder: symbol | undefined;
}

const states = new WeakMap<MemoryDisk, DiskState>();
const PATH = 'memory';

/** A new empty disk. */
export function createMemoryDisk(): MemoryDisk {
  const state: DiskState = { label: undefined, durable: [], unsynced: [], visible: [], holder: undefined };
  const disk: MemoryDisk = {
    crash(keep = () => 0) {
      const kept = keep(state.unsynced.length);
      if (!Number.isInteger(kept) || kept < 0 || kept > state.unsynced.length) {
        throw new RangeError(`keep returned ${kept}, not an integer from 0 to ${state.unsynced.length}.`);
      }
      for (const { writes } of state.unsynced.splice(0).slice(0, kept)) sortedEntries.apply(state.durable, writes);
      state.visible = state.durable.slice();
      state.holder = undefined;
    },
  };
  states.set(disk, state);
  return disk;
}

/**
 * Opens the store on a disk in memory: the same promises as on a real disk. `delay` is awaited within every call, so
 * that a simulation decides how long the disk takes. Throws `StoreError`: `locked`, `format`, `chain`, `label`.
 */
export async function openMemoryStore(
  disk: MemoryDisk,
  { delay, ...label }: StoreLabel & { readonly delay?: () => Promise<void> },
): Promise<Store> {
  const state = states.get(disk)!;
  const encoded = encodeLabel(label);
  if (state.holder !== undefined) {
    throw new StoreError('locked', 'The disk in memory is open in another store. Close that one first.', {
      path: PATH,
    });
  }
  if (state.label === undefined) state.label = encoded;
  else checkLabel(PATH, state.label, label);
  const holder = Symbol('store');
  state.holder = holder;

  let closing: Promise<void> | undefined;
  let tail: Promise<void> = Promise.resolve();
  const assertOpen = (): void => {
    if (closing !== undefined || state.holder !== holder) {
      throw new StoreError('closed', 'The store on the disk in memory is closed.', { path: PATH });
    }
  };
  /** Waits as the disk does; what a crash interrupts is never answered. */
  const pause = async (): Promise<void> => {
    await delay?.();
    if (state.holder !== holder) await new Promise<never>(() => {});
  };
  const commit = async (batch: Batch, sync: boolean): Promise<void> => {
    await pause();
    sortedEntries.apply(state.visible, batch.writes);
    if (!sync) return;
    const synced = state.unsynced.splice(0, state.unsynced.indexOf(batch) + 1);
    for (const { writes } of synced) sortedEntries.apply(state.durable, writes);
  };

  return {
    async get(key) {
      assertOpen();
      await pause();
      return sortedEntries.get(state.visible, key)?.slice();
    },
    async batch(writes, { sync }) {
      assertOpen();
      const batch = { writes: writes.map(copy) };
      state.unsynced.push(batch);
      tail = tail.then(() => commit(batch, sync));
      return tail;
    },
    async *range(range) {
      assertOpen();
      const entries = sortedEntries.interval(state.visible, range);
      await pause();
      for (const [key, value] of entries) {
        assertOpen();
        yield [key.slice(), value.slice()];
      }
    },
    close() {
      if (state.holder !== holder) return closing ?? Promise.resolve();
      closing ??= tail.then(() => {
        state.holder = undefined;
      });
      return closing;
    },
  };
}

function copy(write: Write): Write {
  const key = write.key.slice();
  return 'value' in write ? { key, value: write.value.slice() } : { key };
}
