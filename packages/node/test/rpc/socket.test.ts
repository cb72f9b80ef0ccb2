import { type AddressInfo, connect } from 'node:net';
import { type ClientError, createWebSocketClient, type WebSocketClient } from '@ios/client';
import type { HeadAnswer } from '@ios/client/methods';
import { assembleBlock, encodeBlock } from '@ios/ledger';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createRpcServer, type RpcLimits, type RpcOptions, type RpcServer } from '../../src/rpc/server.ts';
import type { TransactionStatus } from '../../src/service.ts';
import { bytesOf } from '../genesis/sample.ts';
import { until } from '../node-fixture.ts';
import { createFakeService, type FakeService, healthyStatus } from './fake-service.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

let service: FakeService;
let server: RpcServer;
let logged: string[];
let clients: (WebSocketClient | WebSocket)[];
/** The chain that the service shows: heads from height 1. */
let height: number;

const listen = (limits: Partial<RpcLimits> = {}, more: Partial<RpcOptions> = {}, port = 0): Promise<RpcServer> =>
  createRpcServer({
    service,
    listen: { host: '127.0.0.1', port },
    log: (_level, sentence, facts) => logged.push(`${sentence} ${JSON.stringify(facts)}`),
    limits: { requestsPerSecond: 100_000, ...limits },
    ...more,
  });
const reopen = async (limits: Partial<RpcLimits>, more: Partial<RpcOptions> = {}): Promise<void> => {
  await server.close();
  server = await listen(limits, more);
};

beforeEach(async () => {
  service = createFakeService();
  logged = [];
  clients = [];
  height = 7;
  service.head = () => ({ height, hash: bytesOf(`block ${height}`), executionDigest: bytesOf(`digest ${height}`) });
  server = await listen();
});
afterEach(async () => {
  for (const client of clients) client.close();
  await server.close();
});

const url = (): string => server.url.replace('http', 'ws');
const clientAt = (options: Parameters<typeof createWebSocketClient>[1] = {}): WebSocketClient => {
  const client = createWebSocketClient(url(), { WebSocket, ...options });
  clients.push(client);
  return client;
};
/** A bare WebSocket, and what came over it. */
const bare = async (
  headers: Record<string, string> = {},
): Promise<{ socket: WebSocket; said: string[]; ended: Promise<number> }> => {
  const socket = new WebSocket(url(), { headers });
  clients.push(socket);
  const said: string[] = [];
  socket.on('message', (data) => said.push(String(data)));
  socket.on('error', () => {});
  const ended = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve) => {
    socket.on('open', resolve);
    socket.on('close', resolve);
  });
  return { socket, said, ended };
};
const decide = (): void => {
  height++;
  server.final([bytesOf(`transaction ${height}`)]);
};
const failure = (code: ClientError['code']): unknown => expect.objectContaining({ name: 'ClientError', code });

describe('calls', () => {
  test('are answered as over HTTP, one by one and in batches', async () => {
    const client = clientAt();
    expect(await client.call('getHead', {})).toMatchObject({ height: 7 });
    const [head, block] = await client.batch([
      { method: 'getHead', params: {} },
      { method: 'getBlock', params: { height: 0 } },
    ]);
    expect(head).toMatchObject({ result: { height: 7 } });
    expect(block).toMatchObject({ error: failure('rpc-refused') });
    await expect(client.call('getBlock', { height: 0 })).rejects.toMatchObject({ facts: { rpcCode: -32602 } });
  });

  test('find their answers in any order', async () => {
    let release = (): void => {};
    service.transaction = () =>
      new Promise((resolve) => {
        release = () => resolve({ status: 'pending' });
      });
    const client = clientAt();
    const slow = client.call('getTransaction', { id: hex(bytesOf('x')) });
    expect(await client.call('getHead', {})).toMatchObject({ height: 7 });
    release();
    expect(await slow).toEqual({ status: 'pending' });
  });

  test('end with their signal, with the client, or with a node that is gone', async () => {
    service.transaction = () => new Promise(() => {});
    const id = hex(bytesOf('x'));
    const client = clientAt({ retries: 0 });
    const reason = new Error('enough');
    const controller = new AbortController();
    const aborted = client.call('getTransaction', { id }, { signal: controller.signal });
    const left = client.call('getTransaction', { id });
    await client.call('getHead', {});
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    client.close();
    await expect(left).rejects.toThrow(failure('closed'));
    await expect(client.call('getHead', {})).rejects.toThrow(failure('closed'));
    const other = clientAt({ retries: 0 });
    const lost = other.call('getTransaction', { id });
    await other.call('getHead', {});
    await Promise.all([server.close(), expect(lost).rejects.toThrow(failure('rpc-unreachable'))]);
    await expect(other.call('getHead', {})).rejects.toThrow(failure('rpc-unreachable'));
  });

  test('an error without an id reaches who waits', async () => {
    await reopen({ batch: 1 });
    const call = { method: 'getHead', params: {} } as const;
    await expect(clientAt().batch([call, call])).rejects.toMatchObject({ facts: { rpcCode: -32001 } });
  });
});

