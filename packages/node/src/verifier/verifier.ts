import type { SignedMessage } from '@ios/crypto/ed25519';

/** What must hold all together. */
export interface Assertion {
  readonly signatures: readonly SignedMessage[];
  /** Encodings that must be keys which may own outputs, 32 bytes each. */
  readonly keys?: readonly Uint8Array[];
}

/** Decides Ed25519 signatures by ZIP215, the consensus rule, and which keys may own outputs (`isValidKey`). */
export interface Verifier {
  /**
   * Whether each signature holds, in order: for what comes from outside. Senders take turns, and one whose signatures did
   * not hold is served apart from the others for a while.
   * @param payer - who sent them, by any name
   */
  verify(claims: readonly SignedMessage[], payer: string): Promise<readonly boolean[]>;
  /** Whether each key may own outputs, in order; senders take turns. */
  verifyKeys(keys: readonly Uint8Array[], payer: string): Promise<readonly boolean[]>;
  /**
   * Whether all of it holds: for consensus, which goes before everything else. The first that does not hold ends the
   * work. Rejects with the reason of `signal` when that is aborted.
   */
  holds(assertion: Assertion, signal?: AbortSignal): Promise<boolean>;
  /** Gives back its threads; claims under way, and later ones, are never answered. Closing twice is harmless. */
  close(): Promise<void>;
}
