import * as P from 'micro-packed';
import { type Credit, creditWire } from './credit.ts';
import { strictDecode, strictEncode } from './tables.ts';

/** What a voter says of a transaction once, before it is decided. */
export type Verdict = 'accept' | 'reject';

/** What a block says to other shards: one leaf of its outbox. */
export type Leaf =
  /** The verdict of this shard on a transaction (id, 32 bytes). */
  | { readonly type: 'vote'; readonly id: Uint8Array; readonly verdict: Verdict }
  /** This shard has committed a transaction. */
  | { readonly type: 'commit'; readonly id: Uint8Array }
  /** This shard, a carrier, has queued credit `number` for a receiver (u16). */
  | { readonly type: 'credit'; readonly receiver: number; readonly number: bigint; readonly credit: Credit }
  /** This shard, a receiver, has applied all credits of a carrier (u16) below `next`, the last of them at `height`. */
  | { readonly type: 'cursor'; readonly carrier: number; readonly next: bigint; readonly height: number }
  /** This shard, which had committed a transaction, has dropped its record: all voters have committed. */
  | { readonly type: 'release'; readonly id: Uint8Array };

const id: P.CoderType<Uint8Array> = /* @__PURE__ */ P.bytes(32);
const verdict: P.CoderType<Verdict> = /* @__PURE__ */ P.map(P.U8, { accept: 0, reject: 1 }) as P.CoderType<Verdict>;

/**
 * Tag u8, then 0 vote: id 32, verdict u8 (0 accept, 1 reject); 1 commit: id 32; 2 credit: receiver u16, number u64, credit
 * 81; 3 cursor: carrier u16, next u64, height u32; 4 release: id 32.
 */
const leafWire: P.CoderType<Leaf> = /* @__PURE__ */ P.apply(
  P.tag(P.U8, {
    0: P.struct({ id, verdict }),
    1: P.struct({ id }),
    2: P.struct({ receiver: P.U16BE, number: P.U64BE, credit: creditWire }),
    3: P.struct({ carrier: P.U16BE, next: P.U64BE, height: P.U32BE }),
    4: P.struct({ id }),
  }),
  {
    encode: (tagged): Leaf => {
      switch (tagged.TAG) {
        case 0:
          return { type: 'vote', ...tagged.data };
        case 1:
          return { type: 'commit', ...tagged.data };
        case 2:
          return { type: 'credit', ...tagged.data };
        case 3:
          return { type: 'cursor', ...tagged.data };
        case 4:
          return { type: 'release', ...tagged.data };
      }
    },
    decode: (leaf: Leaf) => {
      switch (leaf.type) {
        case 'vote':
          return { TAG: 0 as const, data: leaf };
        case 'commit':
          return { TAG: 1 as const, data: leaf };
        case 'credit':
          return { TAG: 2 as const, data: leaf };
        case 'cursor':
          return { TAG: 3 as const, data: leaf };
        case 'release':
          return { TAG: 4 as const, data: leaf };
      }
    },
  },
);

/** Bytes of the shortest leaf, a cursor. */
export const MIN_LEAF_BYTES = 15;

/** The one encoding of a leaf: 15 to 92 bytes. Throws `out-of-range` for what has none. */
export const encodeLeaf = (leaf: Leaf): Uint8Array => strictEncode(leafWire, leaf, 'leaf');

/** The leaf that `bytes` encode; throws `malformed` for what `encodeLeaf` never makes. */
export const decodeLeaf = (bytes: Uint8Array): Leaf => strictDecode(leafWire, bytes, 'leaf');
