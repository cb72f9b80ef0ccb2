import { decodeBase64 } from './base64.ts';
import { BYTES } from './bytes.ts';
import { Curve25519WasmError } from './error.ts';

/** The functions of the module that the package calls; addresses and lengths are bytes. `assembly/index.ts` says more. */
export interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly IN_A: Address;
  readonly IN_B: Address;
  readonly IN_SCALAR: Address;
  readonly IN_BYTES: Address;
  readonly OUT: Address;
  heapBase(): number;
  wipe(): void;
  setBase(o: number): void;
  setIdentity(o: number): void;
  addPoint(o: number, a: number, b: number): void;
  subtractPoint(o: number, a: number, b: number): void;
  negatePoint(o: number, a: number): void;
  normaliseVartime(count: number, points: number, affine: number, products: number): void;
  fillBaseTables(room: number): void;
  multiply(o: number, point: number, scalar: number): void;
  multiplyBase(o: number, scalar: number): void;
  decodeStrict(o: number, bytes: number): number;
  encode(bytes: number, a: number): void;
  equalsPoint(a: number, b: number): number;
  isIdentity(a: number): number;
  isPrimeOrderVartime(point: number, room: number): number;
  mapElligator(o: number, bytes: number): void;
  decodeRistretto(o: number, bytes: number): number;
  encodeRistretto(bytes: number, a: number): void;
  equalsRistretto(a: number, b: number): number;
  mapRistretto(o: number, bytes: number): void;
  longestVartime(count: number, scalars: number): number;
  pippengerVartime(
    ...args: [
      o: number,
      count: number,
      points: number,
      scalars: number,
      bits: number,
      window: number,
      digits: number,
      buckets: number,
    ]
  ): void;
  strausVartime(
    ...args: [o: number, count: number, points: number, scalars: number, base: number, tables: number, digits: number]
  ): void;
  parseVartime(i: number, points: number, ks: number, digests: number): number;
  weightOne(scalars: number, ks: number): void;
  weigh(count: number, scalars: number, ks: number, digests: number): void;
  checkVartime(
    ...args: [
      low: number,
      high: number,
      points: number,
      scalars: number,
      digests: number,
      bits: number,
      window: number,
      room: number,
      digits: number,
    ]
  ): number;
  start256(): void;
  start512(): void;
  blocks256(bytes: number, count: number): void;
  blocks512(bytes: number, count: number): void;
  finish256(o: number, bytes: number, rest: number, total: bigint): void;
  finish512(o: number, bytes: number, rest: number, total: bigint): void;
  startTree(): void;
  appendLeaves(bytes: number, count: number): void;
  appendLeafHash(hash: number): void;
  finishTree(o: number): void;
}

interface Address {
  readonly value: number;
}

/** What this package uses of WebAssembly, which ES2022 does not declare. */
interface Engine {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
  instantiate(bytes: Uint8Array<ArrayBuffer>): Promise<{ readonly instance: { readonly exports: unknown } }>;
}

/** Bytes of input that hashes take at a time; they lie at the start of the heap. */
export const CHUNK = 65536;
const PAGE = 65536;
/** What the tables of the base point need while they are filled. */
const TABLE_ROOM = 256 * 400;

/** One instance of the module, with views of its memory. */
export interface Core {
  readonly wasm: Exports;
  readonly inA: number;
  readonly inB: number;
  readonly inScalar: number;
  readonly inBytes: number;
  readonly out: number;
  /** Where input of the hashes goes, {@link CHUNK} bytes. */
  readonly input: number;
  /** Where memory that {@link reserve} gives starts. */
  readonly heap: number;
  /** The memory; to be asked for again after `reserve`. */
  bytes(): Uint8Array;
  view(): DataView;
  /** Makes sure of `size` bytes from `heap` on. @throws Curve25519WasmError `out-of-memory` */
  reserve(size: number): void;
}

/** A core, at once. @throws Curve25519WasmError `unavailable` */
export const openCore = (): Core => {
  const engine = requireEngine();
  try {
    return coreOf(new engine.Instance(new engine.Module(decodeBase64(BYTES))).exports);
  } catch (cause) {
    throw refused(cause);
  }
};

/** A core, compiled off the main thread where the engine does. @throws Curve25519WasmError `unavailable` */
export const loadCore = async (): Promise<Core> => {
  const engine = requireEngine();
  try {
    return coreOf((await engine.instantiate(decodeBase64(BYTES))).instance.exports);
  } catch (cause) {
    throw refused(cause);
  }
};

const requireEngine = (): Engine => {
  const { WebAssembly } = globalThis as { readonly WebAssembly?: Engine };
  if (WebAssembly === undefined) throw new Curve25519WasmError('unavailable', 'there is no WebAssembly here');
  return WebAssembly;
};

const refused = (cause: unknown): unknown =>
  cause instanceof Curve25519WasmError
    ? cause
    : new Curve25519WasmError('unavailable', 'WebAssembly is forbidden here, or the module did not start', cause);

const coreOf = (exports: unknown): Core => {
  const wasm = exports as Exports;
  const { memory } = wasm;
  const input = (wasm.heapBase() + 15) & ~15;
  const heap = input + CHUNK;
  let bytes = new Uint8Array(memory.buffer);
  let view = new DataView(memory.buffer);
  const refresh = (): void => {
    if (bytes.buffer === memory.buffer) return;
    bytes = new Uint8Array(memory.buffer);
    view = new DataView(memory.buffer);
  };
  const reserve = (size: number): void => {
    const missing = heap + size - memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      memory.grow(Math.ceil(missing / PAGE));
    } catch (cause) {
      throw new Curve25519WasmError('out-of-memory', `no memory for ${size} bytes`, cause);
    }
    refresh();
  };
  reserve(TABLE_ROOM);
  wasm.fillBaseTables(heap);
  return {
    wasm,
    inA: wasm.IN_A.value,
    inB: wasm.IN_B.value,
    inScalar: wasm.IN_SCALAR.value,
    inBytes: wasm.IN_BYTES.value,
    out: wasm.OUT.value,
    input,
    heap,
    bytes: () => bytes,
    view: () => view,
    reserve,
  };
};
