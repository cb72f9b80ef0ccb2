import { outboxRoot } from '@ios/atomix';
import {
  type Certificate,
  type Command,
  type Committee,
  encodeCertificate,
  endorsedBytes,
  maskOf,
  type Phase,
  type Scope,
} from '@ios/bft';
import { type CertifiedValue, encodeBeaconValue, resultDigest } from '@ios/client/epochs';
import {
  assembleBlock,
  type BlockPosition,
  encodeBlock,
  genesisOutpoint,
  type Output,
  type Transaction,
} from '@ios/ledger';
import { createScheduler, type Scheduler } from '@ios/simulator';
import { concatBytes } from '@noble/hashes/utils.js';
import type { Clock } from '../src/clock.ts';
import { seedKey } from '../src/devnet/script-key.ts';
import { nodeHasher } from '../src/hasher.ts';
import { createShardApplication, type ShardApplication, type ShardOptions } from '../src/shard/application.ts';
import { listedCertificates } from '../src/shard/certificates.ts';
import { type ChainStore, openChain } from '../src/shard/chain-store.ts';
import { committeeOf, NO_STEP_ENTRY } from '../src/shard/committee.ts';
import { createMempool, type Mempool } from '../src/shard/mempool.ts';
import { createOwnerCache } from '../src/shard/owner-cache.ts';
import { poolEntry } from '../src/shard/pool-entry.ts';
import { createSenderBudgets } from '../src/shard/sender-budgets.ts';
import { createValues, type Values } from '../src/shard/values.ts';
import { createMemoryDisk, type MemoryDisk } from '../src/store/memory.ts';
import type { Store } from '../src/store/store.ts';
import { createInlineVerifier } from '../src/verifier.ts';
import { CHAIN, CHAIN_NAME, contextOf, everywhere, openDisk } from './chain-fixture.ts';
import { HOME, ROOMY } from './pool-fixture.ts';
import { type Coin, KEYS, type SignedTransfer } from './signed-fixture.ts';

const outputs: readonly Output[] = Array.from({ length: 8 }, (_, i) => ({
  amount: 1_000_000n + BigInt(i),
  owner: KEYS[i % KEYS.length]!.publicKey,
}));
export const coins: readonly Coin[] = outputs.map((output, i) => ({
  outpoint: genesisOutpoint(CHAIN_NAME, i),
  output,
}));

const MEMBERS = [11, 12, 13, 14].map((i) => seedKey(new Uint8Array(32).fill(i)));
const committee: Committee = committeeOf(MEMBERS.map(({ publicKey }) => publicKey));
const scope: Scope = { chain: CHAIN, instance: 'shard/0' };

/** The certificate of `members` for a digest; each default is what a verifier expects. */
export const certify = (
  height: number,
  digest: Uint8Array,
  { view = 0, phase = 'commit' as Phase, members = [0, 1, 2], epoch = 0 } = {},
): Certificate => {
  const endorsed = endorsedBytes(
    scope,
    { epoch, stepEntry: NO_STEP_ENTRY, committee },
    { height, view, phase },
    digest,
  );
  const signature = concatBytes(...members.map((member) => MEMBERS[member]!.sign(endorsed)));
  return { view, mask: maskOf(members, committee.length), signature };
};

/** What the beacon decided for an epoch, as the committee certifies it; each default is what a verifier expects. */
export const outputOf = (
  epoch: number,
  {
    height = 3,
    members = [0, 1, 2],
    instance = 'beacon',
    signed = epoch,
    randomness = new Uint8Array(32).fill(epoch),
  } = {},
): CertifiedValue => {
  const value = encodeBeaconValue({ kind: 'output', epoch, attempt: 0, selection: new Uint8Array(32), randomness });
  const endorsed = endorsedBytes(
    { chain: CHAIN, instance },
    { epoch: signed, stepEntry: NO_STEP_ENTRY, committee },
    { height, view: 0, phase: 'commit' },
    resultDigest(value),
  );
  const signature = concatBytes(...members.map((member) => MEMBERS[member]!.sign(endorsed)));
  return { height, value, certificate: encodeCertificate({ view: 0, mask: maskOf(members, 4), signature }) };
};

/** One replica's application, and what it told the replica. */
export interface Replica {
  readonly application: ShardApplication;
  readonly scheduler: Scheduler;
  readonly chain: ChainStore;
  readonly store: Store;
  readonly mempool: Mempool;
  readonly values: Values;
  readonly commands: Command[];
  readonly refusals: string[];
  readonly failures: unknown[];
  /** Numbers of signatures, and of keys, of each call of the verifier. */
  readonly verified: number[];
  readonly keys: number[];
  /** Heights that became final. */
  readonly final: number[];
  /** Epochs that ended. */
  readonly ended: number[];
  take(...transfers: readonly SignedTransfer[]): void;
  /** Runs promises and, up to `until`, virtual time. */
  run(until?: number): Promise<void>;
}

