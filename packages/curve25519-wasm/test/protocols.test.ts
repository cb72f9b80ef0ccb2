import { encodeProof, prove, type Statement, verify, verifyBatch } from '@ios/crypto/dleq';
import { edwards25519 } from '@ios/crypto/edwards25519';
import { type Group, ristretto255 } from '@ios/crypto/group';
import { deriveKey, KEY_KINDS, type KeyGroups, nobleGroups, publicKey } from '@ios/crypto/keys';
import { provePossession, type Registration, verifyPossession } from '@ios/crypto/possession';
import { TORSION } from '@ios/crypto/testing';
import { numberToBytesLE } from '@noble/curves/utils.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { createCurve25519 } from '../src/index.ts';

// What takes its groups by parameter takes the whole of a core.
const compiled: KeyGroups = createCurve25519();
const both = [nobleGroups, compiled];
const master = new Uint8Array(32).fill(4);
const chainName = new Uint8Array(32).fill(5);
const fixed = (length: number): Uint8Array => new Uint8Array(length).fill(6);
const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

/** The one answer that both give. */
const agreed = <T>(ask: (groups: KeyGroups) => T): T => {
  const [noble, wasm] = both.map(ask);
  expect(wasm).toEqual(noble);
  return noble!;
};

describe.each(KEY_KINDS)('possession of a key of kind %s', (kind) => {
  const secret = deriveKey(master, kind, chainName, 0);
  const key = agreed((groups) => publicKey(kind, secret, groups));
  const registration: Registration = { kind, chainName, identity: kind === 'identity' ? key : fixed(32), keyEpoch: 0 };
  const proof = agreed((groups) => provePossession(registration, secret, fixed, groups));
  const holds = (own: Uint8Array, shown: Uint8Array): boolean =>
    agreed((groups) =>
      verifyPossession({ ...registration, identity: kind === 'identity' ? own : fixed(32) }, own, shown, groups),
    );

  test('the same key and the same proof, which holds', () => {
    expect(holds(key, proof)).toBe(true);
  });
  test('altered proofs and keys', () => {
    for (let at = 0; at < 64; at += 3) expect(holds(key, flipped(proof, at))).toBe(false);
    for (let at = 0; at < 32; at += 3) expect(holds(flipped(key, at), proof)).toBe(false);
    for (const length of [0, 31, 33, 63, 65]) {
      expect(holds(key, new Uint8Array(length))).toBe(false);
      expect(holds(new Uint8Array(length), proof)).toBe(false);
    }
  });
  test('keys of small and mixed order, and encodings that are not canonical', () => {
    const p = 2n ** 255n - 19n;
    const point = kind === 'share' ? edwards25519.base : edwards25519.fromBytes(key)!;
    const bad = [
      ...TORSION.map((torsion) => torsion.toBytes()),
      ...TORSION.slice(1).map((torsion) => point.add(torsion).toBytes()),
      ...[p, p + 1n, 2n ** 255n, 2n ** 256n - 1n].map((y) => numberToBytesLE(y, 32)),
    ];
    for (const own of bad) expect(holds(own, proof)).toBe(false);
  });
});

describe('equal logarithms', () => {
  const statementIn = (group: Group, secret: bigint): Statement => {
    const h = group.hashToElement('ios/curve25519-wasm/v1/test', Uint8Array.of(1));
    return {
      group,
      tag: 'ios/curve25519-wasm/v1/test',
      context: [utf8ToBytes('context')],
      bases: [group.base, h],
      values: [group.base.multiply(secret), h.multiply(secret)],
    };
  };
  const made = [ristretto255, compiled.ristretto255].map((group) =>
    [5n, group.order - 1n].map((secret) => {
      const statement = statementIn(group, secret);
      return { statement, proof: prove(statement, secret, fixed) };
    }),
  ) as [Batch, Batch];
  type Batch = { readonly statement: Statement; readonly proof: ReturnType<typeof prove> }[];

  test('the same proofs, which hold alone and together', () => {
    const bytes = made.map((batch) => batch.map(({ statement, proof }) => encodeProof(statement.group, proof)));
    expect(bytes[1]).toEqual(bytes[0]);
    for (const batch of made) {
      expect(batch.every(({ statement, proof }) => verify(statement, proof))).toBe(true);
      expect(verifyBatch(batch, fixed(32))).toBe(true);
    }
  });
  test('a wrong one is found by both', () => {
    for (const [first, second] of made) {
      const wrong = { statement: first!.statement, proof: second!.proof };
      expect(verify(wrong.statement, wrong.proof)).toBe(false);
      expect(verifyBatch([first!, wrong], fixed(32))).toBe(false);
    }
  });
});
