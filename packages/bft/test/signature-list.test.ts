import { ed25519 } from '@noble/curves/ed25519.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { type Committee, maskOf, signatureClaims, signatureList } from '../src/index.ts';
import { certificateSchemeSuite, fakeSign, fakeVerify } from '../src/testing.ts';
import { contextOf } from './values.ts';

const zip215 = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean => {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: true });
  } catch {
    return false;
  }
};

const listOf =
  (committee: Committee, sign: (message: Uint8Array, member: number) => Uint8Array) =>
  (endorsed: Uint8Array, members: readonly number[]) => ({
    view: 3,
    mask: maskOf(members, committee.length),
    signature: concatBytes(...members.map((member) => sign(endorsed, member))),
  });

describe('a list of Ed25519 signatures under ZIP215', () => {
  const seeds = Array.from({ length: 4 }, (_, i) => new Uint8Array(32).fill(i + 1));
  const committee = seeds.map((seed, i) => ({ peer: `v${i}`, key: ed25519.getPublicKey(seed) }));
  const certify = listOf(committee, (message, member) => ed25519.sign(message, seeds[member]!));
  certificateSchemeSuite(test, { scheme: signatureList(zip215), committee, certify });
});

for (const n of [3, 4, 8, 10])
  describe(`a list of fake signatures, ${n} members`, () => {
    const { committee } = contextOf(n);
    const certify = listOf(committee, (message, member) => fakeSign(message, committee[member]!.key));
    certificateSchemeSuite(test, { scheme: signatureList(fakeVerify), committee, certify });
  });

test('the claims are the signatures in the order of the mask', () => {
  const { committee } = contextOf(4);
  const endorsed = new Uint8Array(32).fill(5);
  const certificate = listOf(committee, (message, member) => fakeSign(message, committee[member]!.key))(
    endorsed,
    [1, 3],
  );
  expect(signatureClaims(certificate, endorsed, committee)).toEqual(
    [1, 3].map((member) => ({
      publicKey: committee[member]!.key,
      message: endorsed,
      signature: fakeSign(endorsed, committee[member]!.key),
    })),
  );
  expect(signatureClaims({ ...certificate, mask: Uint8Array.of(16) }, endorsed, committee)).toBeUndefined();
});

test('the suite itself catches a scheme that accepts everything, and one that accepts nothing', () => {
  const { committee } = contextOf(4);
  const certify = listOf(committee, (message, member) => fakeSign(message, committee[member]!.key));
  for (const answer of [true, false]) {
    const failed: string[] = [];
    const run = (name: string, body: () => void): void => {
      try {
        body();
      } catch {
        failed.push(name);
      }
    };
    certificateSchemeSuite(run, { scheme: { verify: () => answer }, committee, certify });
    expect(failed).toHaveLength(answer ? 5 : 1);
  }
});
