import { permutation } from '@ios/crypto/permutation';
import { taggedHash } from '@ios/crypto/transcript';
import { numberToBytesBE } from '@noble/curves/utils.js';
import { assertInteger, assertLength, EdsError } from '../errors.ts';
import { batchSize, type ShardPolicy } from '../policy.ts';

/** One seat that changes hands. */
export interface Swap {
  /** Index in the committee; undefined for a new seat at its end, by which a shard grows. */
  readonly place: number | undefined;
  /** Who leaves it; undefined where the seat is empty or new. */
  readonly leaves: number | undefined;
  /** Who takes it; undefined for a seat that goes, by which a shard shrinks. */
  readonly arrives: number | undefined;
}

/** How a shard gets from its committee to the one that it is assigned. */
export interface TransitionPlan {
  readonly shard: number;
  /** How many are swapped in one step. */
  readonly batch: number;
  /** In the order in which they are tried; seats that go come last. */
  readonly swaps: readonly Swap[];
}

/** What a transition is planned from. Validators have numbers that stay theirs from roster to roster. */
export interface TransitionInput {
  /** rnd of the new epoch, 32 bytes. */
  readonly randomness: Uint8Array;
  /** u32. */
  readonly shard: number;
  /** Number of validators in the new roster. */
  readonly n: number;
  readonly policy: ShardPolicy;
  /** Who serves the shard now, by index in the committee; undefined is an empty seat. */
  readonly committee: readonly (number | undefined)[];
  /** Who is to serve it. */
  readonly next: readonly number[];
}

/**
 * The plan of TransEpoch (whitepaper, section 6) for one shard.
 *
 * 1. Leaving are the members that are not assigned to the shard again; arriving are those assigned that it does not have.
 * 2. Each list, ascending, is put into the order of a permutation: of the leaving by the seed H(tag-leave ‖ rnd ‖ u32
 *    shard), of the arriving by H(tag-arrive ‖ rnd).
 * 3. Arrivals take empty seats first, then the i-th of the rest takes the seat of the i-th to leave; who is left over gets a
 *    new seat. Seats that are left over go.
 * 4. They change hands in batches of `batchSize`.
 *
 * @throws EdsError `bad-length`, `out-of-range`, `bad-policy`; `bad-committee` for a member that stands twice
 */
export const planTransition = ({ randomness, shard, n, policy, committee, next }: TransitionInput): TransitionPlan => {
  assertLength(randomness, 32, 'randomness');
  assertInteger(shard, 0, 2 ** 32 - 1, 'shard');
  const members = committee.filter((member) => member !== undefined);
  for (const list of [members, next]) checkSeats(list);
  const [staying, present] = [new Set(next), new Set(members)];
  const leaveSeed = taggedHash('ios/eds/v1/leave', randomness, numberToBytesBE(shard, 4));
  const arriveSeed = taggedHash('ios/eds/v1/arrive', randomness);
  const leaving = shuffled(
    leaveSeed,
    members.filter((member) => !staying.has(member)),
  );
  const arriving = shuffled(
    arriveSeed,
    next.filter((member) => !present.has(member)),
  );
  const empty = [...committee.keys()].filter((place) => committee[place] === undefined);
  const places = [...empty, ...leaving.map((member) => committee.indexOf(member))];
  const swaps = Array.from({ length: Math.max(places.length, arriving.length) }, (_, i) => {
    const place = places[i];
    return { place, leaves: place === undefined ? undefined : committee[place], arrives: arriving[i] };
  });
  return { shard, batch: batchSize(n, Math.max(1, next.length), policy), swaps };
};

const shuffled = (seed: Uint8Array, members: readonly number[]): number[] => {
  const ascending = [...members].sort((a, b) => a - b);
  return permutation(seed, 'ios/eds/v1/order', ascending.length).map((i) => ascending[i]!);
};

const checkSeats = (seats: readonly number[]): void => {
  for (const seat of seats) assertInteger(seat, 0, 2 ** 32 - 1, 'validator');
  if (new Set(seats).size < seats.length)
    throw new EdsError('bad-committee', 'a validator stands in a committee twice');
};
