import type { Hasher } from '@ios/crypto/merkle';
import { bytesToHex } from '@noble/hashes/utils.js';
import { checkOwners, decodeTransaction, LedgerError, type Transaction, transactionId, witnessClaims } from '@ios/ledger';
import type { Submission } from '../service.ts';
import type { Verifier } from '../verifier/verifier.ts';
import type { ChainStore } from './chain-store.ts';
import type { Mempool } from './mempool.ts';

/** What admission works with. */
export interface AdmissionOptions {
  readonly chain: ChainStore;
  readonly mempool: Mempool;
  readonly verifier: Verifier;
  readonly hasher: Hasher;
  readonly isValidOwner: (owner: Uint8Array) => boolean;
  /** A transaction became pending or waits: it is worth passing on. */
  onAdmitted(bytes: Uint8Array, from: string): void;
}

/** Takes encoded transactions from clients and peers. */
export type Admission = (bytes: Uint8Array, from: string) => Promise<Submission>;

/**
 * Decodes, screens, verifies and keeps a transaction: cheap checks first, and signatures at the expense of `from`. One
 * that comes twice while its signatures are verified is verified once.
 */
export const createAdmission = (options: AdmissionOptions): Admission => {
  const { chain, mempool, verifier, hasher } = options;
  const underWay = new Map<string, Promise<Submission>>();

  const admit = async (transaction: Transaction, id: Uint8Array, bytes: Uint8Array, from: string): Promise<Submission> => {
    if ((await chain.find(id)) !== undefined) return { id, status: 'final' };
    const screened = mempool.screen(transaction, id, bytes, from);
    if (screened !== undefined) return { id, ...screened };
    const owners = checkOwners(transaction.body.outputs, options.isValidOwner);
    if (owners !== undefined) return { id, ...refusal('invalid-owner', 'an output has no valid owner') };
    const verdicts = await verifier.verify(witnessClaims(transaction, hasher), from);
    if (verdicts.includes('undecided'))
      return { id, ...refusal('budget', 'too many bad signatures came from this sender; try again later') };
    if (verdicts.includes('invalid')) return { id, ...refusal('bad-witness', 'a signature does not hold') };
    if ((await chain.find(id)) !== undefined) return { id, status: 'final' };
    const added = mempool.add(transaction, id, bytes, from);
    if (added.status === 'pending' || added.status === 'waiting') options.onAdmitted(bytes, from);
    return { id, ...added };
  };

  return async (bytes, from) => {
    let transaction: Transaction;
    try {
      transaction = decodeTransaction(bytes);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      return { id: undefined, ...refusal('malformed', error.message) };
    }
    const id = transactionId(transaction.body, hasher);
    // By all bytes: somebody else's bad witnesses must not answer for this transaction.
    const name = bytesToHex(hasher.sha256(bytes));
    const before = underWay.get(name);
    if (before !== undefined) return before;
    const admission = admit(transaction, id, bytes, from).finally(() => underWay.delete(name));
    underWay.set(name, admission);
    return admission;
  };
};

const refusal = (code: string, message: string) => ({ status: 'rejected' as const, code, message });
