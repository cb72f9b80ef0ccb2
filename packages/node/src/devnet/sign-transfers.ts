import { genesisOutpoint, type OutPoint, signTransaction, type Transaction, transactionId } from '@ios/ledger';
import type { PlannedSource, Progress, Workload } from './workload.ts';

/** Where transfers are to be valid. */
export interface TransferTerms {
  /** Hash of genesis, 32 bytes. */
  readonly chain: Uint8Array;
  /** Name of the chain, 32 bytes: the outpoints of genesis come from it. */
  readonly chainName: Uint8Array;
  /** The last epoch in which the transfers may be applied, u32. */
  readonly expiry: number;
}

/**
 * The transfers of a workload for one chain whose genesis outputs begin with the workload's, signed by all their
 * owners, in an order in which each comes after those whose outputs it spends. Deterministic. `onProgress` is called
 * after each. Throws `LedgerError` `out-of-range` for terms that have no encoding.
 */
export const signTransfers = (
  { transfers, keys }: Workload,
  { chain, chainName, expiry }: TransferTerms,
  onProgress?: Progress,
): Transaction[] => {
  const byOwner = new Map(keys.map((key) => [Buffer.from(key.publicKey).toString('hex'), key]));
  const signer = (message: Uint8Array, owner: Uint8Array): Uint8Array =>
    byOwner.get(Buffer.from(owner).toString('hex'))!.sign(message);
  const ids: Uint8Array[] = [];
  const outpoint = (source: PlannedSource): OutPoint =>
    source.type === 'genesis'
      ? genesisOutpoint(chainName, source.index)
      : { id: ids[source.transfer]!, index: source.output };
  return transfers.map(({ inputs, outputs }, i) => {
    const body = {
      chain,
      kind: 'transfer' as const,
      expiry,
      inputs: inputs.map(({ source, amount, owner }) => ({
        outpoint: outpoint(source),
        amount,
        owner: keys[owner]!.publicKey,
      })),
      outputs: outputs.map(({ amount, owner }) => ({ amount, owner: keys[owner]!.publicKey })),
    };
    ids.push(transactionId(body));
    const signed = signTransaction(body, signer);
    onProgress?.(i + 1, transfers.length);
    return signed;
  });
};
