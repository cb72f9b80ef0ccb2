import type { Group } from '@ios/crypto/group';

/** What a dealing is bound to. */
export interface DealingContext {
  /** 32 bytes. */
  readonly session: Uint8Array;
  /** Identity key of the dealer, 32 bytes. */
  readonly dealer: Uint8Array;
  /** t: so many shares recover. */
  readonly threshold: number;
  /** Share keys of the receivers; share i, from 0, is for key i. */
  readonly publicKeys: readonly Uint8Array[];
}

/** A publicly verifiable secret sharing scheme, as `@ios/pvss` makes them. */
export interface PvssScheme {
  readonly name: string;
  readonly group: Group;
  /** Bytes of a share. */
  readonly shareLength: number;
  dealingLength(n: number, t: number): number;
  deal(context: DealingContext, rng?: (length: number) => Uint8Array): Uint8Array;
  verifyDealings(
    batch: readonly { readonly context: DealingContext; readonly dealing: Uint8Array }[],
    freshBytes: Uint8Array,
  ): number[];
  decryptShare(
    context: DealingContext,
    dealing: Uint8Array,
    index: number,
    secretKey: bigint,
    rng?: (length: number) => Uint8Array,
  ): Uint8Array;
  verifyShares(
    batch: readonly {
      readonly context: DealingContext;
      readonly dealing: Uint8Array;
      readonly index: number;
      readonly share: Uint8Array;
    }[],
    freshBytes: Uint8Array,
  ): number[];
  recover(
    context: DealingContext,
    dealing: Uint8Array,
    shares: readonly { readonly index: number; readonly share: Uint8Array }[],
  ): Uint8Array;
}
