import 'promise.withresolvers/auto';
import { getPublicKey } from '@ios/crypto/ed25519';
import type { Connection } from '@libp2p/interface';
import type { Multiaddr } from '@multiformats/multiaddr';
import { bytesToHex } from '@noble/hashes/utils.js';
import { type Clock, systemClock } from '../clock.ts';
import { type Entropy, systemEntropy } from '../entropy.ts';
import { type Meter, noMeter } from '../metrics/meter.ts';
import { createChannels, namespace } from './channels.ts';
import { createDialer } from './dialer.ts';
import { NetworkError } from './error.ts';
import { createGate } from './gate.ts';
import { hasGossipStream, joinTopics } from './gossip.ts';
import { createLibp2pNode, type Libp2pNode } from './libp2p-node.ts';
import { dialAddresses, listenAddresses, listenError, nameOf, withoutPeerId } from './names.ts';
import type { Channel, Network, NetworkHandler, NetworkLog, PeerAddress } from './network.ts';
import { peerTable } from './peers.ts';
import { abortConnection, createSession, PULSE, type Session, type SessionEnd } from './session.ts';

/** What a node says about itself when it opens a network. */
export interface Libp2pOptions {
  /** Seed of the identity key, 32 secret bytes: the peer id is made of its public key. */
  readonly seed: Uint8Array;
  /** Genesis hash, 32 bytes: part of every protocol's name, so that another chain is refused in the negotiation. */
  readonly chain: Uint8Array;
  /** Multiaddrs to listen on, such as `/ip4/127.0.0.1/tcp/4001`; port 0 takes a free one; none: only dials. */
  readonly listen: readonly string[];
  readonly peers: readonly PeerAddress[];
  /** What it joins: it hears, passes on and publishes there. */
  readonly topics: readonly Channel[];
  /** Where it publishes without joining; none unless given. */
  readonly publishes?: readonly Channel[];
  readonly protocols: readonly Channel[];
  readonly clock?: Clock;
  readonly entropy?: Entropy;
  readonly log?: NetworkLog;
  /** Told of each peer that is refused because it knows no protocol of this chain and version. */
  readonly onForeign?: (peer: string) => void;
  /** Where dials are counted. */
  readonly meter?: Meter;
}

/** A network over libp2p. */
export interface Libp2pNetwork extends Network {
  /** The multiaddrs that it listens on, with the ports it was given; none unless it is started. */
  addresses(): readonly string[];
}

/** How often, in ms, each connection is looked at: a pulse is sent, silence and missing gossip streams are noticed. */
const TICK = 5_000;
/** Ticks in a row without a gossip stream after which a connection is made anew. */
const GOSSIP_TICKS = 3;

const FAREWELL: Readonly<Record<SessionEnd, string>> = {
  foreign: 'A peer is refused: it speaks of another chain, or another version of the protocol.',
  violation: 'A peer is cut off: it announced a message above the bound.',
  broken: 'A connection broke.',
};

/**
 * A network over libp2p: TCP, noise, yamux, identify, gossipsub. Only listed peers may connect, by the identity key that
 * noise authenticates, each by one connection with one stream a protocol. Absent peers are dialled again and again.
 * Throws `NetworkError` (`seed`, `chain`, `channel`, `peer`, `address`).
 */
