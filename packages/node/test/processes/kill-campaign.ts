import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError, chainName, createHttpClient, genesisHash } from '@ios/client';
import type { Rng } from '@ios/simulator';
import { bytesToHex } from '@noble/hashes/utils.js';
import { expect } from 'vitest';
import { loadOutputs, payments } from '../../bench/load.ts';
import { createLocalNetwork, type LocalNetwork } from '../../src/cli/local-network.ts';
import { type ChildValidator, startChild } from '../../src/devnet/child.ts';
import { createFollower, type Follower, type ValidatorClient } from '../../src/devnet/follower.ts';
import { choosePorts } from '../../src/devnet/ports.ts';
import { verifyAll, verifyPlaces, verifyShown, verifySupply } from '../../src/devnet/verification.ts';
import { systemEntropy } from '../../src/entropy.ts';
import { DEFAULT_POLICY } from '../../src/genesis/policy.ts';
import { nodeHasher } from '../../src/hasher.ts';

const VALIDATORS = 4;
const CHAINS = 50;
/** Payments on their way at any time. */
const OUTSTANDING = 50;
/** A payment that is not final after so long is given to another validator, in ms. */
const AGAIN_MS = 3_000;
/** How long everything may take to go on after a fault, in ms. */
const PATIENCE_MS = 60_000;

/** A fault: which validators are killed together. */
export type Victims = (rng: Rng) => readonly number[];

/** Faults that a network of four must bear (one), and ones after which it must only go on where it stopped. */
export const one: Victims = (rng) => [rng.below(VALIDATORS)];
export const two: Victims = (rng) => rng.shuffle([0, 1, 2, 3]).slice(0, 2);
export const all: Victims = () => [0, 1, 2, 3];

/** What happened. */
export interface CampaignFigures {
  readonly height: number;
  readonly payments: number;
  readonly kills: number;
}

/**
 * Four validators as processes under a stream of payments; in each round some are killed at a random moment by SIGKILL
 * and started again, now and then killed once more while they start. After each round all catch up and payments go on.
 * All the while a follower holds every block and head that a validator shows against what it and the others showed; at
 * the end the whole chain is followed once more from each validator's disk and audited from genesis.
 */
