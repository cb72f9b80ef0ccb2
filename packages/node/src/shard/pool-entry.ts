import { outpointKey, type Transaction } from '@ios/ledger';

/** A transaction on its way into the pool, or in it. */
export interface PoolEntry {
  /** {@link nameOf} its id. */
  readonly name: string;
  readonly id: Uint8Array;
  readonly transaction: Transaction;
  /** Keys (`outpointKey`) of the outputs that it spends, in order. */
  readonly spends: readonly string[];
  /** Bytes of its encoding. */
  readonly size: number;
  /** Who sent it here and is charged for it. */
  readonly from: string;
  /** Whether a client gave it to this node, which is therefore the one to pass it on. */
  readonly own: boolean;
}

/** An id (32 bytes) as a key of maps: what the keys of the outputs of its transaction begin with. */
export const nameOf = (id: Uint8Array): string => outpointKey({ id, index: 0 }).slice(0, 32);

/** The name of the transaction that makes the output under this key. */
export const makerOf = (key: string): string => key.slice(0, 32);

/** The key of an output of the transaction of this name. */
export const outputKey = (name: string, index: number): string => name + String.fromCharCode(index);

/** An entry for the pool; `size` are the bytes of the transaction's encoding. */
export const poolEntry = (
  transaction: Transaction,
  id: Uint8Array,
  { size, from, own }: Pick<PoolEntry, 'size' | 'from' | 'own'>,
): PoolEntry => ({
  name: nameOf(id),
  id,
  transaction,
  spends: transaction.body.inputs.map(({ outpoint }) => outpointKey(outpoint)),
  size,
  from,
  own,
});
