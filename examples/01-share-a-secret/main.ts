// A shared secret: Ada seals a message so that any four of seven friends can open it together, and no three can. Anybody can
// check that she shared it well before a single share is decrypted; whoever shows a wrong share is named.
import { getPublicKey } from '@ios/crypto/ed25519';
import { deriveKey, publicKey, secretScalar } from '@ios/crypto/keys';
import { provePossession, verifyPossession } from '@ios/crypto/possession';
import { taggedHash } from '@ios/crypto/transcript';
import { open, PvssError, schoenmakersPvss as pvss, seal } from '@ios/pvss';

const NAMES = ['Barbara', 'Edith', 'Frances', 'Grace', 'Hedy', 'Katherine', 'Radia'];
const namesOf = (indices: readonly number[]): string => indices.map((index) => NAMES[index]).join(', ');

// 1. Keys. Each friend has a share key. A real one draws its master secret; here they are fixed.
const chainName = taggedHash('examples/share-a-secret/v1/chain');
const friends = NAMES.map((_, index) => {
  const master = new Uint8Array(32).fill(index + 1);
  const secret = deriveKey(master, 'share', chainName, 0);
  const identity = getPublicKey(deriveKey(master, 'identity', chainName, 0));
  return { secret, identity, key: publicKey('share', secret) };
});

// 2. Registration. A key is taken only with a proof that its owner knows the secret: else somebody could register a key made
// from another's, and learn how their shares are related.
const registered = friends.every(({ identity, key, secret }) => {
  const registration = { kind: 'share', chainName, identity, keyEpoch: 0 } as const;
  return verifyPossession(registration, key, provePossession(registration, secret));
});
console.log(`${NAMES.length} friends, each shows that it knows its secret: ${registered}`);

// 3. The context: what the dealing is for, who deals, how many shares open it, and for whom they are.
const context = {
  session: taggedHash('examples/share-a-secret/v1/session', Buffer.from('the key under the mat')),
  dealer: getPublicKey(deriveKey(new Uint8Array(32).fill(99), 'identity', chainName, 0)),
  threshold: 4,
  publicKeys: friends.map(({ key }) => key),
};

// 4. Ada deals. She publishes the dealing and the sealed message, and is not needed any more.
const message = Buffer.from('The spare key is under the second flower pot.');
const { dealing, sealed } = seal(pvss, context, message);
console.log(`Ada publishes a dealing of ${dealing.length} bytes, and ${sealed.length} sealed bytes`);

// 5. Anybody checks the dealing: it holds exactly one secret, the same for any four shares.
console.log(`it holds: ${pvss.verifyDealing(context, dealing)}`);
console.log(`as a dealing of Hedy's: ${pvss.verifyDealing({ ...context, dealer: friends[4]!.identity }, dealing)}`);

// 6. A dealer who gives Frances a wrong share is found out before anybody decrypts.
const FRANCES = 2;
const forged = dealing.slice();
const first = 32 * context.threshold;
forged.set(dealing.slice(first, first + 32), first + 32 * FRANCES);
console.log(`with Barbara's share in the place of Frances's: ${pvss.verifyDealing(context, forged)}`);
console.log(`wrong is the share of ${namesOf(pvss.wrongShares(context, forged))}`);

// 7. The friends decrypt. Each share comes with a proof that it is the one in the dealing. Hedy shows another.
const HEDY = 4;
const shareOf = (index: number): Uint8Array =>
  pvss.decryptShare(context, dealing, index, secretScalar('share', friends[index]!.secret));
const shown = [1, 3, 4, 5, 6].map((index) => ({ index, share: shareOf(index) }));
const forgery = shown.find(({ index }) => index === HEDY)!;
forgery.share = Uint8Array.from([...friends[HEDY]!.key, ...forgery.share.slice(32)]);

// 8. All shares are checked at once, with bytes that nobody could foresee; the wrong one is named.
const freshBytes = crypto.getRandomValues(new Uint8Array(32));
const wrong = pvss.verifyShares(
  shown.map((own) => ({ context, dealing, ...own })),
  freshBytes,
);
console.log(
  `shares of ${namesOf(shown.map(({ index }) => index))}: wrong is that of ${namesOf(wrong.map((place) => shown[place]!.index))}`,
);

// 9. Any four good ones give the secret, and the secret opens the message.
const good = shown.filter((_, place) => !wrong.includes(place));
const secret = pvss.recover(context, dealing, good);
const opened = open(pvss, context, dealing, secret, sealed);
console.log(`${namesOf(good.map(({ index }) => index))} open it: ${opened && Buffer.from(opened).toString()}`);

const others = [0, 1, 2, 3].map((index) => ({ index, share: shareOf(index) }));
const same = Buffer.from(pvss.recover(context, dealing, others)).equals(secret);
console.log(`${namesOf([0, 1, 2, 3])} get the same secret: ${same}`);

// 10. Three do not.
try {
  pvss.recover(context, dealing, good.slice(0, 3));
} catch (error) {
  if (error instanceof PvssError) console.log(`three of them: ${error.code}`);
}
