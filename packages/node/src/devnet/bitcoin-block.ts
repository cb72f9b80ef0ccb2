import { NodeError } from '../errors.ts';
import { type BitcoinReader, bitcoinReader } from './bitcoin-reader.ts';
import { type BitcoinTransaction, isCoinbase, readBitcoinTransaction, sha256d } from './bitcoin-transaction.ts';

/** The 80 bytes before a block's transactions; hashes are 32 bytes in the order that SHA-256 gives. */
export interface BitcoinHeader {
  /** Double SHA-256 of the header; explorers print it reversed. */
  readonly hash: Uint8Array;
  readonly version: number;
  readonly previous: Uint8Array;
  readonly merkleRoot: Uint8Array;
  /** Seconds since 1970. */
  readonly time: number;
  /** The target of the proof of work, compact form. */
  readonly bits: number;
  readonly nonce: number;
}

/** A Bitcoin block: its transactions in order, the coinbase first. Byte fields are views of the bytes that were read. */
export interface BitcoinBlock {
  readonly header: BitcoinHeader;
  readonly transactions: readonly BitcoinTransaction[];
}

/** The longest block in bytes: no block of at most 4 million weight units is longer (BIP 141). */
export const MAX_BITCOIN_BLOCK = 4_000_000;

/** version 4, inputs 1 + 41, outputs 1 + 9, lock time 4 */
const MINIMUM_TRANSACTION = 60;

/**
 * Parses a raw Bitcoin block of mainnet and recomputes what its header commits to: proof of work, Merkle root, and, if
 * a transaction carries a witness, the witness commitment (BIP 141); so a changed byte anywhere is an error. Scripts,
 * signatures and the links to earlier blocks are not checked. Throws `NodeError` `bitcoin-block`.
 */
export const parseBitcoinBlock = (bytes: Uint8Array): BitcoinBlock => {
  const reader = bitcoinReader(bytes, 'bitcoin-block', 'Bitcoin block');
  if (bytes.length > MAX_BITCOIN_BLOCK) throw reader.error('longer than a block can be', { limit: MAX_BITCOIN_BLOCK });
  const header = readHeader(reader);
  const count = reader.count(MINIMUM_TRANSACTION);
  const transactions = Array.from({ length: count }, () => readBitcoinTransaction(reader));
  reader.end();
  const [coinbase, ...rest] = transactions;
  if (!coinbase || !isCoinbase(coinbase)) throw reader.error('the first transaction is not a coinbase');
  if (rest.some(isCoinbase)) throw reader.error('more than one coinbase');
  if (!same(bitcoinMerkleRoot(transactions.map(({ txid }) => txid)), header.merkleRoot))
    throw reader.error('the Merkle root of the transactions is not the one in the header');
  if (transactions.some(({ segwit }) => segwit)) checkWitnessCommitment(reader, coinbase, transactions);
  return { header, transactions };
};

/** A hash as explorers print it: 64 hex digits, bytes reversed. */
export const displayHash = (hash: Uint8Array): string => Buffer.from(hash).reverse().toString('hex');

/**
 * Bitcoin's Merkle root over at least one hash of 32 bytes: double SHA-256, and the last node of an odd level is paired
 * with itself. Because of that rule a list with repeated hashes can have the root of a shorter one (CVE-2012-2459):
 * two equal siblings throw `NodeError` `bitcoin-block`.
 */
export const bitcoinMerkleRoot = (hashes: readonly Uint8Array[]): Uint8Array => {
  let level = hashes;
  while (level.length > 1) {
    const next: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i]!;
      const right = level[i + 1];
      if (right && same(left, right))
        throw new NodeError('bitcoin-block', 'Bitcoin block: repeated transactions (CVE-2012-2459)', { index: i });
      next.push(sha256d(left, right ?? left));
    }
    level = next;
  }
  return level[0]!;
};

const readHeader = (reader: BitcoinReader): BitcoinHeader => {
  const version = reader.u32();
  const previous = reader.take(32);
  const merkleRoot = reader.take(32);
  const time = reader.u32();
  const bits = reader.u32();
  const nonce = reader.u32();
  const hash = sha256d(reader.between(0, 80));
  if (BigInt(`0x${displayHash(hash)}`) > target(reader, bits)) throw reader.error('no proof of work');
  return { hash, version, previous, merkleRoot, time, bits, nonce };
};

/** The easiest target of mainnet. */
const WEAKEST_TARGET = (1n << 224n) - 1n;

/** The compact form is a float to the base 256: exponent in the top byte, sign in bit 23, 23 bits of mantissa. */
const target = (reader: BitcoinReader, bits: number): bigint => {
  const exponent = bits >>> 24;
  const mantissa = BigInt(bits & 0x7fffff);
  const value = exponent <= 3 ? mantissa >> BigInt(8 * (3 - exponent)) : mantissa << BigInt(8 * (exponent - 3));
  if ((bits & 0x800000) !== 0 || value === 0n || value > WEAKEST_TARGET)
    throw reader.error('the target is out of range', { bits });
  return value;
};

/** OP_RETURN, a push of 36 bytes, and the commitment's four bytes of header (BIP 141). */
const COMMITMENT_PREFIX = Uint8Array.of(0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed);

/** BIP 141: the last such output of the coinbase holds H(Merkle root of the wtxids, the coinbase's own counted as zero ‖ reserved value). */
const checkWitnessCommitment = (
  reader: BitcoinReader,
  coinbase: BitcoinTransaction,
  transactions: readonly BitcoinTransaction[],
): void => {
  const commitment = coinbase.outputs.findLast(
    ({ script }) => script.length >= 38 && same(script.subarray(0, 6), COMMITMENT_PREFIX),
  );
  if (!commitment) throw reader.error('witnesses without a witness commitment');
  const [reserved, ...rest] = coinbase.inputs[0]!.witness;
  if (reserved?.length !== 32 || rest.length > 0) throw reader.error('the coinbase has no witness reserved value');
  const wtxids = transactions.map(({ wtxid }, i) => (i === 0 ? new Uint8Array(32) : wtxid));
  if (!same(sha256d(bitcoinMerkleRoot(wtxids), reserved), commitment.script.subarray(6, 38)))
    throw reader.error('the witnesses are not those that the coinbase commits to');
};

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
