/**
 * Scalars modulo ℓ = 2^252 + 27742317777372353535851937790883648493, in limbs of 21 bits: 2^252 is congruent to the
 * limbs 666643, 470296, 654183, -997805, 136657, -683901 (Bernstein, Duif, Lange, Schwabe and Yang, ref10). The sequence
 * of instructions is the same for all values.
 */
import { LIMBS, LIMBS_A, LIMBS_B } from './layout';

// @ts-ignore: decorator
@inline function at(i: i32): usize {
  return LIMBS + (<usize>i << 3);
}

/** Takes limb i, which weighs 2^(21 i), down by twelve places. */
function fold(i: i32): void {
  const s = load<i64>(at(i));
  const o = at(i - 12);
  store<i64>(o, load<i64>(o, 0) + s * 666643, 0);
  store<i64>(o, load<i64>(o, 8) + s * 470296, 8);
  store<i64>(o, load<i64>(o, 16) + s * 654183, 16);
  store<i64>(o, load<i64>(o, 24) - s * 997805, 24);
  store<i64>(o, load<i64>(o, 32) + s * 136657, 32);
  store<i64>(o, load<i64>(o, 40) - s * 683901, 40);
  store<i64>(at(i), 0);
}

/** Carries from every second limb, rounding. */
function carryRounding(from: i32, to: i32): void {
  for (let i = from; i <= to; i += 2) {
    const c = (load<i64>(at(i)) + 1048576) >> 21;
    store<i64>(at(i + 1), load<i64>(at(i + 1)) + c);
    store<i64>(at(i), load<i64>(at(i)) - (c << 21));
  }
}

function carryDown(to: i32): void {
  for (let i = 0; i <= to; i++) {
    const c = load<i64>(at(i)) >> 21;
    store<i64>(at(i + 1), load<i64>(at(i + 1)) + c);
    store<i64>(at(i), load<i64>(at(i)) - (c << 21));
  }
}

/** The 24 limbs to 32 bytes of the value from 0 to ℓ - 1. */
function reduce(o: usize): void {
  for (let i = 23; i >= 18; i--) fold(i);
  carryRounding(6, 16);
  carryRounding(7, 15);
  for (let i = 17; i >= 12; i--) fold(i);
  carryRounding(0, 10);
  carryRounding(1, 11);
  fold(12);
  carryDown(11);
  fold(12);
  carryDown(10);
  let buffer: u64 = 0;
  let bits = 0;
  for (let i = 0; i < 12; i++) {
    buffer |= <u64>load<i64>(at(i)) << bits;
    bits += 21;
    while (bits >= 8) {
      store<u8>(o++, <u8>buffer);
      buffer >>= 8;
      bits -= 8;
    }
  }
  store<u8>(o, <u8>buffer);
}

/** `count` limbs of 21 bits, the last one larger, from bytes that `length` says are there. */
function split(limbs: usize, count: i32, bytes: usize, length: i32): void {
  let buffer: u64 = 0;
  let bits = 0;
  let next = 0;
  for (let i = 0; i < count - 1; i++) {
    while (bits < 21) {
      buffer |= <u64>load<u8>(bytes + next++) << bits;
      bits += 8;
    }
    store<i64>(limbs + (<usize>i << 3), buffer & 2097151);
    buffer >>= 21;
    bits -= 21;
  }
  while (next < length) {
    buffer |= <u64>load<u8>(bytes + next++) << bits;
    bits += 8;
  }
  store<i64>(limbs + (<usize>(count - 1) << 3), buffer);
}

/** o = 64 bytes modulo ℓ. */
export function reduceWide(o: usize, bytes: usize): void {
  split(LIMBS, 24, bytes, 64);
  reduce(o);
}

/** o = a b + c modulo ℓ, of 32 bytes each, any values. */
export function multiplyAdd(o: usize, a: usize, b: usize, c: usize): void {
  split(LIMBS_A, 12, a, 32);
  split(LIMBS_B, 12, b, 32);
  memory.fill(LIMBS, 0, 192);
  split(LIMBS, 12, c, 32);
  for (let i = 0; i < 12; i++) {
    const x = load<i64>(LIMBS_A + (<usize>i << 3));
    for (let j = 0; j < 12; j++) {
      const sum = at(i + j);
      store<i64>(sum, load<i64>(sum) + x * load<i64>(LIMBS_B + (<usize>j << 3)));
    }
  }
  carryRounding(0, 22);
  carryRounding(1, 21);
  reduce(o);
}

/** o = -a modulo ℓ, of a from 0 to ℓ - 1. */
export function negateScalar(o: usize, a: usize): void {
  // (ℓ - 1) a modulo ℓ
  multiplyAdd(o, a, MINUS_ONE, ZERO);
}

/** ℓ itself, and ℓ - 1. */
export const ORDER: usize = memory.data<u64>([0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000]);
const MINUS_ONE: usize = memory.data<u64>([0x5812631a5cf5d3ec, 0x14def9dea2f79cd6, 0, 0x1000000000000000]);
const ZERO: usize = memory.data<u64>([0, 0, 0, 0]);

/** Whether 32 public bytes are below ℓ. */
export function isReducedVartime(bytes: usize): i32 {
  for (let i: i32 = 24; i >= 0; i -= 8) {
    const own = load<u64>(bytes + i);
    const limit = load<u64>(MINUS_ONE + i);
    if (own != limit) return <i32>(own < limit);
  }
  return 1;
}
