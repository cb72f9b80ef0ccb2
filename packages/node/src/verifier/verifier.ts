import type { SignedMessage } from '@ios/crypto/ed25519';

/** What is known of a claim: `undecided` says nothing about it, only that its sender has used up its budget. */
export type Verdict = 'valid' | 'invalid' | 'undecided';

/** What must hold all together. */
export interface Assertion {
  readonly signatures: readonly SignedMessage[];
  /** Encodings that must be keys which may own outputs, 32 bytes each. */
  readonly keys?: readonly Uint8Array[];
}

/** Decides Ed25519 signatures by ZIP215, the consensus rule, and which keys may own outputs (`isValidKey`). */
export interface Verifier {
  /**
   * A verdict for each signature, in order: for what senders may be charged for. Those that do not hold are charged to
   * `payer`, and are `undecided` once its budget is spent.
   */
  verify(claims: readonly SignedMessage[], payer: string): Promise<readonly Verdict[]>;
  /** A verdict for each key, in order; each is charged to `payer`, and is `undecided` once its budget of keys is spent. */
  verifyKeys(keys: readonly Uint8Array[], payer: string): Promise<readonly Verdict[]>;
  /**
   * Whether all of it holds: for consensus, which goes before everything else. Nothing is left undecided; the first that
   * does not hold ends the work. Rejects with the reason of `signal` when that is aborted.
   */
  holds(assertion: Assertion, signal?: AbortSignal): Promise<boolean>;
  /** Gives back its threads; claims under way, and later ones, are never answered. Closing twice is harmless. */
  close(): Promise<void>;
}
