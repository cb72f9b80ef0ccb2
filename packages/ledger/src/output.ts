import { type Cursor, putBytes, putU64, takeBytes, takeU64 } from './cursor.ts';
import { LedgerError } from './error.ts';
import { MAX_AMOUNT, type Output } from './transaction.ts';

/** Bytes of an encoded output: amount (8) and owner (32). */
export const OUTPUT_BYTES = 40;

/** Reads an output at the cursor. */
export const takeOutput = (cursor: Cursor): Output => ({ amount: takeU64(cursor), owner: takeBytes(cursor, 32) });

/** Writes an output at the cursor. */
export function putOutput(cursor: Cursor, { amount, owner }: Output): void {
  putU64(cursor, amount, 'amount');
  putBytes(cursor, owner, 32, 'owner');
}

/** The 40 bytes amount ‖ owner, an output's value in the table of outputs; throws `out-of-range`, also for amount 0. */
export function encodeOutput({ amount, owner }: Output): Uint8Array {
  if (owner.length !== 32) throw new LedgerError('out-of-range', `owner: ${owner.length} bytes, 32 wanted`);
  const bytes = new Uint8Array(OUTPUT_BYTES);
  writeAmount(bytes, amount);
  bytes.set(owner, 8);
  return bytes;
}

/** The output in 40 bytes; throws `malformed` for any other length and for amount 0. */
export const decodeOutput = (bytes: Uint8Array): Output => viewOutput(new Uint8Array(bytes));

/** As `decodeOutput`, the owner a view into `bytes`. */
export function viewOutput(bytes: Uint8Array): Output {
  assertOutput(bytes);
  return { amount: readAmount(bytes), owner: bytes.subarray(8) };
}

function assertOutput(bytes: Uint8Array): void {
  if (bytes.length !== OUTPUT_BYTES) throw new LedgerError('malformed', `output: ${bytes.length} bytes, 40 wanted`);
}

/** Whether `bytes` encode an output, or both are undefined; throws as `decodeOutput` does. */
export function isOutput(output: Output | undefined, bytes: Uint8Array | undefined): boolean {
  if (bytes === undefined) return output === undefined;
  assertOutput(bytes);
  if (readAmount(bytes) !== output?.amount) return false;
  for (let i = 0; i < 32; i++) if (bytes[8 + i] !== output.owner[i]) return false;
  return true;
}

/** The 8 bytes of an amount, a value in the table of fees; throws `out-of-range` unless it is 1..2^64-1. */
export function encodeAmount(amount: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  writeAmount(bytes, amount);
  return bytes;
}

/** The amount in 8 bytes; throws `malformed` for any other length and for 0. */
export function decodeAmount(bytes: Uint8Array): bigint {
  if (bytes.length !== 8) throw new LedgerError('malformed', `amount: ${bytes.length} bytes, 8 wanted`);
  return readAmount(bytes);
}

const TWO_32 = 0x1_0000_0000;

function writeAmount(bytes: Uint8Array, amount: bigint): void {
  if (amount < 1n || amount > MAX_AMOUNT) throw new LedgerError('out-of-range', `amount: ${amount}, 1..2^64-1 wanted`);
  let high = Number(amount >> 32n);
  let low = Number(amount & 0xffffffffn);
  for (let i = 3; i >= 0; i--, high >>>= 8, low >>>= 8) {
    bytes[i] = high;
    bytes[i + 4] = low;
  }
}

function readAmount(bytes: Uint8Array): bigint {
  const high = ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
  const low = ((bytes[4]! << 24) | (bytes[5]! << 16) | (bytes[6]! << 8) | bytes[7]!) >>> 0;
  if (high === 0 && low === 0) throw new LedgerError('malformed', 'amount: 0 is no entry');
  // Below 2^53 one conversion does it; most amounts are.
  return high < 0x20_0000 ? BigInt(high * TWO_32 + low) : (BigInt(high) << 32n) | BigInt(low);
}
