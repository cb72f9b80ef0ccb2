import type { SignedMessage } from '@ios/crypto/ed25519';

/** What is known of a signature: `undecided` says nothing about it, only that its sender has used up its budget. */
export type Verdict = 'valid' | 'invalid' | 'undecided';

/** Decides Ed25519 signatures by ZIP215, the consensus rule. */
export interface Verifier {
  /**
   * A verdict for each claim, in order. With `payer`, signatures that do not hold are charged to that name, and are
   * `undecided` once its budget is spent; without, all are decided.
   */
  verify(claims: readonly SignedMessage[], payer?: string): Promise<readonly Verdict[]>;
  /** Gives back its threads; claims under way, and later ones, are never answered. Closing twice is harmless. */
  close(): Promise<void>;
}
