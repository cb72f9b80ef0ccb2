import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BitcoinInput } from '../../src/devnet/bitcoin-transaction.ts';
import { parseBitcoinUndo } from '../../src/devnet/bitcoin-undo.ts';
import { spendsWithin } from '../../src/devnet/block-graph.ts';
import { spentScript } from '../../src/devnet/spent-script.ts';
import { type BlockName, block, rawUndo, shipped } from './blocks.ts';

const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');

/** Compares with the truth: how many scripts were found, and how many inputs do not show theirs. A wrong one fails. */
const compare = (pairs: readonly (readonly [BitcoinInput, Uint8Array])[]) => {
  const found = pairs.filter(([input, script]) => {
    const read = spentScript(input);
    if (read) expect(hex(read)).toBe(hex(script));
    return read !== undefined;
  });
  return { found: found.length, hidden: pairs.length - found.length };
};

test('finds the scripts of 1 424 of the 1 427 outputs that block 300 025 spends, and no wrong one', () => {
  const real = block('300025');
  const undo = parseBitcoinUndo(rawUndo(), real);
  const pairs = real.transactions
    .slice(1)
    .flatMap(({ inputs }, i) => inputs.map((input, j) => [input, undo[i + 1]![j]!.script] as const));
  expect(compare(pairs)).toEqual({ found: 1424, hidden: 3 });
});

const within = (name: BlockName) => {
  const { header, transactions } = block(name);
  return spendsWithin({ header, transactions }).flatMap((sources, i) =>
    sources.flatMap((source, j) =>
      source
        ? [[transactions[i]!.inputs[j]!, transactions[source.transaction]!.outputs[source.output]!.script] as const]
        : [],
    ),
  );
};

test.each(shipped)('finds the scripts of all outputs that block $name creates and spends', ({ name, counts }) => {
  expect(compare(within(name))).toEqual({ found: counts.within, hidden: 0 });
});

test('which are of every form: P2PKH, P2SH and P2WPKH', () => {
  const forms = new Set(within('1602407a').map(([, script]) => `${hex(script.subarray(0, 2))}/${script.length}`));
  expect([...forms].sort()).toEqual(['0014/22', '76a9/25', 'a914/23']);
});

const unlocking = (script: string, ...witness: string[]): BitcoinInput => ({
  txid: new Uint8Array(32),
  index: 0,
  sequence: 0,
  script: Buffer.from(script, 'hex'),
  witness: witness.map((item) => Buffer.from(item, 'hex')),
});
const signature = `3006020101020101${'01'}`;

test('and P2WSH: the example of BIP 143', () => {
  const script =
    '21026dccc749adc2a9d0d89497ac511f760f45c47dc5ed9cf352a58ac706453880aeadab210255a9626aebf5e29c0e6538428ba0d1dcf6ca98ffdf086aa8ced5e0d0215ea465ac';
  expect(hex(spentScript(unlocking('', '01', '02', script)))).toBe(
    '00205d1b56b63d714eebe542309525f484b7e9d6f686b3781b6f61ef925d66d6f6a0',
  );
});

test.each([
  ['nothing', unlocking('')],
  ['a signature alone, as for a bare key', unlocking(`09${signature}`)],
  ['signatures alone, as for a bare multisignature', unlocking(`0009${signature}09${signature}`)],
  ['an empty last push', unlocking('010100')],
  ['an opcode that pushes nothing', unlocking('0101ac')],
  ['a reserved opcode', unlocking('010150')],
  ['a push cut short', unlocking('0401')],
  ['OP_PUSHDATA1 without its length', unlocking('4c')],
  ['OP_PUSHDATA2 cut short', unlocking('4d0200aa')],
  ['OP_PUSHDATA4 of 4 GiB', unlocking('4effffffffaa')],
])('does not guess from %s', (_, input) => {
  expect(spentScript(input)).toBeUndefined();
});

test('reads a push in each of its lengths', () => {
  const script = '00'.repeat(60);
  const found = hex(spentScript(unlocking(`3c${script}`)));
  expect(found).toMatch(/^a914[0-9a-f]{40}87$/);
  for (const prefix of ['4c3c', '4d3c00', '4e3c000000'])
    expect(hex(spentScript(unlocking(prefix + script)))).toBe(found);
  expect(hex(spentScript(unlocking(`4f5160${'3c'}${script}`)))).toBe(found);
});

test('reads any script without failing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.array(fc.uint8Array({ maxLength: 40 })), (script, witness) => {
      const found = spentScript({ ...unlocking(''), script, witness });
      expect([undefined, 22, 23, 25, 34]).toContain(found?.length);
    }),
  );
});
