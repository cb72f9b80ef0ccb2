import { get } from 'node:http';
import { connect } from 'node:net';
import { MAX_ITEMS, type MethodName, methods } from '@ios/client/methods';
import { encodeAddress, MAX_TRANSACTION_BYTES } from '@ios/ledger';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createRpcServer, type RpcLimits, type RpcServer } from '../../src/rpc/server.ts';
import { VERSION } from '../../src/version.ts';
import { bytesOf, ownerOf } from '../genesis/sample.ts';
import { createFakeService, type FakeService, healthyStatus } from './fake-service.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const OWNER = hex(ownerOf('owner'));
const ID = hex(bytesOf('id'));

let service: FakeService;
let server: RpcServer;
let logged: string[];

const open = async (limits: Partial<RpcLimits> = {}): Promise<void> => {
  server = await createRpcServer({
    service,
    listen: { host: '127.0.0.1', port: 0 },
    log: (_level, _sentence, facts) => logged.push(JSON.stringify(facts)),
    limits: { requestsPerSecond: 100_000, ...limits },
  });
};
const reopen = async (limits: Partial<RpcLimits>): Promise<void> => {
  await server.close();
  await open(limits);
};

beforeEach(async () => {
  service = createFakeService();
  logged = [];
  await open();
});
afterEach(() => server.close());

const post = (body: string, type = 'application/json'): Promise<Response> =>
  fetch(server.url, { method: 'POST', headers: { 'content-type': type }, body });
/** What a server says to one request. */
interface Answer {
  readonly id: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data: { readonly issues: unknown[] } };
}

const ask = async <Said = Answer>(body: unknown): Promise<Said> =>
  (await (await post(JSON.stringify(body))).json()) as Said;
const call = (method: string, params?: unknown): Promise<Answer> => ask({ jsonrpc: '2.0', id: 1, method, params });
const result = async (method: string, params?: unknown): Promise<unknown> => {
  const answer = await call(method, params);
  expect(answer).toEqual({ jsonrpc: '2.0', id: 1, result: expect.anything() });
  return answer.result;
};

