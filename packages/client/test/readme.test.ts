import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeTransaction, transactionId } from '@ios/ledger';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { example, pay } from './example.ts';

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

test('the example of the README is the one that runs here, and prints what the README says', () => {
  const [, code, printed] = /```ts\n(.*?)```.*?```text\n(.*?)```/s.exec(read('../README.md')) ?? [];
  expect(code).toBe(read('./example.ts'));
  expect(printed).toBe(`${example().join('\n')}\n`);
});

/** A node with one coin, which loses the first transaction that it is given, and has no room for the second. */
const handed: string[] = [];
let asked = 0;
const answers: Record<string, (params: never) => unknown> = {
  getStatus: () => ({
    ...{ chain: '01'.repeat(32), name: 'x', version: '0', identity: '00'.repeat(32), member: 0, validators: 1 },
    ...{
      epoch: 0,
      shard: 0,
      shards: 1,
      seats: 1,
      height: 0,
      view: 0,
      stage: '',
      instances: [],
      beacon: null,
      peers: [],
      evidence: 0,
      halted: null,
      votesLost: false,
      uptimeMs: 0,
    },
    mempool: { transactions: 0, bytes: 0, waiting: 0 },
  }),
  getOutputs: () => [{ outpoint: { id: '00'.repeat(32), index: 0 }, amount: '500000000' }],
  submitTransaction: ({ transaction }: { transaction: string }) => {
    handed.push(transaction);
    if (handed.length === 2) return { status: 'rejected', id: null, code: 'pool-full', message: 'the pool is full' };
    return { status: 'pending', id: bytesToHex(transactionId(decodeTransaction(hexToBytes(transaction)).body)) };
  },
  getTransaction: () =>
    asked++ === 0 ? { status: 'unknown' } : { status: 'final', height: 9, index: 0, block: '02'.repeat(32) },
};
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const { id, method, params } = JSON.parse(body);
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: answers[method]!(params as never) }));
  });
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('its payment is the one that is signed offline, and is handed in again where a node lost it or had no room', async () => {
  expect(await pay(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).toBe(9);
  expect(new Set(handed).size).toBe(1);
  expect(handed).toHaveLength(3);
  expect(bytesToHex(transactionId(decodeTransaction(hexToBytes(handed[0]!)).body))).toBe(example()[0]);
});
