import { getPublicKey, nobleBatchVerifier, type SignedMessage, sign, verify } from '@ios/crypto/ed25519';
import { type Curve25519, createCurve25519, load } from '../../src/index.ts';

/** What came of it where this ran, as JSON. */
export interface Found {
  /** Whether 40 signatures hold, and the places of two forgeries among 42. */
  readonly holds: boolean;
  readonly wrong: readonly number[];
  /** `wasm`, or name and code of the error for which `@ios/crypto` had to do it. */
  readonly by: string;
}

const seed = new Uint8Array(32).fill(1);
const publicKey = getPublicKey(seed);
const signed = (i: number): SignedMessage => {
  const message = Uint8Array.of(i);
  return { publicKey, message, signature: sign(message, seed) };
};
const good = Array.from({ length: 40 }, (_, i) => signed(i));
const forged: SignedMessage = { ...signed(0), message: Uint8Array.of(1) };
const mixed = [...good.slice(0, 7), forged, ...good.slice(7), forged];
const fresh = (): Uint8Array => globalThis.crypto.getRandomValues(new Uint8Array(32));

/** A batch verified in WebAssembly, compiled at once and asynchronously; where that cannot be, by noble. */
export const verifyHere = async (): Promise<Found[]> => {
  const all: Found[] = [];
  for (const open of [createCurve25519, load]) {
    try {
      const { batchVerifier }: Curve25519 = await open();
      const wrong = batchVerifier.findInvalidVartime(mixed, fresh());
      all.push({ holds: batchVerifier.verify(good, fresh()), wrong, by: 'wasm' });
    } catch (error) {
      const { name, code } = error as { readonly name: string; readonly code?: string };
      const wrong = mixed.flatMap((one, i) => (verify(one.signature, one.message, one.publicKey) ? [] : [i]));
      all.push({ holds: nobleBatchVerifier.verify(good, fresh()), wrong, by: `${name} ${code}` });
    }
  }
  return all;
};
