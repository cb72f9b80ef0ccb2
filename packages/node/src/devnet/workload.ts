import type { Output } from '@ios/ledger';
import { NodeError } from '../errors.ts';
import { assumeBitcoinUndo } from './assumed-undo.ts';
import { type BitcoinBlock, displayHash } from './bitcoin-block.ts';
import { MAX_SATOSHI } from './bitcoin-reader.ts';
import type { BitcoinOutput } from './bitcoin-transaction.ts';
import { expressibleTransactions } from './expressible.ts';
import { type ScriptKey, scriptKey } from './script-key.ts';
import { type WorkloadStats, workloadStats } from './workload-stats.ts';

/** What a planned input spends: an output of genesis, by its place there, or an output of an earlier transfer. */
export type PlannedSource =
  | { readonly type: 'genesis'; readonly index: number }
  | { readonly type: 'transfer'; readonly transfer: number; readonly output: number };

/** An amount in atomic units (a satoshi is one unit) and its owner, a place in `Workload.keys`. */
export interface PlannedOutput {
  readonly amount: bigint;
  readonly owner: number;
}

/** An input before ids are known. */
export interface PlannedInput extends PlannedOutput {
  readonly source: PlannedSource;
}

/** A transfer before the chain is known, on which its id depends: 1 to 256 inputs, 1 to 256 outputs. */
export interface PlannedTransfer {
  /** The Bitcoin transaction it stands for, 64 hex digits as explorers print them. */
  readonly bitcoinId: string;
  readonly inputs: readonly PlannedInput[];
  readonly outputs: readonly PlannedOutput[];
}

/** A block as transfers of this ledger, to be signed for a chain by `signTransfers`. */
export interface Workload {
  /** What genesis holds first, in this order: each output that a transfer spends and none creates. */
  readonly genesisOutputs: readonly Output[];
  /** In the order of the block: each after those whose outputs it spends. */
  readonly transfers: readonly PlannedTransfer[];
  /** The owners, in order of first appearance. */
  readonly keys: readonly ScriptKey[];
  readonly stats: WorkloadStats;
}

/** Told, as a long task goes on, that `done` of `total` steps are done. */
export type Progress = (done: number, total: number) => void;

/**
 * Turns a Bitcoin block into transfers: each script becomes a key, each output that the block spends and does not
 * create becomes an output of genesis, and who spends what stays as it is. The coinbase, zero values, and transactions
 * that this ledger cannot express are left out, and counted.
 *
 * `undo` is what `parseBitcoinUndo` returned for the block; without it amounts and some owners are assumed
 * (`assumeBitcoinUndo`). The result depends on the arguments alone, keys on `seedTag` and the scripts. Most of the time
 * goes into the keys; `onProgress` is called after each transaction. Throws `NodeError`: `bitcoin-block` as
 * `spendsWithin`; `workload` if `undo` is not of the block's shape, if a transaction pays out more than it takes in,
 * or if the outputs of genesis exceed 21 million BTC.
 */
export const buildWorkload = ({
  block,
  undo = assumeBitcoinUndo(block),
  seedTag,
  onProgress,
}: {
  readonly block: BitcoinBlock;
  readonly undo?: readonly (readonly BitcoinOutput[])[];
  readonly seedTag: string;
  readonly onProgress?: Progress;
}): Workload => {
  const { transactions, excluded } = expressibleTransactions(block, undo);
  const keys: ScriptKey[] = [];
  const owners = new Map<string, number>();
  const planned = ({ value, script }: BitcoinOutput): PlannedOutput => {
    const name = Buffer.from(script).toString('latin1');
    const owner = owners.get(name) ?? keys.push(scriptKey(seedTag, script)) - 1;
    owners.set(name, owner);
    return { amount: value, owner };
  };

  const genesis: PlannedOutput[] = [];
  const created = new Map<string, PlannedSource>();
  const transfers = transactions.map(({ position, inputs, outputs }, transfer): PlannedTransfer => {
    const result = {
      bitcoinId: displayHash(block.transactions[position]!.txid),
      inputs: inputs.map((input) => {
        const output = planned(input.spent);
        const source: PlannedSource = input.created
          ? created.get(`${input.created.transaction}:${input.created.output}`)!
          : { type: 'genesis', index: genesis.push(output) - 1 };
        return { ...output, source };
      }),
      outputs: [...outputs].map(([index, output], kept) => {
        created.set(`${position}:${index}`, { type: 'transfer', transfer, output: kept });
        return planned(output);
      }),
    };
    onProgress?.(transfer + 1, transactions.length);
    return result;
  });
  const stats = workloadStats({ block, transactions, excluded, genesis, transfers, keys: keys.length });
  if (stats.supply > MAX_SATOSHI)
    throw new NodeError('workload', 'the outputs of genesis exceed 21 million BTC', { supply: stats.supply });
  return {
    genesisOutputs: genesis.map(({ amount, owner }) => ({ amount, owner: keys[owner]!.publicKey })),
    transfers,
    keys,
    stats,
  };
};
