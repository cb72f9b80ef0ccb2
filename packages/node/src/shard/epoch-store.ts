import { concatBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import type { Store, Write } from '../store/store.ts';
import { damaged, decoded } from './damaged.ts';
import { type EpochState, firstEpoch } from './epoch-state.ts';

/** The epoch that runs; the roots of its blocks by height; the block that ended each epoch before. */
const EPOCH = Uint8Array.of(7);
const ROOTS = 8;
const CLOSINGS = 9;

const u32 = P.U32BE;
const rootsKey = (height: number): Uint8Array => concatBytes(Uint8Array.of(ROOTS), u32.encode(height));
const closingKey = (epoch: number): Uint8Array => concatBytes(Uint8Array.of(CLOSINGS), u32.encode(epoch));

const roots = P.struct({ hash: P.bytes(32), transactionRoot: P.bytes(32) });
const closing = P.struct({ height: u32, hash: P.bytes(32) });
const epochCoder = P.struct({
  epoch: u32,
  randomness: P.bytes(32),
  before: P.bytes(32),
  first: u32,
  close: P.optional(P.bool, P.struct({ height: u32, randomness: P.bytes(32) })),
});

/** What a block changes of the epoch: the roots of its blocks are kept as long as it runs. */
export const epochWrites = (
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

/** The epoch of a chain (32 bytes) as it is stored, held against the height of the head. */
export const loadEpoch = async (store: Store, chain: Uint8Array, height: number): Promise<EpochState> => {
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

/** The block that ended an epoch. */
export const loadClosing = async (
  store: Store,
  epoch: number,
): Promise<{ readonly height: number; readonly hash: Uint8Array } | undefined> => {
  const found = await store.get(closingKey(epoch));
  return found === undefined ? undefined : decoded(() => closing.decode(found));
};
