import { isValidKey } from '@ios/crypto/edwards25519';
import { key33, sameBytes } from './bytes.ts';
import { type Rejected, rejected } from './rejection.ts';
import type { Input, Output } from './transaction.ts';

/** The distinct owners of the inputs, in the order in which they first appear: one witness each. */
export function inputOwners(inputs: readonly Input[]): Uint8Array[] {
  const owners: Uint8Array[] = [];
  const isNew = inputs.length > FEW ? newInSet() : (owner: Uint8Array) => !owners.some((o) => sameBytes(o, owner));
  for (const { owner } of inputs) if (isNew(owner)) owners.push(owner);
  return owners;
}

/** So few owners are compared pair by pair; for more, that would let a hostile transaction cost more than it weighs. */
const FEW = 8;

/** Whether an owner was not asked about before. */
function newInSet(): (owner: Uint8Array) => boolean {
  const known = new Set<string>();
  return (owner) => {
    const key = key33(owner, 0);
    if (known.has(key)) return false;
    known.add(key);
    return true;
  };
}

/**
 * Holds every owner that would enter state to the rule for keys: a canonical encoding of a curve point that is not of
 * small order, for anybody can sign for a key of small order. It costs a point decompression for each new key, so it
 * belongs to the witness side of validation, and `isValid` is where a caller puts a cache in front of the default.
 * Rejects with `invalid-owner`, else `undefined`.
 */
export function checkOwners(
  outputs: readonly Output[],
  isValid: (owner: Uint8Array) => boolean = isValidKey,
): Rejected | undefined {
  for (const { owner } of outputs) {
    if (!isValid(owner)) return rejected({ code: 'invalid-owner', owner });
  }
  return undefined;
}
