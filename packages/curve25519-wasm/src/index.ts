/**
 * ristretto255, edwards25519, Ed25519 under ZIP215 and SHA-256 trees in WebAssembly. The module is inside: nothing is fetched, and
 * nothing runs at install.
 * @module
 */
import { type BatchVerifier, createBatchVerifier } from './batch.ts';
import { type Core, loadCore, openCore } from './core.ts';
import { type Curve, createCurve } from './edwards.ts';
import { createGroup, type Group } from './group.ts';
import { createHasher, type Hasher } from './hash.ts';

export type { BatchVerifier, SignedMessage } from './batch.ts';
export type { Curve, CurvePoint } from './edwards.ts';
export { CryptoError, type CryptoErrorCode, Curve25519WasmError, type Curve25519WasmErrorCode } from './error.ts';
export type { Element, Group } from './group.ts';
export type { Hasher } from './hash.ts';

/** What one instance of the module gives; its memory grows with the largest input and is freed with it. */
export interface Curve25519 {
  /** ristretto255 (RFC 9496). */
  readonly ristretto255: Group;
  /** edwards25519, points of any order (RFC 8032). */
  readonly edwards25519: Curve;
  /** Ed25519 under ZIP215, single and in batches. */
  readonly batchVerifier: BatchVerifier;
  /** SHA-256 and RFC 6962 trees. */
  readonly hasher: Hasher;
}

/**
 * A new instance, compiled at once: a few milliseconds.
 * @throws Curve25519WasmError `unavailable` where there is no WebAssembly or a policy forbids it
 */
export const createCurve25519 = (): Curve25519 => from(openCore());

/**
 * A new instance, compiled asynchronously: for the main thread of a browser.
 * @throws Curve25519WasmError `unavailable` where there is no WebAssembly or a policy forbids it
 */
export const load = async (): Promise<Curve25519> => from(await loadCore());

const from = (core: Core): Curve25519 => {
  const batchVerifier = createBatchVerifier(core);
  return Object.freeze({
    ristretto255: createGroup(core),
    edwards25519: createCurve(core, batchVerifier),
    batchVerifier,
    hasher: createHasher(core),
  });
};
