import { getPublicKey, verify } from '@ios/crypto/ed25519';
import { edwards25519, ORDER } from '@ios/crypto/edwards25519';
import { signWithTorsion, TORSION } from '@ios/crypto/testing';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { describe, expect, test } from 'vitest';
import { scalarsOf } from '../src/challenge.ts';
import { type Entry, edwardsCosi, signatureClaim } from '../src/index.ts';
import { committee, expectRefusal, real, secretOf, sessionOf } from './committee.ts';
import { nodeAccepts } from './node-crypto.ts';

const T = TORSION[1]!;
const message = Buffer.from('what is signed');

describe('torsion', () => {
  test('in a key passes ZIP215 and fails elsewhere; such a key is in no roster', () => {
    const seed = new Uint8Array(32).fill(1);
    const found = Array.from({ length: 32 }, (_, i) => signWithTorsion(Uint8Array.of(i), seed, T, TORSION[0]!));
    for (const own of found) expect(verify(own.signature, own.message, own.publicKey)).toBe(true);
    expect(found.some((own) => !nodeAccepts(own))).toBe(true);
    const honest = { key: getPublicKey(seed), identity: new Uint8Array(32).fill(1) };
    const { publicKey } = found[0]!;
    expectRefusal('bad-roster', () => edwardsCosi.roster([honest, { key: publicKey, identity: new Uint8Array(32) }]));
  });

  test('in one nonce makes a signature that ZIP215 accepts and node:crypto does not; the coordinator names whose it was', () => {
    const { commit, signers, roster, scheme, curve } = committee(4, real);
    const session = sessionOf(1);
    const [d, e, x] = [1234n, 5678n, bytesToNumberLE(secretOf(2))];
    const mixed: Entry = {
      index: 2,
      D: edwards25519.multiplyBase(d).add(T).toBytes(),
      E: edwards25519.multiplyBase(e).toBytes(),
      signature: new Uint8Array(64),
    };
    const [first, last] = commit([0, 3], session) as [Entry, Entry];
    const list = [first, mixed, last];
    const challenge = scheme.challenge(roster, message, list)!;
    const { b, c } = scalarsOf(curve, roster, challenge);
    const honest = [0, 3].map((index) => signers[index]!.respond({ session, attempt: 0, message, list }));
    const responses = [honest[0]!, numberToBytesLE((d + b * e + c * x) % ORDER, 32), honest[1]!];
    const signature = scheme.combine(challenge, responses);

    const claim = signatureClaim(roster, challenge.mask, message, signature)!;
    expect(scheme.verify(roster, challenge.mask, message, signature)).toBe(true);
    expect(nodeAccepts(claim)).toBe(false);
    expect(edwards25519.isPrimeOrder(edwards25519.fromBytes(challenge.R)!)).toBe(false);

    expect(scheme.isSignature(challenge, signature)).toBe(false);
    const culprits = list.filter(
      (entry, place) => !scheme.isResponse(roster, challenge, entry.index, responses[place]!),
    );
    expect(culprits).toEqual([mixed]);
    expect(list.filter((entry) => !scheme.isEntrySound(entry))).toEqual([mixed]);
  });
});
