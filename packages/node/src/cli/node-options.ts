import {
  createHttpClient,
  type Genesis,
  type RpcClient,
  type RpcClientOptions,
  type TrustedNetwork,
  trustGenesis,
} from '@ios/client';
import type { Command } from 'commander';
import { NodeError } from '../errors.ts';
import { serverUrl } from './arguments.ts';
import { readConfig, rpcUrlOf } from './config.ts';
import { readGenesis } from './genesis-file.ts';

/** Which node is asked, and which network is meant. */
export interface NodeOptions {
  readonly rpc?: string;
  readonly config?: string;
  readonly genesis?: string;
}

/** Which nodes are asked, of any shards, and which network is meant. */
export interface NodesOptions extends Pick<NodeOptions, 'config' | 'genesis'> {
  readonly rpc?: readonly string[];
}

/** Where a node serves RPC unless something else is said: the first one of `ios init`. */
const DEFAULT_RPC = 'http://127.0.0.1:7101';

/** Adds the options that say which node is asked. */
export const withNode = (command: Command): Command =>
  command
    .option('--rpc <url>', `where the node serves RPC; else what --config says, else ${DEFAULT_RPC}`, serverUrl)
    .option('--config <file>', 'the configuration of a node on this machine');

/** Adds the options that say which nodes are asked. */
export const withNodes = (command: Command): Command =>
  command
    .option(
      '--rpc <url>',
      `where a node serves RPC; may be given several times, for nodes of other shards and for when one is down; else what --config says, else ${DEFAULT_RPC}`,
      (url: string, before: readonly string[] = []) => [...before, serverUrl(url)],
    )
    .option('--config <file>', 'the configuration of a node on this machine');

/** Adds the option that says which network is meant. */
export const withGenesis = (command: Command): Command =>
  command.option('--genesis <file>', 'the genesis of the network; else the one that --config names');

/** A client of the node that is asked. */
export const clientOf = async (options: NodeOptions, behaviour?: RpcClientOptions): Promise<RpcClient> =>
  createHttpClient(await rpcUrl(options), behaviour);

/** Clients of the nodes that are asked, at least one. */
export async function clientsOf({ rpc, ...place }: NodesOptions): Promise<readonly RpcClient[]> {
  return rpc === undefined ? [await clientOf(place)] : rpc.map((url) => createHttpClient(url));
}

/** What certificates of the network that is meant are held against. Throws as `readConfig` and `readGenesis`, or `NodeError`
 * (`missing`) where neither option is there. */
export const networkOf = async (options: Pick<NodeOptions, 'genesis' | 'config'>): Promise<TrustedNetwork> =>
  trustGenesis(await genesisOf(options));

/** The address of the node that is asked. Throws as `readConfig`, or `NodeError` (`config`) where it has no fixed port. */
async function rpcUrl({ rpc, config: file }: NodeOptions): Promise<string> {
  if (rpc !== undefined) return rpc;
  if (file === undefined) return DEFAULT_RPC;
  const { rpc: served } = await readConfig(file);
  if (served.port !== 0) return rpcUrlOf(served);
  throw new NodeError('config', `${file} takes any free port for RPC. Say with --rpc what the node printed.`);
}

/**
 * The genesis of the network that is meant, from a file: what a node says of its network is not asked, for it could lead
 * to another one. Throws as `readConfig` and `readGenesis`, or `NodeError` (`missing`) where neither option is there.
 */
export async function genesisOf({ genesis, config }: Pick<NodeOptions, 'genesis' | 'config'>): Promise<Genesis> {
  if (genesis !== undefined) return readGenesis(genesis);
  if (config !== undefined) return readGenesis((await readConfig(config)).genesis);
  throw new NodeError(
    'missing',
    'Which network is meant? Name its genesis file with --genesis, or a node with --config.',
  );
}
