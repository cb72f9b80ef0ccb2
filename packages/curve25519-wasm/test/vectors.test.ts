import { readFileSync } from 'node:fs';
import { signWithTorsion, TORSION } from '@ios/crypto/testing';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { createCurve25519 } from '../src/index.ts';
import { core, get, parts, put } from './raw.ts';

const { ristretto255, batchVerifier } = createCurve25519();
const fresh = new Uint8Array(32).fill(1);
const vectors = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../crypto/test/vectors/${name}.json`, import.meta.url), 'utf8'));

interface Case {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly valid: boolean;
}

interface Zip215 {
  readonly vk_bytes: string;
  readonly sig_bytes: string;
  readonly valid_zip215: boolean;
}
const zip215: Case[] = vectors('ed25519-zip215').cases.map((own: Zip215) => ({
  publicKey: hexToBytes(own.vk_bytes),
  message: utf8ToBytes('Zcash'),
  signature: hexToBytes(own.sig_bytes),
  valid: own.valid_zip215,
}));
/** The row of ZIP215 in table 5 of "Taming the many EdDSAs". */
const SPECCHECK = [true, true, true, true, true, true, false, false, false, true, true, true];
interface Speccheck {
  readonly pub_key: string;
  readonly message: string;
  readonly signature: string;
}
const speccheck: Case[] = vectors('ed25519-speccheck').cases.map((own: Speccheck, i: number) => ({
  publicKey: hexToBytes(own.pub_key),
  message: hexToBytes(own.message),
  signature: hexToBytes(own.signature),
  valid: SPECCHECK[i]!,
}));
interface Wycheproof {
  readonly publicKey: { readonly pk: string };
  readonly tests: readonly {
    readonly tcId: number;
    readonly msg: string;
    readonly sig: string;
    readonly result: string;
  }[];
}
/** ZIP215 differs from Wycheproof's judgement in one vector, 151: R with a sign on x = 0. */
const wycheproof: Case[] = vectors('ed25519-wycheproof').testGroups.flatMap(({ publicKey, tests }: Wycheproof) =>
  tests.map(({ tcId, msg, sig, result }) => ({
    publicKey: hexToBytes(publicKey.pk),
    message: hexToBytes(msg),
    signature: hexToBytes(sig),
    valid: result === 'valid' || tcId === 151,
  })),
);
const mixedOrder: Case[] = TORSION.flatMap((inKey, i) =>
  TORSION.map((inNonce, j) => ({
    ...signWithTorsion(Uint8Array.of(i, j), new Uint8Array(32).fill(5), inKey, inNonce),
    valid: true,
  })),
);

describe.each(Object.entries({ zip215, speccheck, wycheproof, mixedOrder }))('the signatures of %s', (_, cases) => {
  test('alone', () => {
    expect(cases.length).toBeGreaterThan(10);
    for (const { signature, message, publicKey, valid } of cases) {
      expect(batchVerifier.verifyVartime(signature, message, publicKey)).toBe(valid);
    }
  });
  test('each in a batch of its own', () => {
    for (const own of cases) expect(batchVerifier.verify([own], fresh)).toBe(own.valid);
  });
  test('the valid ones together, and the invalid ones found among them', () => {
    expect(
      batchVerifier.verify(
        cases.filter(({ valid }) => valid),
        fresh,
      ),
    ).toBe(true);
    const invalid = cases.flatMap(({ valid }, i) => (valid ? [] : [i]));
    expect(batchVerifier.findInvalidVartime(cases, fresh)).toEqual(invalid);
  });
});

describe('ristretto255 against RFC 9496', () => {
  const { multiples, bad, maps, hashed } = vectors('ristretto255');
  test('multiples of the base', () => {
    multiples.forEach((hex: string, i: number) => {
      expect(bytesToHex(ristretto255.base.multiply(BigInt(i)).toBytes())).toBe(hex);
      expect(bytesToHex(ristretto255.fromBytes(hexToBytes(hex)).toBytes())).toBe(hex);
    });
  });
  test('encodings refused', () => {
    const all = Object.values<string[]>(bad).flat();
    expect(all.length).toBeGreaterThan(20);
    for (const hex of all) {
      expect(() => ristretto255.fromBytes(hexToBytes(hex))).toThrow(
        expect.objectContaining({ name: 'CryptoError', code: 'bad-encoding' }),
      );
    }
  });
  test('the one-way map', () => {
    for (const { bytes, element } of maps) {
      put(core.inBytes, hexToBytes(bytes));
      parts.mapRistretto(core.inA, core.inBytes);
      parts.encodeRistretto(core.out, core.inA);
      expect(bytesToHex(get(core.out, 32))).toBe(element);
    }
  });
  test('hashing to an element', () => {
    for (const { tag, parts: own, element } of hashed) {
      expect(bytesToHex(ristretto255.hashToElement(tag, ...own.map(hexToBytes)).toBytes())).toBe(element);
    }
  });
});
