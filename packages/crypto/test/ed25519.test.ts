import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { getPublicKey, nobleBatchVerifier, type SignedMessage, sign, verify } from '../src/ed25519.ts';
import { signWithTorsion, TORSION } from '../src/testing.ts';
import { nodeAccepts } from './node-crypto.ts';
import speccheck from './vectors/ed25519-speccheck.json' with { type: 'json' };
import wycheproof from './vectors/ed25519-wycheproof.json' with { type: 'json' };
import zip215 from './vectors/ed25519-zip215.json' with { type: 'json' };

const seed = new Uint8Array(32).fill(5);
const fresh = new Uint8Array(32).fill(1);
const single = ({ signature, message, publicKey }: SignedMessage): boolean => verify(signature, message, publicKey);
const refused = (code: string) => expect.objectContaining({ name: 'CryptoError', code });

const zip215Cases = zip215.cases.map(({ vk_bytes, sig_bytes, valid_zip215 }) => ({
  publicKey: hexToBytes(vk_bytes),
  message: utf8ToBytes('Zcash'),
  signature: hexToBytes(sig_bytes),
  valid: valid_zip215,
}));

/**
 * The row of ZIP215 (Zebra) in table 5 of "Taming the many EdDSAs": refused are the two with S not reduced, and the one
 * whose challenge was computed over R re-encoded, not as received.
 */
const SPECCHECK = [true, true, true, true, true, true, false, false, false, true, true, true];
const speccheckCases = speccheck.cases.map(({ pub_key, message, signature }, i) => ({
  publicKey: hexToBytes(pub_key),
  message: hexToBytes(message),
  signature: hexToBytes(signature),
  valid: SPECCHECK[i]!,
}));

const wycheproofCases = wycheproof.testGroups.flatMap(({ publicKey, tests }) =>
  tests.map(({ tcId, msg, sig, result }) => ({
    tcId,
    publicKey: hexToBytes(publicKey.pk),
    message: hexToBytes(msg),
    signature: hexToBytes(sig),
    // 151 encodes R with a sign on x = 0. RFC 8032 refuses that, ZIP215 does not: a stated divergence.
    valid: result === 'valid' || tcId === 151,
  })),
);

const mixedOrder = TORSION.flatMap((inKey, i) =>
  TORSION.flatMap((inNonce, j) =>
    [0, 1, 2, 3].map((k) => ({ ...signWithTorsion(Uint8Array.of(i, j, k), seed, inKey, inNonce), valid: true })),
  ),
);

const everything = [...zip215Cases, ...speccheckCases, ...wycheproofCases, ...mixedOrder];

describe('published vectors', () => {
  test('all 196 of ZIP215', () => {
    expect(zip215Cases.length).toBe(196);
    for (const own of zip215Cases) expect(single(own)).toBe(own.valid);
  });
  test('the twelve of speccheck', () => {
    expect(speccheckCases.map(single)).toEqual(SPECCHECK);
  });
  test('Wycheproof, with one stated divergence', () => {
    expect(wycheproofCases.length).toBe(wycheproof.numberOfTests);
    expect(wycheproofCases.filter((own) => single(own) !== own.valid).map(({ tcId }) => tcId)).toEqual([]);
    const divergent = wycheproof.testGroups.flatMap(({ tests }) => tests).find(({ tcId }) => tcId === 151);
    expect(divergent?.result).toBe('invalid');
  });
});

describe('batch and single verification are one rule', () => {
  test('on every vector alone', () => {
    for (const own of everything) expect(nobleBatchVerifier.verify([own], fresh)).toBe(own.valid);
  });
  test('on all valid vectors at once, and with one invalid among them', () => {
    const valid = everything.filter((own) => own.valid);
    expect(nobleBatchVerifier.verify(valid, fresh)).toBe(true);
    for (const own of everything.filter((one) => !one.valid).slice(0, 5)) {
      expect(nobleBatchVerifier.verify([...valid.slice(0, 50), own], fresh)).toBe(false);
    }
  });
});

describe('what a ref10-style verifier accepts, ZIP215 accepts', () => {
  test('on every vector: node:crypto yes implies yes here', () => {
    for (const own of everything) if (nodeAccepts(own)) expect(single(own)).toBe(true);
  });
  test('the converse is false, on honest-looking signatures of mixed order too', () => {
    const refusedThere = mixedOrder.filter((own) => !nodeAccepts(own));
    expect(refusedThere.length).toBeGreaterThan(100);
    expect(refusedThere.every(single)).toBe(true);
  });
  test('and some signatures of mixed order pass there, when the torsion cancels', () => {
    const torsion = mixedOrder.slice(4 * TORSION.length);
    expect(torsion.some(nodeAccepts)).toBe(true);
  });
});

describe('signing', () => {
  test('RFC 8032, section 7.1, test 1', () => {
    const secret = hexToBytes('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
    const key = getPublicKey(secret);
    expect(bytesToHex(key)).toBe('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
    const signature = sign(new Uint8Array(0), secret);
    expect(bytesToHex(signature)).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
    expect(verify(signature, new Uint8Array(0), key)).toBe(true);
    expect(nodeAccepts({ publicKey: key, message: new Uint8Array(0), signature })).toBe(true);
  });
  test('a seed is 32 bytes', () => {
    for (const length of [0, 31, 33, 64]) {
      expect(() => getPublicKey(new Uint8Array(length))).toThrow(refused('bad-length'));
      expect(() => sign(fresh, new Uint8Array(length))).toThrow(refused('bad-length'));
    }
  });
});

describe('hostile bytes', () => {
  const message = utf8ToBytes('pay');
  const publicKey = getPublicKey(seed);
  const signature = sign(message, seed);
  test('lengths other than 64 and 32 are false, never an exception', () => {
    for (const length of [0, 1, 31, 33, 63, 65, 128]) {
      expect(verify(concatBytes(signature, signature).slice(0, length), message, publicKey)).toBe(false);
      expect(verify(signature, message, concatBytes(publicKey, new Uint8Array(96)).slice(0, length))).toBe(false);
    }
    expect(verify(signature, message, publicKey)).toBe(true);
  });
  test('every flipped bit is seen', () => {
    for (let bit = 0; bit < 512; bit += 3) {
      const bad = signature.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(verify(bad, message, publicKey)).toBe(false);
    }
  });
});
