import { readFileSync } from 'node:fs';
import { chainName, type Genesis, genesisHash } from '@ios/client';
import { genesisOutpoint } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeChannels } from '../../src/channels.ts';
import { systemClock } from '../../src/clock.ts';
import { DEFAULT_POLICY } from '../../src/genesis/policy.ts';
import { nodeHasher } from '../../src/hasher.ts';
import { createIdentitySigner } from '../../src/keys/identity-signer.ts';
import { register } from '../../src/keys/register.ts';
import { COUNTERS, DURATIONS, GAUGES, type Metric } from '../../src/metrics/table.ts';
import { createMemoryHub } from '../../src/network/memory.ts';
import { createNode, type Node } from '../../src/node.ts';
import { createPrometheus } from '../../src/rpc/prometheus.ts';
import { createRpcServer, type RpcServer } from '../../src/rpc/server.ts';
import { STORE_FORMAT } from '../../src/shard/chain-store.ts';
import { createMemoryDisk, openMemoryStore } from '../../src/store/memory.ts';
import { createInlineVerifier } from '../../src/verifier.ts';
import { until } from '../node-fixture.ts';
import { forge, KEYS, pay } from '../signed-fixture.ts';
import { metricOf } from './scrape.ts';

const NAME = { name: 'one node', nonce: new Uint8Array(32).fill(6) };
const master = new Uint8Array(32).fill(41);
const output = { amount: 500n, owner: KEYS[0]!.publicKey };
const genesis: Genesis = {
  version: 1,
  ...NAME,
  validators: [
    register({ master, chainName: chainName(NAME), owner: output.owner, addresses: [] }, (n) => new Uint8Array(n)),
  ],
  outputs: [output, output],
  policy: { ...DEFAULT_POLICY, blockIntervalMs: 10, idleMs: 100, baseTimeoutMs: 800 },
};
const CHAIN = genesisHash(genesis);
const coins = [0, 1].map((i) => ({ outpoint: genesisOutpoint(chainName(NAME), i), output }));

/** Every metric of a node by name, with its type in Prometheus' words. */
const TABLE: readonly (readonly [name: string, type: string, metric: Metric])[] = [
  ...Object.entries(COUNTERS).map(([name, metric]) => [name, 'counter', metric] as const),
  ...Object.entries(GAUGES).map(([name, metric]) => [name, 'gauge', metric] as const),
  ...Object.entries(DURATIONS).map(([name, metric]) => [name, 'histogram', metric] as const),
];

let node: Node;
let server: RpcServer;
let text: string;
beforeAll(async () => {
  const prometheus = createPrometheus();
  const identity = createIdentitySigner(master, chainName(NAME));
  const self = bytesToHex(identity.publicKey);
  const channels = { self, chain: CHAIN, peers: [], ...nodeChannels(genesis, identity.publicKey) };
  node = await createNode({
    genesis,
    identity,
    clock: systemClock,
    network: createMemoryHub().join(channels),
    store: await openMemoryStore(createMemoryDisk(), { format: STORE_FORMAT, chain: CHAIN }),
    verifier: createInlineVerifier(),
    hasher: nodeHasher,
    log: () => {},
    meter: prometheus.meter,
  });
  const listen = { host: '127.0.0.1', port: 0 };
  server = await createRpcServer({ service: node, listen, log: () => {}, prometheus });
  await node.start();
  const paid = pay(CHAIN, [coins[0]!], 1);
  await node.submit(paid.bytes, 'client');
  await node.submit(forge(pay(CHAIN, [coins[1]!], 1)).bytes, 'client');
  await until(async () => (await node.transaction(paid.id)).status === 'final');
  text = await (await fetch(new URL('/metrics', server.url))).text();
});
afterAll(async () => {
  await server.close();
  await node.stop();
});

test('a node shows what the table names, and nothing else of its own', () => {
  const shown = [...text.matchAll(/^# TYPE (ios_\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
  expect(shown.sort()).toEqual(TABLE.map(([name, type]) => `${name} ${type}`).sort());
  expect(text).toMatch(/^process_resident_memory_bytes /m);
  expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
});

test('names are of one form', () => {
  for (const [name, type] of TABLE) {
    expect(name).toMatch(/^ios_(node|carriage|consensus|beacon|signing|mempool|network|store|verifier|rpc)_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(name.endsWith('_seconds')).toBe(type === 'histogram');
  }
});

test('a payment is seen by every part that it passes', () => {
  const read = (line: string): number => metricOf(text, line) ?? 0;
  expect(read('ios_node_ready')).toBe(1);
  expect(read('ios_node_halted')).toBe(0);
  expect(read('ios_consensus_validators')).toBe(1);
  expect(read('ios_consensus_height{instance="shard/0"}')).toBeGreaterThan(0);
  expect(read('ios_consensus_blocks_total')).toBeGreaterThanOrEqual(
    read('ios_consensus_height{instance="shard/0"}') - 1,
  );
  expect(read('ios_consensus_transactions_total')).toBe(1);
  expect(read('ios_consensus_decision_seconds_count{instance="shard/0"}')).toBe(read('ios_consensus_blocks_total'));
  // Two phases a block.
  expect(read('ios_signing_sessions_total{outcome="signed"}')).toBeGreaterThanOrEqual(
    2 * read('ios_consensus_blocks_total'),
  );
  expect(read('ios_signing_attempts_total')).toBe(read('ios_signing_sessions_total{outcome="signed"}'));
  expect(read('ios_mempool_submissions_total{source="client",outcome="pending"}')).toBe(1);
  expect(read('ios_mempool_submissions_total{source="client",outcome="bad-witness"}')).toBe(1);
  expect(read('ios_verifier_claims_total{kind="signature",verdict="valid"}')).toBe(1);
  expect(read('ios_verifier_claims_total{kind="signature",verdict="invalid"}')).toBe(1);
  expect(read('ios_verifier_seconds_count{kind="signature"}')).toBe(2);
  expect(read('ios_store_batches_total{durability="synced"}')).toBeGreaterThan(0);
  expect(read('ios_store_sync_seconds_count')).toBe(read('ios_store_batches_total{durability="synced"}'));
  expect(read('ios_store_bytes_total')).toBeGreaterThan(500);
  expect(read('ios_network_messages_total{channel="transactions-0",direction="out"}')).toBe(1);
  expect(read('ios_network_bytes_total{channel="transactions-0",direction="out"}')).toBeGreaterThan(216);
});

test('docs/operating.md lists them all, with their labels', () => {
  const document = readFileSync(new URL('../../../../docs/operating.md', import.meta.url), 'utf8');
  const section = /^### Metrics\n(.*?)^## /ms.exec(document)?.[1] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `ios_'));
  expect(rows).toEqual(
    TABLE.map(([name, type, { help, labels }]) => {
      const listed = labels.map((label) => `\`${label}\``).join(', ');
      return `| \`${name}\` | ${type} | ${listed} | ${help} |`;
    }),
  );
});
