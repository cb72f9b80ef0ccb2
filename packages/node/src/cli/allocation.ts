import { decodeAddress, LedgerError, type Output, parseIos } from '@ios/ledger';
import { InvalidArgumentError } from 'commander';

/** Adds one `address=amount`, the amount in IOS; anything else is a mistake in usage. */
export function allocation(text: string, before: readonly Output[]): readonly Output[] {
  const [address = '', amount = '', ...more] = text.split('=');
  try {
    if (more.length === 0) return [...before, { owner: decodeAddress(address), amount: positive(parseIos(amount)) }];
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    throw new InvalidArgumentError(`Wanted is address=amount, such as ios1…=12.5: ${error.message}.`);
  }
  throw new InvalidArgumentError('Wanted is address=amount, such as ios1…=12.5.');
}

function positive(amount: bigint): bigint {
  if (amount === 0n) throw new InvalidArgumentError('An amount is more than 0.');
  return amount;
}
