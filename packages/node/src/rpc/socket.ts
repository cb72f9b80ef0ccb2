import type { RawData, WebSocket } from 'ws';
import type { Dispatch } from './dispatch.ts';
import type { RpcLimits } from './limits.ts';
import type { Rates } from './rates.ts';
import type { Hub, Subscriptions } from './subscriptions.ts';

/** Why a server ends a WebSocket, by its close code (RFC 6455, section 7.4; 4000 and above are this server's own). */
export const CLOSE_CODES = {
  /** The server stops. */
  goingAway: 1001,
  /** A message that is not text. */
  unsupported: 1003,
  /** More bytes wait for this reader than it may leave waiting. */
  slow: 4008,
} as const;

/** How long a close may take before the connection is cut, in ms. */
const CLOSE_MS = 1_000;

/** What a connection is served with. */
export interface SocketOptions {
  readonly dispatch: Dispatch;
  readonly hub: Hub;
  readonly rates: Rates;
  readonly limits: RpcLimits;
  /** Names the connection in logs, and whom it is charged to. */
  readonly request: string;
  readonly client: string;
  /** Told when the connection is over, with the close code. */
  onEnd(code: number): void;
}

/** A connection that is served. */
export interface ServedSocket {
  /** Ends it in order. */
  close(code: number, reason: string): void;
}

/**
 * Serves one WebSocket: JSON-RPC both ways, a message a request or batch, answers in the order in which they are ready.
 *
 * 1. While as many messages are worked on as may be, or the client's allowance is used up, nothing is read: a client that
 *    sends faster waits, and what it sends stays in the kernel. At most one read of the socket (64 KiB) is kept beside.
 * 2. Before anything is sent, the bytes that wait for the reader are counted; above the limit it is cut off (4008).
 * 3. Every `pingMs` it is asked for a sign of life; without one until the next time it is cut off.
 */
export function serveSocket(socket: WebSocket, options: SocketOptions): ServedSocket {
  const { dispatch, hub, rates, limits, request, client } = options;
  const queue: string[] = [];
  let busy = 0;
  let messages = 0;
  let alive = true;
  let throttle: NodeJS.Timeout | undefined;
  let cause: number | undefined;

  const close = (code: number, reason: string): void => {
    cause ??= code;
    queue.length = 0;
    socket.close(code, reason);
    setTimeout(() => socket.terminate(), CLOSE_MS).unref();
  };

  const send = (text: string): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > limits.outgoingBytes) return close(CLOSE_CODES.slow, 'read faster');
    socket.send(text);
  };

  const subscriptions = hub.open((subscription, result) => {
    send(JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params: { subscription, result } }));
  });

  const work = async (body: string): Promise<void> => {
    const added: string[] = [];
    const add: Subscriptions['add'] = (params) => {
      const name = subscriptions.add(params);
      added.push(name);
      return name;
    };
    const caller = { from: `rpc/${client}`, request: `${request}/${++messages}` };
    const answer = await dispatch(body, { ...caller, subscriptions: { ...subscriptions, add } });
    if (answer !== undefined) send(answer);
    // News of a subscription come after its name.
    subscriptions.begin(added);
  };

  const pump = (): void => {
    while (queue.length > 0 && busy < limits.concurrentMessages && throttle === undefined) {
      const wait = rates.take(client);
      if (wait > 0) {
        throttle = setTimeout(() => {
          throttle = undefined;
          pump();
        }, wait);
        break;
      }
      busy++;
      work(queue.shift()!).finally(() => {
        busy--;
        pump();
      });
    }
    if (queue.length > 0) socket.pause();
    else if (socket.isPaused && socket.readyState === socket.OPEN) socket.resume();
  };

  const pulse = setInterval(() => {
    // While nothing is read, no sign of life can be heard.
    if (!alive && !socket.isPaused) return socket.terminate();
    alive = false;
    socket.ping();
  }, limits.pingMs);

  socket.on('pong', () => {
    alive = true;
  });
  socket.on('message', (data: RawData, isBinary: boolean) => {
    alive = true;
    if (isBinary) return close(CLOSE_CODES.unsupported, 'text is wanted');
    if (socket.readyState !== socket.OPEN) return;
    queue.push(data.toString());
    pump();
  });
  // What is wrong with a frame is told to the client by its close code.
  socket.on('error', () => {});
  socket.on('close', (code) => {
    clearInterval(pulse);
    clearTimeout(throttle);
    queue.length = 0;
    subscriptions.close();
    options.onEnd(cause ?? code);
  });
  return { close };
}
