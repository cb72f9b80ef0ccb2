import { ClientError } from '../error.ts';
import { type HeadAnswer, isLasting, type MempoolAnswer, type TransactionAnswer } from '../methods/answers.ts';
import { type Notifications, notifications } from '../methods/notifications.ts';
import type { SubscribeParams, Topic } from '../methods/table.ts';
import { type CallOptions, createClient, type RpcClient, type RpcClientOptions } from './client.ts';
import { createConnection, type SocketConstructor } from './connection.ts';
import { createLatest } from './latest.ts';
import { strange } from './protocol.ts';

export type { Socket, SocketConstructor } from './connection.ts';

/** How a client over WebSocket behaves; everything has a default. */
export interface WebSocketClientOptions extends RpcClientOptions {
  /** What opens WebSockets; the global one by default, which Node has from version 22 on. */
  readonly WebSocket?: SocketConstructor;
  /** After so long without a word, a node with subscriptions is asked whether it is there, in ms; 15 000 by default. */
  readonly quietMs?: number;
}

/** A client that is also told what happens. */
export interface WebSocketClient extends RpcClient {
  /**
   * Every final block from height `from` on (the last one, if it is left out), in order and without gaps: what is missed
   * while a connection is down, or while the reader is slow, is asked for.
   */
  heads(options?: CallOptions & { readonly from?: number }): AsyncGenerator<HeadAnswer, never>;
  /** Where a transaction stands, now and whenever that changes, until the shard has had its last word or the node rejects it. */
  transaction(id: string, options?: CallOptions): AsyncGenerator<TransactionAnswer, void>;
  /** How much is not final, now and whenever that changes; a slow reader skips what is out of date. */
  mempool(options?: CallOptions): AsyncGenerator<MempoolAnswer, never>;
  /** Ends all calls and subscriptions with the error `closed`. */
  close(): void;
}

/**
 * A client over one WebSocket at a time (`ws:` or `wss:`). A connection that breaks is made again, after 100 ms, 200 ms
 * and so on up to 5 s, and subscriptions go on: until they are left, their signal is aborted, or the client is closed.
 *
 * @example
 * ```ts
 * const client = createWebSocketClient('ws://127.0.0.1:7101');
 * for await (const { height, hash } of client.heads()) console.log(height, hash);
 * ```
 */
export function createWebSocketClient(
  url: string,
  { WebSocket = globalThis.WebSocket, quietMs = 15_000, ...options }: WebSocketClientOptions = {},
): WebSocketClient {
  if (WebSocket === undefined) {
    throw new ClientError(
      'out-of-range',
      'There is no global WebSocket here: give one, such as that of the package ws.',
    );
  }
  const connection = createConnection(url, WebSocket);
  const calls = createClient({ url, exchange: connection.exchange }, options);
  let subscriptions = 0;
  let probing = false;
  let watch: ReturnType<typeof setInterval> | undefined;

  /** A connection whose other end is gone without a word is noticed by asking. */
  const probe = (): void => {
    if (probing || performance.now() - connection.heardAt < quietMs) return;
    const signal = AbortSignal.timeout(quietMs);
    const body = { jsonrpc: '2.0', id: Number.MAX_SAFE_INTEGER, method: 'getHead', params: {} } as const;
    probing = true;
    connection
      .exchange(body, signal)
      .catch(() => {
        if (signal.aborted) connection.drop();
      })
      .finally(() => {
        probing = false;
      });
  };

  async function* subscribe<Name extends Topic>(
    params: SubscribeParams & { readonly topic: Name },
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Notifications[Name], never> {
    const latest = createLatest<unknown>();
    const leave = connection.feed({ params, push: latest.set, fail: latest.fail });
    if (subscriptions++ === 0) watch = setInterval(probe, quietMs);
    try {
      for (;;) {
        const parsed = notifications[params.topic].result.safeParse(await latest.next(signal));
        if (!parsed.success) throw strange(url, `something that is no ${params.topic}`, parsed.error);
        yield parsed.data as Notifications[Name];
      }
    } finally {
      leave();
      if (--subscriptions === 0) clearInterval(watch);
    }
  }

  async function* heads({
    from,
    signal,
  }: CallOptions & { readonly from?: number } = {}): AsyncGenerator<HeadAnswer, never> {
    let last: HeadAnswer | undefined;
    let next = from;
    for await (const head of subscribe({ topic: 'heads' }, signal)) {
      next ??= head.height;
      // Another node, or the same one anew, may be behind for a while.
      while (next <= head.height) {
        const run: readonly HeadAnswer[] =
          next === head.height ? [head] : await calls.call('getHeads', { from: next }, { signal });
        if (run.length === 0) throw strange(url, `no block ${next}, which is not above its head`);
        for (const item of run) {
          if (item.height !== next) throw strange(url, `block ${item.height} for block ${next}`);
          yield item;
          last = item;
          next++;
        }
      }
      if (last?.height === head.height && last.hash !== head.hash) {
        throw strange(url, `another block ${head.height} than before`);
      }
    }
    throw strange(url, 'no more');
  }

  return {
    url,
    call: calls.call,
    batch: calls.batch,
    heads,
    async *transaction(id, { signal } = {}) {
      for await (const status of subscribe({ topic: 'transaction', id }, signal)) {
        yield status;
        if (isLasting(status.status) || status.status === 'rejected') return;
      }
    },
    mempool: ({ signal } = {}) => subscribe({ topic: 'mempool' }, signal),
    close: connection.close,
  };
}
