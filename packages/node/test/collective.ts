import { type Genesis, rosterOf } from '@ios/client';
import { edwardsCosi } from '@ios/cosi';
import { bytesToHex } from '@noble/hashes/utils.js';
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
