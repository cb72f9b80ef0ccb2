import { type Input, MAX_AMOUNT, type OutPoint, outpointKey } from '@ios/ledger';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { ClientError } from '../error.ts';
import { MAX_OUTPUTS_ANSWERED } from '../methods/bounds.ts';
import type { CallOptions, RpcClient } from '../rpc/client.ts';
import type { OwnerKey } from './keys.ts';

/** The most outputs of one owner that are read. */
const MAX_COINS = 100_000;

/**
 * All unspent outputs of a key as a node shows them, by ascending outpoint. A node can leave some out, or show some that
 * are not there: then a payment is refused, and nothing is lost. Throws `ClientError`: `rpc-answer` where the answer
 * cannot be, else as a call does.
 */
export async function fetchCoins(
  client: RpcClient,
  { publicKey: owner }: OwnerKey,
  options: CallOptions = {},
): Promise<Input[]> {
  const coins: Input[] = [];
  let sum = 0n;
  let after: OutPoint | undefined;
  for (;;) {
    const page = await client.call(
      'getOutputs',
      {
        owner: bytesToHex(owner),
        limit: MAX_OUTPUTS_ANSWERED,
        ...(after !== undefined && { after: { id: bytesToHex(after.id), index: after.index } }),
      },
      options,
    );
    for (const { outpoint, amount } of page) {
      const found = { id: hexToBytes(outpoint.id), index: outpoint.index };
      const units = BigInt(amount);
      sum += units;
      const ascends = after === undefined || outpointKey(found) > outpointKey(after);
      if (!ascends || units === 0n || sum > MAX_AMOUNT || coins.length === MAX_COINS) {
        throw new ClientError('rpc-answer', `${client.url} shows outputs that cannot be.`, { url: client.url });
      }
      coins.push({ outpoint: found, amount: units, owner });
      after = found;
    }
    if (page.length < MAX_OUTPUTS_ANSWERED) return coins;
  }
}
