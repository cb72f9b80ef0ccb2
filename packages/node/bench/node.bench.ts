import { join } from 'node:path';
import { createLocalNetwork } from '../src/cli/local-network.ts';
import { startChild } from '../src/devnet/child.ts';
import { createFollower } from '../src/devnet/follower.ts';
import { choosePorts } from '../src/devnet/ports.ts';
import { createScratch } from '../src/devnet/scratch.ts';
import { percentile } from '../src/devnet/summary.ts';
import { systemEntropy } from '../src/entropy.ts';
import { chainName, genesisHash } from '../src/genesis/identity.ts';
import { DEFAULT_POLICY } from '../src/genesis/policy.ts';
import { nodeHasher } from '../src/hasher.ts';
import { createRpcClient } from '../src/rpc/client.ts';
import { cpuOf, loadOutputs, payments, verificationLimit } from './load.ts';

interface BenchRow {
  what: string;
  unit: string;
  ours: number;
  peer?: string;
  theirs?: number;
  ratio?: number;
}

const VALIDATORS = 4;
const CHAINS = 4_000;
const SECONDS = 20;
const WARM_UP_MS = 3_000;
/** Payments on their way at any time: more than a few blocks hold, less than a mempool does. */
const OUTSTANDING = 3_000;
const BATCH = 128;

/** Four validators in processes of their own, as busy as they can be for 20 s. */
export const bench = async (report: (line: string) => void = () => {}): Promise<BenchRow[]> => {
  const scripts = new URL('../../../scripts/lib/ios.mjs', import.meta.url).href;
  const { bundleIos } = (await import(scripts)) as { bundleIos(): Promise<string> };
  const script = await bundleIos();
  const scratch = await createScratch('ios-bench-');
  const alone = verificationLimit(2_000);
  const children: Awaited<ReturnType<typeof startChild>>[] = [];
  try {
    const { genesis, validators } = await createLocalNetwork({
      folder: join(scratch.folder, 'network'),
      name: 'bench',
      ports: await choosePorts(VALIDATORS, undefined, systemEntropy),
      outputs: () => loadOutputs(CHAINS),
      policy: { ...DEFAULT_POLICY, idleMs: 2_000, baseTimeoutMs: 10_000 },
      entropy: systemEntropy,
    });
    for (const { config } of validators) children.push(await startChild({ script, config, hold: scratch.hold }));
    const clients = children.map(({ url }) => createRpcClient(url));
    const load = payments(genesisHash(genesis), chainName(genesis), CHAINS, 1_000);
    const sentAt = new Map<string, number>();
    const latencies: number[] = [];
    let final = 0;
    let measuring = false;
    const follower = createFollower(clients, nodeHasher, (k, _height, names) => {
      if (k !== 0) return;
      for (const name of names) {
        const at = sentAt.get(name);
        if (at === undefined) continue;
        sentAt.delete(name);
        final++;
        if (measuring) latencies.push(performance.now() - at);
      }
    });
    let turn = 0;
    const feed = async (): Promise<void> => {
      while (sentAt.size < OUTSTANDING) {
        const batch = Array.from({ length: BATCH }, () => load.next().value!);
        for (const { name } of batch) sentAt.set(name, performance.now());
        const transactions = batch.map(({ bytes }) => Buffer.from(bytes).toString('hex'));
        await clients[turn++ % VALIDATORS]!.call('submitTransactions', { transactions });
      }
    };
    const run = async (ms: number): Promise<void> => {
      const until = performance.now() + ms;
      while (performance.now() < until) {
        await Promise.all([feed(), follower.poll()]);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    report(`warming up for ${WARM_UP_MS / 1000} s`);
    await run(WARM_UP_MS);
    report(`measuring for ${SECONDS} s`);
    measuring = true;
    const [finalBefore, startedAt] = [final, performance.now()];
    const cpuBefore = children.map(({ pid }) => cpuOf(pid));
    await run(SECONDS * 1000);
    const count = final - finalBefore;
    const seconds = (performance.now() - startedAt) / 1000;
    const cpu = children.reduce((sum, { pid }, k) => sum + cpuOf(pid) - cpuBefore[k]!, 0) / VALIDATORS;
    latencies.sort((a, b) => a - b);
    const verifications = Math.min(alone, verificationLimit(1_000));
    return [
      { what: `committed, ${VALIDATORS} validators on this machine`, unit: 'transactions/s', ours: count / seconds },
      { what: 'time to finality, p50', unit: 'ms', ours: percentile(latencies, 0.5) },
      { what: 'time to finality, p99', unit: 'ms', ours: percentile(latencies, 0.99) },
      {
        what: 'CPU a transaction a validator',
        unit: 'µs',
        ours: (cpu * 1000) / count,
        peer: 'one verification (node:crypto, fresh key)',
        theirs: 1_000_000 / verifications,
        ratio: 1_000_000 / verifications / ((cpu * 1000) / count),
      },
    ];
  } finally {
    await Promise.all(children.map((child) => child.stop()));
    await scratch.remove();
  }
};
