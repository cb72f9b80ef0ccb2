import { CryptoError } from './error.ts';

/** The prime ℓ: order of ristretto255, and of the base point of edwards25519 (RFC 8032, section 5.1). */
export const ORDER = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn;

/** Throws unless the scalar is from `least` to ℓ - 1. It may be secret, so the error does not show it. */
export const assertScalar = (scalar: bigint, least = 0n): void => {
  if (typeof scalar !== 'bigint' || scalar < least || scalar >= ORDER) {
    throw new CryptoError('out-of-range', `a scalar must be from ${least} to order - 1`, { what: 'scalar' });
  }
};

/** Throws unless there are as many scalars as points, each from 0 to ℓ - 1. */
export const assertTerms = (points: readonly unknown[], scalars: readonly bigint[]): void => {
  if (points.length !== scalars.length) {
    throw new CryptoError('bad-length', 'as many scalars as points are needed', {
      expected: points.length,
      actual: scalars.length,
    });
  }
  for (const scalar of scalars) assertScalar(scalar);
};

/** Writes a scalar into 32 bytes, little-endian; each write takes the low 64 bits of what it is given. */
export const writeScalar = (view: DataView, at: number, scalar: bigint): void => {
  view.setBigUint64(at, scalar, true);
  view.setBigUint64(at + 8, scalar >> 64n, true);
  view.setBigUint64(at + 16, scalar >> 128n, true);
  view.setBigUint64(at + 24, scalar >> 192n, true);
};
