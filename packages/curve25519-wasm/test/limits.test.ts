import { createHash } from 'node:crypto';
import { sign } from '@ios/crypto/ed25519';
import { nobleHasher } from '@ios/crypto/merkle';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createBatchVerifier } from '../src/batch.ts';
import { sha512Into } from '../src/hash.ts';
import { createCurve25519, load } from '../src/index.ts';
import { bestWindow } from '../src/sums.ts';
import { core, get, order, place, put } from './raw.ts';

const { ristretto255, batchVerifier, hasher } = createCurve25519();
const refused = (code: string) => expect.objectContaining({ name: 'Curve25519WasmError', code });

describe('where WebAssembly is forbidden', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });
  test('there is none', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    expect(() => createCurve25519()).toThrow(refused('unavailable'));
    await expect(load()).rejects.toThrow(refused('unavailable'));
  });
  test('a policy refuses to compile', async () => {
    const cause = new EvalError('refused');
    const Module = function Module() {
      throw cause;
    };
    vi.stubGlobal('WebAssembly', { Module, instantiate: () => Promise.reject(cause) });
    expect(() => createCurve25519()).toThrow(expect.objectContaining({ code: 'unavailable', cause }));
    await expect(load()).rejects.toThrow(expect.objectContaining({ code: 'unavailable', cause }));
  });
});

describe('memory', () => {
  test('an engine that gives no more is an error of its own', () => {
    expect(() => core.reserve(2 ** 33)).toThrow(refused('out-of-memory'));
  });
  test('a secret scalar leaves nothing behind', () => {
    const { wasm, inA, inScalar, out } = core;
    wasm.setBase(inA);
    put(inScalar, new Uint8Array(32).fill(15));
    wasm.multiply(out, inA, inScalar);
    expect(get(1024, 15360).some((byte) => byte !== 0)).toBe(true);
    wasm.wipe();
    expect(get(1024, 15360).every((byte) => byte === 0)).toBe(true);
  });
  test('inputs longer than what is handed over at once', () => {
    for (const length of [65535, 65536, 65537, 131072, 200001]) {
      const bytes = new Uint8Array(length).map((_, i) => i * 7);
      expect(hasher.sha256(bytes)).toEqual(nobleHasher.sha256(bytes));
      expect(Buffer.from(hasher.sha256(bytes))).toEqual(createHash('sha256').update(bytes).digest());
      const leaves = [bytes, new Uint8Array(3), bytes.subarray(1), bytes.subarray(0, 65531), bytes.subarray(0, 65532)];
      expect(hasher.merkleRoot(leaves)).toEqual(nobleHasher.merkleRoot(leaves));
      const seed = new Uint8Array(32).fill(3);
      const [publicKey, signature] = [ed25519.getPublicKey(seed), sign(bytes, seed)];
      expect(batchVerifier.verifyVartime(signature, bytes, publicKey)).toBe(true);
      bytes[length - 1]! ^= 1;
      expect(batchVerifier.verifyVartime(signature, bytes, publicKey)).toBe(false);
    }
  });
});

describe('weights', () => {
  const seed = new Uint8Array(32).fill(6);
  const batch = Array.from({ length: 11 }, (_, i) => {
    const message = Uint8Array.of(i);
    return { publicKey: ed25519.getPublicKey(seed), message, signature: sign(message, seed) };
  });
  /** The batch with S raised at one place and lowered as much at another: unweighted, the errors cancel. */
  const cancelling = (up: number, down: number) =>
    batch.map((own, i) => {
      const by = i === up ? 1n : i === down ? order - 1n : 0n;
      const S = (bytesToNumberLE(own.signature.subarray(32)) + by) % order;
      const signature = own.signature.slice();
      signature.set(numberToBytesLE(S, 32), 32);
      return { ...own, signature };
    });
  test('differ between any two places', () => {
    for (let up = 0; up < batch.length; up++) {
      for (let down = up + 1; down < batch.length; down++) {
        expect(batchVerifier.verify(cancelling(up, down), seed)).toBe(false);
      }
    }
    expect(batchVerifier.findInvalidVartime(cancelling(7, 3), seed)).toEqual([3, 7]);
  });
  test('come from the fresh bytes, the purpose and every signature', () => {
    const [ks, digests, scalars] = [place(0), place(1), place(2)];
    const weights = (change: number | undefined): string => {
      put(digests, new Uint8Array(64 + 96 * 2));
      put(ks, new Uint8Array(64));
      if (change !== undefined) put(digests + change, Uint8Array.of(1));
      core.wasm.weigh(2, scalars, ks, digests);
      return [...get(scalars, 16), ...get(scalars + 64, 16)].join();
    };
    const changes = [undefined, 0, 31, 32, 63, 64, 127, 128, 159, 160, 64 + 191];
    expect(new Set(changes.map(weights)).size).toBe(changes.length);
    const verifier = createBatchVerifier(core);
    const drawn = [1, 2].map((byte) => {
      verifier.verify(batch.slice(0, 2), new Uint8Array(32).fill(byte));
      return get(core.heap + 2 * 480, 16).join();
    });
    expect(drawn[0]).not.toBe(drawn[1]);
  });
});

