import { MAX_INPUTS, MAX_OUTPUTS } from '@ios/ledger';
import { NodeError } from '../errors.ts';
import type { BitcoinBlock } from './bitcoin-block.ts';
import { type BitcoinOutput, isCoinbase } from './bitcoin-transaction.ts';
import { type CreatedOutput, spendsWithin } from './block-graph.ts';

/** A transaction that this ledger can express, zero values left out. */
export interface ExpressibleTransaction {
  /** Its place in the block. */
  readonly position: number;
  /** What it spends, and where in the block that was created, if it was. */
  readonly inputs: readonly { readonly spent: BitcoinOutput; readonly created: CreatedOutput | undefined }[];
  /** What it pays, by place among the outputs of the Bitcoin transaction. */
  readonly outputs: ReadonlyMap<number, BitcoinOutput>;
  /** How many inputs and outputs of value zero were left out. */
  readonly dropped: { readonly inputs: number; readonly outputs: number };
}

/** How many transactions were left out, by reason; each counts once. */
export interface Excluded {
  /** Spends an output of one that was left out. */
  readonly descendants: number;
  /** Nothing spent, or nothing paid, once zero values are left out. */
  readonly empty: number;
  /** More inputs or outputs than a transaction of the ledger holds. */
  readonly tooLarge: number;
}

/**
 * Which transactions of a block become transfers: all but the coinbase, those that the ledger cannot express, and
 * those that spend an output of one left out. `undo` is as `parseBitcoinUndo` returns it. Throws `NodeError`:
 * `bitcoin-block` as `spendsWithin`, `workload` if `undo` is not of the block's shape or a transaction pays out more
 * than it takes in.
 */
export const expressibleTransactions = (
  block: BitcoinBlock,
  undo: readonly (readonly BitcoinOutput[])[],
): { readonly transactions: readonly ExpressibleTransaction[]; readonly excluded: Excluded } => {
  const left = new Set<number>();
  const excluded = { descendants: 0, empty: 0, tooLarge: 0 };
  const transactions: ExpressibleTransaction[] = [];
  for (const [position, sources] of spendsWithin(block).entries()) {
    const bitcoin = block.transactions[position]!;
    if (isCoinbase(bitcoin)) continue;
    if (undo[position]?.length !== sources.length) throw refused(position, 'has other inputs than its undo data');
    const spends = sources.map((created, i) => ({
      created,
      spent: created ? block.transactions[created.transaction]!.outputs[created.output]! : undo[position]![i]!,
    }));
    if (total(bitcoin.outputs) > total(spends.map(({ spent }) => spent)))
      throw refused(position, 'pays out more than it takes in');
    const inputs = spends.filter(({ spent }) => spent.value > 0n);
    const outputs = new Map([...bitcoin.outputs.entries()].filter(([, { value }]) => value > 0n));
    const reason = inputs.some(({ created }) => created && left.has(created.transaction))
      ? 'descendants'
      : inputs.length === 0 || outputs.size === 0
        ? 'empty'
        : inputs.length > MAX_INPUTS || outputs.size > MAX_OUTPUTS
          ? 'tooLarge'
          : undefined;
    if (reason) {
      left.add(position);
      excluded[reason] += 1;
      continue;
    }
    const dropped = { inputs: sources.length - inputs.length, outputs: bitcoin.outputs.length - outputs.size };
    transactions.push({ position, inputs, outputs, dropped });
  }
  return { transactions, excluded };
};

const total = (outputs: readonly BitcoinOutput[]): bigint => outputs.reduce((sum, { value }) => sum + value, 0n);

const refused = (transaction: number, what: string): NodeError =>
  new NodeError('workload', `Bitcoin transaction ${transaction} ${what}`, { transaction });
