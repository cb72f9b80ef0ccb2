import { taggedHash } from '@ios/crypto/transcript';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Statement } from '../src/index.ts';
import type { Cast } from './cast.ts';

const keyOf = (...parts: Uint8Array[]): string => bytesToHex(taggedHash('ios/drp-simulation/v1/claim', ...parts));

/** Answers statements claim by claim, each claim once whoever asks: what all servers verify costs as if one did. */
export const createStatementCache = ({ scheme, isSigned }: Cast): ((statement: Statement) => boolean) => {
  const known = new Map<string, boolean>();
  const once = (key: string, holds: () => boolean): boolean => {
    const value = known.get(key) ?? holds();
    known.set(key, value);
    return value;
  };
  return ({ signatures, dealings, shares }) =>
    signatures.every((one) => isSigned(one.signature, one.message, one.publicKey)) &&
    dealings.every(({ context, dealing }) =>
      once(keyOf(context.session, context.dealer, dealing), () => scheme.verifyDealing(context, dealing)),
    ) &&
    shares.every(({ context, dealing, index, share }) =>
      once(keyOf(context.session, context.dealer, dealing, Uint8Array.of(index), share), () =>
        scheme.verifyShare(context, dealing, index, share),
      ),
    );
};
