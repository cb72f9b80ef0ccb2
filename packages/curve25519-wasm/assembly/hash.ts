/**
 * SHA-512 and SHA-256 over input that arrives in pieces: the host hands over whole blocks, then what is left of at most one
 * block with the length of everything.
 */
import { compress as compress256, INITIAL as INITIAL256 } from './compress256';
import { compress as compress512, INITIAL as INITIAL512 } from './compress512';
import { STATE, TAIL } from './layout';

export function start512(): void {
  memory.copy(STATE, INITIAL512, 64);
}

export function blocks512(bytes: usize, count: i32): void {
  compress512(STATE, bytes, count);
}

/** The digest, 64 bytes, after `rest` last bytes, fewer than 128, of `total` in all. */
export function finish512(o: usize, bytes: usize, rest: i32, total: u64): void {
  memory.fill(TAIL, 0, 256);
  memory.copy(TAIL, bytes, rest);
  store<u8>(TAIL + rest, 128);
  const count = rest < 112 ? 1 : 2;
  store<u64>(TAIL + (count << 7) - 8, bswap<u64>(total << 3));
  compress512(STATE, TAIL, count);
  for (let i: usize = 0; i < 64; i += 8) store<u64>(o + i, bswap<u64>(load<u64>(STATE + i)));
}

/** SHA-512 of bytes in one piece. */
export function sha512(o: usize, bytes: usize, length: i32): void {
  start512();
  blocks512(bytes, length >> 7);
  finish512(o, bytes + (length & ~127), length & 127, length);
}

export function start256(): void {
  memory.copy(STATE, INITIAL256, 32);
}

export function blocks256(bytes: usize, count: i32): void {
  compress256(STATE, bytes, count);
}

/** The digest, 32 bytes, after `rest` last bytes, fewer than 64, of `total` in all. */
export function finish256(o: usize, bytes: usize, rest: i32, total: u64): void {
  memory.fill(TAIL, 0, 128);
  memory.copy(TAIL, bytes, rest);
  store<u8>(TAIL + rest, 128);
  const count = rest < 56 ? 1 : 2;
  store<u64>(TAIL + (count << 6) - 8, bswap<u64>(total << 3));
  compress256(STATE, TAIL, count);
  for (let i: usize = 0; i < 32; i += 4) store<u32>(o + i, bswap<u32>(load<u32>(STATE + i)));
}

/** SHA-256 of bytes in one piece. */
export function sha256(o: usize, bytes: usize, length: i32): void {
  start256();
  blocks256(bytes, length >> 6);
  finish256(o, bytes + (length & ~63), length & 63, length);
}
