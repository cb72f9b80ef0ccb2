import { availableParallelism } from 'node:os';
import { chainName, encodeGenesisFile, type Genesis, genesisHash } from '@ios/client';
import { deriveKey } from '@ios/crypto/keys';
import { bytesToHex } from '@noble/hashes/utils.js';
import { nodeChannels } from '../channels.ts';
import { systemClock } from '../clock.ts';
import { primitives } from '../core.ts';
import { createIdentitySigner } from '../keys/identity-signer.ts';
import { decryptMasterOf } from '../keys/key-file.ts';
import { takeKeyIntoUse } from '../keys/key-in-use.ts';
import { readSecretFile } from '../keys/secret-file.ts';
import { createLibp2pNetwork } from '../network/libp2p.ts';
import type { PeerAddress } from '../network/network.ts';
import { createNode, type NodeLog, type NodeOptions } from '../node.ts';
import { createPrometheus } from '../rpc/prometheus.ts';
import { createRpcServer, type RpcServer } from '../rpc/server.ts';
import { STORE_FORMAT } from '../shard/chain-store.ts';
import { openLevelStore } from '../store/level.ts';
import { createVerifier } from '../verifier.ts';
import type { Config } from './config.ts';
import { missing } from './files.ts';
import { readGenesis } from './genesis-file.ts';

/** What a validator says once it listens. */
export interface Ready {
  readonly event: 'ready';
  /** Where RPC answers. */
  readonly rpc: string;
  /** Genesis hash and identity key in hexadecimal digits. */
  readonly chain: string;
  readonly identity: string;
  /** Place in the committee, -1 for an observer. */
  readonly member: number;
  /** Height of the last final block. */
  readonly height: number;
  readonly pid: number;
}

/** A validator that runs. */
export interface RunningValidator {
  readonly ready: Ready;
  /** Stops taking part, answers what is being asked, and gives back network, threads and data. */
  stop(): Promise<void>;
}

/** What a validator's node says and hears through, and its keys. */
export type ValidatorParts = Pick<NodeOptions, 'identity' | 'network' | 'log'>;

/** The most threads that verify signatures unless the configuration says otherwise. */
const MAX_THREADS = 4;

/**
 * Runs the node that a configuration describes: opens genesis, key and data, then serves RPC, then takes part. What was
 * opened before a failure is closed again. The node gets its parts as `around` returns them. Throws `NodeError`,
 * `StoreError` or `NetworkError`, each with its remedy, or what the file system throws.
 */
export async function runValidator(
  config: Config,
  password: () => Promise<string>,
  log: NodeLog,
  around: (parts: ValidatorParts) => ValidatorParts = (parts) => parts,
): Promise<RunningValidator> {
  const genesis = await readGenesis(config.genesis);
  const sealed = await readKey(config.key);
  const master = await decryptMasterOf(config.key, sealed, await password());
  const name = chainName(genesis);
  const chain = genesisHash(genesis);
  const identity = createIdentitySigner(master, name);
  const prometheus = createPrometheus();
  const { meter } = prometheus;
  const network = createLibp2pNetwork({
    seed: deriveKey(master, 'identity', name, 0),
    chain,
    listen: config.listen,
    peers: peersOf(genesis, config.observers ?? []),
    ...nodeChannels(genesis, identity.publicKey),
    log,
    meter,
  });
  const keyInUse = await takeKeyIntoUse(config.key, chain);
  const release = async (error: unknown): Promise<never> => {
    await keyInUse.release();
    throw error;
  };
  const store = await openLevelStore(config.data, { format: STORE_FORMAT, chain }).catch(release);
  const threads = config.verifierThreads ?? Math.max(1, Math.min(MAX_THREADS, availableParallelism() - 1));
  const verifier = createVerifier({
    threads,
    meter,
    onFallback: (why) => log('warn', 'Signatures are verified without WebAssembly, several times as slowly.', { why }),
  });
  const { hasher, curve } = primitives();
  let rpc: RpcServer | undefined;
  const node = await createNode({
    genesis,
    ...around({ identity, network, log }),
    clock: systemClock,
    store,
    verifier,
    hasher,
    curve,
    meter,
    votes: keyInUse.votes,
    onFinal: ({ steps }) => rpc?.final(steps.map(({ id }) => id)),
  }).catch(async (error) => {
    await verifier.close();
    await store.close();
    return release(error);
  });
  const stop = async (): Promise<void> => {
    await rpc?.close();
    await node.stop();
    await keyInUse.release();
  };
  try {
    rpc = await createRpcServer({
      service: node,
      listen: config.rpc,
      access: { origins: config.rpc.origins ?? [], hosts: config.rpc.hosts ?? [] },
      genesisFile: encodeGenesisFile(genesis),
      log,
      prometheus,
    });
    await node.start();
  } catch (error) {
    await stop();
    throw error;
  }
  const { identity: self, member, height } = node.status();
  if (!genesis.validators.some(({ identity }) => bytesToHex(identity) === self))
    log('warn', 'This key is not in genesis: the node follows the chain and decides nothing.', { identity: self });
  const ready: Ready = {
    event: 'ready',
    rpc: rpc.url,
    chain: bytesToHex(chain),
    identity: self,
    member,
    height,
    pid: process.pid,
  };
  return { ready, stop };
}

/** Who may connect: the validators, which are dialled, and observers, which dial. */
const peersOf = ({ validators }: Genesis, observers: readonly string[]): PeerAddress[] => {
  const listed = validators.map(({ identity, addresses }) => ({ peer: bytesToHex(identity), addresses }));
  const names = new Set(listed.map(({ peer }) => peer));
  const others = [...new Set(observers)].filter((peer) => !names.has(peer));
  return [...listed, ...others.map((peer) => ({ peer, addresses: [] }))];
};

async function readKey(path: string): Promise<string> {
  try {
    return await readSecretFile(path);
  } catch (error) {
    throw missing(error, path, 'key file', 'Restore it from a copy, or correct the configuration.');
  }
}
