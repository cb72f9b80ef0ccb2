import { type Placement, partiesOf } from '@ios/atomix';
import { decodeBlock, LedgerError, transactionId } from '@ios/ledger';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { CallOptions } from '../rpc/client.ts';
import type { FollowOptions, ShardEndpoint, TransactionProgress } from './progress.ts';

/**
 * Finds the shards that have a part in a transaction, of which the id alone is known, in a block that a shard shows it in;
 * what a node shows is held against the id. Asks no more once it knows. For `followProgress`.
 * @param place - the shard of each owner
 */
export function participantsFrom(
  endpoints: readonly ShardEndpoint[],
  id: string,
  place: Placement,
  options: CallOptions = {},
): NonNullable<FollowOptions['participants']> {
  let known: readonly number[] | undefined;
  return async ({ steps }) => {
    for (const { shard, answer } of steps) {
      if (known !== undefined) break;
      const at = placeOf(answer);
      const endpoint = endpoints.find((one) => one.shard === shard);
      if (at === undefined || endpoint === undefined) continue;
      const stored = await endpoint.client.call('getBlock', { height: at.height }, options);
      if (stored !== null) known = participantsIn(stored.bytes, at.index, id, place);
    }
    return known;
  };
}

/** Where the block of a shard that voted has the transaction. */
function placeOf(
  answer: TransactionProgress['steps'][number]['answer'],
): { readonly height: number; readonly index: number } | undefined {
  if (answer.status === 'final' || answer.status === 'locked') return answer;
  return answer.status === 'committed' ? answer.accepted : undefined;
}

/** The parties of the transaction at this place, if it is the one of that id. */
function participantsIn(block: string, index: number, id: string, place: Placement): readonly number[] | undefined {
  try {
    const body = decodeBlock(hexToBytes(block)).transactions[index]?.body;
    if (body === undefined || bytesToHex(transactionId(body)) !== id) return undefined;
    return partiesOf(body, place).participants;
  } catch (error) {
    if (error instanceof LedgerError) return undefined;
    throw error;
  }
}
