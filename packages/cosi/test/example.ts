import { createPublicKey, verify } from 'node:crypto';
import { createSigner, edwardsCosi, quorum, signatureClaim } from '@ios/cosi';
import { getPublicKey, sign } from '@ios/crypto/ed25519';
import { deriveKey, publicKey } from '@ios/crypto/keys';
import { taggedHash } from '@ios/crypto/transcript';

export const example = (): string[] => {
  const lines: string[] = [];

  // Four cosigners; where their keys are registered, each shows by a proof of possession that it knows its secret.
  const chainName = taggedHash('ios/example/v1/chain');
  const masters = [1, 2, 3, 4].map((i) => new Uint8Array(32).fill(i));
  const seeds = masters.map((master) => deriveKey(master, 'identity', chainName, 0));
  const secrets = masters.map((master) => deriveKey(master, 'cosigning', chainName, 0));
  const roster = edwardsCosi.roster(
    secrets.map((secret, i) => ({ key: publicKey('cosigning', secret), identity: getPublicKey(seeds[i]!) })),
  );
  const signers = secrets.map((secret, index) =>
    createSigner({ secret, roster, index, sign: (bytes) => sign(bytes, seeds[index]!) }),
  );

  // Cosigner 2 is absent. The others commit, the list of their entries goes to each of them, and each responds.
  const message = new Uint8Array([1, 2, 3]);
  const session = taggedHash('ios/example/v1/session', message);
  const present = [0, 1, 3];
  const list = present.map((index) => signers[index]!.commit(session, 0));
  const responses = present.map((index) => signers[index]!.respond({ session, attempt: 0, message, list }));

  // The coordinator combines the responses, and asks once whether everybody answered well.
  const challenge = edwardsCosi.challenge(roster, message, list)!;
  const signature = edwardsCosi.combine(challenge, responses);
  lines.push(`the coordinator publishes it: ${edwardsCosi.isSignature(challenge, signature)}`);

  // A verifier holds the roster, and gets mask and signature: 1 + 64 bytes.
  const { mask } = challenge;
  lines.push(`three of four signed: ${edwardsCosi.verify(roster, mask, message, signature)}`);
  lines.push(`they are a quorum of 3: ${quorum(3).accepts(mask, 4)}, of 4: ${quorum(4).accepts(mask, 4)}`);

  // To everybody else it is an Ed25519 signature under the sum of three keys.
  const claim = signatureClaim(roster, mask, message, signature)!;
  const x = Buffer.from(claim.publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  lines.push(`node:crypto agrees: ${verify(null, claim.message, key, claim.signature)}`);
  return lines;
};
