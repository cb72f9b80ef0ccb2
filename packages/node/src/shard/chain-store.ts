import { encodeQueueKey, type HeldTables, type Placement } from '@ios/atomix';
import type { Hasher } from '@ios/crypto/merkle';
import {
  bindBlock,
  type Delta,
  genesisDelta,
  INITIAL_EXECUTION_DIGEST,
  nextExecutionDigest,
  type Output,
  type StateEntry,
  type UtxoSet,
} from '@ios/ledger';
import { concatBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import { NodeError } from '../errors.ts';
import type { StoredBlock } from '../service.ts';
import type { Store, Write } from '../store/store.ts';
import { damaged, decoded } from './damaged.ts';
import { afterBlock, type EpochPolicy, type EpochState } from './epoch-state.ts';
import { epochWrites, loadClosing, loadEpoch } from './epoch-store.ts';
import type { Execution, ShardView } from './execution.ts';
import { createShardState, type ShardState, type StateTree } from './state.ts';
import { loadCreditHeight, loadOutbox, loadSteps, stepWrites } from './step-store.ts';
import type { StoredStep } from './steps.ts';
import type { KnownBlock } from './values.ts';

/** Layout of keys and values, and what state roots are made of; a data folder of another number is refused. */
export const STORE_FORMAT = 4;

const HEAD = Uint8Array.of(1);
const STATE = 4;

const u32 = P.U32BE;
const blockKey = (height: number): Uint8Array => concatBytes(Uint8Array.of(2), u32.encode(height));
const certificateKey = (height: number): Uint8Array => concatBytes(Uint8Array.of(3), u32.encode(height));
const stateKey = (table: number, key: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(STATE, table), key);

/** The last final block and what follows from it. */
export interface ChainHead {
  /** 0 before the first block. */
  readonly height: number;
  /** Hash of the block (32 bytes); of genesis at height 0. */
  readonly hash: Uint8Array;
  /** X(height + 1), 32 bytes. */
  readonly executionDigest: Uint8Array;
}

const head = P.struct({ height: u32, hash: P.bytes(32), executionDigest: P.bytes(32) });
const certified = P.struct({ hash: P.bytes(32), certificate: P.bytes(null) });

/** A decided block, and what it does. */
export interface DecidedBlock {
  readonly known: KnownBlock;
  /** Encoded commit certificate. */
  readonly certificate: Uint8Array;
  readonly execution: Execution;
}

/** The state at the end of an epoch, of which its last block holds the root. */
export interface EndedEpoch {
  readonly epoch: number;
  /** Height of that block. */
  readonly height: number;
  readonly tree: StateTree;
}

/** The chain of one shard on disk, and its state in memory. */
export interface ChainStore {
  readonly head: ChainHead;
  readonly state: UtxoSet;
  readonly held: HeldTables;
  /** All of the state. */
  readonly view: ShardView;
  /** The tree over it, after the head. */
  readonly tree: StateTree;
  /** The epoch of the block after the head. */
  readonly epoch: EpochState;
  /** The last epoch that ended since the chain was opened: what is not in its state can be proved from here. */
  ended(): EndedEpoch | undefined;
  /** Appends the block that follows the head: all of it durable in one batch, then the state in memory. */
  append(block: DecidedBlock): Promise<void>;
  block(height: number): Promise<StoredBlock | undefined>;
  /** Hash of a final block (32 bytes), without reading the block. */
  hash(height: number): Promise<Uint8Array | undefined>;
  /** The block that ended an epoch. */
  lastOf(epoch: number): Promise<{ readonly height: number; readonly hash: Uint8Array } | undefined>;
  /** What was done about a transaction (id, 32 bytes) in this shard, in the order in which it can happen. */
  steps(id: Uint8Array): Promise<readonly StoredStep[]>;
  /** The outbox of a final block: its leaves, encoded, in their order. */
  outbox(height: number): Promise<readonly Uint8Array[]>;
  /** The height of the block that queued a credit for a receiver; undefined where the queue has no such number. */
  creditHeight(receiver: number, number: bigint): Promise<number | undefined>;
}

/** What height 0 is made of. */
export interface ChainGenesis {
  /** Genesis hash, 32 bytes. */
  readonly chain: Uint8Array;
  readonly chainName: Uint8Array;
  /** Those of all shards. */
  readonly outputs: readonly Output[];
  /** Which shard this is, and where owners live. */
  readonly shard: number;
  readonly place: Placement;
  /** How long its epochs are. */
  readonly policy: EpochPolicy;
}

/** Opens the chain that the store holds, or begins it from genesis. @throws NodeError `database` where it is damaged. */
export const openChain = async (store: Store, genesis: ChainGenesis, hasher: Hasher): Promise<ChainStore> => {
  if ((await store.get(HEAD)) === undefined) await initialise(store, genesis, hasher);
  const [loaded, state] = await load(store, genesis, hasher);
  let current = loaded;
  let epoch = await loadEpoch(store, genesis.chain, current.height);
  let ended: EndedEpoch | undefined;

  return {
    get head() {
      return current;
    },
    state: state.outputs,
    held: state.held,
    view: state.view,
    tree: state.tree,
    get epoch() {
      return epoch;
    },
    ended: () => ended,
    async append({ known, certificate, execution }) {
      const { block, hash, bytes } = known;
      const { height, transactionRoot } = block.header;
      if (height !== current.height + 1)
        throw new NodeError('database', 'a block must follow the head', { height, head: current.height });
      const next: ChainHead = {
        height,
        hash,
        executionDigest: nextExecutionDigest(current.executionDigest, execution.delta, hasher),
      };
      const following = afterBlock(epoch, genesis.policy, known);
      await store.batch(
        [
          { key: blockKey(height), value: bytes },
          { key: certificateKey(height), value: certified.encode({ hash, certificate }) },
          ...stateWrites(execution.delta),
          ...stepWrites(height, execution),
          ...epochWrites(epoch, following, { height, hash, transactionRoot }),
          { key: HEAD, value: head.encode(next) },
        ],
        { sync: true },
      );
      if (following.epoch !== epoch.epoch) ended = { epoch: epoch.epoch, height, tree: state.snapshot() };
      state.apply(execution.delta);
      current = next;
      epoch = following;
    },
    block: (height) => readBlock(store, height),
    async hash(height) {
      const found = await store.get(certificateKey(height));
      return found === undefined ? undefined : certified.decode(found).hash;
    },
    lastOf: (epoch) => loadClosing(store, epoch),
    steps: (id) => loadSteps(store, id),
    outbox: (height) => loadOutbox(store, height),
    creditHeight: (receiver, number) => loadCreditHeight(store, encodeQueueKey(receiver, number)),
  };
};

const readBlock = async (store: Store, height: number): Promise<StoredBlock | undefined> => {
  const [bytes, beside] = await Promise.all([store.get(blockKey(height)), store.get(certificateKey(height))]);
  if (bytes === undefined || beside === undefined) return undefined;
  return { bytes, ...decoded(() => certified.decode(beside)) };
};

/** Head and state as they are stored; the head is held against the block that it names. */
const load = async (store: Store, genesis: ChainGenesis, hasher: Hasher): Promise<[ChainHead, ShardState]> => {
  const entries: StateEntry[] = [];
  for await (const [key, value] of store.range({ gte: Uint8Array.of(STATE), lt: Uint8Array.of(STATE + 1) }))
    entries.push({ table: key[1]!, key: key.subarray(2), value });
  const state = decoded(() => createShardState(entries, genesis, hasher));
  const bytes = await store.get(HEAD);
  const current = decoded(() => head.decode(bytes!));
  const last = current.height === 0 ? undefined : await readBlock(store, current.height);
  const named = current.height === 0 ? genesis.chain : last && decoded(() => bindBlock(last.bytes, hasher)).hash;
  if (named === undefined || Buffer.compare(named, current.hash) !== 0) throw damaged();
  return [current, state];
};

const stateWrites = (delta: Delta): Write[] =>
  delta.map(({ table, key, new: value }) =>
    value === undefined ? { key: stateKey(table, key) } : { key: stateKey(table, key), value },
  );

/** Bytes of an output's amount: its owner follows. */
const AMOUNT_BYTES = 8;

/** The delta of height 0 of a shard: the outputs of genesis whose owners live there. */
export const genesisOf = ({ outputs, chainName, shard, place }: Omit<ChainGenesis, 'chain' | 'policy'>): Delta =>
  genesisDelta(outputs, chainName).filter((change) => place(change.new!.subarray(AMOUNT_BYTES)) === shard);

const initialise = async (store: Store, genesis: ChainGenesis, hasher: Hasher): Promise<void> => {
  const delta = genesisOf(genesis);
  const executionDigest = nextExecutionDigest(INITIAL_EXECUTION_DIGEST, delta, hasher);
  const first: ChainHead = { height: 0, hash: genesis.chain, executionDigest };
  await store.batch([...stateWrites(delta), { key: HEAD, value: head.encode(first) }], { sync: true });
};