describe('subscriptions', () => {
  const take = async (client: WebSocketClient, count: number, from?: number): Promise<number[]> => {
    const heights: number[] = [];
    for await (const head of client.heads(from === undefined ? {} : { from })) {
      heights.push(head.height);
      if (heights.length === count) break;
      decide();
    }
    return heights;
  };

  test('heads begin with the last one and go on', async () => {
    expect(await take(clientAt(), 3)).toEqual([7, 8, 9]);
  });

  test('what was missed is asked for', async () => {
    const chain = (at: number): HeadAnswer => ({
      height: at,
      hash: hex(bytesOf(`block ${at}`)),
      executionDigest: hex(bytesOf(`digest ${at}`)),
    });
    const heads = clientAt().heads();
    expect((await heads.next()).value).toEqual(chain(7));
    // A reader that is away while blocks become final: it is told of the last alone.
    service.block = async (at) => ({ bytes: headerOf(at), hash: bytesOf(`block ${at}`), certificate: Uint8Array.of() });
    for (let i = 0; i < 250; i++) decide();
    for (let at = 8; at <= 257; at++) expect((await heads.next()).value).toEqual(chain(at));
    await heads.return(undefined as never);
  });

  test('a transaction is told when it changes, until it is final', async () => {
    const id = bytesOf('mine');
    const client = clientAt();
    const seen: string[] = [];
    for await (const { status } of client.transaction(hex(id))) {
      seen.push(status);
      if (status === 'unknown') service.known.set(hex(id), { status: 'pending' });
      if (status === 'pending') {
        service.known.set(hex(id), { status: 'final', height: 8, index: 0, block: bytesOf('b') });
        server.final([id]);
      }
    }
    expect(seen).toEqual(['unknown', 'pending', 'final']);
  });

  test('a transaction across shards is told until the shard has had its last word', async () => {
    const id = bytesOf('across');
    const [block, accepted] = [bytesOf('b'), { height: 8, index: 0 }];
    const states: readonly TransactionStatus[] = [
      { status: 'pending' },
      { status: 'locked', ...accepted, block },
      { status: 'committed', height: 9, block, accepted },
      { status: 'unknown' },
    ];
    let next = 0;
    service.known.set(hex(id), states[next]!);
    const seen: string[] = [];
    for await (const { status } of clientAt().transaction(hex(id))) {
      seen.push(status);
      service.known.set(hex(id), states[++next]!);
      server.final([id]);
    }
    expect(seen).toEqual(['pending', 'locked', 'committed']);
  });

  test('the mempool is told when it changes', async () => {
    const pool = clientAt().mempool();
    expect((await pool.next()).value).toEqual(healthyStatus.mempool);
    service.state = { ...healthyStatus, mempool: { transactions: 4, bytes: 5, waiting: 6 } };
    expect((await pool.next()).value).toEqual({ transactions: 4, bytes: 5, waiting: 6 });
    await pool.return(undefined as never);
  });

  test('go on after the node was away, without a gap', async () => {
    service.block = async (at) => ({ bytes: headerOf(at), hash: bytesOf(`block ${at}`), certificate: Uint8Array.of() });
    const heads = clientAt().heads();
    expect((await heads.next()).value?.height).toBe(7);
    const port = Number(new URL(server.url).port);
    await server.close();
    height = 12;
    server = await listen({}, {}, port);
    for (const at of [8, 9, 10, 11, 12]) expect((await heads.next()).value?.height).toBe(at);
    await heads.return(undefined as never);
  });

  test('a node that shows another block than before is an error', async () => {
    const heads = clientAt().heads();
    await heads.next();
    service.head = () => ({ height: 7, hash: bytesOf('another'), executionDigest: bytesOf('digest') });
    server.final([]);
    await expect(heads.next()).rejects.toThrow(failure('rpc-answer'));
  });

  test('end with their signal and with the client', async () => {
    const client = clientAt();
    const controller = new AbortController();
    const first = client.heads({ signal: controller.signal });
    const second = client.mempool();
    await Promise.all([first.next(), second.next()]);
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 20);
    await expect(first.next()).rejects.toBe(reason);
    setTimeout(() => client.close(), 20);
    await expect(second.next()).rejects.toThrow(failure('closed'));
  });

  test('are left again, and bounded', async () => {
    await reopen({ subscriptions: 2 });
    const client = clientAt();
    const open = [client.heads(), client.mempool()];
    for (const one of open) await one.next();
    await expect(client.heads().next()).rejects.toMatchObject({ facts: { rpcCode: -32006 } });
    await open[0]?.return(undefined as never);
    await until(async () => (await metric('ios_rpc_subscriptions')) === 1);
    const again = client.heads();
    expect((await again.next()).value).toMatchObject({ height: 7 });
    client.close();
    await until(async () => (await metric('ios_rpc_subscriptions')) === 0);
    await until(async () => (await metric('ios_rpc_sockets')) === 0);
  });

  test('need a WebSocket', async () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscribe', params: { topic: 'heads' } });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(server.url, { method: 'POST', headers, body });
    expect(await response.json()).toMatchObject({ error: { code: -32005 } });
  });

  test('are named before they are told of', async () => {
    const { socket, said } = await bare();
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscribe', params: ['heads'] }));
    await until(() => said.length === 2);
    const [first, second] = said.map((text) => JSON.parse(text));
    expect(second).toMatchObject({ method: 'subscription', params: { subscription: first.result.subscription } });
  });

  test('a connection whose other end says nothing any more is made anew', async () => {
    const silent = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    let connections = 0;
    silent.on('connection', (socket) => {
      const at = 7 + connections++;
      socket.on('message', (data) => {
        const { id, method } = JSON.parse(String(data));
        if (method !== 'subscribe') return;
        const result = { height: at, hash: hex(bytesOf(`${at}`)), executionDigest: hex(bytesOf(`${at}`)) };
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: { subscription: 'a' } }));
        socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params: { subscription: 'a', result } }));
      });
    });
    await new Promise((resolve) => silent.on('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    const client = createWebSocketClient(`ws://127.0.0.1:${port}`, { WebSocket, quietMs: 50 });
    const heads = client.heads();
    expect((await heads.next()).value?.height).toBe(7);
    expect((await heads.next()).value?.height).toBe(8);
    client.close();
    for (const socket of silent.clients) socket.terminate();
    silent.close();
  });
});

