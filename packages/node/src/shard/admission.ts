import type { Hasher } from '@ios/crypto/merkle';
import { decodeTransaction, LedgerError, type Transaction, transactionId, witnessClaims } from '@ios/ledger';
import type { Submission } from '../service.ts';
import type { Verifier } from '../verifier/verifier.ts';
import type { ChainStore } from './chain-store.ts';
import type { Forwarding } from './forwarding.ts';
import type { Mempool } from './mempool.ts';
import type { OwnerCheck } from './owner-check.ts';
import { type Home, type PoolEntry, poolEntry } from './pool-entry.ts';
import { malformed, OF_THE_SENDER, REFUSALS } from './refusal.ts';
import type { SenderBudgets } from './sender-budgets.ts';

/** What admission works with. */
export interface AdmissionOptions {
  readonly home: Home;
  readonly chain: Pick<ChainStore, 'head' | 'steps'>;
  readonly mempool: Mempool;
  readonly verifier: Verifier;
  readonly hasher: Hasher;
  /** Those of the mempool: what is being verified is charged to its sender too. */
  readonly budgets: SenderBudgets;
  readonly checkOwners: OwnerCheck;
  /** Passes on a client's transaction in which this shard has no vote, signatures and owners verified, to those that have. */
  readonly forwarding: Pick<Forwarding, 'reserve' | 'pass'>;
}

/** Takes encoded transactions: `own` ones from clients, others that a peer passes on. `from` is charged. */
export type Admission = (
  bytes: Uint8Array,
  sender: { readonly from: string; readonly own: boolean },
) => Promise<Submission>;

/**
 * Decodes, screens, verifies and keeps a transaction: cheap checks first, and signatures at the expense of its sender.
 * One that comes twice while its signatures are verified is verified once. What this shard has no vote in is not kept:
 * a client's is passed on, a peer's refused.
 */
export const createAdmission = (options: AdmissionOptions): Admission => {
  const { chain, mempool, verifier, hasher, budgets } = options;
  const underWay = new Map<string, Promise<Submission>>();

  /** What there is to say without looking at the signatures; else whether it would be pending, have to wait, or go on. */
  const screen = async (entry: PoolEntry): Promise<Submission | 'ready' | 'lacking' | 'elsewhere'> => {
    const { id, own } = entry;
    const screened = mempool.screen(entry);
    switch (screened.status) {
      case 'ready':
        return 'ready';
      case 'elsewhere':
        return own ? 'elsewhere' : { id, ...REFUSALS.notHere };
      case 'lacking':
      case 'contested': {
        // What a block holds has spent what it could, or was rejected: only what lacks something can be in one.
        const steps = await chain.steps(id);
        if (steps.length > 0) return { id, status: steps.some(({ kind }) => kind === 'included') ? 'final' : 'known' };
        return screened.status === 'lacking' ? 'lacking' : 'ready';
      }
      default:
        return { id, ...screened };
    }
  };

  const verify = async (entry: PoolEntry, withOwners: boolean): Promise<Submission | undefined> => {
    const { id, transaction, from } = entry;
    const verdicts = await verifier.verify(witnessClaims(transaction, hasher), from);
    if (verdicts.includes(false)) return { id, ...REFUSALS.badWitness };
    // The owners of what has to wait are checked when it need no longer, for it may wait in vain.
    const refusal = withOwners ? await options.checkOwners(entry) : undefined;
    return refusal && { id, ...refusal };
  };

  const admit = async (entry: PoolEntry): Promise<Submission> => {
    const { id, from, size } = entry;
    let { head } = chain;
    const before = await screen(entry);
    if (typeof before === 'object') return before;
    if (before === 'elsewhere' && !options.forwarding.reserve(entry)) return { id, ...REFUSALS.crowdedForwarding };
    const withOwners = before !== 'lacking';
    budgets.charge(from, size);
    const refusal = await verify(entry, withOwners).finally(() => budgets.release(from, size));
    if (refusal !== undefined) return refusal;
    if (before === 'elsewhere') {
      options.forwarding.pass(entry);
      return { id, status: 'forwarded' };
    }
    // With a new head it may have become final since it was looked for, and would wait for ever.
    while (chain.head !== head) {
      head = chain.head;
      const after = await screen(entry);
      if (typeof after === 'object') return after;
    }
    return { id, ...mempool.add(entry, withOwners) };
  };

  return async (bytes, { from, own }) => {
    // By all bytes: somebody else's bad witnesses must not answer for this transaction.
    const name = Buffer.from(hasher.sha256(bytes)).toString('latin1');
    for (let before = underWay.get(name); before !== undefined; before = underWay.get(name)) {
      const answer = await before;
      if (answer.status !== 'rejected' || !OF_THE_SENDER.has(answer.code)) return answer;
    }
    let transaction: Transaction;
    try {
      transaction = decodeTransaction(bytes);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      return { id: undefined, ...malformed(error.message) };
    }
    const id = transactionId(transaction.body, hasher);
    const entry = poolEntry(transaction, id, options.home, { size: bytes.length, from, own });
    const admission = admit(entry).finally(() => underWay.delete(name));
    underWay.set(name, admission);
    return admission;
  };
};
