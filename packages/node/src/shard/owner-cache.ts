import type { Output } from '@ios/ledger';

/**
 * Remembers which owner keys are valid: deciding it costs a point decompression, and most outputs pay a key that has
 * been seen. Bad keys are never remembered.
 */
export interface OwnerCache {
  /** The distinct owners (32 bytes each) of outputs that are not known to be valid, in order. */
  unknown(outputs: Iterable<Output>): readonly Uint8Array[];
  /** These owners are valid. */
  remember(owners: readonly Uint8Array[]): void;
}

/** An empty cache of `limit` to 2 · `limit` of the keys that were used last. */
export const createOwnerCache = (limit = 50_000): OwnerCache => {
  let recent = new Set<string>();
  let older: ReadonlySet<string> = new Set();

  const add = (name: string): void => {
    if (recent.size >= limit) {
      older = recent;
      recent = new Set();
    }
    recent.add(name);
  };

  return {
    unknown(outputs) {
      const found = new Map<string, Uint8Array>();
      for (const { owner } of outputs) {
        const name = nameOf(owner);
        if (recent.has(name)) continue;
        if (older.has(name)) add(name);
        else found.set(name, owner);
      }
      return [...found.values()];
    },
    remember(owners) {
      for (const owner of owners) add(nameOf(owner));
    },
  };
};

const nameOf = (owner: Uint8Array): string =>
  Buffer.from(owner.buffer, owner.byteOffset, owner.length).toString('latin1');
