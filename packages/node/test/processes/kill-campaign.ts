import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError, type Genesis } from '@ios/client';
import type { Rng } from '@ios/simulator';
import { createLocalNetwork } from '../../src/cli/local-network.ts';
import { choosePorts } from '../../src/devnet/ports.ts';
import { systemEntropy } from '../../src/entropy.ts';
import { DEFAULT_POLICY } from '../../src/genesis/policy.ts';
import { layoutOf } from '../../src/layout.ts';
import { createFleet, type Fleet } from './fleet.ts';
import { streamOutputs } from './payment-stream.ts';
import { createSending } from './sending.ts';
import { type ShardWatch, watchShard } from './shard-watch.ts';
import { verifyCampaign } from './verify-campaign.ts';
import type { Victims } from './victims.ts';

/** Validators of each shard. */
const SEATS = 4;
/** How long everything may take to go on after a fault, in ms. */
const PATIENCE_MS = 120_000;
/** How often validators are asked, in ms. */
const POLL_MS = 50;

/** What a campaign is made of. */
export interface CampaignOptions {
  /** The script of the command `ios`. */
  readonly script: string;
  readonly rng: Rng;
  readonly shards: number;
  readonly rounds: readonly Victims[];
  /** Told of each round. */
  readonly report: (line: string) => void;
}

/** What happened. */
export interface CampaignFigures {
  /** Of each shard, at the end. */
  readonly heights: readonly number[];
  readonly epochs: readonly number[];
  /** Of each kind. */
  readonly payments: Readonly<Record<string, number>>;
  readonly kills: number;
  /** How many records of payments with several voters the shards had when validators were killed, of all rounds together. */
  readonly held: number;
}

/**
 * Shards of four validators, processes all, under a stream of payments; in each round some are killed at a random moment by
 * SIGKILL while votes are under way and started again, now and then killed once more while they start. After each round all catch up and payments of
 * every kind go on. All the while a follower of each shard holds every block and head that a validator shows against what it
 * and the others showed; at the end everything is verified: see {@link verifyCampaign}.
 */
export const killCampaign = async (options: CampaignOptions): Promise<CampaignFigures> => {
  const { script, shards } = options;
  const folder = await mkdtemp(join(tmpdir(), 'ios-kill-'));
  const network = await createLocalNetwork({
    folder: join(folder, 'network'),
    name: 'killed again and again',
    ports: await choosePorts(SEATS * shards, undefined, systemEntropy),
    outputs: () => streamOutputs(shards),
    policy: {
      ...DEFAULT_POLICY,
      shards,
      blockIntervalMs: 100,
      idleMs: 1_000,
      baseTimeoutMs: 2_000,
      maxTimeoutMs: 10_000,
    },
    entropy: systemEntropy,
  });
  const fleet = createFleet(script, network);
  try {
    await Promise.all(network.validators.map((_, k) => fleet.start(k)));
    return await campaign(network.genesis, fleet, options);
  } finally {
    await fleet.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

const campaign = async (
  genesis: Genesis,
  fleet: Fleet,
  { rng, rounds, report }: CampaignOptions,
): Promise<CampaignFigures> => {
  const sending = createSending(genesis, rng);
  const watches = layoutOf(genesis).shards.map(({ shard, seats }) =>
    watchShard({
      genesis,
      shard,
      members: seats.map((seat) => ({ seat, client: fleet.clients[seat]! })),
      byName: sending.byName,
      onHeld: sending.onHeld,
      onDone: (payment) => sending.onDone(shard, payment),
    }),
  );
  const heights = (): number[][] => watches.map(({ follower }) => [...follower.heights]);
  const done = (): number[] => watches.flatMap((watch) => watch.done);
  const settled = (): number[] => [...sending.settled.values()];
  let [kills, held] = [0, 0];

  /** Hands in payments and follows until `met`. */
  const until = async (what: string, met: () => boolean, fresh = true): Promise<void> => {
    const started = performance.now();
    while (!met()) {
      await sending.hand(watches, fresh).catch((cause: unknown) => {
        if (!(cause instanceof ClientError && cause.code === 'rpc-unreachable')) throw cause;
      });
      await Promise.all(watches.map(({ follower }) => follower.poll()));
      if (performance.now() - started > PATIENCE_MS) {
        const facts = JSON.stringify({ heights: heights(), done: done(), settled: settled() });
        throw new Error(`${what}: not after ${PATIENCE_MS} ms; ${facts}\n${fleet.logs()}`);
      }
      await sleep(POLL_MS);
    }
  };
  const forMs = (ms: number): (() => boolean) => {
    const end = performance.now() + ms;
    return () => performance.now() > end;
  };
  /** Whether each has grown by so much. */
  const grown = (now: readonly number[], before: readonly number[], by: number): boolean =>
    now.every((count, i) => count >= (before[i] ?? 0) + by);

  await until('first payments', () => grown(done(), [], 5) && grown(settled(), [], 1));
  for (const [round, victims] of rounds.entries()) {
    await until('load', forMs(rng.below(1_500)));
    await until('votes', () => watches.length === 1 || watches.every(({ records }) => records > 0));
    const killed = await victims(rng, watches);
    const again = rng.chance(0.3) ? rng.below(1_500) : undefined;
    const before = heights().map((each) => Math.max(...each));
    await Promise.all(killed.map((k) => fleet.kill(k)));
    kills += killed.length;
    held += watches.reduce((sum, { records }) => sum + records, 0);
    await until('the rest goes on', forMs(rng.below(1_500)));
    let over = false;
    const restarting = Promise.all(
      killed.map(async (k) => {
        if (again !== undefined) await fleet.startAndKill(k, again);
        await fleet.start(k);
      }),
    ).finally(() => {
      over = true;
    });
    await Promise.all([restarting, until('restart', () => over)]);
    const reached = heights().map((each) => Math.max(...each));
    const counts = { done: done(), settled: settled() };
    await until('catching up', () =>
      heights().every((each, shard) => each.every((height) => height > reached[shard]!)),
    );
    await until('payments', () => grown(done(), counts.done, 5) && grown(settled(), counts.settled, 1));
    const twice = again === undefined ? '' : `, again ${again} ms after the restart`;
    report(`round ${round + 1}: killed ${killed} at heights ${before}${twice}; all at ${heights().join(' and ')}`);
  }
  const payments = [...sending.byName.values()];
  const parts = watches.map(
    (_, shard) => payments.filter(({ parties }) => parties.participants.includes(shard)).length,
  );
  const isOver = ({ done, records }: ShardWatch, shard: number): boolean =>
    records === 0 && done.every((count) => count === parts[shard]);
  await until('the last payments', () => watches.every(isOver), false);
  const audits = await verifyCampaign(genesis, watches, payments);
  return {
    heights: audits.map(({ height }) => height),
    epochs: audits.map(({ epoch }) => epoch),
    payments: Object.fromEntries(sending.settled),
    kills,
    held,
  };
};
