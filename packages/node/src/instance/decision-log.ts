import { type Decision, decodeCertificate, encodeCertificate } from '@ios/bft';
import { concatBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import { NodeError } from '../errors.ts';
import type { Store } from '../store/store.ts';

/** All that an instance decided, on disk. */
export interface DecisionLog {
  /** Height of the next decision. */
  readonly next: number;
  at(height: number): Promise<Decision | undefined>;
  /** All decisions, from the first. */
  all(): AsyncIterable<Decision>;
  /** Appends the next decision; durable when it resolves. */
  append(decision: Decision): Promise<void>;
}

const stored = P.struct({ digest: P.bytes(32), value: P.bytes(P.U32BE), certificate: P.bytes(null) });

/** Opens the log under a table of the store; `first` is the first height that is ever decided. @throws NodeError `database` */
export const openDecisionLog = async (store: Store, table: number, first: number): Promise<DecisionLog> => {
  const bounds = { gte: Uint8Array.of(table), lt: Uint8Array.of(table + 1) };
  const keyOf = (height: number): Uint8Array => concatBytes(Uint8Array.of(table), P.U32BE.encode(height));
  let next = first;
  for await (const [key] of store.range({ ...bounds, reverse: true, limit: 1 }))
    next = P.U32BE.decode(key.subarray(1)) + 1;

  const decode = (height: number, bytes: Uint8Array): Decision => {
    try {
      const { digest, value, certificate } = stored.decode(bytes);
      return { height, digest, value, certificate: decodeCertificate(certificate) };
    } catch (cause) {
      throw new NodeError('database', 'a decision in the data folder is damaged', { height }, cause);
    }
  };

  return {
    get next() {
      return next;
    },
    async at(height) {
      const bytes = await store.get(keyOf(height));
      return bytes && decode(height, bytes);
    },
    async *all() {
      for await (const [key, bytes] of store.range(bounds)) yield decode(P.U32BE.decode(key.subarray(1)), bytes);
    },
    async append({ height, digest, value, certificate }) {
      if (height !== next) throw new NodeError('database', 'a decision must follow the last', { height, next });
      const bytes = stored.encode({ digest, value, certificate: encodeCertificate(certificate) });
      await store.batch([{ key: keyOf(height), value: bytes }], { sync: true });
      next = height + 1;
    },
  };
};
