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
   * What the proof of a decrypted share states: from bases (g, B) the secret of the share key makes values (share key,
   * secret · B). No proof holds in which one of the four is the identity.
   */
  statement(share: Element): { bases: readonly [Element, Element]; values: readonly [Element, Element] };
}
