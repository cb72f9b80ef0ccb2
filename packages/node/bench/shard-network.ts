import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HELD_TABLE, QUEUE_TABLE } from '@ios/atomix';
import { chainName, type Genesis } from '@ios/client';
import type { Output } from '@ios/ledger';
import { DEFAULT_POLICY } from '../src/genesis/policy.ts';
import { createIdentitySigner } from '../src/keys/identity-signer.ts';
import { register } from '../src/keys/register.ts';
import { createGossip } from '../src/shard/gossip.ts';
import type { Shard } from '../src/shard/shard.ts';
import { createVerifier } from '../src/verifier.ts';
import type { Sent } from './shard-load.ts';
import { openValidator, type Published, type ShardValidator } from './shard-validator.ts';
import { createWork } from './work.ts';

/** What a validator does for its shard, in parts that are measured one by one. */
export const PARTS = [
  'taken into the pool, witnesses verified',
  'the block made',
  'the block checked, proofs verified',
  'executed, stored, told to others',
  'bundles of others, headers verified',
] as const;
export type Part = (typeof PARTS)[number];

/** What one run cost all shards together, a validator of each. */
export interface Cost {
  /** Processor time in µs. */
  readonly parts: Readonly<Record<Part, number>>;
  readonly bundles: number;
  readonly bundleBytes: number;
  /** Beside transactions: what blocks hold about those of several shards. */
  readonly entries: number;
  readonly blocks: number;
}

/** Rounds after which nothing is left of the last transactions, or something is wrong: blocks are full for some of them. */
const MOST_DRAINING = 32;

const NAME = { name: 'bench', nonce: new Uint8Array(32).fill(9) };

/** Genesis of a network in which each shard has one validator, and their keys. */
export const genesisFor = (shards: number, outputs: readonly Output[]) => {
  const name = chainName(NAME);
  const masters = Array.from({ length: shards }, (_, i) =>
    Uint8Array.from({ length: 32 }, (_, j) => (j < 2 ? i >> (8 * j) : 3)),
  );
  const validators = masters.map((master) =>
    register({ master, chainName: name, owner: outputs[0]!.owner, addresses: [] }, (length) => new Uint8Array(length)),
  );
  const policy = { ...DEFAULT_POLICY, shards, epochMinBlocks: 1_000, epochMaxBlocks: 2_000 };
  const genesis: Genesis = {
    version: 1,
    ...NAME,
    validators: validators.sort((a, b) => Buffer.compare(a.identity, b.identity)),
    outputs,
    policy,
  };
  return { genesis, identities: masters.map((master) => createIdentitySigner(master, name)) };
};

/**
 * Runs transactions, in so many waves, through shards that are nodes' own but for the engine: one validator of each, which
 * proposes every block, checks it as it would check another's, executes it on a store on disk, publishes what it says and
 * takes what others say. Blocks are certified outside of what is measured. Goes on until no record and no credit is left.
 */
export const runShards = async (
  { genesis, identities }: ReturnType<typeof genesisFor>,
  transactions: readonly Sent[],
  { waves, worker }: { readonly waves: number; readonly worker: string },
): Promise<Cost> => {
  const parts = Object.fromEntries(PARTS.map((part) => [part, 0])) as Record<Part, number>;
  const counts = { bundles: 0, bundleBytes: 0, entries: 0, blocks: 0 };
  const work = createWork();
  const folder = await mkdtemp(join(tmpdir(), 'ios-bench-'));
  const verifier = createVerifier({ threads: 1, worker });
  const messages: Published[] = [];
  const validators: ShardValidator[] = [];
  try {
    for (let shard = 0; shard < identities.length; shard++)
      validators.push(
        await openValidator({
          genesis,
          identities,
          shard,
          work,
          verifier: work.watch(verifier),
          folder: join(folder, `${shard}`),
          publish: (message) => messages.push(message),
        }),
      );
    const measured = async (part: Part, act: () => void): Promise<void> => {
      const start = process.cpuUsage();
      act();
      await work.done();
      const { user, system } = process.cpuUsage(start);
      parts[part] += user + system;
    };
    const round = async (wave: readonly Sent[]): Promise<void> => {
      const batches = batchesOf(wave, validators.length);
      for (const [i, validator] of validators.entries()) {
        await measured(PARTS[0], () => {
          for (const bytes of batches[i]!) validator.shard.gossip(`transactions-${i}`, 'a peer', bytes);
        });
        await measured(PARTS[1], validator.propose);
        await measured(PARTS[2], validator.check);
        counts.entries += validator.certify();
        await measured(PARTS[3], validator.decide);
        counts.blocks++;
      }
      for (const { topic, bytes, from } of messages.splice(0)) {
        counts.bundles++;
        counts.bundleBytes += bytes.length;
        const receiver = validators[Number(topic.slice('carry-'.length))]!;
        await measured(PARTS[4], () => void receiver.shard.gossip(topic, from, bytes));
      }
    };
    const size = Math.ceil(transactions.length / waves);
    for (let from = 0; from < transactions.length; from += size) await round(transactions.slice(from, from + size));
    for (let drained = 0; validators.some(({ shard }) => hasOpen(shard)); drained++) {
      if (drained > MOST_DRAINING) throw new Error('records or credits are left');
      await round([]);
    }
    return { parts, ...counts };
  } finally {
    for (const { shard, store } of validators) {
      shard.stop();
      await store.close();
    }
    await verifier.close();
    await rm(folder, { recursive: true });
  }
};

/** For each shard the batches in which transactions come to it. */
const batchesOf = (wave: readonly Sent[], shards: number): readonly (readonly Uint8Array[])[] => {
  const batches = Array.from({ length: shards }, (): Uint8Array[] => []);
  const flushes: (() => void)[] = [];
  const clock = { now: () => 0, setTimeout: (flush: () => void) => () => void flushes.push(flush) };
  const gossip = createGossip(clock, (topic, bytes) =>
    batches[Number(topic.slice('transactions-'.length))]!.push(bytes),
  );
  for (const { bytes, voters } of wave) gossip.push(bytes, voters);
  gossip.stop();
  for (const flush of flushes) flush();
  return batches;
};

const hasOpen = ({ chain, mempool }: Shard): boolean =>
  mempool.size > 0 || chain.held.entries().some(({ table }) => table === HELD_TABLE || table === QUEUE_TABLE);
