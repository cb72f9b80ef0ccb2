import {
  decodeLeaf,
  decodeRecord,
  HELD_TABLE,
  type HeldRecord,
  type Placement,
  partiesOf,
  receiversOf,
} from '@ios/atomix';
import type { CarriedBlock } from './chain.ts';
import { nameOf } from './needs.ts';
import { bundlesOf, encodeBundle, type OwnBlocks, spansOf } from './own-blocks.ts';

/** What publishing is made from. */
export interface PublishingOptions {
  readonly shard: number;
  readonly place: Placement;
  readonly blocks: OwnBlocks;
  /** Publishes a message to the validators of a shard. */
  publish(shard: number, bytes: Uint8Array): void;
}

/** Publishes what a final block says to other shards: each shard gets the leaves that it needs, and no others. */
export const createPublishing =
  ({ shard, place, blocks, publish }: PublishingOptions) =>
  async (block: CarriedBlock): Promise<void> => {
    const { outbox } = block;
    if (outbox.length === 0) return;
    const votersOf = votersIn(block, place);
    const places = new Map<number, number[]>();
    for (const [index, leaf] of outbox.entries()) {
      for (const receiver of receiversOf(decodeLeaf(leaf), shard, votersOf)) {
        const mine = places.get(receiver);
        if (mine === undefined) places.set(receiver, [index]);
        else mine.push(index);
      }
    }
    if (places.size === 0) return;
    const own = await blocks.at(block.known.block.header.height);
    if (own === undefined) return;
    for (const [receiver, mine] of places)
      for (const bundle of bundlesOf(own, spansOf(outbox, mine))) publish(receiver, encodeBundle(bundle));
  };

/** The voters of what a block votes on, commits or releases: they follow from the transaction, or the record before. */
const votersIn = (
  { known, delta }: Pick<CarriedBlock, 'known' | 'delta'>,
  place: Placement,
): ((id: Uint8Array) => readonly number[] | undefined) => {
  const records = new Map<string, HeldRecord>();
  for (const [i, { body }] of known.block.transactions.entries())
    records.set(nameOf(known.ids[i]!), { status: 'pending', body });
  for (const { table, key, old } of delta)
    if (table === HELD_TABLE && old !== undefined) records.set(nameOf(key), decodeRecord(old));
  return (id) => {
    const record = records.get(nameOf(id));
    if (record === undefined) return undefined;
    return record.status === 'pending' ? partiesOf(record.body, place).voters : record.voters;
  };
};
