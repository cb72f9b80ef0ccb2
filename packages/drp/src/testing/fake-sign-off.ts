import { taggedHash } from '@ios/crypto/transcript';
import { equalBytes } from '@noble/curves/utils.js';
import type { SignOff } from '../config.ts';

/** A sign-off whose proofs are hashes under a word that the tests share: 32 bytes, without any security. */
export const createFakeSignOff = (word: Uint8Array): SignOff & { prove(selectionDigest: Uint8Array): Uint8Array } => {
  const prove = (selectionDigest: Uint8Array): Uint8Array =>
    taggedHash('ios/drp/v1/fake-sign-off', word, selectionDigest);
  return {
    prove,
    verify: (proof, selectionDigest) => proof.length === 32 && equalBytes(proof, prove(selectionDigest)),
  };
};
