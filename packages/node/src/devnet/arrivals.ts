import type { Parties } from '@ios/atomix';
import type { KnownBlock } from '../shard/values.ts';
import type { ClientTime } from './client-time.ts';
import type { Member } from './follower.ts';
import { createStanding } from './standing.ts';
import type { Tracked } from './submission.ts';

/** How far transfers are in all shards, as all validators show it. */
export interface Arrivals {
  /** Takes the next block that the member `k` of a shard shows. */
  take(shard: number, k: number, block: KnownBlock): void;
  /** How many transfers are done on every validator of each shard that has a part in them. */
  readonly final: number;
  /** The most records that a validator still has of them. */
  readonly records: number;
  /** Whether a shard gave one up, or is past the expiry of one that is not final: they may never be all. */
  readonly isMissing: boolean;
  /** For each shard the height of the last block that did something about a transfer. */
  readonly heights: readonly number[];
  /** From submission until every shard had done its part, of those whose parties are wanted; in ms, ascending. */
  latencies(wanted: (parties: Parties) => boolean): number[];
}

/** Before the first block; `shards` are the members of each. */
export const createArrivals = (
  shards: readonly (readonly Member[])[],
  byName: ReadonlyMap<string, Tracked>,
  { now }: Pick<ClientTime, 'now'>,
): Arrivals => {
  const standings = shards.map((members, shard) => members.map(() => createStanding(shard, byName)));
  /** Shards that have done their part, and how many validators have not shown theirs. */
  const progress = new Map(
    [...byName.values()].map(({ name, parties: { participants } }) => [
      name,
      { shards: new Set<number>(), left: participants.reduce((sum, shard) => sum + shards[shard]!.length, 0) },
    ]),
  );
  let final = 0;
  let epoch = 0;

  return {
    take(shard, k, block) {
      epoch = Math.max(epoch, block.block.header.epoch);
      for (const transfer of standings[shard]![k]!.take(block)) {
        const found = progress.get(transfer.name)!;
        found.left -= 1;
        if (found.left === 0) final += 1;
        found.shards.add(shard);
        if (found.shards.size === transfer.parties.participants.length) transfer.finalAt ??= now();
      }
    },
    get final() {
      return final;
    },
    get records() {
      return Math.max(...standings.flat().map(({ records }) => records));
    },
    get isMissing() {
      if (standings.flat().some(({ aborted }) => aborted > 0)) return true;
      return [...byName.values()].some(({ finalAt, expiry }) => finalAt === undefined && expiry < epoch);
    },
    get heights() {
      return standings.map((members) => Math.max(...members.map(({ height }) => height)));
    },
    latencies: (wanted) =>
      [...byName.values()]
        .flatMap(({ parties, submittedAt, finalAt }) =>
          finalAt === undefined || submittedAt === undefined || !wanted(parties) ? [] : [finalAt - submittedAt],
        )
        .sort((a, b) => a - b),
  };
};
