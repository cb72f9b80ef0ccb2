import type { Element, Rng } from '@ios/crypto/group';
import type { Xof } from '@ios/crypto/transcript';
import type { Claim } from './claims.ts';
import type { Bound } from './context.ts';

/** What tells one scheme from another; `createScheme` makes a scheme of it. */
export interface Construction {
  readonly name: string;
  /** Bytes of a dealing of n shares with threshold t. */
  dealingLength(n: number, t: number): number;
  /**
   * A dealing, drawn from a stream; undefined if an element came out as the identity, which happens once in the order
   * of the group: it is drawn again.
   */
  draw(bound: Bound, stream: Xof): { dealing: Uint8Array; secret: Element } | undefined;
  /** What a dealing claims; undefined for bytes that are none. */
  claim(bound: Bound, dealing: Uint8Array): Claim | undefined;
  /** The encrypted share of one index; undefined where the bytes have none. */
  encryptedShare(bound: Bound, dealing: Uint8Array, index: number): EncryptedShare | undefined;
}

/** One share as it stands in a dealing. */
export interface EncryptedShare {
  /** Decrypts it with the secret of its key. */
  decrypt(secretKey: bigint, rng: Rng): Element;
  /**
   * Of which bases share key and secret give which values, if this is the decrypted share: bases (g, B) and
   * values (share key, secret · B). Undefined for an element that cannot be a share.
   */
  statement(share: Element): { bases: readonly [Element, Element]; values: readonly [Element, Element] } | undefined;
}
