/** One change of a batch: with a value it sets the key, without one it removes the key (present or not). */
export type Write = { readonly key: Uint8Array; readonly value: Uint8Array } | { readonly key: Uint8Array };

/** A half-open interval of keys in byte order: `gte` ≤ key < `lt`, at most `limit` entries, from the upper end if `reverse`. */
export interface Range {
  readonly gte: Uint8Array;
  readonly lt: Uint8Array;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** What a data folder was written as: checked when it is opened, so that no other format or chain is ever read as this one. */
export interface StoreLabel {
  /** Number of the layout of keys and values, 0 to 2^32 - 1. */
  readonly format: number;
  /** Genesis hash, 32 bytes. */
  readonly chain: Uint8Array;
}

/**
 * An ordered map from bytes to bytes that survives the process. Keys are compared byte by byte, a prefix first.
 *
 * Batches are applied whole or not at all, in the order of the calls. A batch with `sync` is durable once its promise
 * resolves. After a crash what is there is the outcome of a prefix of the batches that holds every durable one: what
 * follows the last durable batch may be lost, from the end. (What LevelDB cannot promise of this is said at
 * `openLevelStore`.) Every promise rejects with a `StoreError`.
 */
export interface Store {
  /** The value under a key, in an array that belongs to the caller; undefined where there is none. */
  get(key: Uint8Array): Promise<Uint8Array | undefined>;
  /** Applies all writes, the later of two on one key winning; the arrays may be reused once it has returned its promise. */
  batch(writes: readonly Write[], options: { readonly sync: boolean }): Promise<void>;
  /** The entries of an interval as they were when the iteration began. */
  range(range: Range): AsyncIterable<[Uint8Array, Uint8Array]>;
  /** Waits for the batches under way and gives the data back; closing twice is harmless. */
  close(): Promise<void>;
}
