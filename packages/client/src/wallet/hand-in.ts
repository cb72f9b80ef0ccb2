import { encodeTransaction } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ClientError } from '../error.ts';
import type { CallOptions, RpcClient } from '../rpc/client.ts';
import { backoff, wait } from '../rpc/wait.ts';
import type { SignedTransaction } from './build.ts';

/** Refusals that pass: the pool, or this sender's part of it, is full. */
const TRANSIENT: readonly string[] = ['pool-full', 'peer-budget', 'budget'];
/** How often a transaction is handed in before the node's lack of room is an error. */
const SUBMISSIONS = 8;

/** Hands a transaction to a node, again where it has no room now. Rejects with {@link rejected} where it will not take it. */
export async function handIn(
  client: RpcClient,
  { id, transaction }: SignedTransaction,
  { signal }: CallOptions,
): Promise<void> {
  const hex = bytesToHex(encodeTransaction(transaction));
  for (let attempt = 0; ; attempt++) {
    const answer = await client.call('submitTransaction', { transaction: hex }, { signal });
    if (answer.status !== 'rejected') return;
    if (!TRANSIENT.includes(answer.code) || attempt === SUBMISSIONS - 1) {
      throw rejected(id, answer.code, answer.message);
    }
    await wait(backoff(attempt), signal);
  }
}

/** That a node will not take a transaction. */
export const rejected = (id: string, code: string, message: string): ClientError =>
  new ClientError('rejected', `The network will not take this transaction: ${message}.`, { reason: code, id });

/** That the shards gave a transaction up, because of one of them. */
export function aborted(id: string, reason: 'rejected' | 'absent', shard: number): ClientError {
  const why = reason === 'rejected' ? 'rejected it' : 'did not accept it in time';
  const message = `The shards gave this transaction up, for shard ${shard} ${why}. What it spends comes back, less the lock fee of shards that held it.`;
  return new ClientError('aborted', message, { reason, shard, id });
}
