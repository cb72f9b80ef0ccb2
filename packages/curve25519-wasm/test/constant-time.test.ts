import { numberToBytesLE } from '@noble/curves/utils.js';
import { expect, test } from 'vitest';
import { compile } from '../scripts/compile.mjs';
import type { Exports } from '../src/core.ts';
import { order } from './raw.ts';

interface Engine {
  instantiate(bytes: Uint8Array<ArrayBuffer>, imports: object): Promise<{ instance: { exports: unknown } }>;
}
const { WebAssembly } = globalThis as unknown as { WebAssembly: Engine };

/** What one run did: how many steps, and a digest of them all. */
let steps = 0;
let digest = 0;
const note = (value: number): void => {
  steps++;
  digest = (Math.imul(digest, 0x01000193) ^ value) >>> 0;
};

/** The same sources compiled so that they report every path taken and every address read or written. */
const traced = async (): Promise<Exports> => {
  const pointer = (id: number, _bytes: number, offset: number, address: number): number => {
    note(id);
    note(address + offset);
    return address;
  };
  const value = <T>(_id: number, own: T): T => own;
  const env = new Proxy(
    {},
    { get: (_, name: string) => (name === 'log_execution' ? note : name.endsWith('_ptr') ? pointer : value) },
  );
  const bytes = await compile(['log-execution', 'instrument-memory']);
  const { instance } = await WebAssembly.instantiate(bytes, { env });
  return instance.exports as Exports;
};

test('multiplications by secrets take one path and touch the same addresses, whatever the scalar and the point', async () => {
  const wasm = await traced();
  const [inA, inScalar, out] = [wasm.IN_A.value, wasm.IN_SCALAR.value, wasm.OUT.value];
  wasm.memory.grow(4);
  wasm.fillBaseTables((wasm.heapBase() + 15) & ~15);
  const trace = (run: () => void): string => {
    steps = 0;
    digest = 0;
    run();
    return `${steps} ${digest}`;
  };
  const random = 0x0c3a5b2f9e17d4860b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f506172n;
  const traces = [0n, 1n, 8n, 1n << 252n, order - 1n, (order - 1n) / 2n, random].map((scalar) => {
    const load = (): void => new Uint8Array(wasm.memory.buffer).set(numberToBytesLE(scalar, 32), inScalar);
    load();
    const fixed = trace(() => wasm.multiplyBase(out, inScalar));
    wasm.setBase(inA);
    if (scalar === 0n) wasm.setIdentity(inA);
    const variable = trace(() => wasm.multiply(inA, inA, inScalar));
    expect(steps).toBeGreaterThan(100_000);
    const encoded = trace(() => wasm.encodeRistretto(out, inA));
    const encodedPoint = trace(() => wasm.encode(out, inA));
    return { fixed, variable, encoded, encodedPoint };
  });
  for (const own of traces) expect(own).toEqual(traces[0]);
  // The measure sees a difference where there is one: sums for public data are quicker for short scalars.
  const short = trace(() => wasm.longestVartime(1, inScalar));
  new Uint8Array(wasm.memory.buffer).fill(0, inScalar, inScalar + 32);
  expect(trace(() => wasm.longestVartime(1, inScalar))).not.toBe(short);
});
