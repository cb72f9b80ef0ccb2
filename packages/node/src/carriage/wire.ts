import { type CertifiedHeader, MIN_LEAF_BYTES, type OutboxRun } from '@ios/atomix';
import { MAX_TRANSACTION_BYTES } from '@ios/ledger';
import * as P from 'micro-packed';
import type { Channel } from '../network/network.ts';

/** The longest message between shards, in bytes. */
export const MAX_CARRY_BYTES: number = 512 * 1024;
/** The most wants of one question. */
export const MAX_WANTS = 256;
/** The most runs of one bundle: with their paths no more fit into a message. */
export const MAX_RUNS = 2048;

/** The protocol of questions and answers between validators of different shards. */
export const CARRY_PROTOCOL: Channel = { name: 'carry', maxBytes: MAX_CARRY_BYTES };
/** The topic of how shards ended their epochs, which everybody joins. */
export const CLOSINGS_TOPIC: Channel = { name: 'closings', maxBytes: 128 * 1024 };
/** The topic of what other shards have to say to this one: its validators join, all others publish. */
export const carryTopic = (shard: number): Channel => ({ name: `carry-${shard}`, maxBytes: MAX_CARRY_BYTES });

/** Leaves side by side in an outbox, and their path. */
export type Run = Omit<OutboxRun, 'size'>;

/** Runs of leaves of one block, with its header and certificate once. */
export interface Bundle extends CertifiedHeader {
  /** Leaves of the whole outbox, u32. */
  readonly size: number;
  readonly runs: readonly Run[];
}

/** What a shard wants of another. */
export type Want =
  /** That it committed a transaction (id, 32 bytes), else its verdict, or that it has none although it ended the expiry epoch. */
  | { readonly kind: 'vote'; readonly id: Uint8Array; readonly expiry: number }
  /** That it released a transaction, or committed it, or has no record of it although it ended the expiry epoch. */
  | { readonly kind: 'done'; readonly id: Uint8Array; readonly expiry: number }
  /** The credits for a receiver from a number on. */
  | { readonly kind: 'credits'; readonly receiver: number; readonly from: bigint }
  /** How far it has applied the credits of a carrier. */
  | { readonly kind: 'cursor'; readonly carrier: number }
  /** How a shard, this one or another, ended an epoch. */
  | { readonly kind: 'closing'; readonly shard: number; readonly epoch: number };

/** What validators say to those of other shards. */
export type CarryMessage =
  | { readonly kind: 'ask'; readonly wants: readonly Want[] }
  | { readonly kind: 'bundle'; readonly bundle: Bundle }
  /** A proof of `@ios/atomix` of something in, or not in, a state. */
  | { readonly kind: 'state'; readonly proof: Uint8Array }
  /** Vote on this transaction: the sender's shard has accepted it, as the bundle shows. */
  | { readonly kind: 'plea'; readonly bundle: Bundle; readonly transaction: Uint8Array }
  /** How a shard ended an epoch: the header with the micro state, and its certificate. */
  | { readonly kind: 'closing'; readonly header: Uint8Array; readonly certificate: Uint8Array };

const atMost = <Value>(coder: P.CoderType<Value>, what: string, holds: (value: Value) => boolean): P.CoderType<Value> =>
  P.validate(coder, (value) => {
    if (!holds(value)) throw new Error(what);
    return value;
  });

const certified = { header: P.bytes(P.U16BE), certificate: P.bytes(P.U16BE) };
const run = P.struct({
  index: P.U32BE,
  leaves: atMost(
    P.array(
      P.U16BE,
      atMost(P.bytes(P.U8), 'a leaf that is too short', ({ length }) => length >= MIN_LEAF_BYTES),
    ),
    'a run without leaves',
    ({ length }) => length > 0,
  ),
  path: P.array(P.U8, P.bytes(32)),
});
const bundle: P.CoderType<Bundle> = P.struct({
  ...certified,
  size: P.U32BE,
  runs: P.array(
    atMost(P.U16BE, 'no runs, or too many', (count) => count > 0 && count <= MAX_RUNS),
    run,
  ),
}) as unknown as P.CoderType<Bundle>;

const record = { id: P.bytes(32), expiry: P.U32BE };
const want = P.mappedTag(P.U8, {
  vote: [1, P.struct(record)],
  done: [2, P.struct(record)],
  credits: [3, P.struct({ receiver: P.U16BE, from: P.U64BE })],
  cursor: [4, P.struct({ carrier: P.U16BE })],
  closing: [5, P.struct({ shard: P.U16BE, epoch: P.U32BE })],
});
const wants = P.apply(
  atMost(P.array(P.U16BE, want), 'no wants, or too many', ({ length }) => length > 0 && length <= MAX_WANTS),
  {
    encode: (tagged) => tagged.map(({ TAG: kind, data }) => ({ kind, ...data }) as Want),
    decode: (all: readonly Want[]) => all.map(({ kind, ...data }) => ({ TAG: kind, data }) as never),
  },
);

const message = P.mappedTag(P.U8, {
  ask: [1, P.struct({ wants })],
  bundle: [2, P.struct({ bundle })],
  state: [3, P.struct({ proof: P.bytes(null) })],
  plea: [
    4,
    P.struct({
      bundle,
      transaction: atMost(
        P.bytes(P.U32BE),
        'a transaction that is too long',
        ({ length }) => length <= MAX_TRANSACTION_BYTES,
      ),
    }),
  ],
  closing: [5, P.struct(certified)],
}) as unknown as P.CoderType<{ TAG: CarryMessage['kind']; data: unknown }>;

/**
 * The one encoding: kind u8, then 1 ask: wants (u16 number); 2 bundle: header and certificate (u16 length each), size u32,
 * runs (u16 number) of index u32, leaves (u16 number, each u8 length) and path (u8 number) of 32 each; 3 state: proof;
 * 4 plea: a bundle and a transaction (u32 length); 5 closing: header and certificate (u16 length each). A want: kind u8, then
 * 1 vote and 2 done: id 32, expiry u32; 3 credits: receiver u16, number u64; 4 cursor: carrier u16; 5 closing: shard u16,
 * epoch u32.
 */
export const encodeCarry = ({ kind, ...data }: CarryMessage): Uint8Array => message.encode({ TAG: kind, data });

/** Decodes a message strictly, or undefined: what comes back lies within `bytes`. */
export const decodeCarry = (bytes: Uint8Array): CarryMessage | undefined => {
  if (bytes.length > MAX_CARRY_BYTES) return undefined;
  try {
    const { TAG: kind, data } = message.decode(bytes);
    return { kind, ...(data as object) } as CarryMessage;
  } catch {
    return undefined;
  }
};
