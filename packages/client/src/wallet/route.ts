import { type Placement, partiesOf } from '@ios/atomix';
import type { TransactionBody } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ClientError } from '../error.ts';
import type { RpcClient } from '../rpc/client.ts';
import type { WebSocketClient } from '../rpc/web-socket.ts';
import type { ShardEndpoint } from './progress.ts';
import type { ShardClients } from './shards.ts';

/** A network that has one shard, and a node of it. */
export interface OneShard {
  /** One over WebSocket is told when a payment is final, any other is asked again and again. */
  readonly client: RpcClient | WebSocketClient;
  /** The network by its genesis hash (32 bytes), never as a node tells it: see `trustGenesis`. */
  readonly network: { readonly chain: Uint8Array };
}

/** A network of any number of shards, and nodes of those that the wallet's keys live in. */
export interface ManyShards {
  readonly shards: ShardClients;
  /** The network by its genesis hash (32 bytes), and where the coins of an owner are: see `trustGenesis`. */
  readonly network: { readonly chain: Uint8Array; readonly place: Placement };
}

/** Which nodes are asked about what. */
export interface Route {
  readonly place: Placement;
  /** The node of an owner's coins (32 bytes). Throws `ClientError` (`no-endpoint`). */
  ofOwner(owner: Uint8Array): RpcClient | WebSocketClient;
  /** Nodes of all voters of a transaction, ascending. Throws `ClientError` (`no-endpoint`). */
  voters(body: TransactionBody): readonly ShardEndpoint[];
  /** The same, and of those shards that only receive, as far as there are nodes. */
  participants(body: TransactionBody): readonly ShardEndpoint[];
}

/** The route to a network. Throws `ClientError` (`rpc-answer`) where the nodes are of another one. */
export function routeTo(way: OneShard | ManyShards): Route {
  const { place, of, has } = 'client' in way ? single(way) : sharded(way);
  const endpoint = (shard: number): ShardEndpoint => ({ shard, client: of(shard) });
  return {
    place,
    ofOwner: (owner) => of(place(owner)),
    voters: (body) => partiesOf(body, place).voters.map(endpoint),
    participants(body) {
      const { voters, participants } = partiesOf(body, place);
      return participants.filter((shard) => voters.includes(shard) || has(shard)).map(endpoint);
    },
  };
}

interface Nodes {
  readonly place: Placement;
  of(shard: number): RpcClient | WebSocketClient;
  has(shard: number): boolean;
}

const single = ({ client }: OneShard): Nodes => ({ place: () => 0, of: () => client, has: () => true });

function sharded({ shards, network: { chain, place } }: ManyShards): Nodes {
  if (shards.chain !== bytesToHex(chain)) {
    throw new ClientError(
      'rpc-answer',
      `These nodes are of the network ${shards.chain}, and ${bytesToHex(chain)} is wanted. Name nodes of that one.`,
      { chain: shards.chain },
    );
  }
  return { place, of: shards.of, has: (shard) => shards.shards.includes(shard) };
}
