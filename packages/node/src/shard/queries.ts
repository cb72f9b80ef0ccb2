import { POT } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { NodeService } from '../service.ts';
import type { ChainStore } from './chain-store.ts';
import type { Mempool } from './mempool.ts';

/** The part of a node's service that reads. */
export type Queries = Pick<NodeService, 'transaction' | 'head' | 'block' | 'outbox' | 'balance' | 'outputs' | 'supply'>;

/** Answers from the chain and the pool; `owners` are the payout keys that fees go to (32 bytes each). */
export const createQueries = (chain: ChainStore, mempool: Mempool, owners: readonly Uint8Array[]): Queries => {
  const { state } = chain;
  const earners = [...new Map(owners.map((owner) => [bytesToHex(owner), owner])).values()];
  return {
    async transaction(id) {
      const place = await chain.find(id);
      if (place === undefined) return mempool.status(id) ?? { status: 'unknown' };
      return { status: 'final', ...place, block: (await chain.hash(place.height))! };
    },
    head: () => chain.head,
    block: (height) => chain.block(height),
    // No block says anything to other shards yet.
    outbox: async () => [],
    balance: (owner) => ({ amount: state.balance(owner), outputs: state.countOf(owner) }),
    outputs: (owner, limit, after) => state.outputsOf(owner, limit, after),
    supply() {
      const fees = [POT, ...earners].reduce((sum, key) => sum + state.accrued(key), 0n);
      return { outputs: state.supply() - fees, fees };
    },
  };
};
