import type { Hasher } from '@ios/crypto/merkle';
import { type Block, type BoundBlock, bindBlock, encodeBlock, LedgerError, transactionId } from '@ios/ledger';

/** A block in all its forms. */
export interface KnownBlock extends BoundBlock {
  readonly bytes: Uint8Array;
  /** Ids of its transactions, in order. */
  readonly ids: readonly Uint8Array[];
}

/** Decodes each value once: the engine asks for its digest, the application for its contents. */
export interface Values {
  /** The block that these bytes are, or undefined where they are none or its header does not bind its contents. */
  decode(value: Uint8Array): KnownBlock | undefined;
  /** Registers a block of one's own making. */
  encode(block: Block, hash: Uint8Array, ids: readonly Uint8Array[]): KnownBlock;
}

/** An empty memory of blocks; it keeps none alive. */
export const createValues = (hasher: Hasher): Values => {
  const known = new WeakMap<Uint8Array, KnownBlock | 'none'>();

  const decode = (bytes: Uint8Array): KnownBlock | undefined => {
    const before = known.get(bytes);
    if (before !== undefined) return before === 'none' ? undefined : before;
    try {
      const bound = bindBlock(bytes, hasher);
      const block = { ...bound, bytes, ids: bound.block.transactions.map(({ body }) => transactionId(body, hasher)) };
      known.set(bytes, block);
      return block;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      known.set(bytes, 'none');
      return undefined;
    }
  };

  return {
    decode,
    encode(block, hash, ids) {
      const bytes = encodeBlock(block);
      const made = { block, hash, bytes, ids };
      known.set(bytes, made);
      return made;
    },
  };
};
