import type { BitcoinBlock } from './bitcoin-block.ts';
import type { Excluded, ExpressibleTransaction } from './expressible.ts';
import type { PlannedOutput, PlannedTransfer } from './workload.ts';

/** What became of a block. Inputs, outputs and all that follows them count the transfers, not what was left out. */
export interface WorkloadStats {
  /** Transactions in the Bitcoin block, with its coinbase. */
  readonly transactions: number;
  readonly excluded: Excluded;
  readonly transfers: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Inputs and outputs of value zero, which the ledger does not have: not among `inputs` and `outputs`. */
  readonly droppedInputs: number;
  readonly droppedOutputs: number;
  /** Inputs that spend an output of another transfer. */
  readonly withinBlock: number;
  /** Transfers that have such an input. */
  readonly dependent: number;
  /** The most transfers in a row in which each spends an output of the one before. */
  readonly deepestChain: number;
  /** Signatures: one for each distinct owner among a transfer's inputs. */
  readonly witnesses: number;
  /** Distinct owners. */
  readonly keys: number;
  /** Sum of the genesis outputs, in atomic units. */
  readonly supply: bigint;
  /** Sum of what the transfers take in and do not pay out, in atomic units. */
  readonly fees: bigint;
}

/** Counts what `buildWorkload` made; nothing here can fail. */
export const workloadStats = ({
  block,
  transactions,
  excluded,
  genesis,
  transfers,
  keys,
}: {
  readonly block: BitcoinBlock;
  readonly transactions: readonly ExpressibleTransaction[];
  readonly excluded: Excluded;
  readonly genesis: readonly PlannedOutput[];
  readonly transfers: readonly PlannedTransfer[];
  readonly keys: number;
}): WorkloadStats => {
  const depths = chainDepths(transfers);
  const inputs = transfers.flatMap((transfer) => transfer.inputs);
  const outputs = transfers.flatMap((transfer) => transfer.outputs);
  return {
    transactions: block.transactions.length,
    excluded,
    transfers: transfers.length,
    inputs: inputs.length,
    outputs: outputs.length,
    droppedInputs: transactions.reduce((sum, { dropped }) => sum + dropped.inputs, 0),
    droppedOutputs: transactions.reduce((sum, { dropped }) => sum + dropped.outputs, 0),
    withinBlock: inputs.filter(({ source }) => source.type === 'transfer').length,
    dependent: depths.filter((depth) => depth > 1).length,
    deepestChain: depths.reduce((deepest, depth) => Math.max(deepest, depth), 0),
    witnesses: transfers.reduce((sum, transfer) => sum + new Set(transfer.inputs.map(({ owner }) => owner)).size, 0),
    keys,
    supply: total(genesis),
    fees: total(inputs) - total(outputs),
  };
};

/** For each transfer, how many stand in the longest chain of spends that ends with it, itself included. */
const chainDepths = (transfers: readonly PlannedTransfer[]): number[] => {
  const depths: number[] = [];
  for (const { inputs } of transfers) {
    const before = inputs.map(({ source }) => (source.type === 'transfer' ? depths[source.transfer]! : 0));
    depths.push(1 + Math.max(...before));
  }
  return depths;
};

const total = (outputs: readonly PlannedOutput[]): bigint => outputs.reduce((sum, { amount }) => sum + amount, 0n);
