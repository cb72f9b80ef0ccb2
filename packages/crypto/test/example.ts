import { prove, verify } from '@ios/crypto/dleq';
import { getPublicKey, nobleBatchVerifier, sign } from '@ios/crypto/ed25519';
import { randomScalar, ristretto255 } from '@ios/crypto/group';
import { inclusionProof, merkleRoot, verifyInclusion } from '@ios/crypto/merkle';
import { permutation } from '@ios/crypto/permutation';
import { taggedHash } from '@ios/crypto/transcript';

export const example = (): string[] => {
  const lines: string[] = [];

  // A seed that names its purpose, and the order of five validators that follows from it.
  const seed = taggedHash('ios/example/v1/seed', Uint8Array.of(1, 2, 3));
  lines.push(`order: ${permutation(seed, 'ios/example/v1/order', 5).join(' ')}`);

  // Three transactions in a tree, and the proof that the second is there.
  const leaves = [Uint8Array.of(10), Uint8Array.of(20), Uint8Array.of(30)];
  const claim = { leaf: leaves[1]!, index: 1, size: 3, proof: inclusionProof(leaves, 1), root: merkleRoot(leaves) };
  lines.push(`second leaf is there: ${verifyInclusion(claim)}`);

  // One signature for each of them, verified as a batch with bytes that nobody could foresee.
  const publicKey = getPublicKey(seed);
  const batch = leaves.map((message) => ({ publicKey, message, signature: sign(message, seed) }));
  const freshBytes = crypto.getRandomValues(new Uint8Array(32));
  lines.push(`batch holds: ${nobleBatchVerifier.verify(batch, freshBytes)}`);

  // The same secret behind two elements, shown without showing it.
  const secret = randomScalar(ristretto255.order);
  const second = ristretto255.hashToElement('ios/example/v1/second-base');
  const statement = {
    group: ristretto255,
    tag: 'ios/example/v1/same-secret',
    context: [seed],
    bases: [ristretto255.base, second] as const,
    values: [ristretto255.base.multiply(secret), second.multiply(secret)] as const,
  };
  lines.push(`same secret: ${verify(statement, prove(statement, secret))}`);
  return lines;
};
