import { type Genesis, rosterOf } from '@ios/client';
import { edwardsCosi, maskOf, signatureClaim } from '@ios/cosi';
import { edwards25519, ORDER } from '@ios/crypto/edwards25519';
import { deriveKey, secretScalar } from '@ios/crypto/keys';
import { TORSION } from '@ios/crypto/testing';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { createIdentitySigner } from '../src/keys/identity-signer.ts';

/** What all cosigners of a genesis can do when nobody is silent: sign 32 endorsed bytes for these members. */
export const cosignersOf = (
  genesis: Genesis,
  masters: readonly Uint8Array[],
  chainName: Uint8Array,
): ((endorsed: Uint8Array, members: readonly number[]) => Uint8Array) => {
  const roster = rosterOf(genesis);
  const identities = masters.map((master) => createIdentitySigner(master, chainName));
  const signers = genesis.validators.map(({ identity }, index) =>
    identities.find(({ publicKey }) => Buffer.compare(publicKey, identity) === 0)!.cosigner(roster, index),
  );
  const made = new Map<string, Uint8Array>();
  const together = (message: Uint8Array, members: readonly number[]): Uint8Array => {
    if (members.length === 0) return new Uint8Array(64);
    const session = message;
    const list = members.map((member) => signers[member]!.commit(session, 0));
    const challenge = edwardsCosi.challenge(roster, message, list)!;
    const responses = members.map((member) => signers[member]!.respond({ session, attempt: 0, message, list }));
    return edwardsCosi.combine(challenge, responses);
  };
  // The same again for the same: with fresh nonces it would be another signature.
  return (message, members) => {
    const name = `${bytesToHex(message)} ${members.join()}`;
    const signature = made.get(name) ?? together(message, members);
    made.set(name, signature);
    return signature;
  };
};

/** The same with torsion in its nonce, as members who conspire can make it: valid under ZIP215, and nowhere else. */
export const conspiratorsOf = (
  genesis: Genesis,
  masters: readonly Uint8Array[],
  chainName: Uint8Array,
): ((endorsed: Uint8Array, members: readonly number[]) => Uint8Array) => {
  const roster = rosterOf(genesis);
  const secrets = new Map(
    masters.map((master) => [
      bytesToHex(createIdentitySigner(master, chainName).publicKey),
      secretScalar('cosigning', deriveKey(master, 'cosigning', chainName, 0)),
    ]),
  );
  return (message, members) => {
    const mask = maskOf(members, genesis.validators.length);
    const { publicKey, message: M } = signatureClaim(roster, mask, message, new Uint8Array(64))!;
    const x = members.reduce((sum, i) => sum + secrets.get(bytesToHex(genesis.validators[i]!.identity))!, 0n);
    const R = edwards25519.multiplyBase(7n).add(TORSION[1]!).toBytes();
    const c = bytesToNumberLE(sha512(concatBytes(R, publicKey, M))) % ORDER;
    return concatBytes(R, numberToBytesLE((7n + c * x) % ORDER, 32));
  };
};
