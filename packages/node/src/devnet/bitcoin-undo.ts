import type { BitcoinBlock } from './bitcoin-block.ts';
import { bitcoinReader } from './bitcoin-reader.ts';
import { type BitcoinOutput, isCoinbase } from './bitcoin-transaction.ts';
import { spendsWithin } from './block-graph.ts';

/**
 * Parses the undo data of a block: the output that each non-coinbase input spends, in order, as value (u64,
 * little-endian, at most 21 million BTC) and script (CompactSize length, bytes), and nothing else. An entry for an
 * output that the block itself creates must equal it. Returns the spent outputs, a list for each transaction (the
 * coinbase's is empty), as views of `bytes`. Throws `NodeError` `bitcoin-undo`, and `bitcoin-block` as `spendsWithin`.
 */
export const parseBitcoinUndo = (bytes: Uint8Array, block: BitcoinBlock): BitcoinOutput[][] => {
  const reader = bitcoinReader(bytes, 'bitcoin-undo', 'Bitcoin undo data');
  const spent = spendsWithin(block).map((sources, transaction) =>
    (isCoinbase(block.transactions[transaction]!) ? [] : sources).map((source) => {
      const entry = { value: reader.value(), script: reader.bytes() };
      const created = source && block.transactions[source.transaction]!.outputs[source.output]!;
      if (created && (created.value !== entry.value || Buffer.compare(created.script, entry.script) !== 0))
        throw reader.error('an entry is not the output that the block creates', { transaction });
      return entry;
    }),
  );
  reader.end();
  return spent;
};
