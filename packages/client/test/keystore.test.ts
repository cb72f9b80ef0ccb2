import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  decryptKey,
  encryptKey,
  type KeyLabel,
  labelOf,
  nobleScrypt,
  passwordBytes,
  type Scrypt,
} from '../src/key-file.ts';
import vector from './vectors/eip2335-scrypt.json' with { type: 'json' };

const failure = (code: string): unknown => expect.objectContaining({ name: 'ClientError', code });
const secret = new Uint8Array(32).fill(7);
const n = 2 ** 14;

describe('derivation', () => {
  test('is that of EIP-2335', async () => {
    const { password, kdf, checksum, cipher } = vector;
    const key = await nobleScrypt(passwordBytes(password), hexToBytes(kdf.salt), kdf);
    expect(bytesToHex(sha256(concatBytes(key.subarray(16, 32), hexToBytes(cipher))))).toBe(checksum);
  });

  test('takes passwords in NFKD without control codes', () => {
    expect(bytesToHex(passwordBytes(vector.password))).toBe('7465737470617373776f7264f09f9491');
    expect(passwordBytes('caf\u00e9')).toEqual(passwordBytes('cafe\u0301'));
    expect(passwordBytes('a\u0000\u001f\u007f\u0080\u009fb')).toEqual(passwordBytes('ab'));
    expect(passwordBytes('\u00a0')).toEqual(passwordBytes(' '));
    for (const nothing of ['', '\n', '\u0000\u007f']) expect(() => passwordBytes(nothing)).toThrow(failure('password'));
  });
});

describe('key file', () => {
  const label: KeyLabel = { kind: 'owner', owner: new Uint8Array(32).fill(9) };
  let file: string;
  beforeAll(async () => {
    file = await encryptKey(secret, 'correct horse', { label, n });
  });

  test('gives the secret back for its password', async () => {
    expect(await decryptKey(file, 'correct horse')).toEqual(secret);
    expect(labelOf(file)).toEqual(label);
    expect(file).not.toContain(bytesToHex(secret));
    await expect(decryptKey(file, 'wrong horse')).rejects.toThrow(failure('password'));
    await expect(decryptKey(file, '')).rejects.toThrow(failure('password'));
  });

  test('has the form that earlier files have', async () => {
    const entropy = (length: number): Uint8Array => new Uint8Array(length).fill(length);
    const again = await encryptKey(secret, 'p', { entropy, n });
    expect(bytesToHex(sha256(new TextEncoder().encode(again)))).toBe(
      '318f9bfd04c06aaeab2ba5d90130e2dc6729212bd1e70ab9923d809178483692',
    );
  });

  test('does no work for a file that is damaged or costs too much', async () => {
    let worked = 0;
    const scrypt: Scrypt = async () => {
      worked++;
      return new Uint8Array(32);
    };
    const changes: ((text: string) => string)[] = [
      (text) => text.replace('16384', '524288'),
      (text) => text.replace('16384', '32768'),
      (text) => text.replace('16384', '0'),
      (text) => text.replace('16384', '1e9'),
      (text) => text.replace('"r": 8', '"r": 16'),
      (text) => text.replace('"p": 1', '"p": 1000000'),
      (text) => text.replace('"version": 1', '"version": 1, "more": 1'),
      (text) => text.replace('"owner": "09', '"owner": "08'),
      (text) => text.replace('"kind": "owner"', '"kind": "king"'),
      (text) => text.slice(1),
      (text) => `${text}${' '.repeat(4096)}`,
      () => 'null',
    ];
    for (const [i, change] of changes.entries()) {
      const damaged = change(file);
      expect(damaged, String(i)).not.toBe(file);
      await expect(decryptKey(damaged, 'correct horse', { scrypt }), String(i)).rejects.toThrow(
        failure('key-malformed'),
      );
    }
    expect(worked).toBe(0);
  });

  test('refuses to be made of what it cannot hold', async () => {
    await expect(encryptKey(secret.subarray(1), 'p')).rejects.toThrow(failure('key-malformed'));
    for (const cost of [2 ** 13, 2 ** 19, 40_000, Number.NaN]) {
      await expect(encryptKey(secret, 'p', { n: cost })).rejects.toThrow(failure('out-of-range'));
    }
  });
});
