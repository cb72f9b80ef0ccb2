import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeGenesisFile } from '@ios/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Node } from '../../src/node.ts';
import { createRpcServer, type RpcServer } from '../../src/rpc/server.ts';
import { shortEpochs } from '../epochs-fixture.ts';
import { machines, makeNode, until } from '../node-fixture.ts';
import { inProcess } from './in-process.ts';

/** Four validators in this process, two of them asked over real servers. */
let nodes: readonly Node[];
let servers: readonly RpcServer[];
let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ios-beacon-'));
  const place = machines();
  nodes = await Promise.all([0, 1, 2, 3].map((i) => makeNode(place, i, { genesis: shortEpochs })));
  await Promise.all(nodes.map((node) => node.start()));
  servers = await Promise.all(
    nodes
      .slice(0, 2)
      .map((service) => createRpcServer({ service, listen: { host: '127.0.0.1', port: 0 }, log: () => {} })),
  );
  await writeFile(at('genesis.json'), encodeGenesisFile(shortEpochs));
  const { policy } = shortEpochs;
  await writeFile(
    at('other.json'),
    encodeGenesisFile({ ...shortEpochs, policy: { ...policy, idleMs: policy.idleMs + 1 } }),
  );
  await until(() => nodes.every((node) => node.recorded() >= 2));
}, 60_000);
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await Promise.all(nodes.map((node) => node.stop()));
  await rm(folder, { recursive: true });
});

const ios = (...args: string[]): ReturnType<typeof inProcess> =>
  inProcess(['beacon', ...args, '--genesis', at('genesis.json'), ...servers.flatMap(({ url }) => ['--rpc', url])]);
const verify = (file: string, genesis = 'genesis.json', ...more: string[]): ReturnType<typeof inProcess> =>
  inProcess(['beacon', 'verify', at(file), '--genesis', at(genesis), ...more]);

describe('ios beacon', () => {
  test('fetches, keeps and verifies without a network', async () => {
    const kept = await ios('get', '2', '-o', at('2.beacon'), '--json');
    expect(kept).toMatchObject({ code: 0, stderr: '' });
    const { file, bytes, ...record } = JSON.parse(kept.stdout);
    expect(record).toMatchObject({ epoch: 2, attempt: 0, excluded: [] });
    expect([file, bytes]).toEqual([at('2.beacon'), (await readFile(at('2.beacon'))).length]);
    expect(JSON.parse((await verify('2.beacon', 'genesis.json', '--json')).stdout)).toEqual({ valid: true, ...record });
    expect((await verify('2.beacon')).stdout).toMatch(
      /^Network +four nodes, [0-9a-f]{64}\nEpoch +2\nRandomness +[0-9a-f]{64}\nLed by +validator \d.*\nContributed +validators [0-9, ]+\nExcluded +nobody\nThe file holds/,
    );
    const again = await ios('get', '2', '-o', at('2.beacon'));
    expect([again.code, again.stderr]).toEqual([1, expect.stringMatching(/is there already/)]);
  }, 30_000);

  test('says why a file proves nothing, and what to do', async () => {
    expect((await ios('get', '1', '-o', at('1.beacon'))).stdout).toMatch(/Verified from genesis; the \d+ bytes/);
    const elsewhere = await verify('1.beacon', 'other.json', '--json');
    expect([elsewhere.code, JSON.parse(elsewhere.stderr).error.code]).toEqual([1, 'proof']);
    expect(elsewhere.stderr).toMatch(/another genesis.*ios beacon get/);
    const forged = await readFile(at('1.beacon'));
    forged[forged.length - 1]! ^= 1;
    await writeFile(at('forged.beacon'), forged);
    expect((await verify('forged.beacon')).stderr).toMatch(
      /proves nothing in four nodes.*its shares give another output/,
    );
    await writeFile(at('cut.beacon'), forged.subarray(1));
    expect((await verify('cut.beacon')).stderr).toMatch(/it is damaged, or no file of the beacon/);
    expect((await verify('genesis.json')).stderr).toMatch(/no file of the beacon\. It is a genesis/);
    expect((await inProcess(['verify', at('1.beacon'), '--genesis', at('genesis.json')])).stderr).toMatch(
      /1\.beacon: .*It is a file of the beacon: ios beacon verify is for it/,
    );
    expect((await verify('absent.beacon')).stderr).toMatch(
      /There is no file of the beacon at .*ios beacon get makes one/,
    );
    expect((await verify('')).stderr).toContain(`${folder}: It is a folder, and a file is wanted.`);
  }, 30_000);

  test('shows the last, and each as it is recorded', async () => {
    expect((await ios('latest')).stdout).toMatch(/^Epoch +\d+\n(?:.*\n)*Verified from genesis\.\n$/);
    const watched = await ios('watch', '--count', '2', '--json');
    const epochs = watched.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).epoch);
    expect(epochs).toEqual([epochs[0], epochs[0] + 1]);
  }, 30_000);

  test('tells of each node that was asked why it has nothing to show, and which serves another network', async () => {
    const [{ url }] = servers as [RpcServer];
    const asking = (...urls: string[]): ReturnType<typeof inProcess> =>
      inProcess(['beacon', 'latest', '--genesis', at('other.json'), ...urls.flatMap((one) => ['--rpc', one])]);
    const one = await asking(url);
    expect([one.code, one.stderr]).toEqual([
      1,
      expect.stringMatching(/serves another network, four nodes \([0-9a-f]{64}\), not .*take the genesis of that one/),
    ]);
    const { stderr } = await asking(url, servers[1]!.url);
    expect(stderr.match(/http:\/\/127\.0\.0\.1:\d+\/ serves another network/g)).toHaveLength(2);
  });

  test('is refused what there is not yet, and a wrong command line', async () => {
    const early = await ios('get', '4000000000');
    expect([early.code, early.stderr]).toEqual([1, expect.stringMatching(/No node that was asked shows .*Ask later/)]);
    expect((await ios('get', '0')).code).toBe(2);
    expect((await inProcess(['beacon', 'latest'])).stderr).toMatch(/Name its genesis file with --genesis/);
    expect((await inProcess(['beacon', 'verify', 'x'])).code).toBe(2);
    expect((await inProcess(['beacon', 'latest', '--rpc', 'nowhere'])).code).toBe(2);
  });

  test('status shows it too', async () => {
    const { stdout } = await inProcess(['status', '--rpc', servers[0]!.url]);
    expect(stdout).toMatch(/^random +[0-9a-f]{64} \(epoch \d+\)$/m);
  });
});
