/** What goes wrong between shards in a devnet, while its validators are honest. */
export const SHARD_FAULTS = [
  /** The client hands each transfer that several shards vote on to one of them, and is never heard again. */
  'client-crash',
  /** The validators of different shards lose their connections to each other for a while. */
  'shard-partition',
  /** An owner signs pairs of transfers that spend the same coins, and hands each to another shard first. */
  'double-spend',
] as const;
export type ShardFault = (typeof SHARD_FAULTS)[number];

/** The fault of this name, or undefined. */
export const parseShardFault = (text: string): ShardFault | undefined => SHARD_FAULTS.find((one) => one === text);