describe('methods', () => {
  test('submitTransaction hands in bytes and says what became of them', async () => {
    expect(await result('submitTransaction', { transaction: '01ff' })).toEqual({
      status: 'pending',
      id: hex(bytesOf('one')),
    });
    expect(service.submitted).toEqual([{ bytes: Uint8Array.of(1, 255), from: 'rpc/127.0.0.1' }]);
    expect(await result('submitTransaction', ['05'])).toEqual({
      status: 'rejected',
      id: hex(bytesOf('five')),
      code: 'overspent',
      message: 'the outputs hold more',
    });
    expect(await result('submitTransaction', [''])).toMatchObject({ status: 'rejected', id: null, code: 'malformed' });
  });

  test('submitTransactions answers each in its place, 512 at most', async () => {
    const answers = await result('submitTransactions', { transactions: ['04', '03', '02', '01', '00'] });
    expect((answers as { status: string }[]).map(({ status }) => status)).toEqual([
      'final',
      'known',
      'waiting',
      'pending',
      'rejected',
    ]);
    expect(await result('submitTransactions', [Array(MAX_ITEMS).fill('01')])).toHaveLength(512);
    expect((await call('submitTransactions', [Array(MAX_ITEMS + 1).fill('01')])).error?.code).toBe(-32602);
    expect((await call('submitTransactions', [[]])).error?.code).toBe(-32602);
    expect(service.submitted).toHaveLength(517);
  });

  test('getTransaction and getTransactions tell every status', async () => {
    const block = bytesOf('block');
    const statuses = [
      { status: 'pending' },
      { status: 'waiting', missing: { id: bytesOf('missing'), index: 3 } },
      { status: 'final', height: 5, index: 2, block },
      { status: 'rejected', code: 'expired', message: 'too late' },
      { status: 'locked', height: 6, index: 0, block },
      { status: 'committed', height: 8, block, accepted: { height: 6, index: 0 } },
      { status: 'aborted', height: 9, block, reason: 'absent', shard: 3 },
      { status: 'refused', height: 6 },
      { status: 'credited', height: 10, block },
    ] as const;
    const ids = statuses.map((status, i) => {
      const id = hex(bytesOf(`transaction ${i}`));
      service.known.set(id, status);
      return id;
    });
    expect(await result('getTransaction', { id: ID })).toEqual({ status: 'unknown' });
    expect(await result('getTransactions', { ids: [...ids, ID] })).toEqual([
      { status: 'pending' },
      { status: 'waiting', missing: { id: hex(bytesOf('missing')), index: 3 } },
      { status: 'final', height: 5, index: 2, block: hex(block) },
      { status: 'rejected', code: 'expired', message: 'too late' },
      { status: 'locked', height: 6, index: 0, block: hex(block) },
      { status: 'committed', height: 8, block: hex(block), accepted: { height: 6, index: 0 } },
      { status: 'aborted', height: 9, block: hex(block), reason: 'absent', shard: 3 },
      { status: 'refused', height: 6 },
      { status: 'credited', height: 10, block: hex(block) },
      { status: 'unknown' },
    ]);
    expect((await call('getTransactions', { ids: Array(513).fill(ID) })).error?.code).toBe(-32602);
  });

  test('getHead', async () => {
    const head = { height: 7, hash: hex(bytesOf('head')), executionDigest: hex(bytesOf('digest')) };
    expect(await result('getHead')).toEqual(head);
    expect(await result('getHead', {})).toEqual(head);
    expect(await result('getHead', [])).toEqual(head);
  });

  test('getBlock, null where there is none', async () => {
    const block = { height: 7, hash: hex(bytesOf('block')), bytes: '000000', certificate: '09' };
    expect(await result('getBlock', { height: 7 })).toEqual(block);
    expect(await call('getBlock', [8])).toEqual({ jsonrpc: '2.0', id: 1, result: null });
  });

  test('getBalance by key and by address', async () => {
    const balance = { amount: '18446744073709551615', outputs: 2 };
    expect(await result('getBalance', { owner: OWNER })).toEqual(balance);
    expect(await result('getBalance', { owner: encodeAddress(ownerOf('owner')) })).toEqual(balance);
  });

  test('getOutputs pages', async () => {
    const first = { outpoint: { id: hex(bytesOf('a')), index: 255 }, amount: '1' };
    const second = { outpoint: { id: hex(bytesOf('b')), index: 255 }, amount: '9223372036854775808' };
    expect(await result('getOutputs', { owner: OWNER })).toEqual([first, second]);
    expect(await result('getOutputs', [OWNER, 1, { id: ID, index: 7 }])).toEqual([first]);
    const owner = ownerOf('owner');
    expect(service.asked).toEqual([
      { owner, limit: 100, after: undefined },
      { owner, limit: 1, after: { id: bytesOf('id'), index: 7 } },
    ]);
  });

  test('getSupply', async () => {
    expect(await result('getSupply')).toEqual({ outputs: '18446744073709551611', fees: '4' });
  });

  test('getStatus', async () => {
    const status = { ...healthyStatus, chain: hex(healthyStatus.chain), halted: null };
    expect(await result('getStatus')).toEqual(status);
    service.state = { ...healthyStatus, halted: 'the disk is full' };
    expect(await result('getStatus')).toEqual({ ...status, halted: 'the disk is full' });
    const { beacon } = healthyStatus;
    service.state = { ...healthyStatus, beacon: beacon && { ...beacon, leader: undefined } };
    expect(await result('getStatus')).toEqual({ ...status, beacon: { ...beacon, leader: null } });
    service.state = { ...healthyStatus, beacon: undefined };
    expect(await result('getStatus')).toEqual({ ...status, beacon: null });
  });

  test('every result passes the schema that a client holds it against', async () => {
    for (const [method, params] of [
      ['submitTransaction', ['01']],
      ['submitTransactions', [['01', '05', '00']]],
      ['getTransaction', [ID]],
      ['getTransactions', [[ID]]],
      ['getHead', []],
      ['getBlock', [1]],
      ['getBlock', [9]],
      ['getBalance', [OWNER]],
      ['getOutputs', [OWNER]],
      ['getSupply', []],
      ['getStatus', []],
    ] as const) {
      const answer = (await call(method, params)).result;
      expect(methods[method].result.parse(answer), method).toEqual(answer);
    }
  });
});