describe('what a server bears', () => {
  test('messages that are no text, and frames that are too long, end the connection with a code', async () => {
    await reopen({ bodyBytes: 1000 });
    const binary = await bare();
    binary.socket.send(Buffer.from('{}'));
    expect(await binary.ended).toBe(1003);
    const long = await bare();
    long.socket.send('x'.repeat(1001));
    expect(await long.ended).toBe(1009);
    expect(await clientAt().call('getHead', {})).toMatchObject({ height: 7 });
  });

  test('bytes that are no frames', async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const key = Buffer.from(bytesOf('key').subarray(0, 16)).toString('base64');
    socket.write(
      `GET / HTTP/1.1\r\nhost: ${hostname}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`,
    );
    await new Promise((resolve) => socket.once('data', resolve));
    socket.on('error', () => {});
    const ended = new Promise((resolve) => socket.on('close', resolve));
    socket.write(Buffer.alloc(4096, 0xff));
    await ended;
    expect(await clientAt().call('getHead', {})).toMatchObject({ height: 7 });
  });

  test('a reader that is too slow is cut off, with a code', async () => {
    service.blockBytes = 1_000_000;
    await reopen({ outgoingBytes: 1_000_000 });
    const { socket, ended } = await bare();
    socket.pause();
    for (let id = 0; id < 64; id++)
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'getBlock', params: [1] }));
    await until(() => logged.some((line) => line.includes('too slowly')));
    socket.resume();
    expect([4008, 1006]).toContain(await ended);
    await until(async () => (await metric('ios_rpc_sockets')) === 0);
  });

  test('a connection that gives no sign of life is cut off', async () => {
    await reopen({ pingMs: 50 });
    const deaf = await bare();
    // The kernel still takes what is sent; nobody reads it.
    deaf.socket.pause();
    const lively = await bare();
    await until(async () => (await metric('ios_rpc_sockets')) === 1);
    expect(lively.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('who sends too fast is read more slowly, and answered in full', async () => {
    await reopen({ requestsPerSecond: 20 });
    const start = performance.now();
    const { socket, said } = await bare();
    for (let id = 0; id < 30; id++) socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'getHead' }));
    await until(() => said.length === 30);
    expect(performance.now() - start).toBeGreaterThan(450);
    expect(new Set(said.map((text) => JSON.parse(text).id)).size).toBe(30);
  });

  test('the allowance is one for both transports', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    await reopen({ requestsPerSecond: 3 });
    const { socket, said } = await bare();
    for (let id = 0; id < 2; id++) socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'getHead' }));
    await until(() => said.length === 2);
    const statuses = await Promise.all(
      [1, 2].map(async () => (await fetch(new URL('/health/live', server.url))).status),
    );
    expect(statuses).toContain(429);
  });

  test('as many WebSockets of a client as it may have', async () => {
    await reopen({ socketsPerClient: 2 });
    const [first, second, third] = [await bare(), await bare(), await bare()];
    expect([first, second, third].map(({ socket }) => socket.readyState)).toEqual([1, 1, 3]);
    first.socket.close();
    await first.ended;
    await until(async () => (await metric('ios_rpc_sockets')) === 1);
    expect((await bare()).socket.readyState).toBe(1);
  });

  test('closing ends WebSockets in order', async () => {
    const { ended } = await bare();
    await server.close();
    expect(await ended).toBe(1001);
  });
});

