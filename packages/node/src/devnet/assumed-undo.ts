import type { BitcoinBlock } from './bitcoin-block.ts';
import { type BitcoinInput, type BitcoinOutput, type BitcoinTransaction, isCoinbase } from './bitcoin-transaction.ts';
import { spendsWithin } from './block-graph.ts';
import { spentScript } from './spent-script.ts';

/**
 * A stand-in for the undo data of a block that came without: the same shape as `parseBitcoinUndo` returns, the block's
 * own outputs as they are, and of each output made before the block an assumption:
 * - Script: what the input shows of it (`spentScript`); if nothing, a stand-in that no other input shares.
 * - Amount: the transaction's outputs and a fee of one satoshi for each byte of it (without witness), less what it
 *   spends within the block, split equally over its unknown inputs, the remainder one each to the first; at least 1 each.
 * So the graph and most owners are real, the amounts and fees are not. Throws `NodeError` `bitcoin-block` as `spendsWithin`.
 */
export const assumeBitcoinUndo = (block: BitcoinBlock): BitcoinOutput[][] =>
  spendsWithin(block).map((sources, position) => {
    const transaction = block.transactions[position]!;
    if (isCoinbase(transaction)) return [];
    const known = sources.map((source) => source && block.transactions[source.transaction]!.outputs[source.output]!);
    const amounts = assumedAmounts(transaction, known);
    return transaction.inputs.map(
      (input, i) => known[i] ?? { value: amounts.shift()!, script: spentScript(input) ?? standIn(input) },
    );
  });

/** Amounts for the inputs that are not known, in order. */
const assumedAmounts = (
  { outputs, size }: BitcoinTransaction,
  known: readonly (BitcoinOutput | undefined)[],
): bigint[] => {
  const unknown = known.filter((output) => output === undefined).length;
  if (unknown === 0) return [];
  const count = BigInt(unknown);
  const missing =
    outputs.reduce((sum, { value }) => sum + value, BigInt(size)) -
    known.reduce((sum, output) => sum + (output?.value ?? 0n), 0n);
  const split = missing > count ? missing : count;
  return Array.from({ length: unknown }, (_, i) => split / count + (BigInt(i) < split % count ? 1n : 0n));
};

/** OP_RETURN and the outpoint: no output that was ever spent has such a script. */
const standIn = ({ txid, index }: BitcoinInput): Uint8Array => {
  const script = new Uint8Array(37);
  script[0] = 0x6a;
  script.set(txid, 1);
  new DataView(script.buffer).setUint32(33, index, true);
  return script;
};
