import type { Genesis } from '@ios/client';
import { MAX_BLOCK_BYTES } from '@ios/ledger';
import { carriageChannels } from './carriage/carriage.ts';
import { EPOCH_CHANNELS } from './epoch-loop.ts';
import { protocolOf } from './instances.ts';
import { layoutOf, shardOf } from './layout.ts';
import type { Channel } from './network/network.ts';
import { MAX_BATCH_BYTES, transactionsTopic } from './shard/gossip.ts';

/** The channels that a node's network must have. */
export interface NodeChannels {
  readonly protocols: readonly Channel[];
  /** What it hears. */
  readonly topics: readonly Channel[];
  /** What it only says: the topics of other shards. */
  readonly publishes: readonly Channel[];
}

/**
 * The channels of the node with this identity key (32 bytes), as `createNode` needs them.
 * @param follows - the shard of a node that is no validator
 */
export const nodeChannels = (genesis: Genesis, identity: Uint8Array, follows?: number): NodeChannels => {
  const layout = layoutOf(genesis);
  const { shards } = layout;
  const { shard, scope } = shardOf(layout, identity, follows);
  const transactions = (of: number): Channel => ({ name: transactionsTopic(of), maxBytes: MAX_BATCH_BYTES });
  const others = shards.filter((other) => other.shard !== shard);
  const carriage = carriageChannels(shard, shards.length);
  return {
    protocols: [
      { name: protocolOf(scope.instance), maxBytes: MAX_BLOCK_BYTES + (1 << 20) },
      ...carriage.protocols,
      ...EPOCH_CHANNELS.protocols,
    ],
    topics: [transactions(shard), ...carriage.topics, ...EPOCH_CHANNELS.topics],
    publishes: [...others.map((other) => transactions(other.shard)), ...carriage.publishes],
  };
};
