import { taggedHash } from '@ios/crypto/transcript';
import { open, schoenmakersPvss as pvss, seal } from '@ios/pvss';

export const example = (): string[] => {
  const lines: string[] = [];

  // Five holders with a share key each; in a network each key is registered with a proof of possession.
  const secretKeys = [1, 2, 3, 4, 5].map(() => pvss.generateKey());
  const context = {
    session: taggedHash('ios/example/v1/session'),
    dealer: taggedHash('ios/example/v1/dealer'),
    threshold: 3,
    publicKeys: secretKeys.map(pvss.publicKey),
  };

  // A dealer shares a random secret. Everybody can check the dealing, and many dealings at once.
  const dealings = [pvss.deal(context), pvss.deal(context), new Uint8Array(640)];
  const freshBytes = crypto.getRandomValues(new Uint8Array(32));
  const wrong = pvss.verifyDealings(
    dealings.map((dealing) => ({ context, dealing })),
    freshBytes,
  );
  lines.push(`wrong dealings: ${wrong.join(' ')}`);

  // Three holders decrypt their shares; whoever gets them checks their proofs, and recovers the secret.
  const shareOf = (dealing: Uint8Array, index: number) => ({
    index,
    share: pvss.decryptShare(context, dealing, index, secretKeys[index]!),
  });
  const dealing = dealings[0]!;
  const shares = [0, 2, 4].map((index) => shareOf(dealing, index));
  const bad = pvss.verifyShares(
    shares.map((own) => ({ context, dealing, ...own })),
    freshBytes,
  );
  const secret = pvss.recover(context, dealing, shares);
  lines.push(`wrong shares: ${bad.length}; the secret has ${secret.length} bytes`);
  const others = [1, 2, 3].map((index) => shareOf(dealing, index));
  lines.push(`the same from others: ${pvss.recover(context, dealing, others).every((byte, i) => byte === secret[i])}`);

  // Bytes, sealed under the secret of a dealing of their own.
  const locked = seal(pvss, context, Uint8Array.of(1, 2, 3));
  const key = pvss.recover(
    context,
    locked.dealing,
    [4, 1, 0].map((index) => shareOf(locked.dealing, index)),
  );
  lines.push(`opened: ${open(pvss, context, locked.dealing, key, locked.sealed)?.join(' ')}`);
  return lines;
};
