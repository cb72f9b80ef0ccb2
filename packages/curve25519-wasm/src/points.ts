import type { Core, Exports } from './core.ts';
import { ORDER, writeScalar } from './scalar.ts';
import { bestWindow, digitsFor, roomFor } from './sums.ts';

/** An extended point as the module stores it: four coordinates of ten limbs, 320 bytes that never change. */
export type Limbs = Uint8Array;

/** Bytes of an extended point, an affine one, a field element. */
const POINT = 320;
const AFFINE = 240;
const FIELD = 80;
/** Terms that are summed at once, which bounds the memory. */
const TERMS = 8192;

/** Points share buffers, sixteen to one: an engine takes longer to allocate one than to add two points. */
const SHARED = 16 * POINT;
let shared: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
let used = 0;

/** A copy of the point that the module left at its output. */
export const result = (core: Core): Limbs => {
  if (used === shared.length) {
    shared = new Uint8Array(SHARED);
    used = 0;
  }
  const limbs = shared.subarray(used, used + POINT);
  limbs.set(core.bytes().subarray(core.out, core.out + POINT));
  used += POINT;
  return limbs;
};

/** The sum or the difference of two points. */
export const combined = (core: Core, operation: 'addPoint' | 'subtractPoint', a: Limbs, b: Limbs): Limbs => {
  core.bytes().set(a, core.inA);
  core.bytes().set(b, core.inB);
  core.wasm[operation](core.out, core.inA, core.inB);
  return result(core);
};

export const negated = (core: Core, a: Limbs): Limbs => {
  core.bytes().set(a, core.inA);
  core.wasm.negatePoint(core.out, core.inA);
  return result(core);
};

/** A multiple by a secret in range; the module's scratch memory is cleared. */
export const multiple = (core: Core, a: Limbs, scalar: bigint): Limbs => {
  core.bytes().set(a, core.inA);
  writeScalar(core.view(), core.inScalar, scalar);
  core.wasm.multiply(core.out, core.inA, core.inScalar);
  return resultOfSecret(core);
};

/** A multiple of the base point by a secret in range; the module's scratch memory is cleared. */
export const baseMultiple = (core: Core, scalar: bigint): Limbs => {
  writeScalar(core.view(), core.inScalar, scalar);
  core.wasm.multiplyBase(core.out, core.inScalar);
  return resultOfSecret(core);
};

const resultOfSecret = (core: Core): Limbs => {
  const product = result(core);
  core.wasm.wipe();
  return product;
};

/** What a predicate of the module over one or two points says. */
export const holds = (
  core: Core,
  predicate: keyof Pick<Exports, 'equalsRistretto' | 'equalsPoint' | 'isIdentity'>,
  a: Limbs,
  b?: Limbs,
): boolean => {
  core.bytes().set(a, core.inA);
  if (b !== undefined) core.bytes().set(b, core.inB);
  return core.wasm[predicate](core.inA, core.inB) === 1;
};

/** The 32 bytes of a point in one of the two encodings. */
export const encoded = (core: Core, encoding: 'encode' | 'encodeRistretto', a: Limbs): Uint8Array => {
  core.bytes().set(a, core.inA);
  core.wasm[encoding](core.out, core.inA);
  return core.bytes().slice(core.out, core.out + 32);
};

/** A point, whether it is the base point itself, and a scalar in range. */
export interface Term {
  readonly limbs: Limbs;
  readonly isBase: boolean;
  readonly scalar: bigint;
}

/** The sum of public multiples, in variable time; undefined if no scalar but 0 is there. */
export const sumOfMultiples = (core: Core, terms: readonly Term[]): Limbs | undefined => {
  const others: Term[] = [];
  let ofBase = 0n;
  for (const term of terms) {
    if (term.isBase) ofBase += term.scalar;
    else if (term.scalar !== 0n) others.push(term);
  }
  // The base point has order ℓ.
  ofBase %= ORDER;
  if (others.length === 0) return ofBase === 0n ? undefined : baseMultiple(core, ofBase);
  let sum = sumOf(core, others.slice(0, TERMS), ofBase);
  for (let from = TERMS; from < others.length; from += TERMS) {
    sum = combined(core, 'addPoint', sum, sumOf(core, others.slice(from, from + TERMS), 0n));
  }
  return sum;
};

/** From 1 to {@link TERMS} terms, their scalars not zero, and a multiple of the base point. */
const sumOf = (core: Core, terms: readonly Term[], ofBase: bigint): Limbs => {
  const { wasm, heap, out } = core;
  const count = terms.length;
  const base = heap;
  const scalars = base + 32;
  const points = scalars + count * 32;
  const affine = points + count * POINT;
  const products = affine + count * AFFINE;
  core.reserve(products + count * FIELD - heap);
  const [memory, view] = [core.bytes(), core.view()];
  let bits = 0;
  let allBits = 0;
  writeScalar(view, base, ofBase);
  terms.forEach(({ limbs, scalar }, i) => {
    memory.set(limbs, points + i * POINT);
    writeScalar(view, scalars + i * 32, scalar);
    const own = wasm.longestVartime(1, scalars + i * 32);
    bits = Math.max(bits, own);
    allBits += own;
  });
  const window = bestWindow(count, bits, allBits);
  const room = window === 0 ? affine : affine + count * AFFINE;
  const digits = room + roomFor(count, window);
  core.reserve(digits + digitsFor(count, bits, window) - heap);
  if (window === 0) {
    wasm.strausVartime(out, count, points, scalars, ofBase === 0n ? 0 : base, room, digits);
    return result(core);
  }
  wasm.normaliseVartime(count, points, affine, products);
  wasm.pippengerVartime(out, count, affine, scalars, bits, window, digits, room);
  const sum = result(core);
  return ofBase === 0n ? sum : combined(core, 'addPoint', sum, baseMultiple(core, ofBase));
};
