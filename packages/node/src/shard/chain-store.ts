import type { Hasher } from '@ios/crypto/merkle';
import {
  bindBlock,
  createUtxoSet,
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
import { afterBlock, type EpochPolicy, type EpochState, firstEpoch } from './epoch-state.ts';

/** Layout of keys and values below; a data folder of another number is refused. */
export const STORE_FORMAT = 2;

const HEAD = Uint8Array.of(1);
const STATE = 4;

const u32 = P.U32BE;
const blockKey = (height: number): Uint8Array => concatBytes(Uint8Array.of(2), u32.encode(height));
const certificateKey = (height: number): Uint8Array => concatBytes(Uint8Array.of(3), u32.encode(height));
const stateKey = (table: number, key: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(STATE, table), key);
const transactionKey = (id: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(5), id);
/** The epoch that runs; the roots of its blocks by height; the block that ended each epoch before. */
const EPOCH = Uint8Array.of(7);
const ROOTS = 8;
const rootsKey = (height: number): Uint8Array => concatBytes(Uint8Array.of(ROOTS), u32.encode(height));
const CLOSINGS = 9;
const closingKey = (epoch: number): Uint8Array => concatBytes(Uint8Array.of(CLOSINGS), u32.encode(epoch));

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
const place = P.struct({ height: u32, index: P.U16BE });
const certified = P.struct({ hash: P.bytes(32), certificate: P.bytes(null) });
const roots = P.struct({ hash: P.bytes(32), transactionRoot: P.bytes(32) });
const closing = P.struct({ height: u32, hash: P.bytes(32) });
const epochCoder = P.struct({
  epoch: u32,
  randomness: P.bytes(32),
  before: P.bytes(32),
  first: u32,
  close: P.optional(P.bool, P.struct({ height: u32, randomness: P.bytes(32) })),
});

/** A decided block as it is kept. */
export interface DecidedBlock {
  readonly height: number;
  /** Its transaction root, 32 bytes. */
  readonly transactionRoot: Uint8Array;
  readonly entries: readonly Uint8Array[];
  readonly hash: Uint8Array;
  readonly bytes: Uint8Array;
  /** Encoded commit certificate. */
  readonly certificate: Uint8Array;
  readonly transactionIds: readonly Uint8Array[];
  readonly delta: Delta;
}

/** The chain of one shard on disk, and its state in memory. */
export interface ChainStore {
  readonly head: ChainHead;
  readonly state: UtxoSet;
  /** The epoch of the block after the head. */
  readonly epoch: EpochState;
  /** Appends the block that follows the head: all of it durable in one batch, then the state in memory. */
  append(block: DecidedBlock): Promise<void>;
  block(height: number): Promise<StoredBlock | undefined>;
  /** Hash of a final block (32 bytes), without reading the block. */
  hash(height: number): Promise<Uint8Array | undefined>;
  /** The block that ended an epoch. */
  lastOf(epoch: number): Promise<{ readonly height: number; readonly hash: Uint8Array } | undefined>;
  /** Where a final transaction stands. */
  find(id: Uint8Array): Promise<{ readonly height: number; readonly index: number } | undefined>;
}

/** What height 0 is made of. */
export interface ChainGenesis {
  /** Genesis hash, 32 bytes. */
  readonly chain: Uint8Array;
  readonly chainName: Uint8Array;
  readonly outputs: readonly Output[];
  /** How long its epochs are. */
  readonly policy: EpochPolicy;
}

/** Opens the chain that the store holds, or begins it from genesis. @throws NodeError `database` where it is damaged. */
export const openChain = async (store: Store, genesis: ChainGenesis, hasher: Hasher): Promise<ChainStore> => {
  if ((await store.get(HEAD)) === undefined) await initialise(store, genesis, hasher);
  const [loaded, state] = await load(store, genesis, hasher);
  let current = loaded;
  let epoch = await loadEpoch(store, genesis.chain, current.height);

  return {
    get head() {
      return current;
    },
    state,
    get epoch() {
      return epoch;
    },
    async append({ height, hash, transactionRoot, entries, bytes, certificate, transactionIds, delta }) {
      if (height !== current.height + 1)
        throw new NodeError('database', 'a block must follow the head', { height, head: current.height });
      const next: ChainHead = {
        height,
        hash,
        executionDigest: nextExecutionDigest(current.executionDigest, delta, hasher),
      };
      const following = afterBlock(epoch, genesis.policy, { header: { height, transactionRoot }, hash, entries });
      await store.batch(
        [
          { key: blockKey(height), value: bytes },
          { key: certificateKey(height), value: certified.encode({ hash, certificate }) },
          ...stateWrites(delta),
          ...transactionIds.map((id, index) => ({ key: transactionKey(id), value: place.encode({ height, index }) })),
          ...epochWrites(epoch, following, { height, hash, transactionRoot }),
          { key: HEAD, value: head.encode(next) },
        ],
        { sync: true },
      );
      state.apply(delta);
      current = next;
      epoch = following;
    },
    block: (height) => readBlock(store, height),
    async hash(height) {
      const found = await store.get(certificateKey(height));
      return found === undefined ? undefined : certified.decode(found).hash;
    },
    async lastOf(ended) {
      const found = await store.get(closingKey(ended));
      return found === undefined ? undefined : closing.decode(found);
    },
    async find(id) {
      const found = await store.get(transactionKey(id));
      return found === undefined ? undefined : place.decode(found);
    },
  };
};

const damaged = (cause?: unknown): NodeError =>
  new NodeError(
    'database',
    'the data folder is damaged: restore it from a copy made since this key last voted, or retire the key; with an empty folder a validator forgets its votes and can contradict itself',
    {},
    cause,
  );

const decoded = <T>(decode: () => T): T => {
  try {
    return decode();
  } catch (cause) {
    throw damaged(cause);
  }
};

const readBlock = async (store: Store, height: number): Promise<StoredBlock | undefined> => {
  const [bytes, beside] = await Promise.all([store.get(blockKey(height)), store.get(certificateKey(height))]);
  if (bytes === undefined || beside === undefined) return undefined;
  return { bytes, ...decoded(() => certified.decode(beside)) };
};

/** Head and state as they are stored; the head is held against the block that it names. */
const load = async (store: Store, { chain }: ChainGenesis, hasher: Hasher): Promise<[ChainHead, UtxoSet]> => {
  const entries: StateEntry[] = [];
  for await (const [key, value] of store.range({ gte: Uint8Array.of(STATE), lt: Uint8Array.of(STATE + 1) }))
    entries.push({ table: key[1]!, key: key.subarray(2), value });
  const state = decoded(() => createUtxoSet(entries));
  const bytes = await store.get(HEAD);
  const current = decoded(() => head.decode(bytes!));
  const last = current.height === 0 ? undefined : await readBlock(store, current.height);
  const named = current.height === 0 ? chain : last && decoded(() => bindBlock(last.bytes, hasher)).hash;
  if (named === undefined || Buffer.compare(named, current.hash) !== 0) throw damaged();
  return [current, state];
};

/** What a block changes of the epoch: the roots of its blocks are kept as long as it runs. */
const epochWrites = (
  before: EpochState,
  after: EpochState,
  block: { readonly height: number; readonly hash: Uint8Array; readonly transactionRoot: Uint8Array },
): Write[] => {
  const { height, hash } = block;
  if (after.epoch === before.epoch) {
    const kept: Write = { key: rootsKey(height), value: roots.encode(block) };
    return after.close === before.close ? [kept] : [kept, { key: EPOCH, value: epochCoder.encode(after) }];
  }
  return [
    { key: EPOCH, value: epochCoder.encode(after) },
    { key: closingKey(before.epoch), value: closing.encode({ height, hash }) },
    ...before.blocks.map((_, i) => ({ key: rootsKey(before.first + i) })),
  ];
};

/** The epoch as it is stored, held against the height of the head. */
const loadEpoch = async (store: Store, chain: Uint8Array, height: number): Promise<EpochState> => {
  const all = async <T>(table: number, coder: P.CoderType<T>): Promise<T[]> => {
    const found: T[] = [];
    for await (const [, value] of store.range({ gte: Uint8Array.of(table), lt: Uint8Array.of(table + 1) }))
      found.push(decoded(() => coder.decode(value)));
    return found;
  };
  const bytes = await store.get(EPOCH);
  const stored = bytes === undefined ? firstEpoch(chain) : decoded(() => epochCoder.decode(bytes));
  const blocks = await all(ROOTS, roots);
  const ended = await all(CLOSINGS, closing);
  if (stored.first + blocks.length !== height + 1 || ended.length !== stored.epoch) throw damaged();
  return { ...stored, close: stored.close, blocks, microStates: ended.map(({ hash }) => hash) };
};

const stateWrites = (delta: Delta): Write[] =>
  delta.map(({ table, key, new: value }) =>
    value === undefined ? { key: stateKey(table, key) } : { key: stateKey(table, key), value },
  );

const initialise = async (store: Store, { chain, chainName, outputs }: ChainGenesis, hasher: Hasher): Promise<void> => {
  const delta = genesisDelta(outputs, chainName);
  const executionDigest = nextExecutionDigest(INITIAL_EXECUTION_DIGEST, delta, hasher);
  const first: ChainHead = { height: 0, hash: chain, executionDigest };
  await store.batch([...stateWrites(delta), { key: HEAD, value: head.encode(first) }], { sync: true });
};