export function createLibp2pNetwork({
  seed,
  chain,
  listen,
  peers,
  topics: joined,
  publishes = [],
  protocols: declaredProtocols,
  clock = systemClock,
  entropy = systemEntropy,
  log = () => {},
  onForeign = () => {},
  meter = noMeter,
}: Libp2pOptions): Libp2pNetwork {
  if (seed.length !== 32) throw new NetworkError('seed', `The identity seed is 32 bytes, not ${seed.length}.`);
  const self = bytesToHex(getPublicKey(seed));
  const declaredTopics = [...joined, ...publishes];
  const topics = createChannels(chain, declaredTopics);
  const protocols = createChannels(chain, declaredProtocols);
  const wireNames = new Map([...protocols.wireNames, [PULSE.name, `${namespace(chain)}/${PULSE.name}`]]);
  const listenOn = listenAddresses(listen);
  let allowed = addressTable(self, peers);
  const sessions = new Map<string, Session>();
  let node: Libp2pNode | undefined;
  let handler: NetworkHandler;
  let starting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;
  let cancelTick = (): void => {};

  const knows = (peer: string): boolean => allowed.has(peer);

  const dialer = createDialer({
    self,
    clock,
    entropy,
    async dial(peer) {
      const addresses = allowed.get(peer) ?? [];
      if (addresses.length === 0) return;
      try {
        await node?.dial([...addresses]);
        meter.count('ios_network_dials_total', 1, { outcome: 'reached' });
      } catch (error) {
        meter.count('ios_network_dials_total', 1, { outcome: 'failed' });
        if (!sessions.has(peer) && stopping === undefined) {
          log('info', 'A peer was dialled in vain.', { peer, reason: reason(error) });
        }
      }
    },
  });

  /** Ends a session and closes its connection; then the peer is sought again, after a long wait if it was of no use. */
  const lose = (peer: string, session: Session, cause: string): void => {
    if (sessions.get(peer) !== session) return;
    sessions.delete(peer);
    const wasUp = session.close();
    abortConnection(session.connection, cause);
    if (stopping !== undefined) return;
    if (wasUp) handler.disconnected(peer);
    if (!knows(peer)) return;
    if (session.end === 'foreign' || session.end === 'violation') dialer.shun(peer);
    else dialer.seek(peer);
  };
  const replace = (peer: string): void => {
    const session = sessions.get(peer);
    if (session !== undefined) lose(peer, session, 'replaced by a new connection');
  };

  const opened = (connection: Connection): void => {
    const peer = nameOf(connection.remotePeer);
    if (peer === undefined || !knows(peer) || stopping !== undefined) {
      abortConnection(connection, 'not wanted');
      return;
    }
    replace(peer);
    dialer.pause(peer);
    const session = createSession({
      connection,
      since: clock.now(),
      wireNames,
      message: (protocol, bytes) => handler.message(peer, protocol, bytes),
      established: () => {
        dialer.forget(peer);
        handler.connected(peer);
      },
      ended: (end, cause) => {
        if (end === 'broken') log('info', FAREWELL[end], { peer, reason: reason(cause) });
        else log('warn', FAREWELL[end], { peer });
        if (end === 'foreign') onForeign(peer);
        // A foreign peer has to find out by itself what it is: its connection stays until the next tick.
        if (end !== 'foreign') lose(peer, session, FAREWELL[end]);
      },
    });
    sessions.set(peer, session);
  };
  const closed = (connection: Connection): void => {
    for (const [peer, session] of sessions) if (session.connection === connection) lose(peer, session, 'closed');
  };

  const open = async (): Promise<void> => {
    const created = await createLibp2pNode({
      seed,
      chain,
      listen: listenOn,
      topics,
      declaredTopics,
      gate: createGate({
        self,
        knows,
        standing: (peer) => {
          const session = sessions.get(peer);
          return session && { direction: session.connection.direction, since: session.since };
        },
        drop: replace,
        now: clock.now,
        log,
      }),
      hosts: allowed.size,
    });
    created.addEventListener('connection:open', ({ detail }) => opened(detail));
    created.addEventListener('connection:close', ({ detail }) => closed(detail));
    for (const channel of [...declaredProtocols, PULSE]) {
      await created.handle(
        wireNames.get(channel.name)!,
        (stream, connection) => {
          const session = sessions.get(nameOf(connection.remotePeer) ?? '');
          if (session?.connection === connection) session.accept(channel, stream);
          else stream.abort(new Error('no session'));
        },
        { maxInboundStreams: 1 },
      );
    }
    try {
      await created.start();
    } catch (error) {
      throw listenError(error, listenOn);
    }
    node = created;
    if (stopping !== undefined) return;
    joinTopics(created.services.gossip, topics, joined, knows, (topic, from, bytes) => {
      if (stopping === undefined) handler.gossip(topic, from, bytes);
    });
    for (const peer of allowed.keys()) if (!sessions.has(peer)) dialer.seek(peer);
    cancelTick = clock.setTimeout(() => tick(new Map()), TICK);
  };

  /** Closes connections that are silent, or without a gossip stream: `lacking` says for how many ticks in a row. */
  const tick = (lacking: ReadonlyMap<Connection, number>): void => {
    const stillLacking = new Map<Connection, number>();
    for (const [peer, session] of sessions) {
      const { connection } = session;
      const missed = hasGossipStream(connection) ? 0 : (lacking.get(connection) ?? 0) + 1;
      stillLacking.set(connection, missed);
      const cause = !session.tick()
        ? 'nothing came from the peer any more'
        : missed >= GOSSIP_TICKS
          ? 'its gossip stream was gone'
          : undefined;
      if (session.end === 'foreign') lose(peer, session, FAREWELL.foreign);
      else if (cause !== undefined) {
        log('warn', `A connection was closed: ${cause}.`, { peer });
        lose(peer, session, cause);
      }
    }
    cancelTick = clock.setTimeout(() => tick(stillLacking), TICK);
  };

  const close = async (): Promise<void> => {
    dialer.stop();
    cancelTick();
    for (const session of sessions.values()) {
      session.close();
      abortConnection(session.connection, 'stopped');
    }
    sessions.clear();
    // A failed start has closed what it opened.
    await starting?.catch(() => {});
    await node?.stop();
  };

  return {
    self,
    async start(given) {
      if (starting !== undefined || stopping !== undefined) {
        throw new NetworkError('started', 'A network starts once; make a new one.');
      }
      handler = given;
      starting = open();
      await starting;
    },
    publish(topic, bytes) {
      topics.check(topic, bytes);
      if (stopping !== undefined) return;
      node?.services.gossip.publish(topics.wireNames.get(topic)!, bytes.slice()).catch((error) => {
        log('info', 'A message could not be gossiped.', { topic, reason: reason(error) });
      });
    },
    send(peer, protocol, bytes) {
      const channel = protocols.check(protocol, bytes);
      return sessions.get(peer)?.send(channel, bytes) ?? false;
    },
    peers: () => [...sessions].flatMap(([peer, { up }]) => (up ? [peer] : [])).sort(),
    setPeers(given) {
      allowed = addressTable(self, given);
      for (const [peer, session] of sessions) if (!knows(peer)) lose(peer, session, 'no longer listed');
      dialer.retain(knows);
      if (node === undefined || stopping !== undefined) return;
      for (const peer of allowed.keys()) if (!sessions.has(peer)) dialer.seek(peer);
    },
    addresses: () => (stopping === undefined ? (node?.getMultiaddrs() ?? []) : []).map(withoutPeerId),
    stop() {
      stopping ??= close();
      return stopping;
    },
  };
}

/** Peers with their multiaddrs. Throws `NetworkError` (`peer`, `address`). */
function addressTable(self: string, peers: readonly PeerAddress[]): ReadonlyMap<string, readonly Multiaddr[]> {
  const table = peerTable(self, peers);
  return new Map([...table].map(([peer, addresses]) => [peer, dialAddresses(peer, addresses)]));
}

const reason = (error: unknown): string =>
  error === undefined ? 'closed by the peer' : (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