export interface ReplicaOptions {
  readonly disk?: MemoryDisk;
  /** Index in the committee. */
  readonly member?: number;
  readonly policy?: Partial<ShardOptions['policy']>;
  /** What the clock shows beside virtual time, in ms. */
  readonly skew?: () => number;
  readonly wrapStore?: (store: Store) => Store;
  /** What the beacon decided for an epoch. */
  readonly outputOf?: (epoch: number) => CertifiedValue | undefined;
  /** Awaited before each verification. */
  readonly held?: (signal: AbortSignal) => Promise<void>;
}

export const makeReplica = async ({
  disk = createMemoryDisk(),
  member = 0,
  policy = {},
  skew = () => 0,
  wrapStore = (store) => store,
  held,
  outputOf = () => undefined,
}: ReplicaOptions = {}): Promise<Replica> => {
  const store = wrapStore(await openDisk(disk));
  const epochs = { epochMinBlocks: 3, epochMaxBlocks: 5, closingBlocks: 2, ...policy };
  const chain = await openChain(
    store,
    { chain: CHAIN, chainName: CHAIN_NAME, outputs, shard: 0, place: everywhere, policy: epochs },
    nodeHasher,
  );
  const scheduler = createScheduler();
  const clock: Clock = { now: () => scheduler.now() + skew(), setTimeout: scheduler.setTimeout };
  const budgets = createSenderBudgets({ transactions: 1_000, bytes: 1 << 20 });
  const verifier = createInlineVerifier();
  const values = createValues(CHAIN, nodeHasher);
  const ownerCache = createOwnerCache();
  const commands: Command[] = [];
  const refusals: string[] = [];
  const failures: unknown[] = [];
  const verified: number[] = [];
  const keys: number[] = [];
  const final: number[] = [];
  const ended: number[] = [];
  const context = () => contextOf(chain);
  const mempool = createMempool({
    view: chain.view,
    isContested: () => false,
    context,
    limits: ROOMY,
    budgets,
    hasKnownOwners: () => true,
    onUnchecked: () => {},
    onPending: () => application.onPending(),
  });
  const application = createShardApplication({
    self: committee[member]!.peer,
    chain,
    mempool,
    values,
    clock,
    verifier: {
      ...verifier,
      async holds(assertion, signal) {
        verified.push(assertion.signatures.length);
        keys.push(assertion.keys?.length ?? 0);
        await held?.(signal!);
        return verifier.holds(assertion, signal);
      },
    },
    hasher: nodeHasher,
    scope,
    committee,
    roster: committee,
    seats: committee.map((_, seat) => seat),
    certificates: listedCertificates,
    rosterCertificates: listedCertificates,
    headers: { claims: () => ({ signatures: [], headers: [] }), remember: () => {} },
    decisions: { ready: () => [], hasReady: () => false },
    owners: MEMBERS.map(({ publicKey }) => publicKey),
    context,
    ownerCache,
    outputs: { output: outputOf },
    policy: { ...epochs, blockBytes: 200_000, blockTransactions: 10, blockIntervalMs: 100, idleMs: 1_000, ...policy },
    command: (value) => commands.push(value),
    onFinal: ({ known, epochEnded }) => {
      final.push(known.block.header.height);
      if (epochEnded) ended.push(known.block.header.epoch);
    },
    onEvidence: () => {},
    onRefusal: (_height, _proposer, why) => refusals.push(why),
    fail: (cause) => failures.push(cause),
  });
  return {
    application,
    scheduler,
    chain,
    store,
    mempool,
    values,
    commands,
    refusals,
    failures,
    verified,
    keys,
    final,
    ended,
    take(...transfers) {
      for (const { transaction, id, bytes } of transfers)
        mempool.add(poolEntry(transaction, id, HOME, { size: bytes.length, from: 'client', own: true }), true);
    },
    async run(until = scheduler.now()) {
      await scheduler.run({ until });
    },
  };
};

/** The encoding of a block on the head of a replica, with any part of it changed. */
export const blockOn = (
  replica: Replica,
  transactions: readonly Transaction[],
  {
    certificate = new Uint8Array(0),
    entries = [],
    ...position
  }: Partial<BlockPosition> & { certificate?: Uint8Array; entries?: readonly Uint8Array[] } = {},
): Uint8Array => {
  const { head } = replica.chain;
  return encodeBlock(
    assembleBlock(
      {
        chain: CHAIN,
        shard: 0,
        epoch: replica.chain.epoch.epoch,
        stepEntry: NO_STEP_ENTRY,
        height: head.height + 1,
        previous: head.hash,
        executionDigest: head.executionDigest,
        outboxRoot: outboxRoot([], nodeHasher),
        proposer: 1,
        ...position,
      },
      certificate,
      transactions,
      nodeHasher,
      entries,
    ),
  );
};
