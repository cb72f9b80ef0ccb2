import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Genesis } from '@ios/client';
import { chainName, createHttpClient, genesisHash } from '@ios/client';
import { bytesToHex } from '@noble/hashes/utils.js';
import { createLocalNetwork } from '../src/cli/local-network.ts';
import { type ChildValidator, startChild } from '../src/devnet/child.ts';
import { createFollower } from '../src/devnet/follower.ts';
import { choosePorts } from '../src/devnet/ports.ts';
import { createScratch } from '../src/devnet/scratch.ts';
import { systemEntropy } from '../src/entropy.ts';
import { DEFAULT_POLICY } from '../src/genesis/policy.ts';
import { nodeHasher } from '../src/hasher.ts';
import { loadOutputs, payments } from './load.ts';

/** Validators in processes of their own, and what is paid there. */
export interface BenchNetwork {
  readonly validators: readonly ChildValidator[];
  /** Payments on their way. */
  readonly outstanding: number;
  /** Payments that the first validator showed final. */
  readonly final: number;
  /** Milliseconds from submission until the first validator was seen to show it final, one for each payment; may be emptied. */
  readonly latencies: number[];
  /** Gives as many payments as `room` allows, again and again, until `done`; follows the first validator meanwhile. */
  run(room: () => number, done: () => boolean): Promise<void>;
}

/** Payments that start from as many outputs. */
const CHAINS = 4_000;
/** Payments in one call. */
const BATCH = 128;
const POLL_MS = 20;

/** Runs `use` over a new network of `count` validators; stops them and removes their files afterwards. */
export const withNetwork = async <T>(
  count: number,
  nodeOptions: readonly string[],
  use: (network: BenchNetwork) => Promise<T>,
): Promise<T> => {
  const scripts = new URL('../../../scripts/lib/ios.mjs', import.meta.url).href;
  const { bundleIos } = (await import(scripts)) as { bundleIos(): Promise<string> };
  const script = await bundleIos();
  const scratch = await createScratch('ios-bench-');
  const validators: ChildValidator[] = [];
  try {
    const { genesis, validators: local } = await createLocalNetwork({
      folder: join(scratch.folder, 'network'),
      name: 'bench',
      ports: await choosePorts(count, undefined, systemEntropy),
      outputs: () => loadOutputs(CHAINS),
      policy: { ...DEFAULT_POLICY, baseTimeoutMs: 10_000 },
      entropy: systemEntropy,
    });
    for (const { config } of local)
      validators.push(await startChild({ script, config, nodeOptions, hold: scratch.hold }));
    const broken = Promise.race(
      validators.map(async ({ ended, log }): Promise<never> => {
        throw new Error(`a validator ${await ended}:\n${log().join('\n')}`);
      }),
    );
    broken.catch(() => {});
    const network = benchNetwork(validators, genesis);
    return await Promise.race([broken, use(network)]);
  } finally {
    await Promise.all(validators.map((validator) => validator.stop()));
    await scratch.remove();
  }
};

const benchNetwork = (validators: readonly ChildValidator[], genesis: Genesis): BenchNetwork => {
  const chain = genesisHash(genesis);
  const stream = payments(chain, chainName(genesis), CHAINS);
  const clients = validators.map(({ url }) => createHttpClient(url));
  const sentAt = new Map<string, number>();
  const latencies: number[] = [];
  let final = 0;
  let turn = 0;
  const follower = createFollower({
    members: [{ seat: 0, client: clients[0]! }],
    chain,
    hasher: nodeHasher,
    onBlock(_, { ids }) {
      for (const name of ids.map(bytesToHex)) {
        latencies.push(performance.now() - sentAt.get(name)!);
        sentAt.delete(name);
        final++;
      }
    },
  });

  const feed = async (room: () => number): Promise<void> => {
    for (let size = room(); size > 0; size = room()) {
      const batch = Array.from({ length: Math.min(size, BATCH) }, () => stream.next().value);
      for (const { name } of batch) sentAt.set(name, performance.now());
      const transactions = batch.map(({ bytes }) => Buffer.from(bytes).toString('hex'));
      const answers = await clients[turn++ % clients.length]!.call('submitTransactions', { transactions });
      for (const answer of answers) if (answer.status === 'rejected') throw new Error(`refused: ${answer.message}`);
    }
  };

  return {
    validators,
    latencies,
    get outstanding() {
      return sentAt.size;
    },
    get final() {
      return final;
    },
    async run(room, done) {
      while (!done()) {
        await Promise.all([feed(room), follower.poll()]);
        await sleep(POLL_MS);
      }
    },
  };
};
