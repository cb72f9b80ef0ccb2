import type { Group, Rng } from '@ios/crypto/group';

/** What a dealing is bound to: none verifies in another context. */
export interface DealingContext {
  /** What the dealing is for, 32 bytes. */
  readonly session: Uint8Array;
  /** Who deals, 32 bytes: an identity key. That the dealer sent the dealing is for a signature over it to show. */
  readonly dealer: Uint8Array;
  /** How many shares recover the secret, from 1 to n; fewer say nothing about it. */
  readonly threshold: number;
  /**
   * The n share keys in roster order, from 1 to `MAX_SHARES`, each registered with a proof of possession. Share i is for
   * key i, counted from 0. A repeated key is refused: its owner would hold two shares, and t shares would be less than t
   * holders.
   */
  readonly publicKeys: readonly Uint8Array[];
}

/** A dealing in its context. */
export interface DealingClaim {
  readonly context: DealingContext;
  /** Of any length: a peer's bytes. */
  readonly dealing: Uint8Array;
}

/** A decrypted share with its proof, of a dealing that was verified. */
export interface ShareClaim extends DealingClaim {
  /** Whose share, from 0 to n - 1. */
  readonly index: number;
  /** Of any length: a peer's bytes. */
  readonly share: Uint8Array;
}

/**
 * A publicly verifiable secret sharing scheme over a group: bytes cross its border. A dealing that was verified gives the
 * same secret from any `threshold` verified shares. A malformed context, index, key or source of randomness throws
 * `PvssError`; whatever peers sent verifies to `false`.
 */
export interface PvssScheme {
  /** Which scheme; bound by every proof. */
  readonly name: string;
  /** Over which group. */
  readonly group: Group;
  /**
   * Bytes of a dealing.
   * @param n - number of shares, from 1 to `MAX_SHARES`
   * @param t - threshold, from 1 to n
   * @throws PvssError `out-of-range`
   */
  dealingLength(n: number, t: number): number;
  /** Bytes of a decrypted share with its proof. */
  readonly shareLength: number;
  /** A secret share key, from 1 to `order - 1`. */
  generateKey(rng?: Rng): bigint;
  /**
   * The share key that goes with a secret: secret times base, as `publicKey('share', …)` of `@ios/crypto/keys`.
   * @throws PvssError `out-of-range`
   */
  publicKey(secretKey: bigint): Uint8Array;
  /**
   * Shares a random secret.
   * @param rng - asked once for 64 bytes, from which, with the context, everything is drawn; WebCrypto by default
   * @returns the dealing, {@link dealingLength} bytes
   */
  deal(context: DealingContext, rng?: Rng): Uint8Array;
  /**
   * Like {@link deal}, and tells the dealer the secret, as `recover` gives it: for what is locked by it, as in `seal`.
   * The secret must not leave the dealer where it should be unknown to all until it is recovered.
   */
  dealSecret(context: DealingContext, rng?: Rng): { dealing: Uint8Array; secret: Uint8Array };
  /**
   * Whether a dealing holds.
   * @param rng - source of 32 bytes for weights; WebCrypto by default
   */
  verifyDealing(context: DealingContext, dealing: Uint8Array, rng?: Rng): boolean;
  /**
   * The indices of the dealings that do not hold, ascending; one multi-scalar multiplication where all hold, else one more
   * for each. A dealing named here is wrong for certain; a wrong one is passed with probability 2^-128 (in groups smaller
   * than that, one in their order).
   * @param freshBytes - 32 bytes that the host draws after it holds the batch
   */
  verifyDealings(batch: readonly DealingClaim[], freshBytes: Uint8Array): number[];
  /**
   * Decrypts a share of a dealing **that was verified**, and proves it: of a dealing that was not, the result can show
   * what the secret key makes of elements that somebody else has chosen.
   * @param index - whose share, from 0 to n - 1
   * @param secretKey - of that share
   * @param rng - source of 32 bytes at a time, hedged; WebCrypto by default
   * @returns {@link shareLength} bytes
   * @throws PvssError `wrong-secret` for the secret of another key, `bad-dealing` where there is no share to decrypt
   */
  decryptShare(context: DealingContext, dealing: Uint8Array, index: number, secretKey: bigint, rng?: Rng): Uint8Array;
  /** Whether a decrypted share is the one in a dealing that was verified. Exact, without randomness. */
  verifyShare(context: DealingContext, dealing: Uint8Array, index: number, share: Uint8Array): boolean;
  /** The places in the batch, ascending, of the shares that do not hold; like {@link verifyDealings}. */
  verifyShares(batch: readonly ShareClaim[], freshBytes: Uint8Array): number[];
  /**
   * The secret, from verified shares of a verified dealing; of a share it reads the element alone, not the proof.
   * @param shares - exactly `threshold` of them, with different indices, in any order
   * @returns the encoding of the secret element
   * @throws PvssError `wrong-count`, `repeated-index`, `out-of-range` or `bad-share`
   */
  recover(
    context: DealingContext,
    dealing: Uint8Array,
    shares: readonly { readonly index: number; readonly share: Uint8Array }[],
  ): Uint8Array;
}
