import type { Genesis } from '@ios/client';
import { bytesToHex } from '@noble/hashes/utils.js';
import { createFollower, type Follower, type Member } from '../../src/devnet/follower.ts';
import { createStanding } from '../../src/devnet/standing.ts';
import { nodeHasher } from '../../src/hasher.ts';
import { layoutOf } from '../../src/layout.ts';
import { leadersBy } from '../../src/shard/committee.ts';
import { afterBlock, firstEpoch, randomnessAt } from '../../src/shard/epoch-state.ts';
import type { Payment } from './payment-stream.ts';

/** What the validators of one shard show: their chains, and what those did about payments. */
export interface ShardWatch {
  readonly follower: Follower;
  /** The epoch of the block that follows the last one shown. */
  readonly epoch: number;
  /** How many payments each validator shows done, as far as this shard has a part in them. */
  readonly done: readonly number[];
  /** The most records of payments that a validator still has. */
  readonly records: number;
  /** The seat of the validator whose turn it is to propose, as one that answers sees it; undefined where none does. */
  proposer(): Promise<number | undefined>;
}

/** Who is told of what the blocks of a shard say. */
export interface WatchOptions {
  readonly genesis: Genesis;
  readonly shard: number;
  readonly members: readonly Member[];
  /** Payments by id in hex. */
  readonly byName: ReadonlyMap<string, Payment>;
  /** Transactions (ids in hex) are in a block that a validator shows for the first time. */
  onHeld(names: readonly string[]): void;
  /** A validator shows for the first time that this shard has done its part. */
  onDone(payment: Payment): void;
}

/** A watch over a shard at genesis. */
export const watchShard = ({ genesis, shard, members, byName, onHeld, onDone }: WatchOptions): ShardWatch => {
  const { chain } = layoutOf(genesis);
  const { policy } = genesis;
  const standings = members.map(() => createStanding(shard, byName));
  const done = members.map(() => new Set<string>());
  let state = firstEpoch(chain);
  let height = 0;
  const leaders = leadersBy(`${shard}`, (at) => randomnessAt(state, at), members.length, policy);
  const follower = createFollower({
    members,
    chain,
    hasher: nodeHasher,
    onBlock(k, known) {
      if (known.block.header.height > height) {
        height = known.block.header.height;
        state = afterBlock(state, policy, known);
        onHeld(known.ids.map(bytesToHex));
      }
      for (const { name } of standings[k]!.take(known)) {
        if (done.every((before) => !before.has(name))) onDone(byName.get(name)!);
        done[k]!.add(name);
      }
    },
  });

  return {
    follower,
    get epoch() {
      return state.epoch;
    },
    get done() {
      return done.map(({ size }) => size);
    },
    get records() {
      return Math.max(...standings.map(({ records }) => records));
    },
    async proposer() {
      const asked = members.map(async ({ client }) => (await client.call('getStatus', {})).instances);
      const instances = (await Promise.allSettled(asked)).flatMap((one) =>
        one.status === 'fulfilled' ? one.value : [],
      );
      const own = instances.filter(({ name }) => name === `shard/${shard}`);
      const latest = own.reduce<(typeof own)[number] | undefined>(
        (best, one) =>
          best === undefined || one.height > best.height || (one.height === best.height && one.view > best.view)
            ? one
            : best,
        undefined,
      );
      return latest && members[leaders.leader(latest.height, latest.view, [])]?.seat;
    },
  };
};
