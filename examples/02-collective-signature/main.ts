// A collective signature: seven cosigners, one of them absent and one who cheats, sign one statement together. What comes out
// is 64 bytes and a mask, and node:crypto, which knows nothing of all this, verifies it.
import { createPublicKey, verify } from 'node:crypto';
import {
  allOf,
  CosiError,
  createSigner,
  type Entry,
  edwardsCosi,
  entryMessage,
  indicesOf,
  mustInclude,
  quorum,
  signatureClaim,
} from '@ios/cosi';
import { getPublicKey, sign, verify as verifySignature } from '@ios/crypto/ed25519';
import { deriveKey, publicKey } from '@ios/crypto/keys';
import { provePossession, verifyPossession } from '@ios/crypto/possession';
import { taggedHash } from '@ios/crypto/transcript';

const NAMES = ['Ada', 'Barbara', 'Edith', 'Frances', 'Grace', 'Hedy', 'Radia'];
const namesOf = (indices: readonly number[]): string => indices.map((index) => NAMES[index]).join(', ');

// 1. Keys. Each cosigner has an identity, which signs messages, and a cosigning key. A real one draws its master secret;
// here they are fixed, so that every run is the same.
const chainName = taggedHash('examples/collective-signature/v1/chain');
const seats = NAMES.map((_, index) => {
  const master = new Uint8Array(32).fill(index + 1);
  const seed = deriveKey(master, 'identity', chainName, 0);
  const secret = deriveKey(master, 'cosigning', chainName, 0);
  return { seed, secret, identity: getPublicKey(seed), key: publicKey('cosigning', secret) };
});

// 2. Registration. A key is taken only with a proof that its owner knows the secret: else somebody could register a key
// computed from the others' keys, and sign alone for all of them.
const registered = seats.every(({ identity, key, secret }) => {
  const registration = { kind: 'cosigning', chainName, identity, keyEpoch: 0 } as const;
  return verifyPossession(registration, key, provePossession(registration, secret));
});
const roster = edwardsCosi.roster(seats.map(({ identity, key }) => ({ identity, key })));
console.log(`${NAMES.length} cosigners, each shows that it knows its secret: ${registered}`);

// 3. Each seat's secrets are behind a signer: it commits, and responds once to what it committed.
const signers = seats.map(({ seed, secret }, index) =>
  createSigner({ secret, roster, index, sign: (bytes) => sign(bytes, seed) }),
);

// 4. The statement, and the session that names what is signed: a cosigner opens one only for what it approves of.
const message = Buffer.from('The library is open on Sundays.');
const session = taggedHash('examples/collective-signature/v1/session', message);

// 5. The coordinator asks for entries. Hedy is absent. It checks that each entry is its owner's.
const gather = (attempt: number, present: readonly number[]): Entry[] =>
  present
    .map((index) => signers[index]!.commit(session, attempt))
    .filter((entry) =>
      verifySignature(entry.signature, entryMessage(session, attempt, entry), seats[entry.index]!.identity),
    );

/** One attempt: the list goes to all who are in it, the coordinator combines what they answer. */
const attemptWith = (
  attempt: number,
  present: readonly number[],
  spoil: (index: number, s: Uint8Array) => Uint8Array,
) => {
  const list = gather(attempt, present);
  const challenge = edwardsCosi.challenge(roster, message, list)!;
  const responses = list.map(({ index }) => spoil(index, signers[index]!.respond({ session, attempt, message, list })));
  const signature = edwardsCosi.combine(challenge, responses);
  const wrong = edwardsCosi.isSignature(challenge, signature)
    ? []
    : list.filter(({ index }, place) => !edwardsCosi.isResponse(roster, challenge, index, responses[place]!));
  return { mask: challenge.mask, signature, wrong: wrong.map(({ index }) => index) };
};

// 6. First attempt: Edith answers with something else. The sum fails, is opened, and names her.
const EDITH = 2;
const present = [0, 1, 2, 3, 4, 6];
const first = attemptWith(0, present, (index, s) => (index === EDITH ? new Uint8Array(32) : s));
console.log(`first attempt, by ${namesOf(present)}: failed because of ${namesOf(first.wrong)}`);

// 7. Second attempt without her. Everybody has new nonces: those of the first attempt have answered, and are gone.
const second = attemptWith(
  1,
  present.filter((index) => !first.wrong.includes(index)),
  (_, s) => s,
);
const { mask, signature } = second;
console.log(`second attempt: ${signature.length} bytes and a mask of ${mask.length}`);
for (const signer of signers) signer.close(session);

// 8. A verifier has the roster, and learns from the mask who signed. Whether they suffice is its own policy.
console.log(
  `signed by ${namesOf(indicesOf(mask, NAMES.length)!)}: ${edwardsCosi.verify(roster, mask, message, signature)}`,
);
const policy = allOf(quorum(5), mustInclude([NAMES.indexOf('Grace')]));
console.log(`five of seven, with Grace among them: ${policy.accepts(mask, NAMES.length)}`);
console.log(`all seven: ${quorum(7).accepts(mask, NAMES.length)}`);

// 9. Everybody else sees an Ed25519 signature under the sum of five keys.
const claim = signatureClaim(roster, mask, message, signature)!;
const x = Buffer.from(claim.publicKey).toString('base64url');
const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
console.log(`node:crypto verifies it: ${verify(null, claim.message, key, claim.signature)}`);

// 10. A signature says who signed: with another mask, it is none.
const withHedy = Uint8Array.from(mask, (byte) => byte | (1 << NAMES.indexOf('Hedy')));
console.log(`the same bytes as a signature of Hedy's too: ${edwardsCosi.verify(roster, withHedy, message, signature)}`);

// 11. And the session is over: nobody answers in it any more.
try {
  signers[0]!.commit(session, 2);
} catch (error) {
  if (error instanceof CosiError) console.log(`Ada, asked once more: ${error.code}`);
}
