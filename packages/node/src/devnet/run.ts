import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeTransaction, transactionId } from '@ios/ledger';
import { createLocalNetwork } from '../cli/local-network.ts';
import { systemEntropy } from '../entropy.ts';
import { NodeError } from '../errors.ts';
import type { Genesis } from '../genesis/genesis.ts';
import { chainName, genesisHash } from '../genesis/identity.ts';
import { DEFAULT_POLICY } from '../genesis/policy.ts';
import { nodeHasher } from '../hasher.ts';
import { createRpcClient, type RpcClient } from '../rpc/client.ts';
import { displayHash, parseBitcoinBlock } from './bitcoin-block.ts';
import { parseBitcoinUndo } from './bitcoin-undo.ts';
import { type ChildValidator, startChild } from './child.ts';
import type { ClientTime } from './client-time.ts';
import type { Display } from './display.ts';
import { choosePorts } from './ports.ts';
import { replay } from './replay.ts';
import { signTransfers } from './sign-transfers.ts';
import type { Submittable } from './submission.ts';
import { type DevnetSummary, summarise } from './summary.ts';
import { buildWorkload, type Workload } from './workload.ts';

/** What a devnet run is told. */
export interface DevnetOptions {
  /** The script of the command itself: validators are started with it. */
  readonly script: string;
  /** File of a raw Bitcoin block; left out, block 300 025, which comes with the package. */
  readonly block?: string | undefined;
  /** File of the block's undo data, in the form that `data/README.md` describes. */
  readonly undo?: string | undefined;
  readonly validators: number;
  /** Validator i talks to the others on this port + 2 i and answers on the next; left out, any free ports. */
  readonly basePort?: number | undefined;
  /** Gives up after so long, in ms. */
  readonly limitMs: number;
  readonly display: Display;
  readonly signal: AbortSignal;
}

/** A devnet whose replay was verified, with its validators still running. */
export interface RunningDevnet {
  readonly summary: DevnetSummary;
  readonly urls: readonly string[];
  /** Rejects when a validator ends. */
  readonly broken: Promise<never>;
}

/** The block that ships with the package. */
const shipped = (name: string): string => fileURLToPath(new URL(`../data/${name}`, import.meta.url));
const SHIPPED_BLOCK = 'mainnet-300025.raw';
const SHIPPED_UNDO = 'mainnet-300025-undo.raw';

/** Validators in one place can be quicker than others: a block four times a second, and none while nothing happens. */
const POLICY = { ...DEFAULT_POLICY, blockIntervalMs: 250, idleMs: 2_000, baseTimeoutMs: 5_000 };

const time: ClientTime = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * Runs a network of validators in processes of their own, replays a real block's transactions through it, and verifies
 * what they claim; then hands the running network to `use`. Whatever happens, every child is stopped and every file is
 * removed before this returns.
 *
 * @throws NodeError for a damaged block, a validator that ends, a transfer that is refused, a claim that does not hold.
 */
export const runDevnet = async <T>(options: DevnetOptions, use: (devnet: RunningDevnet) => Promise<T>): Promise<T> => {
  const { display, signal } = options;
  const { workload, name } = await prepare(options);
  const folder = await mkdtemp(join(tmpdir(), 'ios-devnet-'));
  const children: ChildValidator[] = [];
  try {
    signal.throwIfAborted();
    display.step('Creating genesis and keys');
    const { genesis, validators } = await createLocalNetwork({
      folder,
      name: 'devnet',
      ports: await choosePorts(options.validators, options.basePort),
      outputs: () => workload.genesisOutputs,
      policy: POLICY,
      entropy: systemEntropy,
    });
    const transfers = signAll(workload, genesis, display);
    signal.throwIfAborted();
    display.step(`Starting ${validators.length} validators`);
    const starting = validators.map(({ config }) => startChild(options.script, ['--ephemeral', '--config', config]));
    const settled = await Promise.allSettled(starting);
    children.push(...settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
    for (const one of settled) if (one.status === 'rejected') throw one.reason;
    const clients = children.map(({ url }) => createRpcClient(url, { retries: 0 }));
    const peers = await connect(clients, signal);
    const broken = brokenBy(children);
    broken.catch(() => {});
    const result = await Promise.race([
      broken,
      replay({
        genesis,
        clients,
        transfers,
        hasher: nodeHasher,
        time,
        onProgress: (progress) => display.replay(progress, peers),
        signal,
        limitMs: options.limitMs,
      }),
    ]);
    display.end();
    const summary = summarise(name, validators.length, workload.stats, result);
    return await use({ summary, urls: children.map(({ url }) => url), broken });
  } finally {
    display.end();
    await Promise.all(children.map((child) => child.stop()));
    await rm(folder, { recursive: true, force: true });
  }
};

const prepare = async ({ block, undo, display }: DevnetOptions): Promise<{ workload: Workload; name: string }> => {
  display.step(`Reading block ${block ?? '300 025'}`);
  const read = (path: string): Promise<Uint8Array> =>
    readFile(path).catch((cause: unknown) => {
      throw new NodeError(
        'file',
        `${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
        {},
        cause,
      );
    });
  const parsed = parseBitcoinBlock(await read(block ?? shipped(SHIPPED_BLOCK)));
  const undoFile = undo ?? (block === undefined ? shipped(SHIPPED_UNDO) : undefined);
  const spent = undoFile === undefined ? undefined : parseBitcoinUndo(await read(undoFile), parsed);
  const workload = buildWorkload({
    block: parsed,
    ...(spent === undefined ? {} : { undo: spent }),
    seedTag: 'devnet',
    onProgress: (done, total) => display.step('Turning scripts into keys', done, total),
  });
  if (workload.transfers.length === 0) throw new NodeError('workload', 'the block has no transaction to replay', {});
  return { workload, name: displayHash(parsed.header.hash) };
};

const signAll = (workload: Workload, genesis: Genesis, display: Display): Submittable[] =>
  signTransfers(workload, { chain: genesisHash(genesis), chainName: chainName(genesis), expiry: 2 }, (done, total) =>
    display.step('Signing transfers', done, total),
  ).map((transaction) => ({
    id: transactionId(transaction.body, nodeHasher),
    bytes: encodeTransaction(transaction),
  }));

/** Waits until every validator is connected to all others; returns how many peers each has. */
const connect = async (clients: readonly RpcClient[], signal: AbortSignal): Promise<number[]> => {
  const until = time.now() + 30_000;
  for (;;) {
    signal.throwIfAborted();
    const peers = await Promise.all(clients.map(async (client) => (await client.call('getStatus', {})).peers.length));
    if (peers.every((count) => count === clients.length - 1)) return peers;
    if (time.now() > until)
      throw new NodeError(
        'time',
        `after 30 s the validators have ${peers.join(', ')} peers, not ${clients.length - 1} each`,
      );
    await time.sleep(100);
  }
};

/** Rejects when the first child ends by itself. */
const brokenBy = (children: readonly ChildValidator[]): Promise<never> =>
  Promise.race(
    children.map(async ({ ended, log }, k): Promise<never> => {
      const how = await ended;
      throw new NodeError('validator', `validator ${k} ${how}; the end of its log:\n${log().join('\n')}`);
    }),
  );
