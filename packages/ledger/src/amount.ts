import { LedgerError } from './error.ts';
import { MAX_AMOUNT } from './transaction.ts';

/** Atomic units in one IOS. */
export const UNITS_PER_IOS = 100_000_000n;
const DECIMALS = 8;

/**
 * The atomic units in an amount written in IOS, such as `1`, `0.5` or `12.34567890`: digits without sign, separators or
 * leading zeros, and at most eight decimals behind a point. Throws `bad-amount` for any other text, and above 2^64-1 units.
 */
export function parseIos(text: string): bigint {
  const match = /^(0|[1-9][0-9]{0,11})(?:\.([0-9]{1,8}))?$/.exec(text);
  if (match === null) throw new LedgerError('bad-amount', 'not an amount of IOS', { length: text.length });
  const units = BigInt(match[1]!) * UNITS_PER_IOS + BigInt((match[2] ?? '').padEnd(DECIMALS, '0'));
  if (units > MAX_AMOUNT) throw new LedgerError('bad-amount', 'more than 2^64-1 atomic units', { units });
  return units;
}

/** The shortest text that `parseIos` reads back; throws `bad-amount` outside 0..2^64-1 atomic units. */
export function formatIos(units: bigint): string {
  if (units < 0n || units > MAX_AMOUNT) throw new LedgerError('bad-amount', 'not 0..2^64-1 atomic units', { units });
  const decimals = (units % UNITS_PER_IOS).toString().padStart(DECIMALS, '0').replace(/0+$/, '');
  return `${units / UNITS_PER_IOS}${decimals === '' ? '' : `.${decimals}`}`;
}
