import { getPublicKey, sign, verify } from '@ios/crypto/ed25519';
import { edwards25519 } from '@ios/crypto/edwards25519';
import { numberToBytesBE, numberToBytesLE } from '@noble/curves/utils.js';
import { type CosiScheme, type Curve, createSigner, edwardsCosi, type Roster, type Signer } from '../src/index.ts';
import { fakeCosi, fakeCurve, fakeSign, fakeVerify } from '../src/testing.ts';

/** The cosigners of a simulation. */
export interface Cast {
  readonly names: readonly string[];
  readonly scheme: CosiScheme;
  readonly roster: Roster;
  readonly identityOf: (index: number) => Uint8Array;
  /** The cosigning secret, from 1. */
  readonly secretOf: (index: number) => bigint;
  /** Signs with the identity key. */
  readonly sign: (message: Uint8Array, index: number) => Uint8Array;
  readonly verify: (signature: Uint8Array, message: Uint8Array, identity: Uint8Array) => boolean;
  /** A signer that has nothing open, as after a restart. */
  readonly signerOf: (index: number, rng: (length: number) => Uint8Array) => Signer;
  /** One that forgets no nonce, and answers whatever it is asked: what a machine must do without. */
  readonly leakySignerOf: (index: number, rng: (length: number) => Uint8Array) => Signer;
}

interface Suite {
  readonly curve: Curve;
  readonly scheme: CosiScheme;
  readonly identityOf: (seed: Uint8Array) => Uint8Array;
  readonly sign: (message: Uint8Array, seed: Uint8Array) => Uint8Array;
  readonly verify: Cast['verify'];
}

const fake: Suite = {
  curve: fakeCurve,
  scheme: fakeCosi,
  identityOf: (seed) => seed,
  sign: fakeSign,
  verify: fakeVerify,
};
const edwards: Suite = { curve: edwards25519, scheme: edwardsCosi, identityOf: getPublicKey, sign, verify };

const cast = (n: number, { curve, scheme, identityOf, sign, verify }: Suite): Cast => {
  const secretOf = (index: number): bigint => BigInt(index) * 7919n + 11n;
  const seeds = Array.from({ length: n }, (_, i) => numberToBytesBE(i + 1, 32));
  const identities = seeds.map(identityOf);
  const cosigners = identities.map((identity, i) => ({ key: curve.multiplyBase(secretOf(i)).toBytes(), identity }));
  const roster = scheme.roster(cosigners);
  const signerOf = (index: number, rng: (length: number) => Uint8Array): Signer => {
    const secret = numberToBytesLE(secretOf(index), 32);
    return createSigner({ secret, roster, index, sign: (message) => sign(message, seeds[index]!), rng, curve });
  };
  return {
    names: seeds.map((_, i) => `c${i}`),
    scheme,
    roster,
    identityOf: (index) => identities[index]!,
    secretOf,
    sign: (message, index) => sign(message, seeds[index]!),
    verify,
    signerOf,
    // A new signer draws the nonces of its first attempt again, from the same source.
    leakySignerOf: (index, rng) => ({
      commit: (session, attempt) => signerOf(index, rng).commit(session, attempt),
      respond: (request) => {
        const signer = signerOf(index, rng);
        signer.commit(request.session, request.attempt);
        return signer.respond(request);
      },
      close: () => {},
    }),
  };
};

const made = new Map<number, Cast>();

/** The n cosigners over the group without secrets, with identities that everybody can sign for; the same in each run. */
export const castOf = (n: number): Cast => {
  const known = made.get(n) ?? cast(n, fake);
  made.set(n, known);
  return known;
};

/** n cosigners over edwards25519, with Ed25519 identities. */
export const edwardsCast = (n: number): Cast => cast(n, edwards);
