import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ClientError, createHttpClient } from '@ios/client';
import type { HeadAnswer } from '@ios/client/methods';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import { createRpcServer, type RpcServer } from '../../src/rpc/server.ts';
import { bytesOf } from '../genesis/sample.ts';
import { createFakeService, type FakeService } from './fake-service.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const failure = (code: string): unknown => expect.objectContaining({ name: 'ClientError', code });

describe('over a node', () => {
  let service: FakeService;
  let server: RpcServer;
  beforeEach(async () => {
    service = createFakeService();
    server = await createRpcServer({ service, listen: { host: '127.0.0.1', port: 0 }, log: () => {} });
  });
  afterEach(() => server.close());

  test('calls with types', async () => {
    const client = createHttpClient(server.url);
    const head = await client.call('getHead', {});
    expectTypeOf(head).toEqualTypeOf<HeadAnswer>();
    expect(head).toEqual({ height: 7, hash: hex(bytesOf('head')), executionDigest: hex(bytesOf('digest')) });
    expect(await client.call('getBlock', { height: 9 })).toBeNull();
    expect(await client.call('submitTransaction', { transaction: '01' })).toMatchObject({ status: 'pending' });
  });

  test('batches with types, results and errors in their places', async () => {
    const client = createHttpClient(server.url);
    const outcomes = await client.batch([
      { method: 'getHead', params: {} },
      { method: 'getBlock', params: { height: 0 } },
      { method: 'getSupply', params: {} },
    ]);
    expectTypeOf(outcomes[0]).toEqualTypeOf<{ readonly result: HeadAnswer } | { readonly error: ClientError }>();
    expect(outcomes[0]).toMatchObject({ result: { height: 7 } });
    expect(outcomes[1]).toMatchObject({ error: failure('rpc-refused') });
    expect(outcomes[2]).toEqual({ result: { outputs: '18446744073709551611', fees: '4' } });
    expect(await client.batch([])).toEqual([]);
  });

  test('an error of the node has its code', async () => {
    const client = createHttpClient(server.url);
    await expect(client.call('getBlock', { height: 0 })).rejects.toMatchObject({
      code: 'rpc-refused',
      facts: { rpcCode: -32602, method: 'getBlock' },
      message: expect.stringContaining('"path":["height"]'),
    });
    const many = Array.from({ length: 257 }, () => ({ method: 'getHead', params: {} }) as const);
    await expect(client.batch(many)).rejects.toMatchObject({ facts: { rpcCode: -32001 } });
  });

  test('a signal ends a call', async () => {
    service.transaction = () => new Promise(() => {});
    const controller = new AbortController();
    const client = createHttpClient(server.url);
    const call = client.call('getTransaction', { id: hex(bytesOf('x')) }, { signal: controller.signal });
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 50);
    await expect(call).rejects.toBe(reason);
    await expect(client.call('getHead', {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test('a node that does not answer in time is unreachable', async () => {
    service.transaction = () => new Promise(() => {});
    const call = createHttpClient(server.url, { timeoutMs: 50 }).call('getTransaction', { id: hex(bytesOf('x')) });
    await expect(call).rejects.toThrow(failure('rpc-unreachable'));
    await expect(call).rejects.toThrow(/50 ms/);
  });
});

describe('over a server that misbehaves', () => {
  let server: Server;
  let answers: ((body: string) => { status?: number; text: string } | 'hang up')[];
  let requests: number;
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  beforeEach(async () => {
    answers = [];
    requests = 0;
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const answer = answers[Math.min(requests++, answers.length - 1)]!(body);
        if (answer === 'hang up') request.socket.destroy();
        else response.writeHead(answer.status ?? 200).end(answer.text);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const head = { height: 1, hash: hex(bytesOf('h')), executionDigest: hex(bytesOf('d')) };
  const good = (result: unknown = head, id = 0): string => JSON.stringify({ jsonrpc: '2.0', id, result });

  test('a connection that breaks is tried again', async () => {
    answers = [() => 'hang up', () => 'hang up', () => ({ text: good() })];
    expect(await createHttpClient(url()).call('getHead', {})).toEqual(head);
    expect(requests).toBe(3);
  });

  test('but not for ever', async () => {
    answers = [() => 'hang up'];
    const call = createHttpClient(url(), { retries: 1 }).call('getHead', {});
    await expect(call).rejects.toThrow(failure('rpc-unreachable'));
    expect(requests).toBe(2);
  });

  test('nor after the caller gave up', async () => {
    answers = [() => 'hang up'];
    const controller = new AbortController();
    const call = createHttpClient(url(), { retries: 30 }).call('getHead', {}, { signal: controller.signal });
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 150);
    await expect(call).rejects.toBe(reason);
    expect(requests).toBeLessThan(4);
  });

  test.each<[string, string]>([
    ['no JSON', 'hello'],
    ['no JSON-RPC', '{}'],
    ['another version', '{"jsonrpc":"1.0","id":0,"result":{}}'],
    ['no result of the method', good({ height: -1 })],
    ['a result with a bad hash', good({ ...head, hash: 'XY' })],
    ['a list', `[${good()}]`],
  ])('%s is no answer', async (_, text) => {
    answers = [() => ({ text })];
    await expect(createHttpClient(url()).call('getHead', {})).rejects.toThrow(failure('rpc-answer'));
    expect(requests).toBe(1);
  });

  test('what a newer server adds is left out', async () => {
    answers = [() => ({ text: good({ ...head, later: 1 }) })];
    expect(await createHttpClient(url()).call('getHead', {})).toEqual(head);
  });

  test('answers to a batch find their calls in any order; a missing one is an error of its call', async () => {
    answers = [() => ({ text: `[${good({ ...head, height: 3 }, 2)},${good(head, 0)}]` })];
    const call = { method: 'getHead', params: {} } as const;
    const [first, second, third] = await createHttpClient(url()).batch([call, call, call]);
    expect(first).toMatchObject({ result: { height: 1 } });
    expect(second).toMatchObject({ error: failure('rpc-answer') });
    expect(third).toMatchObject({ result: { height: 3 } });
  });

  test('one result to a batch is no answer', async () => {
    answers = [() => ({ text: good() })];
    const call = { method: 'getHead', params: {} } as const;
    await expect(createHttpClient(url()).batch([call, call])).rejects.toThrow(failure('rpc-answer'));
  });

  test('nobody at the address is unreachable, with a remedy', async () => {
    const there = url();
    await new Promise((resolve) => server.close(resolve));
    const call = createHttpClient(there, { retries: 0 }).call('getHead', {});
    await expect(call).rejects.toThrow(failure('rpc-unreachable'));
    await expect(call).rejects.toThrow(/ECONNREFUSED.*Is it running/);
  });
});
