import { once } from 'node:events';
import { createServer } from 'node:net';
import { getPublicKey } from '@ios/crypto/ed25519';
import { bytesToHex } from '@noble/hashes/utils.js';
import { createLibp2pNetwork, type Libp2pNetwork, type NetworkLog } from '../../src/network.ts';
import type { NetworkPlace } from '../../src/testing.ts';

const seedOf = (node: number): Uint8Array => new Uint8Array(32).fill(node + 1);
export const nameOf = (node: number): string => bytesToHex(getPublicKey(seedOf(node)));

/** Ports of the loopback interface that nobody listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

export interface Libp2pPlace extends NetworkPlace {
  create(...options: Parameters<NetworkPlace['create']>): Libp2pNetwork;
}

/** Three nodes on free ports of this machine. */
export async function libp2pPlace(log: NetworkLog = () => {}): Promise<Libp2pPlace> {
  const ports = await freePorts(3);
  const addresses = ports.map((port) => `/ip4/127.0.0.1/tcp/${port}`);
  return {
    peers: addresses.map((address, node) => ({ peer: nameOf(node), addresses: [address] })),
    create: (node, options) => createLibp2pNetwork({ seed: seedOf(node), listen: [addresses[node]!], log, ...options }),
    patience: 1_000,
  };
}
