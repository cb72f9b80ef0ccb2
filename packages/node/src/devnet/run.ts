import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { partiesOf } from '@ios/atomix';
import type { Genesis, Policy } from '@ios/client';
import { ClientError, chainName, type RpcClient } from '@ios/client';
import { encodeTransaction, transactionId } from '@ios/ledger';
import { createLocalNetwork } from '../cli/local-network.ts';
import { systemEntropy } from '../entropy.ts';
import { NodeError } from '../errors.ts';
import { DEFAULT_POLICY } from '../genesis/policy.ts';
import { nodeHasher } from '../hasher.ts';
import { layoutOf } from '../layout.ts';
import { type BlockFiles, loadWorkload } from './block-file.ts';
import type { ClientTime } from './client-time.ts';
import type { Display } from './display.ts';
import { verifyEpochs } from './epochs.ts';
import { checkFault } from './faults/check.ts';
import type { FaultPlan } from './faults/plan.ts';
import { stageFault } from './faults/stage.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { choosePorts } from './ports.ts';
import { replay } from './replay.ts';
import { createScratch } from './scratch.ts';
import type { ShardFault } from './shard-faults/plan.ts';
import { stageShardFault } from './shard-faults/stage.ts';
import { signTransfers } from './sign-transfers.ts';
import type { Submittable } from './submission.ts';
import { type DevnetSummary, summarise } from './summary.ts';
import type { Workload } from './workload.ts';
import type { WorkloadStats } from './workload-stats.ts';

