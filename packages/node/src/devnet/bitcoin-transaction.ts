import { createHash } from 'node:crypto';
import { type BitcoinReader, bitcoinReader, MAX_SATOSHI } from './bitcoin-reader.ts';

/** What a Bitcoin input says: the output it spends (`txid` in the order of the hash's bytes, `index` u32) and what unlocks it. */
export interface BitcoinInput {
  readonly txid: Uint8Array;
  readonly index: number;
  readonly script: Uint8Array;
  readonly sequence: number;
  /** The witness stack, empty without one (BIP 141). */
  readonly witness: readonly Uint8Array[];
}

/** A Bitcoin output: satoshi (0 to 21 million BTC) and the script that locks them. */
export interface BitcoinOutput {
  readonly value: bigint;
  readonly script: Uint8Array;
}

/** A Bitcoin transaction; byte fields are views of the bytes that were read. */
export interface BitcoinTransaction {
  /** Double SHA-256 without witness, 32 bytes; explorers print it reversed. */
  readonly txid: Uint8Array;
  /** Double SHA-256 with witness, 32 bytes (BIP 141); equals `txid` without one. */
  readonly wtxid: Uint8Array;
  readonly version: number;
  readonly inputs: readonly BitcoinInput[];
  readonly outputs: readonly BitcoinOutput[];
  readonly lockTime: number;
  /** Length in bytes without witness. */
  readonly size: number;
  /** Whether the bytes were in the form with witnesses. */
  readonly segwit: boolean;
}

/** SHA-256 twice over the concatenated parts: 32 bytes. */
export const sha256d = (...parts: readonly Uint8Array[]): Uint8Array => {
  const inner = createHash('sha256');
  for (const part of parts) inner.update(part);
  return new Uint8Array(createHash('sha256').update(inner.digest()).digest());
};

/** Whether the transaction creates coins: its only input spends nothing (zero hash, index 2^32 - 1). */
export const isCoinbase = ({ inputs }: BitcoinTransaction): boolean => inputs.length === 1 && spendsNothing(inputs[0]!);

/**
 * Parses the bytes of one Bitcoin transaction, with or without witness (BIP 144), and nothing after it.
 * Throws `NodeError` `bitcoin-block`.
 */
export const parseBitcoinTransaction = (bytes: Uint8Array): BitcoinTransaction => {
  const reader = bitcoinReader(bytes, 'bitcoin-block', 'Bitcoin transaction');
  const transaction = readBitcoinTransaction(reader);
  reader.end();
  return transaction;
};

/** An input without script: outpoint 36, length 1, sequence 4. */
const MINIMUM_INPUT = 41;
/** An output without script: value 8, length 1. */
const MINIMUM_OUTPUT = 9;

/** Reads one transaction where `reader` stands; throws as the reader does. */
export const readBitcoinTransaction = (reader: BitcoinReader): BitcoinTransaction => {
  const start = reader.offset();
  const version = reader.u32();
  // BIP 144: a zero where the number of inputs would stand is the marker, and the flag after it is 1.
  const segwit = reader.peek() === 0;
  if (segwit && reader.take(2)[1] !== 1) throw reader.error('no inputs, and no witness flag either');
  const bodyStart = reader.offset();
  const unlocked = Array.from({ length: positive(reader, reader.count(MINIMUM_INPUT), 'inputs') }, () => ({
    txid: reader.take(32),
    index: reader.u32(),
    script: reader.bytes(),
    sequence: reader.u32(),
  }));
  const outputs = Array.from({ length: positive(reader, reader.count(MINIMUM_OUTPUT), 'outputs') }, () => ({
    value: reader.value(),
    script: reader.bytes(),
  }));
  if (outputs.reduce((sum, { value }) => sum + value, 0n) > MAX_SATOSHI)
    throw reader.error('outputs over 21 million BTC');
  const bodyEnd = reader.offset();
  const inputs = unlocked.map((input) => ({
    ...input,
    witness: segwit ? Array.from({ length: reader.count(1) }, () => reader.bytes()) : [],
  }));
  if (segwit && inputs.every(({ witness }) => witness.length === 0))
    throw reader.error('witness form without a witness');
  const lockTime = reader.u32();
  if (inputs.length > 1 && inputs.some(spendsNothing)) throw reader.error('an input spends nothing');

  const end = reader.offset();
  const txid = sha256d(
    reader.between(start, start + 4),
    reader.between(bodyStart, bodyEnd),
    reader.between(end - 4, end),
  );
  return {
    txid,
    wtxid: segwit ? sha256d(reader.between(start, end)) : txid,
    version,
    inputs,
    outputs,
    lockTime,
    size: bodyEnd - bodyStart + 8,
    segwit,
  };
};

const positive = (reader: BitcoinReader, count: number, what: string): number => {
  if (count === 0) throw reader.error(`no ${what}`);
  return count;
};

const spendsNothing = ({ txid, index }: Pick<BitcoinInput, 'txid' | 'index'>): boolean =>
  index === 0xffffffff && txid.every((byte) => byte === 0);
