/** A named kind of message, gossiped (a topic) or sent to one peer (a protocol), with the longest message it carries. */
export interface Channel {
  /** Lowercase letters, digits and hyphens. */
  readonly name: string;
  /** In bytes; a longer message is refused by the sender, and by the receiver before it is stored. */
  readonly maxBytes: number;
}

/** A node that may connect, and where it can be reached. */
export interface PeerAddress {
  /** Its identity key: 64 lowercase hexadecimal digits. */
  readonly peer: string;
  /** Multiaddrs such as `/ip4/192.0.2.1/tcp/4001`; none if this node only waits for it. */
  readonly addresses: readonly string[];
}

/**
 * What a network tells its node. For one peer: `connected`, messages, `disconnected`, `connected` again and so on,
 * never a message before `connected` or after `disconnected`. Gossip may come from peers that are not connected.
 */
export interface NetworkHandler {
  /** A message of a protocol, from a connected peer; the array belongs to the handler. */
  message(peer: string, protocol: string, bytes: Uint8Array): void;
  /** A message of a topic; `from` is the peer that published it, whoever passed it on. */
  gossip(topic: string, from: string, bytes: Uint8Array): void;
  connected(peer: string): void;
  disconnected(peer: string): void;
}

/** Receives what an operator should know, a sentence and the facts in it. */
export type NetworkLog = (
  level: 'info' | 'warn',
  sentence: string,
  facts: Readonly<Record<string, string | number>>,
) => void;

/**
 * Authenticated channels between the nodes of one chain. Peers are named by identity key. Both ways of sending are best
 * effort: what matters is asked for again by whoever needs it.
 *
 * Messages of one protocol between two peers arrive in the order of the calls, each at most once, for as long as they
 * stay connected; between protocols there is no order. Calls on a network that is not started, or is stopped, send
 * nothing.
 */
export interface Network {
  /** This node's own name: its identity key, 64 lowercase hexadecimal digits. */
  readonly self: string;
  /** Starts listening and dialling; once only. Throws `NetworkError` (`address-in-use`, `address`, `started`). */
  start(handler: NetworkHandler): Promise<void>;
  /** Gossips to all peers that joined the topic, whether or not this node has. Throws `NetworkError` (`unknown-channel`, `too-long`). */
  publish(topic: string, bytes: Uint8Array): void;
  /**
   * Sends to one connected peer; the array may be reused at once. Returns false where the peer is not connected or its
   * queue is full. Throws `NetworkError` (`unknown-channel`, `too-long`).
   */
  send(peer: string, protocol: string, bytes: Uint8Array): boolean;
  /** The connected peers, in the order of their names. */
  peers(): readonly string[];
  /**
   * Replaces the list of those that may connect: cuts off who is no longer on it, dials who is new. This node's own
   * name may be on it. Throws `NetworkError` (`peer`, `address`).
   */
  setPeers(peers: readonly PeerAddress[]): void;
  /** Closes everything; no call of the handler comes after. Stopping twice is harmless. */
  stop(): Promise<void>;
}