export const killCampaign = async (
  script: string,
  rng: Rng,
  rounds: readonly Victims[],
  report: (line: string) => void,
): Promise<CampaignFigures> => {
  const folder = await mkdtemp(join(tmpdir(), 'ios-kill-'));
  const network = await createLocalNetwork({
    folder: join(folder, 'network'),
    name: 'killed again and again',
    ports: await choosePorts(VALIDATORS, undefined, systemEntropy),
    outputs: () => loadOutputs(CHAINS),
    policy: { ...DEFAULT_POLICY, blockIntervalMs: 100, idleMs: 1_000, baseTimeoutMs: 2_000, maxTimeoutMs: 10_000 },
    entropy: systemEntropy,
  });
  const running = fleet(script, network);
  try {
    await Promise.all(network.validators.map((_, k) => running.start(k)));
    return await campaign(network, running, rng, rounds, report);
  } finally {
    await running.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

const campaign = async (
  { genesis }: LocalNetwork,
  running: Fleet,
  rng: Rng,
  rounds: readonly Victims[],
  report: (line: string) => void,
): Promise<CampaignFigures> => {
  const stream = payments(genesisHash(genesis), chainName(genesis), CHAINS);
  const onTheirWay = new Map<string, { bytes: Uint8Array; at: number }>();
  const final = running.clients.map(() => new Set<string>());
  const sent: string[] = [];
  let kills = 0;
  const members = running.clients.map((client, seat) => ({ seat, client }));
  const chain = genesisHash(genesis);
  const follower = createFollower({
    members,
    chain,
    hasher: nodeHasher,
    onBlock(k, { ids }) {
      for (const name of ids.map(bytesToHex)) {
        final[k]!.add(name);
        onTheirWay.delete(name);
      }
    },
  });

  /** Gives payments to validators that live, those again that seem lost. */
  const feed = async (fresh: boolean): Promise<void> => {
    while (fresh && onTheirWay.size < OUTSTANDING) {
      const { name, bytes } = stream.next().value;
      sent.push(name);
      onTheirWay.set(name, { bytes, at: Number.NEGATIVE_INFINITY });
    }
    const due = [...onTheirWay.values()].filter(({ at }) => performance.now() - at > AGAIN_MS);
    if (due.length === 0) return;
    const transactions = due.map(({ bytes }) => Buffer.from(bytes).toString('hex'));
    const answers = await rng.pick(running.clients).call('submitTransactions', { transactions });
    for (const answer of answers) if (answer.status === 'rejected') throw new Error(`refused: ${answer.message}`);
    for (const payment of due) payment.at = performance.now();
  };

  /** Feeds and follows until `met`. */
  const until = async (what: string, met: () => boolean, fresh = true): Promise<void> => {
    const started = performance.now();
    while (!met()) {
      await feed(fresh).catch((cause: unknown) => {
        if (!(cause instanceof ClientError && cause.code === 'rpc-unreachable')) throw cause;
      });
      await follower.poll();
      if (performance.now() - started > PATIENCE_MS)
        throw new Error(`${what}: not after ${PATIENCE_MS} ms; heights ${follower.heights}\n${running.logs()}`);
      await sleep(20);
    }
  };
  const forMs = (ms: number): (() => boolean) => {
    const end = performance.now() + ms;
    return () => performance.now() > end;
  };

  await until('first payments', () => final.every(({ size }) => size > OUTSTANDING));
  for (const [round, victims] of rounds.entries()) {
    await until('load', forMs(rng.below(1_500)));
    const killed = victims(rng);
    const again = rng.chance(0.3) ? rng.below(1_500) : undefined;
    const before = Math.max(...follower.heights);
    await Promise.all(killed.map((k) => running.kill(k)));
    kills += killed.length;
    await until('the rest goes on', forMs(rng.below(1_500)));
    let over = false;
    const restarting = Promise.all(
      killed.map(async (k) => {
        if (again !== undefined) await running.startAndKill(k, again);
        await running.start(k);
      }),
    ).finally(() => {
      over = true;
    });
    await Promise.all([restarting, until('restart', () => over)]);
    const reached = Math.max(...follower.heights);
    const counts = final.map(({ size }) => size);
    await until('catching up', () => follower.heights.every((height) => height > reached));
    await until('payments', () => final.every(({ size }, k) => size > counts[k]! + 5));
    const twice = again === undefined ? '' : `, again ${again} ms after the restart`;
    report(`round ${round + 1}: killed ${killed} at height ${before}${twice}; all at ${follower.heights}`);
  }
  await until('the last payments', () => onTheirWay.size === 0, false);
  await until('one height', () => final.every(({ size }) => size === sent.length), false);

  // What was final stayed final: the chain that each validator shows now begins with all that was ever shown.
  const again = createFollower({ members, chain, hasher: nodeHasher });
  const shown = [...follower.shown.blocks];
  for (let height = 0; height < shown.length; height = Math.min(...again.heights)) await again.poll();
  expect(again.shown.blocks.slice(0, shown.length)).toEqual(shown);
  const audit = await verifyShown(genesis, 0, { members, shown: joined(follower, again) }, shown.length, nodeHasher);
  verifyAll(genesis, [audit]);
  for (const member of members) {
    await verifyPlaces(member, sent, audit);
    await verifySupply(member, audit);
  }
  expect(audit.steps.size).toBe(sent.length);
  return { height: audit.height, payments: sent.length, kills };
};

/** What the second follower saw, with the heads that were claimed to the first. */
const joined = (first: Follower, second: Follower): Follower['shown'] => ({
  ...second.shown,
  heads: first.shown.heads.map((heads, k) => new Map([...heads, ...second.shown.heads[k]!])),
});

/** The processes of a network, and clients that stay the same through all their lives. */
interface Fleet {
  readonly clients: readonly ValidatorClient[];
  start(k: number): Promise<void>;
  /** Starts a validator, and kills it after so long, be it ready or not. */
  startAndKill(k: number, ms: number): Promise<void>;
  kill(k: number): Promise<void>;
  stop(): Promise<void>;
  /** The last lines of each validator's log. */
  logs(): string;
}

const fleet = (script: string, { validators }: LocalNetwork): Fleet => {
  const alive: (ChildValidator | undefined)[] = validators.map(() => undefined);
  const urls = validators.map(() => '');
  const start = async (k: number, signal?: AbortSignal): Promise<ChildValidator> => {
    const { config } = validators[k]!;
    const child = await startChild({ script, config, ...(signal !== undefined && { signal }) });
    alive[k] = child;
    urls[k] = child.url;
    return child;
  };
  return {
    clients: validators.map((_, k) => ({
      call: (method, params) =>
        alive[k] === undefined
          ? Promise.reject(new ClientError('rpc-unreachable', `validator ${k} is dead`))
          : createHttpClient(urls[k]!, { retries: 0 }).call(method, params),
    })),
    async start(k) {
      await start(k);
    },
    async startAndKill(k, ms) {
      const end = new AbortController();
      const timer = sleep(ms).then(() => end.abort(new Error('killed while it starts')));
      const child = await start(k, end.signal).catch((cause: unknown) => {
        if (cause !== end.signal.reason) throw cause;
      });
      await timer;
      alive[k] = undefined;
      await child?.kill();
    },
    async kill(k) {
      const child = alive[k];
      alive[k] = undefined;
      await child?.kill();
    },
    async stop() {
      await Promise.all(alive.map((child) => child?.stop()));
    },
    logs: () => alive.map((child, k) => `validator ${k}:\n${child?.log().join('\n')}`).join('\n'),
  };
};