describe('parameters', () => {
  test.each<[string, unknown]>([
    ['submitTransaction', {}],
    ['submitTransaction', ['0']],
    ['submitTransaction', ['0g']],
    ['submitTransaction', ['AB']],
    ['submitTransaction', ['0x01']],
    ['submitTransaction', [1]],
    ['submitTransaction', ['01', '02']],
    ['submitTransactions', ['01']],
    ['getTransaction', [ID.toUpperCase()]],
    ['getTransaction', [ID.slice(2)]],
    ['getTransaction', [`${ID}\n`]],
    ['getTransaction', [null]],
    ['getHead', [1]],
    ['getHead', { a: 1 }],
    ['getBlock', [0]],
    ['getBlock', [-1]],
    ['getBlock', [1.5]],
    ['getBlock', ['1']],
    ['getBlock', [2 ** 32]],
    ['getBalance', ['ios1qqqq']],
    ['getBalance', [encodeAddress(ownerOf('owner')).toUpperCase()]],
    ['getOutputs', [OWNER, 0]],
    ['getOutputs', [OWNER, 1001]],
    ['getOutputs', [OWNER, 1, { id: ID, index: 256 }]],
    ['getOutputs', [OWNER, 1, { id: ID }]],
    ['getOutputs', { owner: OWNER, constructor: 1 }],
  ])('%s refuses %j', async (method, params) => {
    const { id, error } = await call(method, params);
    expect(id).toBe(1);
    expect(error).toMatchObject({ code: -32602, data: { issues: [{ message: expect.any(String) }] } });
  });

  test('the longest transaction is taken, a longer one refused', async () => {
    expect(await result('submitTransaction', ['00'.repeat(MAX_TRANSACTION_BYTES)])).toMatchObject({ id: null });
    expect((await call('submitTransaction', ['00'.repeat(MAX_TRANSACTION_BYTES + 1)])).error?.code).toBe(-32602);
  });

  test('an issue says where', async () => {
    const { error } = await call('submitTransactions', { transactions: ['01', '01', 'zz'] });
    expect(error?.data.issues).toEqual([{ path: ['transactions', 2], message: 'lowercase hexadecimal digits wanted' }]);
  });

  test.each<[unknown, unknown[], RegExp]>([
    [{ topic: 'blocks' }, ['topic'], /^"heads", "transaction" or "mempool" wanted$/],
    [{}, ['topic'], /^"heads", "transaction" or "mempool" wanted$/],
    [['head'], ['topic'], /^"heads", "transaction" or "mempool" wanted$/],
    [{ topic: 'transaction' }, ['id'], /expected string/],
    [{ topic: 'transaction', id: 'zz' }, ['id'], /^64 lowercase hexadecimal digits wanted$/],
    [{ topic: 'heads', id: ID }, [], /"id"/],
  ])('a subscription with %j is told what is wrong with it', async (params, path, message) => {
    const { error } = await call('subscribe', params);
    expect(error).toMatchObject({
      code: -32602,
      data: { issues: [{ path, message: expect.stringMatching(message) }] },
    });
  });

  test('what is said of many or long mistakes is bounded', async () => {
    const many = await call('submitTransactions', [Array(512).fill('zz')]);
    expect(many.error?.data.issues).toHaveLength(10);
    const long = await call('getHead', { ['x'.repeat(100_000)]: 1 });
    expect(JSON.stringify(long).length).toBeLessThan(1000);
  });
});

