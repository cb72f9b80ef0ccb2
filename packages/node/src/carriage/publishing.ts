import {
  decodeLeaf,
  decodeRecord,
  HELD_TABLE,
  type Parties,
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
    const parties = partiesIn(block, place);
    const places = new Map<number, number[]>();
    for (const [index, leaf] of outbox.entries()) {
      for (const receiver of receiversOf(decodeLeaf(leaf), shard, (id) => parties(id))) {
        const mine = places.get(receiver);
        if (mine === undefined) places.set(receiver, [index]);
        else mine.push(index);
      }
    }
    const own = await blocks.at(block.known.block.header.height);
    if (own === undefined) return;
    for (const [receiver, mine] of places)
      for (const bundle of bundlesOf(own, spansOf(outbox, mine))) publish(receiver, encodeBundle(bundle));
  };

/** The parties of what a block votes on or commits: its body is among the transactions, or in the record before. */
const partiesIn = (
  { known, delta }: Pick<CarriedBlock, 'known' | 'delta'>,
  place: Placement,
): ((id: Uint8Array) => Parties | undefined) => {
  const bodies = new Map(known.block.transactions.map(({ body }, i) => [nameOf(known.ids[i]!), body]));
  for (const { table, key, old } of delta) {
    if (table !== HELD_TABLE || old === undefined) continue;
    const record = decodeRecord(old);
    if (record.status === 'pending') bodies.set(nameOf(key), record.body);
  }
  return (id) => {
    const body = bodies.get(nameOf(id));
    return body && partiesOf(body, place);
  };
};
