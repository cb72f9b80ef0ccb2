import { NodeError } from '../errors.ts';
import { type BitcoinBlock, displayHash } from './bitcoin-block.ts';

/** An output that the block itself creates: the position of its transaction in the block, and of the output in that. */
export interface CreatedOutput {
  readonly transaction: number;
  readonly output: number;
}

/**
 * Which inputs of a block spend its own outputs: for each transaction, for each input, the output, or undefined for
 * one made before the block. Throws `NodeError` `bitcoin-block` where a block could not be valid: two transactions
 * with one id, an output spent twice, or by a transaction that does not come after it, one that does not exist, or the
 * coinbase's, which cannot be spent for 100 blocks.
 */
export const spendsWithin = (block: BitcoinBlock): (CreatedOutput | undefined)[][] => {
  const positions = new Map<string, number>();
  for (const [position, { txid }] of block.transactions.entries()) {
    const id = displayHash(txid);
    if (positions.has(id)) throw refused(position, 'repeats an earlier one', { id });
    positions.set(id, position);
  }
  const spent = new Set<string>();
  return block.transactions.map(({ inputs }, position) =>
    inputs.map(({ txid, index }) => {
      const id = displayHash(txid);
      const outpoint = `${id}:${index}`;
      if (spent.has(outpoint)) throw refused(position, 'spends an output that is already spent', { outpoint });
      spent.add(outpoint);
      const transaction = positions.get(id);
      if (transaction === undefined) return undefined;
      if (transaction >= position) throw refused(position, 'spends an output that comes later', { outpoint });
      if (transaction === 0) throw refused(position, 'spends the coinbase of its own block', { outpoint });
      if (index >= block.transactions[transaction]!.outputs.length)
        throw refused(position, 'spends an output that does not exist', { outpoint });
      return { transaction, output: index };
    }),
  );
};

const refused = (
  transaction: number,
  what: string,
  facts: Readonly<Record<string, string | number | bigint>>,
): NodeError =>
  new NodeError('bitcoin-block', `Bitcoin block: transaction ${transaction} ${what}`, { transaction, ...facts });
