import { taggedHash } from '@ios/crypto/transcript';
import {
  assess,
  assign,
  beginTransition,
  formatProbability,
  frontArrivals,
  isComplete,
  planTransition,
  type ShardPolicy,
  swapIn,
} from '@ios/eds';

export const example = (): string[] => {
  const lines: string[] = [];

  // Ten validators in two shards, by the randomness of an epoch.
  const policy: ShardPolicy = { shards: 2, shardSize: 5, batch: 2 };
  const [old, fresh] = ['old', 'new'].map((name) => taggedHash(`ios/example/v1/${name}`)) as [Uint8Array, Uint8Array];
  const [before, after] = [assign(old, 10, policy), assign(fresh, 10, policy)];
  lines.push(`shards: ${before.join(' and ')}, then ${after.join(' and ')}`);

  // The first shard goes from one to the other, a step at a time; an arrival takes the place of the one it replaces.
  const committee = before[0]!;
  const plan = planTransition({ randomness: fresh, shard: 0, n: 10, policy, committee, next: after[0]! });
  let transition = beginTransition(plan, committee, 100);
  for (let height = 101; !isComplete(transition); height++) {
    transition = swapIn(transition, height, frontArrivals(transition));
    lines.push(`height ${height}: ${transition.committee}`);
  }

  // The chance that a shard, or a committee on the way, has more faulty members than it bears: at most so much.
  const { assignment, mixed } = assess({ n: 1_000, bad: 125, policy: { shards: 4, shardSize: 250, batch: 2 } });
  lines.push(`1000 validators, an eighth of them faulty, 4 shards: ${formatProbability(assignment)}`);
  lines.push(`and the committees between two epochs: ${formatProbability(mixed)}`);
  return lines;
};
