import type { Hasher } from '@ios/crypto/merkle';
import { sameBytes } from './bytes.ts';
import { outpointKey, sameOutPoint } from './outpoint.ts';
import { type Accepted, type Rejected, type Rejection, rejected } from './rejection.ts';
import { type Input, MAX_AMOUNT, MAX_INPUTS, MAX_OUTPUTS, type TransactionBody } from './transaction.ts';

/** How many epochs after the current one a transaction may expire at the latest. */
export const MAX_EXPIRY_AHEAD = 2;

/** Where a transaction is to be valid: the chain (32 bytes), the current epoch (u32), and the SHA-256 to use. */
export interface Context {
  readonly chain: Uint8Array;
  readonly epoch: number;
  readonly hasher?: Hasher;
}

/**
 * Every rule that is a function of the body, the chain and the epoch: chain, expiry from the current epoch to two ahead,
 * counts, amounts, distinct outpoints, sums within u64, outputs not above inputs. No shard needs another's state for it.
 */
export function checkBody(body: TransactionBody, { chain, epoch }: Context): Accepted | Rejected {
  const { expiry, inputs, outputs } = body;
  if (!sameBytes(body.chain, chain)) return rejected({ code: 'wrong-chain', chain: body.chain });
  if (expiry < epoch) return rejected({ code: 'expired', expiry, epoch });
  if (expiry > epoch + MAX_EXPIRY_AHEAD) return rejected({ code: 'expiry-too-far', expiry, epoch });
  if (inputs.length < 1 || inputs.length > MAX_INPUTS || outputs.length < 1 || outputs.length > MAX_OUTPUTS) {
    return rejected({ code: 'count', inputs: inputs.length, outputs: outputs.length });
  }
  const spent = sum(inputs);
  if (typeof spent !== 'bigint') return rejected(spent);
  const created = sum(outputs);
  if (typeof created !== 'bigint') return rejected(created);
  const duplicate = duplicateInput(inputs);
  if (duplicate !== undefined) return rejected({ code: 'duplicate-input', outpoint: duplicate.outpoint });
  if (created > spent) return rejected({ code: 'overspent', inputs: spent, outputs: created });
  return { valid: true, fee: spent - created };
}

function sum(coins: readonly { readonly amount: bigint }[]): bigint | Rejection {
  let total = 0n;
  for (const { amount } of coins) {
    if (amount < 1n || amount > MAX_AMOUNT) return { code: 'amount', amount };
    total += amount;
  }
  return total > MAX_AMOUNT ? { code: 'sum-overflow', sum: total } : total;
}

/** The first input whose outpoint another before it has. */
function duplicateInput(inputs: readonly Input[]): Input | undefined {
  if (inputs.length > FEW) {
    const known = new Set<string>();
    return inputs.find(({ outpoint }) => {
      const key = outpointKey(outpoint);
      if (known.has(key)) return true;
      known.add(key);
      return false;
    });
  }
  for (let i = 1; i < inputs.length; i++) {
    for (let j = 0; j < i; j++) {
      if (sameOutPoint(inputs[i]!.outpoint, inputs[j]!.outpoint)) return inputs[i];
    }
  }
  return undefined;
}

/** So few inputs are compared pair by pair; for more, that would let a hostile transaction cost more than it weighs. */
const FEW = 8;
