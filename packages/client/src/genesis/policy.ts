/** What a network agrees on beside who takes part: sizes in bytes and numbers, times in ms, fees in atomic units. */
export interface Policy {
  /** Into how many shards validators and coins are divided (whitepaper section 5), 1..65535; at most one a validator. */
  readonly shards: number;
  /** What each input costs that a transaction of several shards held in vain, u64. */
  readonly lockFee: bigint;
  /** The longest block; at least so long that every transaction fits in one. */
  readonly blockBytes: number;
  /** The most transactions of a block. */
  readonly blockTransactions: number;
  /** The least time between a decision and the next proposal. */
  readonly blockIntervalMs: number;
  /** An empty block is proposed after so long without transactions. */
  readonly idleMs: number;
  /**
   * How long view 0 of a height may take before the next leader has its turn: at least twice `idleMs`. It begins with the
   * decision before, so half of it is left for the block that ends an idle time; else idle heights would change views.
   */
  readonly baseTimeoutMs: number;
  /** Where that time stops doubling, view by view. */
  readonly maxTimeoutMs: number;
  /** An epoch of a shard may be told to end from so many blocks on. */
  readonly epochMinBlocks: number;
  /** From so many blocks on it must be, as soon as the randomness of the next one is there. */
  readonly epochMaxBlocks: number;
  /** So many heights after it was told to end, it does. */
  readonly closingBlocks: number;
  /** For so long the validators gather the tickets of the lottery that says who leads a run for randomness. */
  readonly lotteryMs: number;
  /** How long view 0 of a height of the beacon may take; half of it is waited for shares before a run has failed. */
  readonly beaconTimeoutMs: number;
}
