/**
 * ZIP215 over slots. Slot i is: R and A affine at points (480 bytes), the scalars of both (64), k (32), and 96 bytes that
 * bind the signature, SHA-512(R ‖ A ‖ M) ‖ S, behind a prefix of 64 bytes before them all.
 */
import { addPoint, decodeZip215, fromAffine, isSmallOrder } from './edwards';
import { sha512 } from './hash';
import { AFFINE, BYTES, IN_A, IN_B, IN_BYTES, IN_SCALAR, OUT, POINT } from './layout';
import { multiplyBase } from './multiply';
import { isReducedVartime, multiplyAdd, negateScalar, reduceWide } from './scalar';
import { pippengerVartime, strausVartime } from './sums';

const PREFIX: usize = 64;
const DIGEST: usize = 96;
const ONE: usize = memory.data<u64>([1, 0, 0, 0]);

// @ts-ignore: decorator
@inline function digestAt(digests: usize, i: i32): usize {
  return digests + PREFIX + <usize>i * DIGEST;
}

/**
 * Fills slot i from R ‖ A at IN_A, S at IN_SCALAR and SHA-512(R ‖ A ‖ M) at IN_BYTES; 0 unless S < ℓ and both points
 * decode.
 */
export function parseVartime(i: i32, points: usize, ks: usize, digests: usize): i32 {
  const own = points + <usize>(2 * i) * AFFINE;
  if (!isReducedVartime(IN_SCALAR) || !decodeZip215(own, IN_A) || !decodeZip215(own + AFFINE, IN_A + 32)) return 0;
  const digest = digestAt(digests, i);
  memory.copy(digest, IN_BYTES, 64);
  memory.copy(digest + 64, IN_SCALAR, 32);
  reduceWide(ks + (<usize>i << 5), IN_BYTES);
  return 1;
}

/** The scalars of slot 0 for verification of one signature: 1 and k. */
export function weightOne(scalars: usize, ks: usize): void {
  memory.copy(scalars, ONE, 32);
  memory.copy(scalars + 32, ks, 32);
}

/**
 * The scalars z and z k of `count` slots. The z, from 1 to 2^128 - 1, are the quarters of SHA-512(seed ‖ u64 counter),
 * the seed being SHA-512 of the prefix and all digests.
 */
export function weigh(count: i32, scalars: usize, ks: usize, digests: usize): void {
  sha512(IN_A, digests, <i32>PREFIX + count * <i32>DIGEST);
  for (let i = 0; i < count; i++) {
    if ((i & 3) == 0) {
      store<u64>(IN_A, i >> 2, 64);
      sha512(IN_BYTES, IN_A, 72);
    }
    const z = scalars + (<usize>i << 6);
    const quarter = IN_BYTES + (<usize>(i & 3) << 4);
    const low = load<u64>(quarter);
    const high = load<u64>(quarter, 8);
    store<u64>(z, low | <u64>((low | high) == 0));
    store<u64>(z, high, 8);
    memory.fill(z + 16, 0, 16);
    memory.fill(BYTES, 0, 32);
    multiplyAdd(z + 32, z, ks + (<usize>i << 5), BYTES);
  }
}

/**
 * Whether 8(Σ z R + Σ z k A - (Σ z S) B) is the neutral point over the slots from `low` to below `high`; by Straus's sum
 * if the window is 0, else by Pippenger's. The room is that of the two sums; Straus's has its points behind the digits.
 */
export function checkVartime(low: i32, high: i32, points: usize, scalars: usize, digests: usize, bits: i32, window: i32, room: usize, digits: usize): i32 {
  memory.fill(IN_SCALAR, 0, 32);
  for (let i = low; i < high; i++) {
    multiplyAdd(IN_SCALAR, scalars + (<usize>i << 6), digestAt(digests, i) + 64, IN_SCALAR);
  }
  negateScalar(IN_SCALAR, IN_SCALAR);
  const count = 2 * (high - low);
  const first = points + <usize>(2 * low) * AFFINE;
  const own = scalars + (<usize>low << 6);
  if (window == 0) {
    const extended = digits + (<usize>(count + 1) << 8);
    for (let i = 0; i < count; i++) fromAffine(extended + <usize>i * POINT, first + <usize>i * AFFINE);
    strausVartime(OUT, count, extended, own, IN_SCALAR, room, digits);
  } else {
    pippengerVartime(OUT, count, first, own, bits, window, digits, room);
    multiplyBase(IN_B, IN_SCALAR);
    addPoint(OUT, OUT, IN_B);
  }
  return isSmallOrder(OUT);
}
