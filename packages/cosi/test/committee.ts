import { edwards25519 } from '@ios/crypto/edwards25519';
import { createCurve25519 } from '@ios/curve25519-wasm';
import { numberToBytesLE } from '@noble/curves/utils.js';
import { expect } from 'vitest';
import type { CosiErrorCode, CosiScheme, Curve, Entry, Roster, Signer, SignerOptions } from '../src/index.ts';
import { createCosi, createSigner, edwardsCosi } from '../src/index.ts';
import { fakeCosi, fakeCurve, fakeSign } from '../src/testing.ts';

export interface Committee {
  readonly scheme: CosiScheme;
  readonly curve: Curve;
  readonly roster: Roster;
  readonly signers: readonly Signer[];
  /** Another signer of one of them, as after a restart. */
  again(index: number, options?: Partial<SignerOptions>): Signer;
  commit(indices: readonly number[], session: Uint8Array, attempt?: number): Entry[];
}

export const real = { scheme: edwardsCosi, curve: edwards25519 };
const wasm = createCurve25519().edwards25519;
/** The same in WebAssembly. */
export const compiled = { scheme: createCosi({ curve: wasm }), curve: wasm };
export const fake = { scheme: fakeCosi, curve: fakeCurve };

/** Scalars that differ, as secrets. */
export const secretOf = (index: number): Uint8Array => numberToBytesLE(1_000_003n * BigInt(index + 1), 32);

/** n cosigners with fake identities. */
export const committee = (n: number, { scheme, curve }: { scheme: CosiScheme; curve: Curve } = fake): Committee => {
  const identities = Array.from({ length: n }, (_, index) => numberToBytesLE(index + 1, 32));
  const roster = scheme.roster(
    identities.map((identity, index) => ({
      key: curve.multiplyBase(1_000_003n * BigInt(index + 1)).toBytes(),
      identity,
    })),
  );
  const again = (index: number, options: Partial<SignerOptions> = {}): Signer =>
    createSigner({
      curve,
      roster,
      index,
      secret: secretOf(index),
      sign: (message) => fakeSign(message, identities[index]!),
      ...options,
    });
  const signers = identities.map((_, index) => again(index));
  const commit = (indices: readonly number[], session: Uint8Array, attempt = 0) =>
    indices.map((index) => signers[index]!.commit(session, attempt));
  return { scheme, curve, roster, signers, again, commit };
};

export const sessionOf = (i: number): Uint8Array => numberToBytesLE(i, 32);

/** Expects a CosiError with the code. */
export const expectRefusal = (code: CosiErrorCode, run: () => unknown): void => {
  expect(run).toThrowError(expect.objectContaining({ name: 'CosiError', code }));
};
