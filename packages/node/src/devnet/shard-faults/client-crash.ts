import type { Handing } from '../submission.ts';

/** A client that hands each transfer to one of its voters only, each of them in its turn, and is silent from there on. */
export const crashingClient: Handing = {
  to: ({ parties: { voters }, turn }) => [voters[turn % voters.length]!],
  again: false,
};
