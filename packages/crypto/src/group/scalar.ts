import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { randomBytes } from '@noble/hashes/utils.js';
import { assertLength, CryptoError } from '../error.ts';

/** A source of secret random bytes. */
export type Rng = (length: number) => Uint8Array;

/** Bytes of a scalar below `order`: 32 for ristretto255 and edwards25519. */
export const scalarLength = (order: bigint): number => Math.ceil((order - 1n).toString(16).length / 2);

/** Throws unless `0 <= scalar < order`. The scalar may be secret, so the error does not show it. */
export const assertScalar = (order: bigint, scalar: bigint): void => {
  if (typeof scalar !== 'bigint' || scalar < 0n || scalar >= order) {
    throw new CryptoError('out-of-range', 'a scalar must be from 0 to order - 1', { what: 'scalar' });
  }
};

/**
 * The one encoding of a scalar: little-endian, as many bytes as the order needs.
 * @param order - order of the group
 * @param scalar - from 0 to `order - 1`
 * @throws CryptoError `out-of-range`
 */
export const encodeScalar = (order: bigint, scalar: bigint): Uint8Array => {
  assertScalar(order, scalar);
  return numberToBytesLE(scalar, scalarLength(order));
};

/**
 * The scalar that bytes encode; strict: a value from `order` on is refused, not reduced.
 * @throws CryptoError `bad-length` or `out-of-range`
 */
export const decodeScalar = (order: bigint, bytes: Uint8Array): bigint => {
  assertLength(bytes, scalarLength(order), 'scalar');
  const scalar = bytesToNumberLE(bytes);
  assertScalar(order, scalar);
  return scalar;
};

/**
 * A secret scalar from 1 to `order - 1`, with a bias below 2^-128.
 * @param order - order of the group, at least 2
 * @param rng - source of randomness; WebCrypto by default
 * @throws CryptoError `bad-length` if the source gives another number of bytes than asked
 */
export const randomScalar = (order: bigint, rng: Rng = randomBytes): bigint => {
  const length = scalarLength(order) + 16;
  const bytes = rng(length);
  assertLength(bytes, length, 'random bytes');
  return 1n + (bytesToNumberLE(bytes) % (order - 1n));
};

/** Throws unless there are as many scalars as elements, each from 0 to `order - 1`. */
export const assertTerms = (order: bigint, elements: readonly unknown[], scalars: readonly bigint[]): void => {
  if (elements.length !== scalars.length) {
    throw new CryptoError('bad-length', 'as many scalars as elements are needed', {
      expected: elements.length,
      actual: scalars.length,
    });
  }
  for (const scalar of scalars) assertScalar(order, scalar);
};
