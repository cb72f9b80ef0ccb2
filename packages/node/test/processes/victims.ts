import type { Rng } from '@ios/simulator';
import type { ShardWatch } from './shard-watch.ts';

/** A fault: the seats of the validators that are killed together. */
export type Victims = (rng: Rng, shards: readonly ShardWatch[]) => readonly number[] | Promise<readonly number[]>;

const seatsOf = ({ follower }: ShardWatch): number[] => follower.members.map(({ seat }) => seat);

/** One of all: each shard of four must bear that. */
export const one: Victims = (rng, shards) => [rng.pick(shards.flatMap(seatsOf))];
/** One of each shard, which must bear that too. */
export const oneOfEach: Victims = (rng, shards) => shards.map((shard) => rng.pick(seatsOf(shard)));
/** Whose turn it is to propose in a shard at this very moment. */
export const proposer: Victims = async (rng, shards) => {
  const seat = await rng.pick(shards).proposer();
  return seat === undefined ? one(rng, shards) : [seat];
};
/** Two of a shard: after this and what follows it must only go on where it stopped. */
export const twoOfOne: Victims = (rng, shards) => rng.shuffle(seatsOf(rng.pick(shards))).slice(0, 2);
/** A whole shard. */
export const wholeShard: Victims = (rng, shards) => seatsOf(rng.pick(shards));
