import type { ChainStore } from './chain-store.ts';
import type { KnownBlock, Values } from './values.ts';

/** Final blocks, decoded; undefined for a height that is not final here. */
export type RecentBlocks = (height: number) => Promise<KnownBlock | undefined>;

/** How many decoded blocks are remembered. */
const REMEMBERED = 8;

/** Reads blocks of a chain; those that were asked for last are not read and decoded again. */
export const recentBlocks = (chain: Pick<ChainStore, 'block'>, values: Pick<Values, 'decode'>): RecentBlocks => {
  const recent = new Map<number, KnownBlock>();
  return async (height) => {
    let found = recent.get(height);
    if (found === undefined) {
      const stored = await chain.block(height);
      found = stored && values.decode(stored.bytes);
    }
    if (found === undefined) return undefined;
    recent.delete(height);
    recent.set(height, found);
    if (recent.size > REMEMBERED) recent.delete(recent.keys().next().value!);
    return found;
  };
};
