import type { SignedMessage } from '@ios/crypto/ed25519';
import { createInlineVerifier, type Verifier } from '../src/verifier.ts';

/** Of somebody who believes everything: it proposes what others forge, and endorses it. */
export const believing: Verifier = {
  verify: async (claims) => claims.map(() => true),
  verifyKeys: async (keys) => keys.map(() => true),
  holds: async () => true,
  close: async () => {},
};

/**
 * Decides for several validators, who are shown the same signatures: each that holds is verified once. `onFalse` is told how many
 * do not hold.
 */
export const createSharedVerifier = (onFalse: (count: number) => void): Verifier => {
  const inline = createInlineVerifier();
  const good = new Set<string>();
  const nameOf = ({ publicKey, message, signature }: SignedMessage): string =>
    Buffer.concat([signature, publicKey, message]).toString('latin1');
  const unknown = (claims: readonly SignedMessage[]): readonly SignedMessage[] =>
    claims.filter((claim) => !good.has(nameOf(claim)));
  return {
    ...inline,
    async verify(claims, payer) {
      const open = unknown(claims);
      const verdicts = open.length === 0 ? [] : await inline.verify(open, payer);
      for (const [i, claim] of open.entries()) if (verdicts[i]!) good.add(nameOf(claim));
      const answer = claims.map((claim) => good.has(nameOf(claim)));
      onFalse(answer.filter((holds) => !holds).length);
      return answer;
    },
    async holds({ signatures, ...assertion }, signal) {
      const open = unknown(signatures);
      const holds = await inline.holds({ signatures: open, ...assertion }, signal);
      if (holds) for (const claim of open) good.add(nameOf(claim));
      else onFalse(1);
      return holds;
    },
  };
};