describe('JSON-RPC 2.0', () => {
  const error = (code: number, id: unknown = null): unknown => ({
    jsonrpc: '2.0',
    id,
    error: { code, message: expect.any(String) },
  });

  test.each(['', '{', 'nonsense', '{"jsonrpc":"2.0"', '\u0000', '[1,'])('%j is not JSON', async (body) => {
    const response = await post(body);
    expect(await response.json()).toEqual(error(-32700));
  });

  test.each<[string, unknown]>([
    ['a number', 1],
    ['a text', 'getHead'],
    ['null', null],
    ['no version', { id: 1, method: 'getHead' }],
    ['another version', { jsonrpc: '1.0', id: 1, method: 'getHead' }],
    ['no method', { jsonrpc: '2.0', id: 1 }],
    ['a method that is no text', { jsonrpc: '2.0', id: 1, method: 1 }],
    ['parameters that are a text', { jsonrpc: '2.0', id: 1, method: 'getHead', params: 'x' }],
    ['parameters that are null', { jsonrpc: '2.0', id: 1, method: 'getHead', params: null }],
    ['an id that is a record', { jsonrpc: '2.0', id: {}, method: 'getHead' }],
    ['an id that is too long', { jsonrpc: '2.0', id: 'x'.repeat(257), method: 'getHead' }],
    ['an unknown member', { jsonrpc: '2.0', id: 1, method: 'getHead', extra: 1 }],
  ])('%s is no request', async (_, body) => {
    expect(await ask(body)).toEqual(error(-32600));
  });

  test('unknown methods and names of the prototype', async () => {
    for (const method of [
      '',
      'nothing',
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      'getHead ',
      'GETHEAD',
    ]) {
      expect(await call(method), method).toEqual(error(-32601, 1));
    }
  });

  test('members with names of the prototype are refused and pollute nothing', async () => {
    for (const body of [
      '{"jsonrpc":"2.0","id":1,"method":"getHead","__proto__":{"polluted":1}}',
      '{"jsonrpc":"2.0","id":1,"method":"getHead","constructor":{"prototype":{"polluted":1}}}',
    ]) {
      expect(await (await post(body)).json()).toEqual(error(-32600));
    }
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const body = `{"jsonrpc":"2.0","id":1,"method":"getOutputs","params":{"owner":"${OWNER}","${name}":{"limit":1}}}`;
      expect((await (await post(body)).json()) as unknown, name).toMatchObject({ error: { code: -32602 } });
    }
    expect({}).not.toHaveProperty('polluted');
  });

  test('ids come back as they were', async () => {
    for (const id of [0, -1, 1.5, '', 'a', null]) {
      expect(await ask({ jsonrpc: '2.0', id, method: 'getSupply' })).toMatchObject({ id });
    }
  });

  test('a failing node is an error without its inside, which is logged', async () => {
    const answer = await call('submitTransaction', ['ee']);
    expect(answer).toEqual(error(-32603, 1));
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(logged.join()).toContain('/secret/path');
  });

  test('a halted node takes no transactions, and still answers questions', async () => {
    service.state = { ...healthyStatus, halted: 'why' };
    expect(await call('submitTransaction', ['01'])).toEqual(error(-32000, 1));
    expect(await call('submitTransactions', [['01']])).toEqual(error(-32000, 1));
    expect(service.submitted).toEqual([]);
    expect(await result('getHead')).toBeDefined();
  });

  test('a notification is run and not answered', async () => {
    const response = await post(JSON.stringify({ jsonrpc: '2.0', method: 'submitTransaction', params: ['01'] }));
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
    expect(service.submitted).toHaveLength(1);
    const silent = await post(
      JSON.stringify([
        { jsonrpc: '2.0', method: 'getHead' },
        { jsonrpc: '2.0', method: 'x' },
      ]),
    );
    expect(silent.status).toBe(204);
  });
});

describe('batches', () => {
  const request = (id: number, method = 'getSupply'): object => ({ jsonrpc: '2.0', id, method });

  test('are answered in order, mistakes in their places', async () => {
    const answers = await ask<Answer[]>([
      request(1),
      5,
      request(2, 'x'),
      { jsonrpc: '2.0', method: 'getHead' },
      request(3),
    ]);
    expect(answers.map(({ id, error }) => [id, error?.code])).toEqual([
      [1, undefined],
      [null, -32600],
      [2, -32601],
      [3, undefined],
    ]);
  });

  test('have 1 to 256 requests', async () => {
    expect(await ask([])).toMatchObject({ id: null, error: { code: -32600 } });
    expect(await ask(Array.from({ length: 256 }, (_, id) => request(id)))).toHaveLength(256);
    expect(await ask(Array.from({ length: 257 }, (_, id) => request(id)))).toMatchObject({ error: { code: -32001 } });
    expect(await ask([[request(1)]])).toMatchObject([{ error: { code: -32600 } }]);
  });

  test('are refused from where the answer is too long', async () => {
    service.blockBytes = 100_000;
    await reopen({ answerLength: 1_000_000 });
    const batch = Array.from({ length: 64 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'getBlock', params: [1] }));
    const answers = await ask<Answer[]>(batch);
    const refused = answers.findIndex(({ error }) => error !== undefined);
    expect(refused).toBeGreaterThanOrEqual(5);
    expect(refused).toBeLessThanOrEqual(16);
    for (const { error } of answers.slice(refused)) expect(error?.code).toBe(-32004);
  });
});

