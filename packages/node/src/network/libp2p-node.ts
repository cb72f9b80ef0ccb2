import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import type { GossipSub } from '@libp2p/gossipsub';
import { type Identify, identify } from '@libp2p/identify';
import type { ConnectionGater } from '@libp2p/interface';
import { tcp } from '@libp2p/tcp';
import { createLibp2p, type Libp2p } from 'libp2p';
import { type Channels, namespace } from './channels.ts';
import { gossipService } from './gossip.ts';
import type { Channel } from './network.ts';

/** libp2p with the two services that a node of the network runs. */
export type Libp2pNode = Libp2p<{ identify: Identify; gossip: GossipSub }>;

/** A handshake ends within this time, in ms: a busy machine may take its time. */
const HANDSHAKE = 20_000;
/** Connections are one a listed peer: no other bound is wanted. */
const CONNECTIONS = 1 << 16;

/**
 * A libp2p node that is not started: TCP, noise, yamux, identify under the chain's own name (so that gossipsub is never
 * begun with another chain), gossipsub. `hosts` is how many nodes may share one address: libp2p's own bounds on inbound
 * connections (5 a second and 10 at once from one host) would stop a network on one machine.
 */
export async function createLibp2pNode({
  seed,
  chain,
  listen,
  topics,
  declaredTopics,
  gate,
  hosts,
}: {
  readonly seed: Uint8Array;
  readonly chain: Uint8Array;
  readonly listen: readonly string[];
  readonly topics: Channels;
  readonly declaredTopics: readonly Channel[];
  readonly gate: ConnectionGater;
  readonly hosts: number;
}): Promise<Libp2pNode> {
  const inbound = Math.max(20, 2 * hosts);
  return createLibp2p({
    privateKey: await generateKeyPairFromSeed('Ed25519', seed),
    nodeInfo: { name: 'ios', version: '1', userAgent: 'ios' },
    addresses: { listen: [...listen] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: gate,
    connectionManager: {
      maxConnections: CONNECTIONS,
      inboundConnectionThreshold: inbound,
      maxIncomingPendingConnections: inbound,
      dialTimeout: HANDSHAKE,
      addressDialTimeout: HANDSHAKE / 2,
      inboundUpgradeTimeout: HANDSHAKE,
    },
    // Each session has a pulse of its own: a stream for every ping costs more, and the monitor's abort may throw.
    connectionMonitor: { enabled: false },
    services: {
      identify: identify({ protocolPrefix: namespace(chain).slice(1), timeout: HANDSHAKE }),
      gossip: gossipService(topics, declaredTopics),
    },
    start: false,
  });
}
