import { writeFile } from 'node:fs/promises';
import { createHttpClient, encodeGenesisFile, type RpcClient } from '@ios/client';
import {
  type BeaconSource,
  createBeaconClient,
  decodeBeaconBundle,
  encodeBeaconBundle,
  trustBeacon,
  verifyBeaconBundle,
} from '@ios/client/beacon';
import { RPC_ERRORS } from '@ios/client/methods';
import { bytesToHex } from '@noble/hashes/utils.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EpochSummary, verifyEpochs } from '../src/devnet/epochs.ts';
import type { Node } from '../src/node.ts';
import { createRpcServer, type RpcServer } from '../src/rpc/server.ts';
import { shortEpochs } from './epochs-fixture.ts';
import { machines, makeNode, until } from './node-fixture.ts';

const network = trustBeacon(shortEpochs);
const EPOCHS = 3;

const toHex = (value: Uint8Array): string => bytesToHex(value);

let nodes: Node[] = [];
let servers: RpcServer[] = [];
beforeAll(async () => {
  const on = machines();
  nodes = await Promise.all([0, 1, 2, 3].map((member) => makeNode(on, member, { genesis: shortEpochs })));
  await Promise.all(nodes.map((node) => node.start()));
  servers = await Promise.all(
    nodes.map((service) =>
      createRpcServer({
        service,
        listen: { host: '127.0.0.1', port: 0 },
        log: () => {},
        genesisFile: encodeGenesisFile(shortEpochs),
      }),
    ),
  );
  await until(() => nodes.every((node) => node.recorded() >= EPOCHS));
}, 120_000);
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await Promise.all(nodes.map((node) => node.stop()));
});

const clients = (): BeaconSource[] => servers.map(({ url }) => createHttpClient(url, { retries: 0 }));

