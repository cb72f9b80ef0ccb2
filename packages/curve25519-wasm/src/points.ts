import type { Core, Exports } from './core.ts';
import { writeScalar } from './scalar.ts';
import { bestWindow, digitsFor, roomFor } from './sums.ts';

/** An extended point as the module stores it: four coordinates of ten limbs, 320 bytes that never change. */
export type Limbs = Uint8Array;

/** Bytes of an extended point, an affine one, a field element. */
const POINT = 320;
const AFFINE = 240;
const FIELD = 80;
/** Terms that are summed at once, which bounds the memory. */
const TERMS = 8192;

/** A copy of the point that the module left at its output. */
export const result = (core: Core): Limbs => core.bytes().slice(core.out, core.out + POINT);

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

/** Σ scalars[i] · points[i] of public scalars in range, in variable time; undefined if no scalar but 0 is there. */
export const sumOfMultiples = (core: Core, points: readonly Limbs[], scalars: readonly bigint[]): Limbs | undefined => {
  const terms = points.map((limbs, i) => ({ limbs, scalar: scalars[i]! })).filter(({ scalar }) => scalar !== 0n);
  let sum: Limbs | undefined;
  for (let from = 0; from < terms.length; from += TERMS) {
    const part = sumOf(core, terms.slice(from, from + TERMS));
    sum = sum === undefined ? part : combined(core, 'addPoint', sum, part);
  }
  return sum;
};

/** At least one term and at most {@link TERMS}, their scalars not zero. */
const sumOf = (core: Core, terms: readonly { readonly limbs: Limbs; readonly scalar: bigint }[]): Limbs => {
  const { wasm, heap, out } = core;
  const count = terms.length;
  const scalars = heap;
  const points = scalars + count * 32;
  const affine = points + count * POINT;
  const products = affine + count * AFFINE;
  core.reserve(products + count * FIELD - heap);
  const [memory, view] = [core.bytes(), core.view()];
  let bits = 0;
  let allBits = 0;
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
    wasm.strausVartime(out, count, points, scalars, room, digits);
  } else {
    wasm.normalise(count, points, affine, products);
    wasm.pippengerVartime(out, count, affine, scalars, bits, window, digits, room);
  }
  return result(core);
};
