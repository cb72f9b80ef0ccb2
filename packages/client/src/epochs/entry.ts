import { decodeEntry, type Entry, encodeEntry } from '@ios/atomix';
import * as P from 'micro-packed';
import { type CertifiedValue, certifiedCoder } from './certified.ts';
import { strictly } from './coders.ts';
import { type MicroState, microStateCoder } from './micro-state.ts';

/** What a block of a shard may say beside its transactions. */
export type ShardEntry =
  /** The epoch is about to end: the decided output of the beacon for the next one. */
  | { readonly kind: 'close'; readonly output: CertifiedValue }
  /** The epoch ends with this block. */
  | { readonly kind: 'microState'; readonly microState: MicroState }
  /** What is done about transactions that several shards have a part in; these themselves stand among the transactions. */
  | { readonly kind: 'atomix'; readonly entry: Exclude<Entry, { readonly kind: 'transaction' }> };

const atomix = P.validate(
  P.apply(P.bytes(null), { encode: decodeEntry, decode: encodeEntry }) as P.CoderType<Entry>,
  (entry) => {
    if (entry.kind === 'transaction') throw new Error('a transaction stands among the transactions of its block');
    return entry;
  },
);

const entry = P.mappedTag(P.U8, {
  close: [1, P.struct({ output: certifiedCoder })],
  microState: [2, P.struct({ microState: microStateCoder })],
  atomix: [3, P.struct({ entry: atomix })],
}) as unknown as P.CoderType<{ TAG: ShardEntry['kind']; data: Omit<ShardEntry, 'kind'> }>;

/** The one encoding: kind u8 (1 close, 2 micro state, 3 atomix), then what the kind has; of the last, as `@ios/atomix` encodes it. */
export const encodeShardEntry = ({ kind, ...data }: ShardEntry): Uint8Array => entry.encode({ TAG: kind, data });

/** Decodes an entry strictly, or undefined. */
export const decodeShardEntry = (bytes: Uint8Array): ShardEntry | undefined =>
  strictly(() => {
    const { TAG: kind, data } = entry.decode(bytes);
    return { kind, ...data } as ShardEntry;
  });
