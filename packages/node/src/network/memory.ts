import { createChannels } from './channels.ts';
import { NetworkError } from './error.ts';
import { createLink, type Link } from './link.ts';
import type { Channel, Network, NetworkHandler, NetworkLog, PeerAddress } from './network.ts';
import { peerTable } from './peers.ts';

/**
 * Carries one message: calls `deliver` when it arrives, or `lose` once it never will; not both, and `lose` once. Either may be
 * called at once or at any later time, in any order: messages of one protocol between two peers are handed over in the order
 * of sending all the same, as on a stream, so what has neither arrived nor been lost holds up what comes after it.
 */
export type Transmit = (from: string, to: string, bytes: Uint8Array, deliver: () => void, lose: () => void) => void;

/** What a member of a hub is. */
export interface MemberOptions {
  /** Name, 64 lowercase hexadecimal digits. */
  readonly self: string;
  /** Genesis hash, 32 bytes: members of two chains do not connect. */
  readonly chain: Uint8Array;
  readonly peers: readonly PeerAddress[];
  /** What it joins: it hears and publishes there. */
  readonly topics: readonly Channel[];
  /** Where it publishes without joining; none unless given. */
  readonly publishes?: readonly Channel[];
  readonly protocols: readonly Channel[];
  readonly log?: NetworkLog;
}

/** A network in memory: everybody on it who is started, and who lists each other, is connected. */
export interface MemoryHub {
  /** A new member; one of the same name may join once the first is stopped. Throws `NetworkError`. */
  join(options: MemberOptions): Network;
}

interface Member {
  readonly self: string;
  readonly chain: string;
  readonly log: NetworkLog;
  handler: NetworkHandler;
  allowed: ReadonlyMap<string, unknown>;
  readonly topics: ReadonlySet<string>;
  readonly protocols: ReadonlySet<string>;
  /** Connected peers, each with the streams to it. */
  readonly links: Map<string, Link>;
}

/** Delivers in a microtask and loses nothing: what a hub does unless told otherwise. */
const immediately: Transmit = (_from, _to, _bytes, deliver) => {
  queueMicrotask(deliver);
};

/** A new hub; `transmit` decides how long messages take and which are lost. */
export function createMemoryHub({ transmit = immediately }: { readonly transmit?: Transmit } = {}): MemoryHub {
  const running = new Map<string, Member>();

  const carries = (a: Member, b: Member): boolean => {
    if (!a.allowed.has(b.self) || !b.allowed.has(a.self)) return false;
    if (a.chain === b.chain) return true;
    a.log('warn', 'A peer speaks of another chain: not connected.', { peer: b.self });
    return false;
  };
  /** Brings the connections of a member in line with who is running and who lists whom. */
  const settle = (member: Member): void => {
    for (const peer of running.values()) {
      const connected = member.links.has(peer.self);
      if (peer === member || connected === carries(member, peer)) continue;
      if (connected) disconnect(member, peer);
      else connect(member, peer);
    }
  };
  const connect = (a: Member, b: Member): void => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      from.links.set(
        to.self,
        createLink({
          transmit: (bytes, deliver, lose) => transmit(from.self, to.self, bytes, deliver, lose),
          message: (protocol, bytes) => {
            if (to.protocols.has(protocol)) to.handler.message(from.self, protocol, bytes);
          },
          gossip: (topic, bytes) => {
            if (to.topics.has(topic)) to.handler.gossip(topic, from.self, bytes);
          },
        }),
      );
    }
    a.handler.connected(b.self);
    b.handler.connected(a.self);
  };
  const disconnect = (a: Member, b: Member): void => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      from.links.get(to.self)?.close();
      from.links.delete(to.self);
    }
    if (running.has(a.self)) a.handler.disconnected(b.self);
    if (running.has(b.self)) b.handler.disconnected(a.self);
  };

  return {
    join: (options) => {
      const { self, chain, publishes = [], log = () => {} } = options;
      const topics = createChannels(chain, [...options.topics, ...publishes]);
      const protocols = createChannels(chain, options.protocols);
      let allowed = peerTable(self, options.peers);
      let member: Member | undefined;
      let used = false;
      return {
        self,
        async start(handler) {
          if (used) throw new NetworkError('started', 'A network starts once; make a new one.');
          if (running.has(self))
            throw new NetworkError('address-in-use', `${self} is on the hub already. Stop it first.`);
          used = true;
          member = {
            self,
            chain: String(chain),
            log,
            handler,
            allowed,
            topics: new Set(options.topics.map(({ name }) => name)),
            protocols: new Set(protocols.wireNames.keys()),
            links: new Map(),
          };
          running.set(self, member);
          settle(member);
        },
        publish(topic, bytes) {
          topics.check(topic, bytes);
          for (const link of member?.links.values() ?? []) link.publish(topic, bytes);
        },
        send(peer, protocol, bytes) {
          const channel = protocols.check(protocol, bytes);
          return member?.links.get(peer)?.send(channel, bytes) ?? false;
        },
        peers: () => [...(member?.links.keys() ?? [])].sort(),
        setPeers(peers) {
          allowed = peerTable(self, peers);
          if (member === undefined) return;
          member.allowed = allowed;
          settle(member);
        },
        async stop() {
          used = true;
          if (member === undefined) return;
          const leaving = member;
          member = undefined;
          running.delete(self);
          for (const peer of [...running.values()]) if (leaving.links.has(peer.self)) disconnect(leaving, peer);
        },
      };
    },
  };
}