test('SHA-512 of every length up to three blocks', () => {
  for (let length = 0; length <= 384; length++) {
    const bytes = new Uint8Array(length).map((_, i) => i * 7 + length);
    sha512Into(core, core.out, [bytes]);
    expect(Buffer.from(get(core.out, 64))).toEqual(createHash('sha512').update(bytes).digest());
  }
});

describe('more than one sum takes', () => {
  test('terms', () => {
    const two = ristretto255.base.multiply(2n);
    const count = 8192 + 3;
    const elements = Array.from({ length: count }, (_, i) => (i % 2 === 0 ? two : ristretto255.base));
    const scalars = elements.map((_, i) => BigInt(i + 1));
    const expected = scalars.reduce((sum, own, i) => sum + own * (i % 2 === 0 ? 2n : 1n), 0n);
    expect(ristretto255.multiScalarMultiply(elements, scalars).equals(ristretto255.base.multiply(expected))).toBe(true);
  });
  test('signatures', () => {
    const seed = new Uint8Array(32).fill(4);
    const own = { publicKey: ed25519.getPublicKey(seed), message: seed, signature: sign(seed, seed) };
    const batch = Array.from({ length: 4096 + 2 }, () => own);
    const fresh = new Uint8Array(32);
    expect(batchVerifier.verify(batch, fresh)).toBe(true);
    const bad = { ...own, message: new Uint8Array(1) };
    const short = { ...own, signature: new Uint8Array(63) };
    const spoiled = batch.map((good, i) => (i === 4097 || i === 5 ? bad : i === 100 ? short : good));
    expect(batchVerifier.verify(spoiled, fresh)).toBe(false);
    expect(batchVerifier.findInvalidVartime(spoiled, fresh)).toEqual([5, 100, 4097]);
    expect(() => batchVerifier.findInvalidVartime([], new Uint8Array(31))).toThrow(
      expect.objectContaining({ name: 'CryptoError', code: 'bad-length' }),
    );
  });
});

describe('trees, hashed four leaves at a time', () => {
  const same = (leaves: readonly Uint8Array[]): void =>
    expect(hasher.merkleRoot(leaves)).toEqual(nobleHasher.merkleRoot(leaves));
  test('leaves of every length up to three blocks, alike and not', () => {
    for (let length = 0; length <= 200; length++) {
      same(Array.from({ length: 5 }, (_, i) => new Uint8Array(length).fill(i + length)));
      same(Array.from({ length: 9 }, (_, i) => new Uint8Array(length + (i % 5)).fill(i)));
    }
  });
  test('every number of leaves up to two hundred, and around full sets', () => {
    const leaves = Array.from({ length: 5000 }, (_, i) => Uint8Array.of(i, i >> 8));
    for (let size = 0; size <= 200; size++) same(leaves.slice(0, size));
    for (const size of [1022, 1023, 1024, 1025, 1027, 2047, 2048, 2049, 3072, 3075, 4096, 5000]) {
      same(leaves.slice(0, size));
    }
  });
  test('leaves too large to be handed over with others, at the end of a set', () => {
    const large = new Uint8Array(70_000).fill(7);
    const leaves = Array.from({ length: 1030 }, (_, i) =>
      i === 3 || (i >= 1021 && i < 1026) ? large : Uint8Array.of(i),
    );
    same(leaves);
  });
});

test('windows grow with the number of points, and Straus is for few', () => {
  expect(bestWindow(1, 253, 253)).toBe(0);
  const windows = [256, 1024, 8192].map((count) => bestWindow(count, 253, 253 * count));
  expect(windows).toEqual(windows.toSorted((a, b) => a - b));
  expect(windows.every((window) => window >= 4 && window <= 12)).toBe(true);
});
