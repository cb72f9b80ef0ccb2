import { ClientError } from '../error.ts';
import type { StatusAnswer } from '../methods/answers.ts';
import type { CallOptions, RpcClient } from '../rpc/client.ts';
import { failover } from '../rpc/failover.ts';
import type { WebSocketClient } from '../rpc/web-socket.ts';

/** Nodes of a network by their shards, as they themselves say. */
export interface ShardClients {
  /** Genesis hash in hexadecimal digits: all of them name it. */
  readonly chain: string;
  /** How many shards there are: all of them say so. */
  readonly total: number;
  /** The shards that have a node here, ascending. */
  readonly shards: readonly number[];
  /**
   * The client of a shard: the only one there is, or one that goes from a node that fails to the next. Throws
   * `ClientError` (`no-endpoint`) where there is none.
   */
  of(shard: number): RpcClient | WebSocketClient;
}

/**
 * Asks each node for its shard. Nodes that do not answer are left out as long as any does. Rejects with a `ClientError`:
 * `rpc-answer` where two are of different networks, `out-of-range` without clients, else as the call of the first did.
 */
export async function shardClients(
  clients: readonly (RpcClient | WebSocketClient)[],
  options: CallOptions = {},
): Promise<ShardClients> {
  if (clients.length === 0) throw new ClientError('out-of-range', 'A network is asked through one node at least.');
  const asked = await Promise.allSettled(clients.map((client) => client.call('getStatus', {}, options)));
  options.signal?.throwIfAborted();
  const statuses = asked.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : undefined));
  const known = statuses.find((status) => status !== undefined);
  if (known === undefined) throw (asked[0] as PromiseRejectedResult).reason;

  const byShard = new Map<number, (RpcClient | WebSocketClient)[]>();
  for (const [at, status] of statuses.entries()) {
    if (status === undefined) continue;
    assertSameNetwork(status, known, clients[at]!.url);
    byShard.set(status.shard, [...(byShard.get(status.shard) ?? []), clients[at]!]);
  }
  const each = new Map([...byShard].map(([shard, own]) => [shard, own.length === 1 ? own[0]! : failover(own)]));
  return {
    chain: known.chain,
    total: known.shards,
    shards: [...each.keys()].sort((a, b) => a - b),
    of(shard) {
      const client = each.get(shard);
      if (client !== undefined) return client;
      const are = clients.map(({ url }, at) => `${url} ${placeOf(statuses[at])}`).join(', ');
      throw new ClientError(
        'no-endpoint',
        `Shard ${shard} is needed, and none of the nodes given is of it: ${are}. Add one that is; a status names the shard of a node.`,
        { shard },
      );
    },
  };
}

const placeOf = (status: StatusAnswer | undefined): string =>
  status === undefined ? 'does not answer' : `is of shard ${status.shard}`;

function assertSameNetwork({ chain, shard, shards }: StatusAnswer, first: StatusAnswer, url: string): void {
  if (chain !== first.chain) {
    throw new ClientError('rpc-answer', `${url} is of another network (${chain}) than the rest (${first.chain}).`, {
      url,
    });
  }
  if (shards !== first.shards || shard >= shards) {
    throw new ClientError(
      'rpc-answer',
      `${url} claims shard ${shard} of ${shards}, where others have ${first.shards}.`,
      { url },
    );
  }
}