describe('transport', () => {
  test('a body has a bound', async () => {
    await reopen({ bodyBytes: 1000 });
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'submitTransaction', params: ['01'.repeat(450)] });
    expect((await post(body)).status).toBe(200);
    const response = await post(body + ' '.repeat(1000));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ id: null, error: { code: -32002 } });
  });

  test('deep nesting is only bad JSON or a bad request', async () => {
    const deep = await post('['.repeat(1_000_000));
    expect(await deep.json()).toMatchObject({ error: { code: -32700 } });
    const closed = await post(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(await closed.json()).toMatchObject([{ error: { code: -32600 } }]);
  });

  test('an address has a rate', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    await reopen({ requestsPerSecond: 5 });
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++) statuses.push((await post('{}')).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    expect(statuses.slice(5)).toEqual([429, 429, 429]);
    const response = await post('{}');
    expect(await response.json()).toMatchObject({ id: null, error: { code: -32003 } });
    vi.advanceTimersByTime(199);
    expect((await post('{}')).status).toBe(429);
    vi.advanceTimersByTime(1);
    expect([(await post('{}')).status, (await post('{}')).status]).toEqual([200, 429]);
  });

  test('only application/json is read, so that a web page cannot post without asking', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const response = await post('{"jsonrpc":"2.0","id":1,"method":"getHead"}', type);
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({ error: { code: -32600 } });
    }
    expect((await post('{"jsonrpc":"2.0","id":1,"method":"getHead"}', 'application/json; charset=utf-8')).status).toBe(
      200,
    );
  });

  test('no answer invites other origins', async () => {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://evil.example' },
      body: '{}',
    });
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    const preflight = await fetch(server.url, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
    expect(preflight.status).toBe(403);
  });

  test('an origin that is allowed is invited, and nobody under a foreign name', async () => {
    const origin = 'https://wallet.example';
    await server.close();
    server = await createRpcServer({
      service,
      listen: { host: '127.0.0.1', port: 0 },
      log: () => {},
      access: { origins: [origin] },
    });
    const preflight = await fetch(server.url, { method: 'OPTIONS', headers: { origin } });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('content-type');
    const { port } = new URL(server.url);
    const status = await new Promise((resolve) => {
      get({ host: '127.0.0.1', port, path: '/health/live', headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
    });
    expect(status).toBe(403);
  });

  test('a request is named as it wishes to be, if that is sane', async () => {
    const named = async (id: string): Promise<string | null> =>
      (await fetch(new URL('/health/live', server.url), { headers: { 'x-request-id': id } })).headers.get(
        'x-request-id',
      );
    expect(await named('abc-1')).toBe('abc-1');
    for (const id of ['a b', 'x'.repeat(65), '<script>']) expect(await named(id)).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('the genesis file is served where there is one', async () => {
    expect((await fetch(new URL('/genesis.json', server.url))).status).toBe(404);
    await server.close();
    server = await createRpcServer({
      service,
      listen: { host: '127.0.0.1', port: 0 },
      log: () => {},
      genesisFile: '{"version":1}',
    });
    expect(await (await fetch(new URL('/genesis.json', server.url))).json()).toEqual({ version: 1 });
  });

  test('other places and methods are not found', async () => {
    for (const [path, method] of [
      ['/', 'GET'],
      ['/rpc', 'POST'],
      ['/health/live', 'POST'],
      ['/__proto__', 'GET'],
      ['/%00', 'GET'],
    ] as const) {
      expect((await fetch(new URL(path, server.url), { method })).status, path).toBe(404);
    }
    expect((await fetch(new URL('/', server.url), { method: 'POST' })).status).toBe(415);
  });

  test('a broken request is refused without harm', async () => {
    const { port } = new URL(server.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('nonsense\r\n\r\n'));
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect(await result('getHead')).toBeDefined();
  });

  test('a port in use is an error with a remedy', async () => {
    const port = Number(new URL(server.url).port);
    const again = createRpcServer({ service, listen: { host: '127.0.0.1', port }, log: () => {} });
    await expect(again).rejects.toThrow(expect.objectContaining({ name: 'NodeError', code: 'address-in-use' }));
    await expect(again).rejects.toThrow(/another port/);
  });

  test('an address of another machine is an error', async () => {
    const elsewhere = createRpcServer({ service, listen: { host: '192.0.2.1', port: 0 }, log: () => {} });
    await expect(elsewhere).rejects.toThrow(expect.objectContaining({ code: 'address' }));
  });

  test('closing lets a request finish and takes no more', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const reached = new Promise<void>((resolve) => {
      service.transaction = async () => {
        resolve();
        await held;
        return { status: 'pending' };
      };
    });
    const answer = call('getTransaction', [ID]);
    await reached;
    const closed = server.close();
    release();
    expect((await answer).result).toEqual({ status: 'pending' });
    await closed;
    await expect(call('getHead')).rejects.toThrow();
  });

  test('an address of IPv6 stands in brackets', async () => {
    await server.close();
    server = await createRpcServer({ service, listen: { host: '::1', port: 0 }, log: () => {} });
    expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect(await result('getHead')).toBeDefined();
  });
});

describe('rpc.discover', () => {
  test('describes every method of the table, with its parameters, result and errors', async () => {
    const document = await result('rpc.discover');
    expect(document).toMatchObject({ openrpc: '1.3.2', info: { title: expect.any(String), version: VERSION } });
    const described = (document as { methods: { name: string; params: { name: string; required: boolean }[] }[] })
      .methods;
    expect(described.map(({ name }) => name)).toEqual(Object.keys(methods));
    for (const one of described) {
      expect(one).toMatchObject({
        summary: expect.any(String),
        paramStructure: 'either',
        result: { schema: expect.any(Object) },
      });
      expect(one.params.map(({ name }) => name)).toEqual(Object.keys(methods[one.name as MethodName].fields));
      // Optional parameters stand behind those that are required (OpenRPC, Method Object).
      expect(one.params.map(({ required }) => required)).toEqual(
        one.params
          .map(({ required }) => required)
          .toSorted()
          .reverse(),
      );
    }
    const subscribe = described.find(({ name }) => name === 'subscribe');
    expect(subscribe).toMatchObject({
      params: [
        { name: 'topic', required: true },
        { name: 'id', required: false, schema: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
      ],
      errors: [{ code: -32005 }, { code: -32006 }],
    });
    expect(described.find(({ name }) => name === 'getBalance')).toMatchObject({
      params: [{ name: 'owner', required: true, schema: { type: 'string' } }],
      result: { schema: { type: 'object', required: ['amount', 'outputs'] } },
    });
  });
});

describe('health and metrics', () => {
  const fetchAt = (path: string): Promise<Response> => fetch(new URL(path, server.url));

  test('live as long as it answers, ready with a quorum', async () => {
    expect((await fetchAt('/health/live')).status).toBe(200);
    expect((await fetchAt('/health/ready')).status).toBe(200);
    service.state = { ...healthyStatus, peers: ['one'] };
    const alone = await fetchAt('/health/ready');
    expect(alone.status).toBe(503);
    expect(await alone.json()).toEqual({ ready: false, reason: '2 of 4 validators are connected, 3 are needed.' });
    service.state = { ...healthyStatus, member: -1 };
    expect((await fetchAt('/health/ready')).status).toBe(503);
    service.state = { ...healthyStatus, halted: 'why' };
    expect((await fetchAt('/health/ready')).status).toBe(503);
    service.state = { ...healthyStatus, member: -1, votesLost: true, peers: ['a', 'b', 'c'] };
    expect((await fetchAt('/health/ready')).status).toBe(503);
    expect((await fetchAt('/health/live')).status).toBe(200);
  });

  test('metrics of its calls and its process', async () => {
    await call('getHead');
    await call('getBlock', [0]);
    await call('nothing');
    const response = await fetchAt('/metrics');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    const text = await response.text();
    for (const line of [
      'ios_rpc_call_seconds_count{method="getHead"} 1',
      'ios_rpc_errors_total{method="getBlock",code="-32602"} 1',
      'ios_rpc_errors_total{method="unknown",code="-32601"} 1',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).toContain('nodejs_eventloop_lag_seconds');
    expect(text).toContain('process_resident_memory_bytes');
  });

  test('two servers have metrics of their own', async () => {
    const other = await createRpcServer({ service, listen: { host: '127.0.0.1', port: 0 }, log: () => {} });
    await call('getHead');
    expect(await (await fetch(new URL('/metrics', other.url))).text()).not.toContain('method="getHead"');
    await other.close();
  });
});
