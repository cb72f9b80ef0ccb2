import {
  applyTransactions,
  checkBody,
  createUtxoSet,
  decodeTransaction,
  encodeTransaction,
  genesisDelta,
} from '@ios/ledger';
import { describe, expect, test } from 'vitest';
import { signTransfers } from '../../src/devnet/sign-transfers.ts';
import type { WorkloadStats } from '../../src/devnet/workload-stats.ts';
import { type BlockName, block, shipped, workload } from './blocks.ts';

const total = (outputs: readonly { readonly amount: bigint }[]) =>
  outputs.reduce((sum, { amount }) => sum + amount, 0n);

/** What becomes of the shipped blocks; counted apart from this code, with the assumed fees of one satoshi a byte. */
const expected: Record<BlockName, Partial<WorkloadStats>> = {
  '300025': {
    outputs: 1225,
    droppedOutputs: 0,
    dependent: 102,
    deepestChain: 14,
    witnesses: 970,
    keys: 1667,
    supply: 213778496097n,
    fees: 7773345n,
  },
  '227835': {
    outputs: 228,
    droppedOutputs: 0,
    dependent: 14,
    deepestChain: 4,
    witnesses: 203,
    keys: 293,
    supply: 161298400155n,
    fees: 601225n,
  },
  '227836': {
    outputs: 187,
    droppedOutputs: 0,
    dependent: 4,
    deepestChain: 3,
    witnesses: 175,
    keys: 250,
    supply: 51377259294n,
    fees: 138972n,
  },
  '481815': {
    outputs: 4629,
    droppedOutputs: 28,
    dependent: 315,
    deepestChain: 25,
    witnesses: 4148,
    keys: 7532,
    supply: 506288423164n,
    fees: 27239581n,
  },
  '1602407a': {
    outputs: 7173,
    droppedOutputs: 975,
    dependent: 951,
    deepestChain: 25,
    witnesses: 4597,
    keys: 8426,
    supply: 1010321375900n,
    fees: 11197176n,
  },
};

describe.each(shipped)('block $name', ({ name, counts }) => {
  const planned = workload(name);
  const { genesisOutputs, transfers, keys, stats } = planned;
  const terms = { chain: new Uint8Array(32).fill(1), chainName: new Uint8Array(32).fill(2), expiry: 2 };
  const signed = signTransfers(planned, terms);

  test('keeps every transaction but the coinbase, every input and every output with a value', () => {
    expect(stats).toMatchObject({
      ...expected[name],
      transactions: counts.transactions,
      transfers: counts.transactions - 1,
      excluded: { descendants: 0, empty: 0, tooLarge: 0 },
      inputs: counts.inputs - 1,
      withinBlock: counts.within,
      droppedInputs: 0,
    });
    const [coinbase] = block(name).transactions;
    expect(stats.outputs + stats.droppedOutputs).toBe(counts.outputs - coinbase!.outputs.length);
    expect(transfers).toHaveLength(stats.transfers);
    expect(keys).toHaveLength(stats.keys);
  });

  test('spends each output of genesis once, in order, and each other output after it was made', () => {
    const sources = transfers.flatMap(({ inputs }, transfer) => inputs.map((input) => ({ ...input, transfer })));
    const fromGenesis = sources.flatMap((input) => (input.source.type === 'genesis' ? [input] : []));
    expect(fromGenesis.map(({ source }) => source)).toEqual(
      genesisOutputs.map((_, index) => ({ type: 'genesis', index })),
    );
    expect(fromGenesis.map(({ amount, owner }) => ({ amount, owner: keys[owner]!.publicKey }))).toEqual(genesisOutputs);
    const spent = new Set<string>();
    for (const { source, amount, owner, transfer } of sources) {
      if (source.type === 'genesis') continue;
      expect(source.transfer).toBeLessThan(transfer);
      expect(transfers[source.transfer]!.outputs[source.output]).toEqual({ amount, owner });
      spent.add(`${source.transfer}:${source.output}`);
    }
    expect(spent.size).toBe(stats.withinBlock);
  });

  test('conserves what there is: genesis is what remains unspent and the fees', () => {
    expect(stats.supply).toBe(total(genesisOutputs));
    const outputs = transfers.flatMap((transfer) => transfer.outputs);
    const spentWithin = transfers.flatMap(({ inputs }) => inputs.filter(({ source }) => source.type === 'transfer'));
    expect(stats.supply).toBe(total(outputs) - total(spentWithin) + stats.fees);
    expect([...genesisOutputs, ...outputs].every(({ amount }) => amount >= 1n)).toBe(true);
  });

  test('applies in order over genesis, pays the counted fees, and conserves the supply', () => {
    const set = createUtxoSet();
    set.apply(genesisDelta(genesisOutputs, terms.chainName));
    expect(set.supply()).toBe(stats.supply);
    const context = { chain: terms.chain, epoch: 1 };
    expect(signed.map(({ body }) => checkBody(body, context)).filter(({ valid }) => !valid)).toEqual([]);
    const applied = applyTransactions(set, signed, context);
    if (!applied.valid) throw new Error(`transfer ${applied.index}: ${applied.rejection.code}`);
    expect(applied.results).toHaveLength(stats.transfers);
    expect(applied.fees).toBe(stats.fees);
    set.apply(applied.delta);
    expect(set.supply()).toBe(stats.supply - stats.fees);
    expect(set.size()).toBe(genesisOutputs.length - stats.inputs + stats.outputs);
  });

  test('every transfer has its encoding and all its witnesses', () => {
    expect(signed.reduce((sum, { witnesses }) => sum + witnesses.length, 0)).toBe(stats.witnesses);
    for (const transaction of signed) {
      const bytes = encodeTransaction(transaction);
      expect(Buffer.compare(encodeTransaction(decodeTransaction(bytes)), bytes)).toBe(0);
    }
  });
});
