import { numberToBytesBE, numberToBytesLE } from '@noble/curves/utils.js';
import { createSigner, type Roster, type Signer } from '../src/index.ts';
import { fakeCosi, fakeCurve, fakeSign } from '../src/testing.ts';

/** The cosigners of a simulation: over the group without secrets, with identities that everybody can sign for. */
export interface Cast {
  readonly names: readonly string[];
  readonly roster: Roster;
  readonly identityOf: (index: number) => Uint8Array;
  /** The cosigning secret, from 1. */
  readonly secretOf: (index: number) => bigint;
  /** A signer that has nothing open, as after a restart. */
  readonly signerOf: (index: number, rng: (length: number) => Uint8Array) => Signer;
  /** One that forgets no nonce, and answers whatever it is asked: what a machine must do without. */
  readonly leakySignerOf: (index: number, rng: (length: number) => Uint8Array) => Signer;
}

const made = new Map<number, Cast>();

/** The n cosigners, the same in each run. */
export const castOf = (n: number): Cast => {
  const known = made.get(n);
  if (known !== undefined) return known;
  const secretOf = (index: number): bigint => BigInt(index) * 7919n + 11n;
  const identities = Array.from({ length: n }, (_, i) => numberToBytesBE(i + 1, 32));
  const identityOf = (index: number): Uint8Array => identities[index]!;
  const roster = fakeCosi.roster(
    identities.map((identity, i) => ({ key: fakeCurve.multiplyBase(secretOf(i)).toBytes(), identity })),
  );
  const signerOf = (index: number, rng: (length: number) => Uint8Array): Signer => {
    const secret = numberToBytesLE(secretOf(index), 32);
    const sign = (message: Uint8Array): Uint8Array => fakeSign(message, identityOf(index));
    return createSigner({ secret, roster, index, sign, rng, curve: fakeCurve });
  };
  // A new signer draws the nonces of its first attempt again, from the same source.
  const leakySignerOf = (index: number, rng: (length: number) => Uint8Array): Signer => ({
    commit: (session, attempt) => signerOf(index, rng).commit(session, attempt),
    respond: (request) => {
      const signer = signerOf(index, rng);
      signer.commit(request.session, request.attempt);
      return signer.respond(request);
    },
    close: () => {},
  });
  const cast = { names: identities.map((_, i) => `c${i}`), roster, identityOf, secretOf, signerOf, leakySignerOf };
  made.set(n, cast);
  return cast;
};