describe('the beacon of four nodes', () => {
  test('is verified from genesis, whoever is asked', async () => {
    const beacon = createBeaconClient(network, clients());
    const fetched = await Promise.all(Array.from({ length: EPOCHS }, (_, i) => beacon.at(i + 1)));
    for (const [i, { epoch, randomness, attempt, contributors, bundle }] of fetched.entries()) {
      expect({ epoch, attempt }).toEqual({ epoch: i + 1, attempt: 0 });
      expect(contributors.length).toBeGreaterThanOrEqual(2);
      const file = encodeBeaconBundle(bundle);
      expect(decodeBeaconBundle(file)).toEqual(bundle);
      expect(verifyBeaconBundle(network, file)).toMatchObject({ valid: true, epoch, randomness });
    }
    expect(new Set(fetched.map(({ randomness }) => toHex(randomness))).size).toBe(EPOCHS);
    expect((await beacon.latest()).epoch).toBeGreaterThanOrEqual(EPOCHS);
  }, 60_000);

  const file = process.env['BEACON_VECTOR'];
  test.runIf(file !== undefined)('becomes the vector of @ios/client: BEACON_VECTOR names its file', async () => {
    const beacon = createBeaconClient(network, clients());
    const fetched = await Promise.all(Array.from({ length: EPOCHS }, (_, i) => beacon.at(i + 1)));
    const source =
      'Four nodes of packages/node/test/node-fixture.ts, their keys of fixed bytes, with epochs of some blocks each: the genesis file, and for each epoch the bundle that a client fetched from them; written by packages/node/test/beacon-bundle.test.ts.';
    const bundles = fetched.map(({ epoch, randomness, leader, contributors, bundle }) => ({
      ...{ epoch, randomness: toHex(randomness), leader, contributors },
      bundle: toHex(encodeBeaconBundle(bundle)),
    }));
    const genesis: unknown = JSON.parse(encodeGenesisFile(shortEpochs));
    await writeFile(file!, `${JSON.stringify({ source, genesis, bundles }, null, 2)}\n`);
  });

  test('is served as JSON that names its proof, for caches to keep', async () => {
    const [{ url }] = servers as [RpcServer];
    const answer = await fetch(`${url}/beacon/2`);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const json = (await answer.json()) as Record<string, unknown>;
    const { epoch, randomness } = await createBeaconClient(network, clients()).at(2);
    expect(json).toMatchObject({
      chain: toHex(network.chain),
      epoch,
      randomness: toHex(randomness),
      proof: '/beacon/2/proof',
    });
    const file = await fetch(`${url}${String(json['proof'])}`);
    expect(file.headers.get('content-type')).toBe('application/octet-stream');
    const bundle = new Uint8Array(await file.arrayBuffer());
    expect(verifyBeaconBundle(network, bundle)).toMatchObject({ valid: true, epoch: 2, randomness });
    const latest = await fetch(`${url}/beacon/latest`);
    expect(latest.headers.get('cache-control')).toBe('public, max-age=1');
    expect(((await latest.json()) as { epoch: number }).epoch).toBeGreaterThanOrEqual(EPOCHS);
  });

  test.each(['0', '1.0', '01', '-1', '4294967296', 'last', '9999', '9999/proof', '0/proof'])(
    'answers /beacon/%s with 404 and a code',
    async (path) => {
      const answer = await fetch(`${servers[0]!.url}/beacon/${path}`);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ error: { code: RPC_ERRORS.missing } });
    },
  );

  test('a node that lies is passed over, and named where nobody tells the truth', async () => {
    const [honest, other] = clients() as [BeaconSource, BeaconSource];
    const liar = (change: (method: string, result: unknown) => unknown): BeaconSource => ({
      url: 'http://liar',
      call: (async (...[method, params, options]: Parameters<BeaconSource['call']>) =>
        change(method, await other.call(method, params as never, options))) as BeaconSource['call'],
    });
    const flip = (hex: string): string => (hex.endsWith('0') ? `${hex.slice(0, -1)}1` : `${hex.slice(0, -1)}0`);
    const liars = [
      liar((method, result) =>
        method === 'getRecords'
          ? (result as { value: string }[]).map((record) => ({ ...record, value: flip(record.value) }))
          : result,
      ),
      liar((method, result) =>
        method === 'getBeaconProof' ? { proof: flip((result as { proof: string }).proof) } : result,
      ),
      liar((method, result) => (method === 'getBeaconProof' ? { proof: '00' } : result)),
    ];
    for (const one of liars) {
      await expect(createBeaconClient(network, [one]).at(2)).rejects.toMatchObject({ code: 'rpc-answer' });
      expect(await createBeaconClient(network, [one, honest]).at(2)).toMatchObject({ epoch: 2 });
    }
    const mute = liar((method) => (method === 'getRecords' ? [] : null));
    await expect(createBeaconClient(network, [mute]).latest()).rejects.toMatchObject({ code: 'beacon-missing' });
    await expect(createBeaconClient(network, [mute]).at(1)).rejects.toMatchObject({ code: 'beacon-missing' });
    expect((await createBeaconClient(network, [mute, honest]).latest()).epoch).toBeGreaterThanOrEqual(EPOCHS);
    expect(() => createBeaconClient(network, [])).toThrow('needs a node');
    await expect(createBeaconClient(network, [honest]).at(0)).rejects.toMatchObject({ code: 'out-of-range' });
  }, 60_000);

  test('is waited for and verified after a replay, and a validator that tells another value is found out', async () => {
    const rpc = servers.map(({ url }) => createHttpClient(url, { retries: 0 }));
    const wait = (clients: readonly RpcClient[], epochs: number, limitMs: number): Promise<EpochSummary[]> =>
      verifyEpochs({
        genesis: shortEpochs,
        clients,
        epochs,
        time: { now: () => performance.now(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
        onProgress: () => {},
        signal: new AbortController().signal,
        limitMs,
      });
    const summaries = await wait(rpc, 2, 20_000);
    expect(summaries).toMatchObject([
      { epoch: 1, failedAttempts: 0, excluded: [] },
      { epoch: 2, failedAttempts: 0, excluded: [] },
    ]);
    const liar: RpcClient = {
      ...rpc[1]!,
      call: (async (...[method, params, options]: Parameters<RpcClient['call']>) => {
        const answer = await rpc[1]!.call(method, params as never, options);
        return method === 'getBeacon' ? { ...(answer as object), randomness: '00'.repeat(32) } : answer;
      }) as RpcClient['call'],
    };
    await expect(wait([rpc[0]!, liar], 1, 20_000)).rejects.toMatchObject({ code: 'audit', facts: { validator: 1 } });
    await expect(wait(rpc, 1_000, 300)).rejects.toMatchObject({ code: 'time' });
    expect(await wait(rpc, 0, 300)).toEqual([]);
  }, 60_000);

  test('is told in answers of RPC, null where there is none', async () => {
    const client = createHttpClient(servers[0]!.url);
    const records = await client.call('getRecords', { from: 2, limit: 1 });
    expect(records.map(({ epoch }) => epoch)).toEqual([2]);
    expect(await client.call('getRecords', { from: 9999 })).toEqual([]);
    expect(await client.call('getBeacon', { epoch: 9999 })).toBeNull();
    expect(await client.call('getBeaconProof', { epoch: 9999 })).toBeNull();
    const last = await client.call('getBeacon', {});
    expect(last?.epoch).toBeGreaterThanOrEqual(EPOCHS);
  });
});
