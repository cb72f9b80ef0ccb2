import { readFileSync } from 'node:fs';
import { type BitcoinBlock, parseBitcoinBlock } from '../../src/devnet/bitcoin-block.ts';
import type { BitcoinOutput, BitcoinTransaction } from '../../src/devnet/bitcoin-transaction.ts';
import { parseBitcoinUndo } from '../../src/devnet/bitcoin-undo.ts';
import { buildWorkload, type Workload } from '../../src/devnet/workload.ts';

/** What is known of each block: counts of its transactions, inputs and outputs, and of inputs that spend within it. */
export const shipped = [
  {
    name: '300025',
    folder: '../../data',
    hash: '0000000000000000821c4e0acc40f88bedbce3b73ba2358b5ade58a9022cc78c',
    counts: { transactions: 461, inputs: 1428, outputs: 1226, within: 188 },
  },
  {
    name: '227835',
    folder: '../data',
    hash: '00000000000001aa077d7aa84c532a4d69bdbff519609d1da0835261b7a74eb6',
    counts: { transactions: 122, inputs: 263, outputs: 229, within: 15 },
  },
  {
    name: '227836',
    folder: '../data',
    hash: '00000000000000d0dfd4c9d588d325dce4f32c1b31b7c0064cba7025a9b9adcc',
    counts: { transactions: 100, inputs: 191, outputs: 188, within: 4 },
  },
  {
    name: '481815',
    folder: '../data',
    hash: '000000000000000000893c019d81f2d48ee33892c12428f3121bbd16ed6db926',
    counts: { transactions: 2097, inputs: 4699, outputs: 4659, within: 336 },
  },
  {
    name: '1602407a',
    folder: '../data',
    hash: '0000000000000000001602407ac49862a7bca9d00f7f402db20b7be2f5de59d2',
    counts: { transactions: 3315, inputs: 5055, outputs: 8150, within: 971 },
  },
] as const;

export type BlockName = (typeof shipped)[number]['name'];

/** The bytes of a shipped block. */
export const rawBlock = (name: BlockName): Uint8Array => {
  const { folder } = shipped.find((block) => block.name === name)!;
  return new Uint8Array(readFileSync(new URL(`${folder}/mainnet-${name}.raw`, import.meta.url)));
};

export const block = (name: BlockName): BitcoinBlock => parseBitcoinBlock(rawBlock(name));

export const rawUndo = (): Uint8Array =>
  new Uint8Array(readFileSync(new URL('../../data/mainnet-300025-undo.raw', import.meta.url)));

/** The workload of a shipped block, with its undo data where they are at hand. */
export const workload = (name: BlockName): Workload => {
  const real = block(name);
  const undo = name === '300025' ? { undo: parseBitcoinUndo(rawUndo(), real) } : {};
  return buildWorkload({ block: real, seedTag: 'test', ...undo });
};

/** Bitcoin's first block, 285 bytes. */
export const firstBlock: Uint8Array = Buffer.from(
  '0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f61' +
    '7fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c01010000000100000000000000000000000000000000000000' +
    '00000000000000000000000000ffffffff4d04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368616e63' +
    '656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a0100' +
    '0000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de' +
    '5c384df7ba0b8d578a4c702b6bf11d5fac00000000',
  'hex',
);

/** A number in little-endian bytes. */
export const le = (value: number | bigint, length: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes.subarray(0, length);
};

const compactSize = (value: number): Buffer => {
  if (value < 0xfd) return le(value, 1);
  return value < 0x10000 ? Buffer.concat([le(0xfd, 1), le(value, 2)]) : Buffer.concat([le(0xfe, 1), le(value, 4)]);
};

const counted = (items: readonly Uint8Array[]): Buffer => Buffer.concat([compactSize(items.length), ...items]);
const lengthed = (bytes: Uint8Array): Buffer => Buffer.concat([compactSize(bytes.length), bytes]);

/** The encoder that the parser does not need: what is parsed and encoded again must be the bytes that were parsed. */
export const encodeTransaction = ({ version, inputs, outputs, lockTime, segwit }: BitcoinTransaction): Buffer =>
  Buffer.concat([
    le(version, 4),
    segwit ? Uint8Array.of(0, 1) : new Uint8Array(0),
    counted(inputs.map((i) => Buffer.concat([i.txid, le(i.index, 4), lengthed(i.script), le(i.sequence, 4)]))),
    counted(outputs.map(({ value, script }) => Buffer.concat([le(value, 8), lengthed(script)]))),
    ...(segwit ? inputs.map(({ witness }) => counted(witness.map(lengthed))) : []),
    le(lockTime, 4),
  ]);

export const encodeUndo = (undo: readonly (readonly BitcoinOutput[])[]): Buffer =>
  Buffer.concat(undo.flat().map(({ value, script }) => Buffer.concat([le(value, 8), lengthed(script)])));

export const encodeBlock = ({ header, transactions }: BitcoinBlock): Buffer =>
  Buffer.concat([
    le(header.version, 4),
    header.previous,
    header.merkleRoot,
    le(header.time, 4),
    le(header.bits, 4),
    le(header.nonce, 4),
    counted(transactions.map(encodeTransaction)),
  ]);

/** A coinbase and transactions that spend as told: `[position in the block, output]`, or 'outside' for an older output. */
export const madeBlock = (
  ...transactions: { spends: ('outside' | readonly [number, number])[]; pays: (number | bigint)[] }[]
): BitcoinBlock => {
  const { header, transactions: real } = block('227836');
  const made: BitcoinTransaction[] = [real[0]!];
  for (const [i, { spends, pays }] of transactions.entries()) {
    const position = i + 1;
    made.push({
      txid: new Uint8Array(32).fill(position),
      wtxid: new Uint8Array(32).fill(position),
      version: 1,
      lockTime: 0,
      size: 100,
      segwit: false,
      inputs: spends.map((spend, j) => ({
        txid:
          spend === 'outside'
            ? new Uint8Array(32).fill(0xff).fill(position, 0, 1)
            : (made[spend[0]]?.txid ?? new Uint8Array(32).fill(spend[0])),
        index: spend === 'outside' ? j : spend[1],
        script: new Uint8Array(0),
        sequence: 0,
        witness: [],
      })),
      outputs: pays.map((value, j) => ({ value: BigInt(value), script: Uint8Array.of(position, j >> 8, j & 0xff) })),
    });
  }
  return { header, transactions: made };
};
