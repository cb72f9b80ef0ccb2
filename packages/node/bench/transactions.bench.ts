/**
 * What one core does of the transactions of a real block, Bitcoin's 300 025 with its owners' keys replaced: decodes them,
 * verifies the witnesses in batches across transactions, judges the keys of new owners, checks the structure and applies
 * them. Beside it `node:crypto` verifies the same signatures and does nothing else, its keys read beforehand.
 */
import { createPublicKey, type KeyObject, verify as nodeVerify } from 'node:crypto';
import type { SignedMessage } from '@ios/crypto/ed25519';
import { isValidKey } from '@ios/crypto/edwards25519';
import { createCurve25519 } from '@ios/curve25519-wasm';
import {
  type Applied,
  applyTransactions,
  type Context,
  checkOwners,
  createUtxoSet,
  decodeTransaction,
  encodeTransaction,
  genesisDelta,
  type Transaction,
  undo,
  witnessClaims,
} from '@ios/ledger';
import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { medians } from '../../../scripts/lib/medians.ts';
import { loadWorkload } from '../src/devnet/block-file.ts';
import { signTransfers } from '../src/devnet/sign-transfers.ts';
import { nodeHasher } from '../src/hasher.ts';

/** Signatures that are verified together: as many as a block's validator has at hand. */
const BATCH = 1024;

const chain = new Uint8Array(32).fill(7);
const chainName = new Uint8Array(32).fill(8);
const context: Context = { chain, epoch: 0, hasher: nodeHasher };

const nodeKey = (publicKey: Uint8Array): KeyObject =>
  createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') },
    format: 'jwk',
  });

/** The figures, medians of interleaved slices of processor time. */
export const bench = async (report: (line: string) => void = () => {}): Promise<BenchRow[]> => {
  const { workload } = await loadWorkload({}, () => {});
  report(`signs ${workload.transfers.length} transfers`);
  const encoded = signTransfers(workload, { chain, chainName, expiry: 2 }).map(encodeTransaction);
  const set = createUtxoSet();
  set.apply(genesisDelta(workload.genesisOutputs, chainName));
  const { batchVerifier, edwards25519 } = createCurve25519();
  const freshBytes = new Uint8Array(32);

  const decoded = encoded.map(decodeTransaction);
  const claims = decoded.flatMap((transaction) => witnessClaims(transaction, nodeHasher));
  const prepared = claims.map(({ publicKey, message, signature }) => ({ key: nodeKey(publicKey), message, signature }));
  const inBatches = (all: readonly SignedMessage[]): boolean => {
    for (let from = 0; from < all.length; from += BATCH) {
      crypto.getRandomValues(freshBytes);
      if (!batchVerifier.verify(all.slice(from, from + BATCH), freshBytes)) return false;
    }
    return true;
  };
  const ownersHold = (transactions: readonly Transaction[]): boolean => {
    const known = new Set<string>();
    const keyOf = (owner: Uint8Array): string => Buffer.from(owner.buffer, owner.byteOffset, 32).toString('latin1');
    const isValid = (owner: Uint8Array): boolean => {
      const key = keyOf(owner);
      if (known.has(key)) return true;
      known.add(key);
      return isValidKey(owner, edwards25519);
    };
    return transactions.every(({ body }) => {
      // Who spends was judged when it got what it spends: before this block, or above in it.
      for (const { owner } of body.inputs) known.add(keyOf(owner));
      return checkOwners(body.outputs, isValid) === undefined;
    });
  };
  const demand = (holds: boolean, what: string): void => {
    if (!holds) throw new Error(`${what} of a good block fail`);
  };
  const applied = (transactions: readonly Transaction[]) => {
    const result = applyTransactions(set, transactions, context);
    if (!result.valid) throw new Error(`transaction ${result.index}: ${result.rejection.code}`);
    return result;
  };
  const claimsOf = (transactions: readonly Transaction[], results: Applied['results']): SignedMessage[] =>
    transactions.flatMap((transaction, i) => witnessClaims(transaction, nodeHasher, results[i]!.id));
  const { delta, results } = applied(decoded);

  report(`${encoded.length} transactions, ${claims.length} signatures`);
  const all = medians(
    {
      ours: () => {
        const transactions = encoded.map(decodeTransaction);
        const { delta, results } = applied(transactions);
        demand(inBatches(claimsOf(transactions, results)), 'signatures');
        demand(ownersHold(transactions), 'owners');
        set.apply(delta);
      },
      undo: () => set.apply(undo(delta)),
      native: () => {
        for (const { key, message, signature } of prepared) nodeVerify(null, message, key, signature);
      },
    },
    { rounds: 15, warmUp: 2, slice: 1 },
  );
  const parts = medians(
    {
      decode: () => encoded.map(decodeTransaction),
      claims: () => claimsOf(decoded, results),
      batches: () => demand(inBatches(claims), 'signatures'),
      owners: () => demand(ownersHold(decoded), 'owners'),
      apply: () => {
        set.apply(applied(decoded).delta);
      },
      undo: () => set.apply(undo(delta)),
    },
    { rounds: 15, warmUp: 2, slice: 1 },
  );
  const rate = (ms: number): number => Math.round((encoded.length * 1000) / ms);
  const each = (what: string, ms: number): BenchRow => ({ what, unit: 'µs/tx', ours: (ms * 1000) / encoded.length });
  return [
    {
      what: 'decode, verify and apply transactions, one core',
      unit: 'tx/s',
      ours: rate(all.ours),
      peer: 'node:crypto, verification alone',
      theirs: rate(all.native),
      ratio: all.native / all.ours,
    },
    each('of these: decode', parts.decode),
    each('signing messages and claims', parts.claims),
    each('verify in batches', parts.batches),
    each('keys of new owners', parts.owners),
    each('structure, ids, apply and the set', parts.apply),
  ];
};
