import { bytesKey } from './bytes.ts';
import { canonicalDelta, type Delta, FEE_TABLE } from './delta.ts';
import { LedgerError } from './error.ts';
import { encodeAmount } from './output.ts';
import type { LedgerView } from './view.ts';

/** Key of the fee table under which undistributed fees lie: no bytes, so that it is nobody's key. */
export const POT: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/**
 * What one block does to the fee table. First the pot, filled by the blocks before, is shared out: floor(pot / n) to each
 * of the n beneficiaries (32-byte keys; one named twice gets two shares), the remainder stays; nobody to share with leaves
 * it whole. Then the fees of this block's transactions go into the pot. Throws `out-of-range` for a key that is not 32
 * bytes.
 */
export function feeDelta(view: LedgerView, beneficiaries: readonly Uint8Array[], fees: bigint): Delta {
  const pot = view.accrued(POT);
  const share = beneficiaries.length === 0 ? 0n : pot / BigInt(beneficiaries.length);
  const entries = new Map<string, { key: Uint8Array; old: bigint; now: bigint }>();
  for (const key of beneficiaries) {
    if (key.length !== 32) throw new LedgerError('out-of-range', `beneficiary: ${key.length} bytes, 32 wanted`);
    const known = entries.get(bytesKey(key));
    if (known !== undefined) known.now += share;
    else {
      const old = view.accrued(key);
      entries.set(bytesKey(key), { key, old, now: old + share });
    }
  }
  const left = pot - share * BigInt(beneficiaries.length) + fees;
  return canonicalDelta(
    [...entries.values(), { key: POT, old: pot, now: left }].map(({ key, old, now }) => ({
      table: FEE_TABLE,
      key,
      old: encodeFee(old),
      new: encodeFee(now),
    })),
  );
}

/** An entry's value; for 0 there is no entry. */
const encodeFee = (amount: bigint): Uint8Array | undefined => (amount === 0n ? undefined : encodeAmount(amount));
