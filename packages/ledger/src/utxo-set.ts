import { bytesKey, key33, keyBytes } from './bytes.ts';
import { assertCanonical, type Change, canonicalDelta, type Delta, FEE_TABLE, OUTPUT_TABLE } from './delta.ts';
import { LedgerError } from './error.ts';
import { decodeOutPoint, OUTPOINT_BYTES, type OutPoint, outpointKey } from './outpoint.ts';
import { decodeAmount, encodeAmount, encodeOutput, isOutput, viewOutput } from './output.ts';
import { accountOf, type Coin, createOwnerIndex, deposit, withdraw } from './owner-index.ts';
import { page } from './sorted-runs.ts';
import type { Output } from './transaction.ts';
import type { LedgerView } from './view.ts';

/** One entry of the state as it is persisted: table (u8), key and value. */
export interface StateEntry {
  readonly table: number;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** An unspent output and its name. */
export interface UnspentOutput {
  readonly outpoint: OutPoint;
  readonly output: Output;
}

/** All unspent outputs and fee entries, in memory; only deltas change it. */
export interface UtxoSet extends LedgerView {
  /** How many outputs are unspent. */
  size(): number;
  /** Everything there is, outputs and fee entries, in atomic units. */
  supply(): bigint;
  /** The sum of an owner's unspent outputs, in atomic units, kept ready; throws `out-of-range` unless the owner is 32 bytes. */
  balance(owner: Uint8Array): bigint;
  /** How many unspent outputs an owner has; throws `out-of-range` unless the owner is 32 bytes. */
  countOf(owner: Uint8Array): number;
  /**
   * An owner's unspent outputs by ascending outpoint: at most `limit` (else all) of those above `after` (else of all).
   * A page costs a search and what it holds. Throws `out-of-range` unless the owner is 32 bytes and `after` an outpoint.
   */
  outputsOf(owner: Uint8Array, limit?: number, after?: OutPoint): UnspentOutput[];
  /** All entries, by ascending table and key; `createUtxoSet` of them is an equal set. */
  entries(): StateEntry[];
  /**
   * Makes every change of the output and fee tables; other tables are not the set's business. Throws `out-of-range` for a
   * delta that is not canonical, `malformed` for keys or values of a wrong length, and `wrong-state` if an old value is
   * not what is there; the set is then as it was.
   */
  apply(delta: Delta): void;
}

/** A change of the table of outputs, ready to be made: what leaves and what comes under a key. */
interface OutputStep {
  readonly key: string;
  readonly coin: Coin | undefined;
  readonly output: Output | undefined;
}

/** A change of the table of fees, ready to be made. */
interface FeeStep {
  readonly key: string;
  readonly old: bigint | undefined;
  readonly amount: bigint | undefined;
}

/** A set made of persisted entries in any order; throws as `apply` does, also for an entry that is there twice. */
export function createUtxoSet(entries: Iterable<StateEntry> = []): UtxoSet {
  const coins = new Map<string, Coin>();
  const owners = createOwnerIndex();
  const fees = new Map<string, bigint>();
  let supply = 0n;

  const prepareOutput = (change: Change): OutputStep => {
    if (change.key.length !== OUTPOINT_BYTES) throw new LedgerError('malformed', 'a key of table 1 has 33 bytes');
    const key = key33(change.key, change.key[32]!);
    const coin = coins.get(key);
    if (!isOutput(coin?.output, change.old)) throw wrongState(change);
    return { key, coin, output: change.new && viewOutput(change.new) };
  };

  const prepareFee = (change: Change): FeeStep => {
    if (change.key.length !== 0 && change.key.length !== 32) {
      throw new LedgerError('malformed', 'a key of table 2 has no bytes or 32');
    }
    const key = bytesKey(change.key);
    const old = fees.get(key);
    if (old !== (change.old && decodeAmount(change.old))) throw wrongState(change);
    return { key, old, amount: change.new && decodeAmount(change.new) };
  };

  const apply = (delta: Delta): void => {
    assertCanonical(delta);
    const outputSteps: OutputStep[] = [];
    const feeSteps: FeeStep[] = [];
    for (const change of delta) {
      if (change.table === OUTPUT_TABLE) outputSteps.push(prepareOutput(change));
      else if (change.table === FEE_TABLE) feeSteps.push(prepareFee(change));
    }
    // From here on nothing can fail.
    for (const { key, coin, output } of outputSteps) {
      if (coin !== undefined) {
        coins.delete(key);
        withdraw(owners, coin);
        supply -= coin.output.amount;
      }
      if (output !== undefined) {
        coins.set(key, deposit(owners, key, output));
        supply += output.amount;
      }
    }
    for (const { key, old, amount } of feeSteps) {
      if (amount === undefined) fees.delete(key);
      else fees.set(key, amount);
      supply += (amount ?? 0n) - (old ?? 0n);
    }
  };

  apply(canonicalDelta(Array.from(entries, ({ table, key, value }) => ({ table, key, old: undefined, new: value }))));

  return {
    get: (outpoint, key = outpointKey(outpoint)) => coins.get(key)?.output,
    accrued: (key) => fees.get(bytesKey(key)) ?? 0n,
    size: () => coins.size,
    supply: () => supply,
    balance: (owner) => accountOf(owners, owner)?.sum ?? 0n,
    countOf: (owner) => accountOf(owners, owner)?.count ?? 0,
    outputsOf(owner, limit = Number.POSITIVE_INFINITY, after) {
      const last = after && outpointKey(after);
      const coins = page(accountOf(owners, owner)?.coins ?? [], limit, last);
      return coins.map(({ key, output }) => ({ outpoint: decodeOutPoint(keyBytes(key)), output }));
    },
    entries: () => [
      ...sorted(coins, OUTPUT_TABLE, ({ output }) => encodeOutput(output)),
      ...sorted(fees, FEE_TABLE, encodeAmount),
    ],
    apply,
  };
}

const byKey = (a: { readonly key: string }, b: { readonly key: string }): number => (a.key < b.key ? -1 : 1);

/** The entries of one table by ascending key. */
function sorted<Value>(map: Map<string, Value>, table: number, encode: (value: Value) => Uint8Array): StateEntry[] {
  return Array.from(map, ([key, value]) => ({ key, value }))
    .sort(byKey)
    .map(({ key, value }) => ({ table, key: keyBytes(key), value: encode(value) }));
}

const wrongState = (change: Change): LedgerError =>
  new LedgerError('wrong-state', 'the old value of a change is not what is there', { change });
