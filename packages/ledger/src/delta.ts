import { compareBytes } from '@ios/crypto/merkle';
import { sameBytes } from './bytes.ts';
import { LedgerError } from './error.ts';

/** Table of unspent outputs: key = outpoint (33 bytes), value = amount (u64) ‖ owner (32). */
export const OUTPUT_TABLE = 1;
/** Table of fees: key = beneficiary (32 bytes), or no bytes for what is undistributed; value = amount (u64), never 0. */
export const FEE_TABLE = 2;

/**
 * One entry of the state before and after: table (u8), key (0..255 bytes), old and new value (0..65535 bytes each,
 * `undefined` where there is no entry).
 */
export interface Change {
  readonly table: number;
  readonly key: Uint8Array;
  readonly old: Uint8Array | undefined;
  readonly new: Uint8Array | undefined;
}

/**
 * What a block does to the state: changes in strictly ascending order of table and key, none without effect. One state
 * and one block make one delta, byte for byte.
 */
export type Delta = readonly Change[];

/** Brings changes into canonical form; throws `out-of-range` if two of them have the same table and key. */
export function canonicalDelta(changes: Iterable<Change>): Delta {
  const delta = Array.from(changes).filter((change) => !withoutEffect(change));
  delta.sort(compareChanges);
  assertCanonical(delta);
  return delta;
}

/** The delta that takes back `delta`. */
export const undo = (delta: Delta): Delta =>
  delta.map((change) => ({ table: change.table, key: change.key, old: change.new, new: change.old }));

/** The first flaw that keeps changes from being canonical, in words; `undefined` if there is none. */
export function flawOf(changes: readonly Change[]): string | undefined {
  for (let i = 0; i < changes.length; i++) {
    if (withoutEffect(changes[i]!)) return `change ${i} has no effect`;
    if (i > 0 && compareChanges(changes[i - 1]!, changes[i]!) >= 0) return `change ${i} is not above the one before it`;
  }
  return undefined;
}

/** Throws `out-of-range` unless the delta is canonical. */
export function assertCanonical(delta: Delta): void {
  const flaw = flawOf(delta);
  if (flaw !== undefined) throw new LedgerError('out-of-range', `the delta is not canonical: ${flaw}`);
}

/** The order of changes: by table, then by key, bytewise, a prefix first. */
export const compareChanges = (a: Change, b: Change): number => a.table - b.table || compareBytes(a.key, b.key);

function withoutEffect(change: Change): boolean {
  if (change.old === undefined || change.new === undefined) return change.old === change.new;
  return sameBytes(change.old, change.new);
}
