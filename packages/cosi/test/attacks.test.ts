import { randomBytes } from 'node:crypto';
import { verify } from '@ios/crypto/ed25519';
import { edwards25519, ORDER } from '@ios/crypto/edwards25519';
import { publicKey, secretScalar } from '@ios/crypto/keys';
import { provePossession, verifyPossession } from '@ios/crypto/possession';
import { mod } from '@noble/curves/abstract/modular.js';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { ed25519Challenge, scalarsOf, signedMessage } from '../src/challenge.ts';
import { type CurvePoint, type Entry, edwardsCosi, maskOf, signatureClaim } from '../src/index.ts';
import { aggregateKey } from '../src/roster.ts';
import { committee, real, secretOf, sessionOf } from './committee.ts';
import { nodeAccepts } from './node-crypto.ts';
import { forge } from './ros.ts';

const scalar = (value: bigint): Uint8Array => numberToBytesLE(value, 32);

describe('a rogue key (Ristenpart and Yilek, EUROCRYPT 2007)', () => {
  const identity = new Uint8Array(32).fill(2);
  const victim = edwards25519.multiplyBase(secretScalar('cosigning', secretOf(0)));
  const x = 123_456_789n;
  /** The key of the sum less the victim's: nobody knows the secret behind it. */
  const rogue = edwards25519.multiplyBase(x).add(victim.negate()).toBytes();

  test('signs alone for the sum, where no possession is asked for', () => {
    const roster = edwardsCosi.roster([
      { key: victim.toBytes(), identity: new Uint8Array(32).fill(1) },
      { key: rogue, identity },
    ]);
    const mask = maskOf([0, 1], 2);
    const message = Buffer.from('the victim never saw this');
    const A = aggregateKey(roster, mask)!.toBytes();
    const M = signedMessage(roster.root, mask, message);
    const R = edwards25519.multiplyBase(5n).toBytes();
    const c = ed25519Challenge(edwards25519, { R, A, M });
    const signature = concatBytes(R, scalar((5n + c * x) % ORDER));
    expect(edwardsCosi.verify(roster, mask, message, signature)).toBe(true);
  });

  test('is not registered: nothing that its maker can prove is a proof for it', () => {
    const registration = { kind: 'cosigning', chainName: new Uint8Array(32), identity, keyEpoch: 0 } as const;
    const own = provePossession(registration, scalar(x));
    expect(verifyPossession(registration, publicKey('cosigning', scalar(x)), own)).toBe(true);
    expect(verifyPossession(registration, rogue, own)).toBe(false);
    const victims = provePossession(registration, secretOf(0));
    expect(verifyPossession(registration, victim.toBytes(), victims)).toBe(true);
    expect(verifyPossession(registration, rogue, victims)).toBe(false);
  });
});

describe('256 open sessions (Drijvers et al., S&P 2019; Benhamouda et al., EUROCRYPT 2021)', () => {
  const COUNT = 256;
  const all = committee(2, real);
  const { curve, roster, scheme } = all;
  const mask = maskOf([0, 1], 2);
  const A = aggregateKey(roster, mask)!;
  const [honest, forger] = [0, 1].map((index) => bytesToNumberLE(secretOf(index))) as [bigint, bigint];
  const M = signedMessage(roster.root, mask, Buffer.from('what the signer signs'));
  const target = Buffer.from('what nobody signed');
  const forged = signedMessage(roster.root, mask, target);
  const challengeOf = (R: CurvePoint, message: Uint8Array): bigint =>
    bytesToNumberLE(sha512(concatBytes(R.toBytes(), A.toBytes(), message))) % ORDER;

  /** The forgery as a signature of both, with the forger's own part. */
  const complete = (R: CurvePoint, s: bigint): Uint8Array =>
    concatBytes(R.toBytes(), scalar((s + challengeOf(R, forged) * forger) % ORDER));

  test('the original scheme, with one nonce, is forged', () => {
    // The signer of Syta et al., S&P 2016: R_i first, then s_i = r_i + c·x for any challenge that its R_i is part of.
    const secrets = Array.from({ length: COUNT }, () => bytesToNumberLE(randomBytes(64)) % ORDER);
    const nonces = secrets.map((r) => edwards25519.multiplyBase(r));
    const own = [edwards25519.base, edwards25519.multiplyBase(2n)] as const;
    const answered = new Set<number>();
    const challenge = (i: number, choice: number): bigint => challengeOf(nonces[i]!.add(own[choice]!), M);
    const { R, s } = forge(
      {
        curve,
        count: COUNT,
        nonce: (i) => nonces[i]!,
        challenge,
        respond: (i, choice) => {
          expect(answered.has(i)).toBe(false);
          answered.add(i);
          return mod(secrets[i]! + challenge(i, choice) * honest, ORDER);
        },
      },
      (sum) => challengeOf(sum, forged),
    );
    const signature = complete(R, s);
    expect(verify(signature, forged, A.toBytes())).toBe(true);
    expect(scheme.verify(roster, mask, target, signature)).toBe(true);
    expect(nodeAccepts(signatureClaim(roster, mask, target, signature)!)).toBe(true);
  });

  test('the same forger fails against two nonces and a binding factor', () => {
    const lists = Array.from({ length: COUNT }, (_, i) => {
      const entry = all.signers[0]!.commit(sessionOf(i), 0);
      return [1n, 2n].map((d): [Entry, Entry] => {
        const nonces = { D: edwards25519.multiplyBase(d).toBytes(), E: edwards25519.base.toBytes() };
        return [entry, { index: 1, ...nonces, signature: new Uint8Array(64) }];
      });
    });
    const message = Buffer.from('what the signer signs');
    const scalars = lists.map((choices) =>
      choices.map((list) => scalarsOf(curve, roster, scheme.challenge(roster, message, list)!)),
    );
    const points = lists.map((choices) => [choices[0]![0].D, choices[0]![0].E].map((bytes) => curve.fromBytes(bytes)!));
    const nonce = (i: number, choice: number): CurvePoint => {
      const [D, E] = points[i] as [CurvePoint, CurvePoint];
      return D.add(curve.multiScalarMultiply([E], [scalars[i]![choice]!.b]));
    };
    const { R, s, choices, weights } = forge(
      {
        curve,
        count: COUNT,
        nonce,
        challenge: (i, choice) => scalars[i]![choice]!.c,
        respond: (i, choice) =>
          bytesToNumberLE(
            all.signers[0]!.respond({ session: sessionOf(i), attempt: 0, message, list: lists[i]![choice]! }),
          ),
      },
      (sum) => challengeOf(sum, forged),
    );
    const signature = complete(R, s);
    expect(scheme.verify(roster, mask, target, signature)).toBe(false);
    expect(nodeAccepts(signatureClaim(roster, mask, target, signature)!)).toBe(false);

    // And this is why: the signer's part of R moved with each choice. With the R that the choices led to, the equation
    // holds, but it was fixed before them, and so was the challenge.
    const moved = curve.multiScalarMultiply(
      choices.map((choice, i) => nonce(i, choice)),
      weights,
    );
    const X = curve.fromBytes(roster.cosigners[0]!.key)!;
    const left = curve.multiScalarMultiply([curve.base, X.negate()], [s, challengeOf(R, forged)]);
    expect(left.equals(moved)).toBe(true);
    expect(left.equals(R)).toBe(false);
  });
});
