import { type Curve, edwards25519 } from '@ios/crypto/edwards25519';
import { createCurve25519 } from '@ios/curve25519-wasm';

/** The implementations that every test of the function runs over. */
export const curves: readonly (readonly [name: string, curve: Curve])[] = [
  ['noble', edwards25519],
  ['WebAssembly', createCurve25519().edwards25519],
];
