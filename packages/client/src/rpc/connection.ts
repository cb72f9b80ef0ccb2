import { ClientError } from '../error.ts';
import { notificationWire } from '../methods/notifications.ts';
import type { SubscribeParams } from '../methods/table.ts';
import { MAX_ANSWER, parseAnswer, strange, type WireRequest } from './protocol.ts';
import { backoff } from './wait.ts';

/** The part of a WebSocket that is used: a browser's has it, and so has that of the package `ws`. */
export interface Socket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/** Opens a WebSocket. */
export type SocketConstructor = new (url: string) => Socket;

/** What a subscription is told; it holds on to nothing but the last. */
export interface Feed {
  readonly params: SubscribeParams;
  /** What a notification holds, unchecked. */
  push(result: unknown): void;
  /** It is over. */
  fail(error: ClientError): void;
}

/** One WebSocket after another to the same node. */
export interface Connection {
  /** As a transport; see `Transport`. */
  exchange(body: WireRequest | readonly WireRequest[], signal: AbortSignal): Promise<unknown>;
  /** Feeds a subscription through all connections to come, until what it returns is called. */
  feed(feed: Feed): () => void;
  /** When something came last, in ms of `performance.now()`. */
  readonly heardAt: number;
  /** Breaks the connection that there is, so that the next one is made. */
  drop(): void;
  close(): void;
}

/** A request that waits for its answer. */
interface Waiting {
  readonly ids: readonly number[];
  settle(json: unknown): void;
  fail(error: unknown): void;
}

/** A connection on which nothing came for so long while a call was waiting is taken for dead, in ms. */
const SILENCE_MS = 10_000;

/** Ids of subscription requests are negative, those of calls are not. */
type State = { readonly socket: Socket; open: boolean } | undefined;