/** What a devnet run is told. */
export interface DevnetOptions extends BlockFiles {
  /** The script of the command itself: validators are started with it. */
  readonly script: string;
  readonly validators: number;
  /** Into how many shards they are divided. */
  readonly shards: number;
  /** How many epochs it stays for after the replay, until each has randomness. */
  readonly epochs: number;
  /** What one validator does wrong after the replay. */
  readonly fault?: FaultPlan | undefined;
  /** What goes wrong between shards, in the replay or after it. */
  readonly shardFault?: ShardFault | undefined;
  /** Validator i talks to the others on this port + 2 i and answers on the next; left out, any free ports. */
  readonly basePort?: number | undefined;
  /** Gives up the replay after so long, in ms. */
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

/** How long validators may take to find each other, in ms. */
const CONNECT_MS = 60_000;
/** How long the end of a validator may take to be noticed, in ms. */
const NOTICE_MS = 1_000;

/** So many blocks a transfer may wait for its parent in another shard: of two votes, a commit and a credit each takes some. */
const BLOCKS_PER_LINK = 6;

/** So long is waited for a leader that is faulty: less than else, since somebody watches. In ms. */
const FAULT_BEACON_TIMEOUT_MS = 5_000;

/**
 * Blocks come four times a second, load or not, and epochs are short: some seconds. But the transfers of a replay expire with the
 * third one, and they have to be done by then. A block for each ten of them is more than they take in one shard; with several,
 * one that spends what another shard makes has to wait for its certificate, so that each link of a chain takes some blocks.
 */
const policyFor = (
  { transfers, deepestChain }: Pick<WorkloadStats, 'transfers' | 'deepestChain'>,
  shards: number,
  fault: FaultPlan | undefined,
): Policy => {
  const links = shards === 1 ? 0 : deepestChain * BLOCKS_PER_LINK;
  const epochMinBlocks = Math.max(12, Math.ceil(Math.max(transfers / 30, links / 3)));
  const policy = { ...DEFAULT_POLICY, shards, idleMs: 250, epochMinBlocks, epochMaxBlocks: 2 * epochMinBlocks };
  return fault === undefined ? policy : { ...policy, beaconTimeoutMs: FAULT_BEACON_TIMEOUT_MS };
};

const time: ClientTime = { now: () => performance.now(), sleep: (ms) => sleep(ms) };

/**
 * Runs a network of validators in processes of their own, replays a real block's transactions through it, and verifies
 * what they claim; then hands the running network to `use`. Whatever happens, every child is stopped and every file is
 * removed before this returns.
 *
 * @throws NodeError for a damaged block, a port in use, a validator that ends, a transfer that is refused, a claim that
 *   does not hold; what the file system throws; or the reason of `signal`.
 */
export const runDevnet = async <T>(options: DevnetOptions, use: (devnet: RunningDevnet) => Promise<T>): Promise<T> => {
  const { display, validators, shards, basePort, fault: plan, shardFault } = options;
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  const ports = await choosePorts(validators, basePort, systemEntropy);
  display.step(`Reading block ${options.block ?? '300 025'}`);
  const { workload, ...block } = await loadWorkload(options, (done, total) =>
    display.step('Turning scripts into keys', done, total),
  );
  signal.throwIfAborted();
  const scratch = await createScratch('ios-devnet-');
  let fleet: Fleet | undefined;
  try {
    display.step('Creating genesis and keys');
    const { genesis, validators: local } = await createLocalNetwork({
      folder: join(scratch.folder, 'network'),
      name: 'devnet',
      ports,
      outputs: () => workload.genesisOutputs,
      policy: policyFor(workload.stats, shards, plan),
      entropy: systemEntropy,
    });
    signal.throwIfAborted();
    const transfers = signAll(workload, genesis, display);
    const honest = local.map(({ config }) => ({ script: options.script, config, hold: scratch.hold }));
    const faults = plan && stageFault(plan, join(scratch.folder, 'part'));
    const between =
      shardFault && stageShardFault(shardFault, { genesis, file: join(scratch.folder, 'cut'), time, display });
    fleet = await startFleet(
      honest.map((one, k) => ({ ...one, ...faults?.instead(k), ...between?.instead })),
      (done, total) => display.step('Starting validators', done, total),
      signal,
    );
    const { clients, broken } = fleet;
    await orBroken(broken, connect(clients, signal));
    const result = await orBroken(
      broken,
      replay({
        genesis,
        clients,
        transfers,
        handing: between?.handing,
        hasher: nodeHasher,
        time,
        onProgress(progress) {
          display.replay(progress);
          between?.onProgress(progress);
        },
        onVerified: (done, total) => display.step('Verifying the chain from genesis', done, total),
        signal,
        limitMs: options.limitMs,
      }),
    );
    // What comes of a fault between shards is held against a replay in which all was committed.
    const betweenShards =
      between !== undefined && result.aborted.length === 0
        ? await orBroken(
            broken,
            between.finish({ keys: workload.keys, chains: result.chains, signal, limitMs: options.limitMs }),
          )
        : undefined;
    const fault =
      faults &&
      (await orBroken(
        broken,
        faults.play({
          fleet,
          startAgain: (k) => fleet!.startAgain(k, honest[k]!),
          time,
          onEvent: display.event,
          signal,
          limitMs: options.limitMs,
        }),
      ));
    const epochs = await orBroken(
      broken,
      verifyEpochs({
        genesis,
        clients,
        // The epoch after the one with the fault shows that it goes on.
        epochs: Math.max(options.epochs, fault === undefined ? 0 : fault.epoch + 1),
        time,
        onProgress: (done, total) => display.step('Waiting for the randomness of epochs', done, total),
        signal,
        limitMs: options.limitMs,
      }),
    );
    display.end();
    if (fault !== undefined) checkFault(plan!, fault, epochs);
    const summary = summarise({ ...block, validators, stats: workload.stats }, result, epochs, fault, betweenShards);
    return await use({ summary, urls: clients.map(({ url }) => url), broken });
  } finally {
    ending.abort();
    display.end();
    await fleet?.stop();
    await scratch.remove();
  }
};

const signAll = (workload: Workload, genesis: Genesis, display: Display): Submittable[] => {
  const { chain, place } = layoutOf(genesis);
  return signTransfers(workload, { chain, chainName: chainName(genesis), expiry: 2 }, (done, total) =>
    display.step('Signing transfers', done, total),
  ).map((transaction) => ({
    id: transactionId(transaction.body, nodeHasher),
    bytes: encodeTransaction(transaction),
    parties: partiesOf(transaction.body, place),
    expiry: transaction.body.expiry,
  }));
};

/** Waits until every validator is connected to all others. */
const connect = async (clients: readonly RpcClient[], signal: AbortSignal): Promise<void> => {
  const until = time.now() + CONNECT_MS;
  for (;;) {
    signal.throwIfAborted();
    const peers = await Promise.all(clients.map(async (client) => (await client.call('getStatus', {})).peers.length));
    if (peers.every((count) => count === clients.length - 1)) return;
    if (time.now() > until)
      throw new NodeError(
        'time',
        `After ${CONNECT_MS / 1000} s the validators have ${peers.join(', ')} peers, not ${clients.length - 1} each. Run fewer validators.`,
      );
    await time.sleep(100);
  }
};

/** `work`, unless a validator ends: one that cannot be reached has most likely ended, and its log says why. */
const orBroken = async <T>(broken: Promise<never>, work: Promise<T>): Promise<T> => {
  try {
    return await Promise.race([broken, work]);
  } catch (error) {
    if (error instanceof ClientError && error.code === 'rpc-unreachable')
      await Promise.race([broken, time.sleep(NOTICE_MS)]);
    throw error;
  }
};
