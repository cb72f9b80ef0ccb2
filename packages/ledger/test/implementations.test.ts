import { readFileSync } from 'node:fs';
import { type SignedMessage, verify } from '@ios/crypto/ed25519';
import { type CurvePoint, isPrimeOrderKey, isValidKey, edwards25519 as noble } from '@ios/crypto/edwards25519';
import { signWithTorsion, TORSION } from '@ios/crypto/testing';
import { createCurve25519 } from '@ios/curve25519-wasm';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import {
  applyTransactions,
  assembleBlock,
  bindBlock,
  checkOwners,
  checkWitnesses,
  encodeBlock,
  nextExecutionDigest,
  signingMessage,
  signTransaction,
  transactionId,
  witnessClaims,
} from '../src/index.ts';
import { bodyOf, bytes32, context, genesisSet, owner, position, signer } from './fixtures.ts';

// What is decided about a transaction must come out alike in every node, whatever it computes with.
const { batchVerifier, edwards25519, hasher } = createCurve25519();

const littleEndian = (y: bigint): Uint8Array => Uint8Array.from(hexToBytes(y.toString(16).padStart(64, '0')).reverse());

const double = (point: CurvePoint): CurvePoint => point.add(point);

interface Vectors {
  readonly zip215: { readonly vk_bytes: string; readonly sig_bytes: string };
  readonly speccheck: { readonly pub_key: string; readonly message: string; readonly signature: string };
  readonly wycheproof: {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly { readonly msg: string; readonly sig: string }[];
  };
}
const read = <Name extends keyof Vectors>(name: Name): readonly Vectors[Name][] => {
  const url = new URL(`../../crypto/test/vectors/ed25519-${name}.json`, import.meta.url);
  const { cases, testGroups } = JSON.parse(readFileSync(url, 'utf8'));
  return cases ?? testGroups;
};
const claim = (key: string, message: Uint8Array, signature: string): SignedMessage => ({
  publicKey: hexToBytes(key),
  message,
  signature: hexToBytes(signature),
});
const published: readonly SignedMessage[] = [
  ...read('zip215').map((own) => claim(own.vk_bytes, utf8ToBytes('Zcash'), own.sig_bytes)),
  ...read('speccheck').map((own) => claim(own.pub_key, hexToBytes(own.message), own.signature)),
  ...read('wycheproof').flatMap(({ publicKey, tests }) =>
    tests.map(({ msg, sig }) => claim(publicKey.pk, hexToBytes(msg), sig)),
  ),
];
const mixedOrder: readonly SignedMessage[] = TORSION.flatMap((inKey, i) =>
  TORSION.map((inNonce, j) => signWithTorsion(Uint8Array.of(i, j), bytes32('mixed'), inKey, inNonce)),
);

test('every published signature, and those of mixed order, are decided alike', () => {
  const byNoble = [...published, ...mixedOrder].map((own) => verify(own.signature, own.message, own.publicKey));
  expect(published.length).toBeGreaterThan(350);
  expect(new Set(byNoble)).toEqual(new Set([true, false]));
  expect(byNoble.slice(published.length)).not.toContain(false);
  [...published, ...mixedOrder].forEach((own, i) => {
    const { signature, message, publicKey } = own;
    expect(edwards25519.verify(signature, message, publicKey)).toBe(byNoble[i]);
    expect(batchVerifier.verify([own], bytes32('fresh'))).toBe(byNoble[i]);
  });
  const invalid = byNoble.flatMap((valid, i) => (valid ? [] : [i]));
  expect(batchVerifier.findInvalidVartime([...published, ...mixedOrder], bytes32('fresh'))).toEqual(invalid);
});