describe('who may ask', () => {
  const over = async (headers: Record<string, string>): Promise<number> => (await bare(headers)).socket.readyState;

  test('a page of another origin may not open a WebSocket, one that is allowed may', async () => {
    await reopen({}, { access: { origins: ['https://wallet.example'] } });
    expect(await over({ origin: 'https://evil.example' })).toBe(WebSocket.CLOSED);
    expect(await over({ origin: 'null' })).toBe(WebSocket.CLOSED);
    expect(await over({ origin: 'https://wallet.example.evil' })).toBe(WebSocket.CLOSED);
    expect(await over({ origin: 'https://wallet.example' })).toBe(WebSocket.OPEN);
    expect(await over({ origin: server.url })).toBe(WebSocket.OPEN);
    expect(await over({})).toBe(WebSocket.OPEN);
    expect(logged.filter((line) => line.includes('refused'))).toHaveLength(3);
  });

  test('a name that was rebound to this address is refused', async () => {
    expect(await over({ host: 'evil.example' })).toBe(WebSocket.CLOSED);
    expect(await over({ host: 'localhost:1' })).toBe(WebSocket.OPEN);
    expect(await over({ host: '[::1]:1' })).toBe(WebSocket.OPEN);
    await reopen({}, { access: { hosts: ['node.example'] } });
    expect(await over({ host: 'node.example:80' })).toBe(WebSocket.OPEN);
    expect(await over({ host: 'node.example.evil' })).toBe(WebSocket.CLOSED);
  });

  test('a request is named as it wishes to be, if that is sane', async () => {
    service.transaction = () => Promise.reject(new Error('broken'));
    for (const [given, wanted] of [
      ['abc-1', /"request":"abc-1\/1"/],
      ['a b"c', /"request":"[0-9a-f-]{36}\/1"/],
    ] as const) {
      logged.length = 0;
      const { socket, said } = await bare({ 'x-request-id': given });
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'getTransaction', params: [hex(bytesOf('x'))] }));
      await until(() => said.length === 1);
      expect(logged.join()).toMatch(wanted);
    }
  });

  test('there is a WebSocket at / alone', async () => {
    const socket = new WebSocket(`${url()}/metrics`);
    const [error] = (await new Promise((resolve) => socket.on('error', (...args) => resolve(args)))) as [Error];
    expect(error.message).toContain('404');
  });
});

async function metric(name: string): Promise<number> {
  const text = await (await fetch(new URL('/metrics', server.url))).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}

/** The bytes of a block whose header says what was executed before it. */
function headerOf(at: number): Uint8Array {
  const zero = new Uint8Array(32);
  const executionDigest = bytesOf(`digest ${at - 1}`);
  const place = { chain: zero, shard: 0, epoch: 0, stepEntry: zero, previous: zero, outboxRoot: zero, proposer: 0 };
  return encodeBlock(assembleBlock({ ...place, height: at, executionDigest }, new Uint8Array(0), []));
}
