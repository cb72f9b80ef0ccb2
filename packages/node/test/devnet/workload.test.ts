import { describe, expect, test } from 'vitest';
import { assumeBitcoinUndo } from '../../src/devnet/assumed-undo.ts';
import { buildWorkload } from '../../src/devnet/workload.ts';
import { block, madeBlock, workload } from './blocks.ts';

const seedTag = 'test';
const none = { descendants: 0, empty: 0, tooLarge: 0 };
const refusal = (message: RegExp) =>
  expect.objectContaining({ name: 'NodeError', code: 'workload', message: expect.stringMatching(message) });

test('is deterministic, and its keys depend on the seed tag', () => {
  const [a, b] = [workload('227836'), workload('227836')].map(({ keys, ...rest }) => ({
    ...rest,
    keys: keys.map(({ publicKey }) => publicKey),
  }));
  expect(a).toEqual(b);
  const other = buildWorkload({ block: block('227836'), seedTag: 'other' });
  expect(other.transfers).toEqual(a!.transfers);
  expect(other.genesisOutputs).not.toEqual(a!.genesisOutputs);
});

test('tells how far it is', () => {
  const steps: [number, number][] = [];
  buildWorkload({ block: block('227836'), seedTag, onProgress: (done, all) => steps.push([done, all]) });
  expect(steps).toEqual(Array.from({ length: 99 }, (_, i) => [i + 1, 99]));
});

describe('leaves out, and counts', () => {
  test('outputs of value zero, and the inputs that spend them', () => {
    const { stats, transfers } = buildWorkload({
      block: madeBlock({ spends: ['outside'], pays: [0, 7, 0] }, { spends: ['outside', [1, 0], [1, 1]], pays: [3] }),
      seedTag,
    });
    expect(stats).toMatchObject({
      transfers: 2,
      inputs: 3,
      outputs: 2,
      droppedInputs: 1,
      droppedOutputs: 2,
      excluded: none,
    });
    expect(transfers[0]!.outputs.map(({ amount }) => amount)).toEqual([7n]);
    expect(transfers[1]!.inputs.map(({ source }) => source)).toEqual([
      { type: 'genesis', index: 1 },
      { type: 'transfer', transfer: 0, output: 0 },
    ]);
  });

  test('transactions that pay nothing, with all that descends from them', () => {
    const { stats, genesisOutputs } = buildWorkload({
      block: madeBlock(
        { spends: ['outside'], pays: [0] },
        { spends: ['outside'], pays: [300] },
        { spends: [[1, 0]], pays: [0] },
        { spends: [[2, 0]], pays: [100] },
      ),
      seedTag,
    });
    expect(stats).toMatchObject({ transfers: 2, excluded: { empty: 2, tooLarge: 0, descendants: 0 }, deepestChain: 2 });
    expect(genesisOutputs).toHaveLength(1);
  });

  test('transactions over 256 inputs or outputs, with all that descends from them', () => {
    const many = (count: number) => Array.from({ length: count }, () => 1);
    const outside = (count: number) => Array.from({ length: count }, () => 'outside' as const);
    const { stats, genesisOutputs } = buildWorkload({
      block: madeBlock(
        { spends: outside(257), pays: [1] },
        { spends: outside(1), pays: [...many(257)] },
        { spends: outside(256), pays: [...many(256), 0] },
        { spends: ['outside', [1, 0]], pays: [1] },
        { spends: [[4, 0]], pays: [1] },
        { spends: [[2, 256]], pays: [1] },
        { spends: [[3, 255]], pays: [1] },
      ),
      seedTag,
    });
    expect(stats).toMatchObject({
      transfers: 2,
      excluded: { empty: 0, tooLarge: 2, descendants: 3 },
      droppedOutputs: 1,
    });
    expect(genesisOutputs).toHaveLength(256);
  });
});

describe('refuses', () => {
  const made = madeBlock({ spends: ['outside'], pays: [5] }, { spends: ['outside', [1, 0]], pays: [9] });
  const script = Uint8Array.of(1);
  const undo = [[], [{ value: 5n, script }], [{ value: 4n, script }, made.transactions[1]!.outputs[0]!]];

  test('nothing of what fits', () => {
    expect(buildWorkload({ block: made, undo, seedTag }).stats).toMatchObject({ transfers: 2, supply: 9n, fees: 0n });
  });

  test.each([
    ['undo data for fewer transactions', undo.slice(0, 2), /transaction 2 has other inputs/],
    ['undo data for fewer inputs', [[], undo[1]!, undo[2]!.slice(1)], /transaction 2 has other inputs/],
    ['amounts that do not cover the outputs', [[], [{ value: 4n, script }], undo[2]!], /transaction 1 pays out more/],
    [
      'another amount for an output of the block',
      [
        [],
        undo[1]!,
        [
          { value: 3n, script },
          { value: 6n, script },
        ],
      ],
      /transaction 2 pays out more/,
    ],
    [
      'more than 21 million BTC in genesis',
      [[], [{ value: 2_100_000_000_000_000n, script }], undo[2]!],
      /exceed 21 million BTC/,
    ],
  ])('%s', (_, wrong, message) => {
    expect(() => buildWorkload({ block: made, undo: wrong, seedTag })).toThrow(refusal(message));
  });

  test('a block that pays out more than its own outputs hold', () => {
    const overspent = madeBlock({ spends: ['outside'], pays: [5] }, { spends: [[1, 0]], pays: [6] });
    expect(() => buildWorkload({ block: overspent, seedTag })).toThrow(refusal(/transaction 2 pays out more/));
  });
});

describe('amounts that nobody knows', () => {
  const amounts = (...transactions: Parameters<typeof madeBlock>) =>
    assumeBitcoinUndo(madeBlock(...transactions))
      .slice(1)
      .map((entries) => entries.map(({ value }) => value));

  test('cover the outputs and one satoshi a byte, split equally, the remainder to the first', () => {
    expect(amounts({ spends: ['outside', 'outside', 'outside'], pays: [1000, 1] })).toEqual([[367n, 367n, 367n]]);
    expect(amounts({ spends: ['outside', 'outside', 'outside'], pays: [1000, 3] })).toEqual([[368n, 368n, 367n]]);
  });

  test('are what the inputs within the block leave to be covered, and at least 1', () => {
    expect(
      amounts({ spends: ['outside'], pays: [500] }, { spends: ['outside', [1, 0], 'outside'], pays: [450] }),
    ).toEqual([[600n], [25n, 500n, 25n]]);
    expect(
      amounts({ spends: ['outside'], pays: [900] }, { spends: ['outside', [1, 0], 'outside'], pays: [9] }),
    ).toEqual([[1000n], [1n, 900n, 1n]]);
  });

  test('have owners that share nothing where the input does not show its script', () => {
    const undo = assumeBitcoinUndo(madeBlock({ spends: ['outside', 'outside'], pays: [1] })).flat();
    expect(undo[0]!.script).not.toEqual(undo[1]!.script);
    expect(undo.map(({ script }) => [script[0], script.length])).toEqual([
      [0x6a, 37],
      [0x6a, 37],
    ]);
  });
});
