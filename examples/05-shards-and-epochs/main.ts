// Validators and shards: twelve validators are cut into three shards by the randomness of an epoch, the next epoch assigns
// them anew, and they change places in steps while the shards go on working. How safe that is can be computed.
import { taggedHash } from '@ios/crypto/transcript';
import {
  assess,
  assign,
  beginTransition,
  check,
  EdsError,
  formatProbability,
  fraction,
  frontArrivals,
  isComplete,
  passTime,
  planTransition,
  type ShardPolicy,
  smallestCommittee,
  swapIn,
  transitionRisk,
} from '@ios/eds';

const N = 12;
const policy: ShardPolicy = { shards: 3, shardSize: 4, batch: 2 };
const show = (committee: readonly (number | undefined)[]): string =>
  committee.map((seat) => (seat === undefined ? '–' : `v${seat}`)).join(' ');

// 1. The randomness of each epoch comes from the randomness protocol; here from a hash. It alone decides who serves where.
const randomness = [1, 2].map((epoch) => taggedHash('examples/shards/v1/randomness', Uint8Array.of(epoch)));
const [now, next] = randomness.map((rnd) => assign(rnd, N, policy)) as [number[][], number[][]];
now.forEach((committee, shard) => {
  console.log(`epoch 1, shard ${shard}: ${show(committee)}`);
});
next.forEach((committee, shard) => {
  console.log(`epoch 2, shard ${shard}: ${show(committee)}`);
});

// 2. The plan of shard 1: who leaves, who arrives, in which order, how many in a step. An arrival takes the leaver's place.
const SHARD = 1;
const committee = now[SHARD]!;
const plan = planTransition({
  randomness: randomness[1]!,
  shard: SHARD,
  n: N,
  policy,
  committee,
  next: next[SHARD]!,
});
console.log(`shard ${SHARD} swaps ${plan.batch} in a step:`);
for (const { leaves, arrives } of plan.swaps) console.log(`  v${arrives} for v${leaves}`);

// 3. The steps. The first arrival is never ready: it goes to the end of the queue, and the second time its seat stays empty.
const WINDOW = 10;
const late = plan.swaps[0]!.arrives;
let transition = beginTransition(plan, committee, 100);
console.log(`height 100: ${show(transition.committee)}`);
for (let height = 101; !isComplete(transition); height++) {
  const before = transition;
  const ready = frontArrivals(transition).filter((arrival) => arrival !== late);
  if (ready.length > 0) transition = swapIn(transition, height, ready);
  transition = passTime(transition, height, WINDOW);
  if (transition.committee !== before.committee) console.log(`height ${height}: ${show(transition.committee)}`);
}

// 4. How safe is it? With two of twelve faulty, a shard of four, which bears one, has both with some chance; so has each of
// the committees between two epochs, though both ends may be good.
const { any, hidden } = transitionRisk({ n: N, bad: 2, size: 4, batch: 1 });
console.log(`one shard's transition passes through a bad committee with chance ${formatProbability(any)},`);
console.log(`and with chance ${formatProbability(hidden)} though both of its ends are good`);
const { assignment, mixed } = assess({ n: N, bad: 2, policy });
console.log(
  `bounds over all shards: ${formatProbability(assignment)} at the ends, ${formatProbability(mixed)} between them`,
);

// 5. So a network that small is refused; large shards are what makes the chance small.
const millionth = fraction(1n, 1_000_000n);
const attempt = (n: number, bad: number, own: ShardPolicy): void => {
  const name = `${n} validators, ${bad} faulty, ${own.shards} shards`;
  try {
    console.log(`${name}: accepted, ${formatProbability(check({ n, bad, policy: own }, millionth).total)}`);
  } catch (error) {
    if (!(error instanceof EdsError)) throw error;
    console.log(`${name}: ${error.code}, ${error.facts['bound']}`);
  }
};
attempt(N, 2, policy);
attempt(1_200, 150, { shards: 4, shardSize: 300, batch: 8 });
attempt(1_200, 300, { shards: 4, shardSize: 300, batch: 8 });

// 6. The same question turned round: how large must a shard be for one in a million?
for (const [bad, of] of [
  [1n, 8n],
  [1n, 5n],
  [1n, 4n],
] as const)
  console.log(`with ${bad} of ${of} faulty: ${smallestCommittee(fraction(bad, of), millionth)} members`);
