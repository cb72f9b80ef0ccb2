import { type Parties, type Placement, partiesOf } from '@ios/atomix';
import { type Input, outpointKey, type Transaction } from '@ios/ledger';

/** The shard (u16) that a pool serves, and where owners live. */
export interface Home {
  readonly shard: number;
  readonly place: Placement;
}

/** A transaction on its way into the pool of a shard, or in it. */
export interface PoolEntry {
  /** {@link nameOf} its id. */
  readonly name: string;
  readonly id: Uint8Array;
  readonly transaction: Transaction;
  readonly parties: Parties;
  /** Those of its inputs that live in this shard, in order; none where this shard has no vote. */
  readonly inputs: readonly Input[];
  /** Keys (`outpointKey`) of the outputs that these spend; none where it is only to be rejected. */
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

/** Whether other shards have a vote too, and what it makes is there only when all have accepted. */
export const isShared = ({ parties }: Pick<PoolEntry, 'parties'>): boolean => parties.voters.length > 1;

/** An entry for the pool of a shard; `size` are the bytes of the transaction's encoding. */
export const poolEntry = (
  transaction: Transaction,
  id: Uint8Array,
  { shard, place }: Home,
  { size, from, own }: Pick<PoolEntry, 'size' | 'from' | 'own'>,
): PoolEntry => {
  const parties = partiesOf(transaction.body, place);
  const inputs = transaction.body.inputs.filter((_, i) => parties.inputShards[i] === shard);
  return {
    name: nameOf(id),
    id,
    transaction,
    parties,
    inputs,
    spends: inputs.map(({ outpoint }) => outpointKey(outpoint)),
    size,
    from,
    own,
  };
};
