/** What a server takes from its clients. A client is an IPv4 address, or an IPv6 network of 64 bits. */
export interface RpcLimits {
  /** The longest body, or message of a WebSocket, in bytes. */
  readonly bodyBytes: number;
  /** The most requests of a batch. */
  readonly batch: number;
  /** The characters of an answer after which the rest of a batch is refused. */
  readonly answerLength: number;
  /** HTTP requests and messages of one client a second, over all its connections. */
  readonly requestsPerSecond: number;
  /** Open connections, WebSockets among them. */
  readonly connections: number;
  /** Open WebSockets of one client. */
  readonly socketsPerClient: number;
  /** How long a request may take to arrive, in ms. */
  readonly requestMs: number;
  /** Messages of one WebSocket that are worked on at a time; the others wait in the kernel. */
  readonly concurrentMessages: number;
  /** Bytes that may wait for one WebSocket's reader; above it is cut off. */
  readonly outgoingBytes: number;
  /** Subscriptions of one WebSocket. */
  readonly subscriptions: number;
  /** How often a WebSocket is asked for a sign of life, in ms; one that gives none until the next time is cut off. */
  readonly pingMs: number;
}

/** Limits that suit a node with some hundred megabytes of memory. */
export const DEFAULT_RPC_LIMITS: RpcLimits = {
  bodyBytes: 8 * 1024 * 1024,
  batch: 256,
  answerLength: 32 * 1024 * 1024,
  requestsPerSecond: 500,
  connections: 256,
  socketsPerClient: 64,
  requestMs: 30_000,
  concurrentMessages: 4,
  outgoingBytes: 16 * 1024 * 1024,
  subscriptions: 32,
  pingMs: 30_000,
};