test('every key of these, and every R read as one, may own and may validate alike', () => {
  const p = 2n ** 255n - 19n;
  const odd = Array.from({ length: 20 }, (_, y) => p + BigInt(y)).flatMap((y) => [y, y + 2n ** 255n]);
  const all = [
    ...[...published, ...mixedOrder].flatMap(({ publicKey, signature }) => [publicKey, signature.slice(0, 32)]),
    ...TORSION.map((point) => point.toBytes()),
    ...[1n + 2n ** 255n, p - 1n + 2n ** 255n, ...odd.filter((y) => y < 2n ** 256n)].map(littleEndian),
    ...[0, 31, 33].map((length) => new Uint8Array(length)),
  ];
  const keys = [...new Map(all.map((key) => [bytesToHex(key), key])).values()];
  const owning = keys.map((key) => isValidKey(key));
  expect(keys.map((key) => isValidKey(key, edwards25519))).toEqual(owning);
  const validating = keys.map((key) => isPrimeOrderKey(key));
  expect(keys.map((key) => isPrimeOrderKey(key, edwards25519))).toEqual(validating);
  expect(owning.filter((may, i) => may && !validating[i]).length).toBeGreaterThan(50);
  // A key may own exactly if it decodes and eight times it is not the identity.
  for (const [i, key] of keys.entries()) {
    const point = noble.fromBytes(key);
    const small = point !== undefined && double(double(double(point))).is0();
    expect(owning[i]).toBe(point !== undefined && !small);
  }
  for (const key of keys) {
    const outputs = [{ amount: 1n, owner: key }];
    const byCore = checkOwners(outputs, (own) => isValidKey(own, edwards25519));
    expect(byCore).toEqual(checkOwners(outputs));
  }
});

describe('transactions', () => {
  const core = ({ signature, message, publicKey }: SignedMessage): boolean =>
    edwards25519.verify(signature, message, publicKey);

  test('owners of mixed order who sign with nonces of mixed order', () => {
    for (const inKey of TORSION) {
      const { publicKey } = signWithTorsion(new Uint8Array(0), bytes32('mixed'), inKey, TORSION[0]!);
      const [input] = bodyOf([0]).inputs;
      const body = bodyOf([0], { inputs: [{ ...input!, owner: publicKey }] });
      const message = signingMessage(transactionId(body));
      const { signature } = signWithTorsion(message, bytes32('mixed'), inKey, TORSION[3]!);
      const forged = signature.map((byte, at) => (at === 40 ? byte ^ 1 : byte));
      const rejected = { valid: false, rejection: { code: 'bad-witness', owner: publicKey } };
      for (const [witness, expected] of [
        [signature, undefined],
        [forged, rejected],
      ] as const) {
        expect(checkWitnesses({ body, witnesses: [witness] })).toEqual(expected);
        expect(checkWitnesses({ body, witnesses: [witness] }, core, hasher)).toEqual(expected);
      }
    }
  });

  test('ids, blocks and digests, with the hasher as a parameter', () => {
    const transactions = [[0, 1, 4], [2], [3, 5]].map((numbers) => signTransaction(bodyOf(numbers), signer));
    const applied = applyTransactions(genesisSet(), transactions, context);
    const byCore = applyTransactions(genesisSet(), transactions, { ...context, hasher });
    expect(byCore).toEqual(applied);
    if (!applied.valid) throw new Error('the transactions are valid');
    transactions.forEach((transaction, i) => {
      const claims = witnessClaims(transaction);
      expect(witnessClaims(transaction, hasher)).toEqual(claims);
      expect(witnessClaims(transaction, hasher, applied.results[i]!.id)).toEqual(claims);
      expect(claims.every(core)).toBe(true);
    });
    const block = assembleBlock(position, owner(1), transactions);
    expect(assembleBlock(position, owner(1), transactions, hasher)).toEqual(block);
    const bytes = encodeBlock(block);
    expect(bindBlock(bytes, hasher)).toEqual(bindBlock(bytes));
    const digest = nextExecutionDigest(bytes32('before'), applied.delta);
    expect(nextExecutionDigest(bytes32('before'), applied.delta, hasher)).toEqual(digest);
  });
});
