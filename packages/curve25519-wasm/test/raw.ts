import { type Core, type Exports, openCore } from '../src/core.ts';

/** What the module exports beside what the package calls, for these tests to compare part by part. */
interface Parts extends Exports {
  decodeZip215(o: number, bytes: number): number;
  fromAffine(o: number, q: number): void;
  add(o: number, a: number, b: number): void;
  sub(o: number, a: number, b: number): void;
  mul(o: number, a: number, b: number): void;
  carry(o: number, a: number): void;
  square(o: number, a: number): void;
  squareTimes(o: number, a: number, n: number): void;
  fromBytes(o: number, bytes: number): void;
  toBytes(bytes: number, a: number): void;
  invert(o: number, a: number): void;
  isReducedVartime(bytes: number): number;
  multiplyAdd(o: number, a: number, b: number, c: number): void;
  negateScalar(o: number, a: number): void;
  reduceWide(o: number, bytes: number): void;
}

export const core: Core = openCore();
export const parts: Parts = core.wasm as Parts;
export const p: bigint = 2n ** 255n - 19n;
export const order: bigint = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn;
export const mod = (a: bigint, m: bigint = p): bigint => ((a % m) + m) % m;

core.reserve(1 << 20);
/** The k-th of places 4096 bytes apart. */
export const place = (k: number): number => core.heap + 4096 * k;

const start = (i: number): bigint => BigInt(Math.ceil(25.5 * i));
/** Writes ten limbs, of any sign. */
export const putLimbs = (at: number, limbs: readonly bigint[]): void => {
  limbs.forEach((limb, i) => {
    core.view().setBigInt64(at + 8 * i, limb, true);
  });
};
export const getLimbs = (at: number): bigint[] =>
  Array.from({ length: 10 }, (_, i) => core.view().getBigInt64(at + 8 * i, true));
export const numberOf = (limbs: readonly bigint[]): bigint =>
  limbs.reduce((sum, limb, i) => sum + limb * 2n ** start(i), 0n);
/** What a carried limb may be at most: 2^26 or 2^25 + 2^17. */
export const carried = (i: number): bigint => (i % 2 === 0 ? 2n ** 26n : 2n ** 25n + 2n ** 17n);

export const put = (at: number, bytes: Uint8Array): void => core.bytes().set(bytes, at);
export const get = (at: number, length: number): Uint8Array => core.bytes().slice(at, at + length);
