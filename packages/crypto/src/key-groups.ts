import { type Curve, edwards25519 } from './edwards25519.ts';
import { ristretto255 } from './group/ristretto255.ts';
import type { Group } from './group.ts';

/** What a validator's key is for. */
export type KeyKind = 'identity' | 'vrf' | 'cosigning' | 'share';

/** Where the keys are points and elements: what `createCurve25519()` of `@ios/curve25519-wasm` returns, or noble's. */
export interface KeyGroups {
  /** Of identity, vrf and cosigning keys. */
  readonly edwards25519: Curve;
  /** Of share keys. */
  readonly ristretto255: Group;
}

/** Both groups over noble: the portable default. */
export const nobleGroups: KeyGroups = /* @__PURE__ */ Object.freeze({ edwards25519, ristretto255 });

/** The encoding of scalar times base in the group of a kind of keys, 32 bytes; the scalar is secret. */
export const multiplyBase = (kind: KeyKind, scalar: bigint, { edwards25519, ristretto255 }: KeyGroups): Uint8Array =>
  (kind === 'share' ? ristretto255.base.multiply(scalar) : edwards25519.multiplyBase(scalar)).toBytes();
