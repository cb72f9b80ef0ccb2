import type { SignedMessage } from '@ios/crypto/ed25519';
import { hexToBytes } from '@noble/hashes/utils.js';

/** RFC 8032, section 7.1, TEST 2. */
const KEY = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
const R = '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da';
const S = '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';
/** The same S, and one more and one less than it. */
const [UP, DOWN] = ['09', '07'].map((low) => low + S.slice(2)) as [string, string];
/** The same S plus ℓ: the equation holds, the encoding is not the one. */
const S_PLUS_ORDER = 'f52db7415978abc61b2c2eb6aeebfca0387b2eaeb4302aeeb00d291612bb0c10';
/** The neutral point as y = p + 1, which no canonical encoding is. */
const NEUTRAL = `ee${'ff'.repeat(30)}7f`;
/** y = 2, to which there is no x. */
const NO_POINT = `02${'00'.repeat(31)}`;
/** A key with torsion of order 8. */
const MIXED = 'b502ff3d92e31d8190b4aa4ea0414005167fad089c4de9dac8a2fc850fed4f58';
const ZERO = '00'.repeat(32);

const claim = (signature: string, message = '72', publicKey = KEY): SignedMessage => ({
  publicKey: hexToBytes(publicKey),
  message: hexToBytes(message),
  signature: hexToBytes(signature),
});

/** Signatures that ref10 accepts, and with it ZIP215. */
export const knownNative: readonly SignedMessage[] = [claim(R + S)];

/**
 * Signatures that hold under ZIP215: those, and ones that only the factor 8 makes hold, with torsion of order 8 in the
 * nonce, in the key or in both, with both of small order, and with both in another encoding than the canonical one.
 */
export const knownGood: readonly SignedMessage[] = [
  ...knownNative,
  claim(
    '4c2a76f5d78c1a461c00d034466b28c534c33af9a6995a63b3fc9a23dd94ee7e7ec701a97200fc9a0132b9390124e1875889d762cdf8340aeb89f3f42e9e0d0b',
    '72',
    '03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8',
  ),
  ...[
    [
      '72',
      'c4deff2c6437be04f6c696154c078e53b3a33505a579b3388fe8da50e1844bc47572ec73c67a475dfcdf443161cbbbd58c0e01a032cfa4cb31fdb11b954a5f08',
    ],
    [
      '01',
      '9bea81ce2c6279d4a4dccb3145baa82b7c8e7992030b9c06e3ee959304e201b4c5bf9d16db72e06ed3c349798674aea04b3416a79437864c7d7307a151571d0c',
    ],
  ].map(([message, signature]) => claim(signature!, message, MIXED)),
  claim(ZERO + ZERO, '', ZERO),
  claim(NEUTRAL + ZERO, '', NEUTRAL),
];

/** Signatures that nothing may accept: another S, message, order, R or key, and bytes that are no point. */
export const knownBad: readonly SignedMessage[] = [
  claim(R + S_PLUS_ORDER),
  claim(R + UP),
  claim(R + S, '73'),
  claim(S + R),
  claim(`${R.slice(0, 62)}db${S}`),
  claim(R + S, '72', R),
  claim(ZERO + ZERO),
  claim(NO_POINT + S),
  claim(R + S, '72', NO_POINT),
];

/** Keys that may own outputs: of prime order, and with torsion of order 8. */
export const knownKeys: readonly Uint8Array[] = [KEY, MIXED].map((key) => hexToBytes(key));

/** No such keys: of order 4, the neutral point in another encoding and in its own, x = 0 with a sign, no point. */
export const knownNoKeys: readonly Uint8Array[] = [
  ZERO,
  NEUTRAL,
  `01${'00'.repeat(31)}`,
  `01${'00'.repeat(30)}80`,
  NO_POINT,
].map((key) => hexToBytes(key));

/** Two signatures, neither of which holds, whose errors cancel in a sum without weights. */
export const unweighted: readonly SignedMessage[] = [claim(R + UP), claim(R + DOWN)];
