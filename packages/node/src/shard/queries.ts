import type { Evidence } from '@ios/atomix';
import { POT } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { NodeService, TransactionStatus } from '../service.ts';
import type { ChainStore } from './chain-store.ts';
import { damaged } from './damaged.ts';
import type { Mempool } from './mempool.ts';
import type { RecentBlocks } from './recent-blocks.ts';
import type { StoredStep } from './steps.ts';

/** The part of a node's service that reads. */
export type Queries = Pick<NodeService, 'transaction' | 'head' | 'block' | 'outbox' | 'balance' | 'outputs' | 'supply'>;

/** Answers from the chain and the pool; `owners` are the payout keys that fees go to (32 bytes each). */
export const createQueries = (
  chain: ChainStore,
  mempool: Mempool,
  blocks: RecentBlocks,
  owners: readonly Uint8Array[],
): Queries => {
  const { state } = chain;
  const earners = [...new Map(owners.map((owner) => [bytesToHex(owner), owner])).values()];

  /** What an abort was shown: that another shard rejected, or that it is without the transaction for ever. */
  const shownTo = async ({ height, index }: StoredStep): Promise<Evidence> => {
    const verified = (await blocks(height))?.entries[index]?.verified;
    if (verified?.kind !== 'abort') throw damaged();
    return verified.evidence[0]!;
  };

  /** Where a transaction stands that blocks of this shard have dealt with. */
  const standing = async (steps: ReadonlyMap<StoredStep['kind'], StoredStep>): Promise<TransactionStatus> => {
    const at = async ({ height }: StoredStep): Promise<{ height: number; block: Uint8Array }> => ({
      height,
      block: (await chain.hash(height))!,
    });
    const [included, accepted, rejected] = [steps.get('included'), steps.get('accepted'), steps.get('rejected')];
    const [committed, aborted, credited] = [steps.get('committed'), steps.get('aborted'), steps.get('credited')];
    if (included !== undefined) return { status: 'final', ...(await at(included)), index: included.index };
    if (accepted !== undefined && committed !== undefined) {
      const { height, index } = accepted;
      return { status: 'committed', ...(await at(committed)), accepted: { height, index } };
    }
    if (aborted !== undefined) {
      const shown = await shownTo(aborted);
      const reason = shown.type === 'vote' ? 'rejected' : 'absent';
      return { status: 'aborted', ...(await at(aborted)), reason, shard: shown.shard };
    }
    if (accepted !== undefined) return { status: 'locked', ...(await at(accepted)), index: accepted.index };
    if (credited !== undefined) return { status: 'credited', ...(await at(credited)) };
    return { status: 'refused', height: rejected!.height };
  };

  return {
    async transaction(id) {
      const steps = await chain.steps(id);
      if (steps.length === 0) return mempool.status(id) ?? { status: 'unknown' };
      return standing(new Map(steps.map((step) => [step.kind, step])));
    },
    head: () => chain.head,
    block: (height) => chain.block(height),
    outbox: chain.outbox,
    balance: (owner) => ({ amount: state.balance(owner), outputs: state.countOf(owner) }),
    outputs: (owner, limit, after) => state.outputsOf(owner, limit, after),
    supply() {
      const fees = [POT, ...earners].reduce((sum, key) => sum + state.accrued(key), 0n);
      return { outputs: state.supply() - fees, fees };
    },
  };
};