/** Makes a connection; nothing is opened before it is needed. */
export function createConnection(url: string, Socket: SocketConstructor): Connection {
  const waiting = new Map<number, Waiting>();
  const feeds = new Set<Feed>();
  const named = new Map<string, Feed>();
  /** What is to be sent once the socket is open. */
  let backlog: string[] = [];
  let state: State;
  let failures = 0;
  let heardAt = 0;
  let ids = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const post = (text: string): void => {
    const { socket, open } = connect();
    if (open) socket.send(text);
    else backlog.push(text);
  };

  const connect = (): NonNullable<State> => {
    if (state !== undefined) return state;
    clearTimeout(retry);
    retry = undefined;
    const socket = new Socket(url);
    const own = { socket, open: false };
    state = own;
    socket.onopen = () => {
      own.open = true;
      heardAt = performance.now();
      for (const feed of feeds) subscribe(feed);
      for (const text of backlog) socket.send(text);
      backlog = [];
    };
    socket.onmessage = ({ data }: { readonly data: unknown }) => {
      if (state === own) hear(data);
    };
    socket.onerror = () => {};
    socket.onclose = ({ code }: { readonly code: number }) => {
      if (state === own) lost(code);
    };
    return own;
  };

  /** Everything that waited fails, as a broken connection that may be tried again; subscriptions go on with the next. */
  const lost = (code: number): void => {
    state = undefined;
    backlog = [];
    named.clear();
    const broken = new Error(`the WebSocket was closed with code ${code}`);
    for (const item of new Set(waiting.values())) item.fail(broken);
    waiting.clear();
    if (feeds.size > 0 && !closed) retry ??= setTimeout(connect, backoff(failures++));
  };

  const drop = (): void => {
    if (state === undefined) return;
    const { socket } = state;
    lost(1006);
    socket.close();
  };

  const hear = (data: unknown): void => {
    heardAt = performance.now();
    failures = 0;
    let json: unknown;
    try {
      if (typeof data !== 'string' || data.length > MAX_ANSWER) throw new Error('no text, or too much');
      json = JSON.parse(data);
    } catch {
      // Nothing can be made of what comes: the next connection may be better.
      return drop();
    }
    const news = notificationWire.safeParse(json);
    if (news.success) named.get(news.data.params.subscription)?.push(news.data.params.result);
    else answer(json);
  };

  const answer = (json: unknown): void => {
    const found = (Array.isArray(json) ? json : [json]).map(idOf).find((id) => waiting.has(id as number));
    // An answer without an id is to something that the node could not read: it may be any of what waits.
    const items =
      found === undefined
        ? idOf(json) === null
          ? [...new Set(waiting.values())]
          : []
        : [waiting.get(found as number)!];
    for (const item of items) {
      for (const id of item.ids) waiting.delete(id);
      item.settle(json);
    }
  };

  const request = (ids: readonly number[], body: unknown, settle: Waiting['settle'], fail: Waiting['fail']): void => {
    const item = { ids, settle, fail };
    for (const id of ids) waiting.set(id, item);
    post(JSON.stringify(body));
  };

  const subscribe = (feed: Feed): void => {
    const id = --ids;
    const refuse = (error: unknown): void => {
      if (error instanceof ClientError) feed.fail(error);
    };
    const settle = (json: unknown): void => {
      try {
        const said = parseAnswer(json, url);
        if ('error' in said) throw refusal(url, said.error);
        const name = (said.result as { readonly subscription?: unknown } | null)?.subscription;
        if (typeof name !== 'string') throw strange(url, 'something that is no subscription');
        if (feeds.has(feed)) named.set(name, feed);
        else unsubscribe(name);
      } catch (error) {
        feeds.delete(feed);
        refuse(error);
      }
    };
    request([id], { jsonrpc: '2.0', id, method: 'subscribe', params: feed.params }, settle, refuse);
  };

  const unsubscribe = (name: string): void => {
    if (state?.open)
      state.socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'unsubscribe', params: { subscription: name } }));
  };

  return {
    get heardAt() {
      return heardAt;
    },
    exchange: (body, signal) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(closedError(url));
        if (signal.aborted) return reject(signal.reason);
        const own = (Array.isArray(body) ? body : [body]).map(({ id }: WireRequest) => id);
        const sentAt = performance.now();
        const abort = (): void => {
          for (const id of own) waiting.delete(id);
          reject(signal.reason);
          if (performance.now() - Math.max(heardAt, sentAt) >= SILENCE_MS) drop();
        };
        const end = (): void => signal.removeEventListener('abort', abort);
        signal.addEventListener('abort', abort, { once: true });
        const settle = (json: unknown): void => {
          end();
          resolve(json);
        };
        const fail = (error: unknown): void => {
          end();
          reject(error);
        };
        request(own, body, settle, fail);
      }),
    feed(feed) {
      if (closed) {
        feed.fail(closedError(url));
        return () => {};
      }
      feeds.add(feed);
      const { open } = connect();
      if (open) subscribe(feed);
      return () => {
        feeds.delete(feed);
        for (const [name, other] of named) {
          if (other !== feed) continue;
          named.delete(name);
          unsubscribe(name);
        }
      };
    },
    drop,
    close() {
      closed = true;
      clearTimeout(retry);
      const error = closedError(url);
      for (const feed of feeds) feed.fail(error);
      feeds.clear();
      for (const item of new Set(waiting.values())) item.fail(error);
      waiting.clear();
      state?.socket.close(1000);
      state = undefined;
    },
  };
}

const idOf = (json: unknown): unknown =>
  typeof json === 'object' && json !== null && 'id' in json ? json.id : undefined;

const closedError = (url: string): ClientError =>
  new ClientError('closed', `The client of ${url} was closed.`, { url });

const refusal = (url: string, { code, message }: { readonly code: number; readonly message: string }): ClientError =>
  new ClientError('rpc-refused', `${url} refused a subscription: ${message}`, { rpcCode: code, url });
