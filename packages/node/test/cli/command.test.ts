import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeGenesisFile } from '@ios/client';
import { encodeAddress } from '@ios/ledger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/cli/config.ts';
import { checkGenesis } from '../../src/genesis/check.ts';
import { writeSecretFile } from '../../src/keys/secret-file.ts';
import { createRpcServer, type RpcServer } from '../../src/rpc/server.ts';
import { ownerOf } from '../genesis/sample.ts';
import { createFakeService, type FakeService, healthyStatus } from '../rpc/fake-service.ts';
import { inProcess } from './in-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ios-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('ios', () => {
  test.each([
    [['help', 'start'], /Usage: ios start .*[\s\S]*--stop-with-parent/],
    [['init', '--help'], /Usage: ios init .*<folder>[\s\S]*--allocate/],
    [['start', '--help'], /--config <file>[\s\S]*--json[\s\S]*"ready"/],
    [['status', '--help'], /--rpc <url>[\s\S]*--json/],
    [['devnet', '--help'], /Usage: ios devnet[\s\S]*--json/],
    [['--version'], /^\d+\.\d+\.\d+\n$/],
  ])('%j explains itself', async (args, wanted) => {
    const { code, stdout, stderr } = await inProcess(args);
    expect(stdout).toMatch(wanted);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  test('has an example in the help of each command', async () => {
    const commands = async (args: readonly string[]): Promise<string[]> => {
      const { stdout } = await inProcess([...args, '--help']);
      const [, list = ''] = stdout.split(/^Commands:\n/m);
      const names = [...list.split('\n\n')[0]!.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name!);
      return names.filter((name) => name !== 'help');
    };
    const top = await commands([]);
    expect(top.length).toBeGreaterThan(12);
    const all: string[][] = [];
    for (const name of top) {
      const below = await commands([name]);
      all.push([name], ...below.map((sub) => [name, sub]));
    }
    expect(all.length).toBeGreaterThan(25);
    for (const args of all) {
      const { code, stdout } = await inProcess([...args, '--help']);
      expect([args, code, stdout]).toEqual([
        args,
        0,
        expect.stringMatching(/Examples?: ios|ceremony new ceremony\.json|ios start --check/),
      ]);
    }
  });

  test.each([
    [[], /Usage: ios/],
    [['status', '--nothing'], /unknown option '--nothing'/],
    [['status', 'surplus'], /too many arguments/],
    [['start'], /required option '--config <file>'/],
    [['init'], /missing required argument 'folder'/],
    [['init', 'x', '--validators', '0'], /whole number from 1 to 64/],
    [['init', 'x', '--validators', '1.5'], /whole number/],
    [['init', 'x', '--shards', '0'], /whole number from 1 to 64/],
    [['init', 'x', '--shards', '5'], /fewer --shards/],
    [['init', 'x', '--base-port', '80'], /whole number from 1024/],
    [['init', 'x', '--base-port', '65530', '--validators', '4'], /lower --base-port/],
    [['init', 'x', '--allocate', 'ios1nonsense=1'], /address=amount/],
    [['init', 'x', '--allocate', `${encodeAddress(ownerOf('o'))}=0`], /more than 0/],
    [['init', 'x', '--allocate', `${encodeAddress(ownerOf('o'))}=1e3`], /address=amount/],
    [['status', '--rpc', 'localhost'], /http:\/\/127/],
  ])('%j is wrong usage', async (args, wanted) => {
    const { code, stdout, stderr } = await inProcess(args);
    expect(stderr).toMatch(wanted);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

describe('ios init', () => {
  test('makes a network whose genesis passes, with secrets for their owner alone', async () => {
    const network = join(folder, 'deep', 'network');
    const rich = encodeAddress(ownerOf('rich'));
    const poor = encodeAddress(ownerOf('poor'));
    const { code, stdout } = await inProcess([
      ...['init', network, '--json', '--name', 'test net', '--validators', '2', '--base-port', '9000'],
      ...['--allocate', `${rich}=12.5`, `${poor}=0.00000001`],
    ]);
    expect(code).toBe(0);
    const genesis = decodeGenesisFile(await readFile(join(network, 'genesis.json'), 'utf8'));
    checkGenesis(genesis);
    expect(genesis.outputs).toEqual([
      { amount: 1_250_000_000n, owner: ownerOf('rich') },
      { amount: 1n, owner: ownerOf('poor') },
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'test net',
      supply: '12.50000001',
      validators: [
        { peers: '/ip4/127.0.0.1/tcp/9000', rpc: 'http://127.0.0.1:9001' },
        { peers: '/ip4/127.0.0.1/tcp/9002', rpc: 'http://127.0.0.1:9003' },
      ],
    });
    expect(await readdir(network)).toEqual(['genesis.json', 'validator-0', 'validator-1']);
    for (const name of ['key.json', 'owner.json', 'password']) {
      expect((await stat(join(network, 'validator-0', name))).mode & 0o777, name).toBe(0o600);
    }
    expect(await readConfig(join(network, 'validator-1', 'config.json'))).toMatchObject({
      genesis: join(network, 'genesis.json'),
      passwordFile: join(network, 'validator-1', 'password'),
      listen: ['/ip4/127.0.0.1/tcp/9002'],
      rpc: { host: '127.0.0.1', port: 9003 },
    });
  });

  test('says where the passwords are, and what to do next', async () => {
    const network = join(folder, 'told');
    const { code, stdout } = await inProcess(['init', network, '--validators', '1']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/"password" beside its keys \(mode 0600\)/);
    expect(stdout).toContain(`ios start --config ${join(network, 'validator-0', 'config.json')}`);
    expect(stdout).toContain('1000000 IOS');
  });

  test('takes the password of a file, and then writes none', async () => {
    const network = join(folder, 'own-password');
    const password = join(folder, 'own');
    await writeSecretFile(password, 'my own password\n');
    const { code, stdout } = await inProcess(['init', network, '--validators', '1', '--password-file', password]);
    expect(code).toBe(0);
    expect(stdout).toContain(`--password-file ${password}`);
    expect(await readdir(join(network, 'validator-0'))).toEqual(['config.json', 'key.json', 'owner.json']);
    const absent = await inProcess(['init', join(folder, 'x'), '--password-file', join(folder, 'absent')]);
    expect(absent.stderr).toMatch(/There is no password file at .*chmod 600/);
    expect(absent.code).toBe(1);
  });

  test('makes a network of shards that are likely to be unsafe only where that is allowed', async () => {
    const place = join(folder, 'shards');
    const args = ['init', place, '--validators', '4', '--shards', '2'];
    const { code, stderr } = await inProcess(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/1 of 4 validators faulty.*--allow-insecure/s);
    expect((await inProcess([...args, '--allow-insecure'])).code).toBe(0);
    expect(JSON.parse(await readFile(join(place, 'genesis.json'), 'utf8')).policy.shards).toBe(2);
  });

  test('touches no folder that holds something', async () => {
    const full = join(folder, 'full');
    await inProcess(['init', full, '--validators', '1']);
    const before = await readFile(join(full, 'genesis.json'), 'utf8');
    const { code, stderr } = await inProcess(['init', full, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'exists', message: expect.stringContaining('Choose another one') },
    });
    expect(await readFile(join(full, 'genesis.json'), 'utf8')).toBe(before);
  });

  test('leaves nothing behind when it fails', async () => {
    const parent = await mkdtemp(join(folder, 'failing-'));
    const { code, stderr } = await inProcess(['init', join(parent, 'net'), '--name', 'a/b']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no encoding.*name/);
    await writeFile(join(parent, 'file'), '');
    const below = await inProcess(['init', join(parent, 'file', 'net')]);
    expect(below.code).toBe(1);
    expect(below.stderr).toMatch(/no folder/);
    expect(await readdir(parent)).toEqual(['file']);
  });
});

describe('ios status', () => {
  let service: FakeService;
  let server: RpcServer;
  beforeAll(async () => {
    service = createFakeService();
    server = await createRpcServer({ service, listen: { host: '127.0.0.1', port: 0 }, log: () => {} });
  });
  afterAll(() => server.close());

  test('shows a table', async () => {
    const { code, stdout } = await inProcess(['status', '--rpc', server.url]);
    expect(code).toBe(0);
    expect(stdout).toContain('role      validator 0 of 2\nstate     ready\nheight    7, view 1, prepare\n');
    expect(stdout).toContain('mempool   3 transactions, 900 bytes, 1 waiting\n');
  });

  test('prints JSON', async () => {
    const { code, stdout } = await inProcess(['status', '--rpc', server.url, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ height: 7, halted: null, peers: healthyStatus.peers });
  });

  test('says that nobody answers, and what to check', async () => {
    const { code, stderr } = await inProcess(['status', '--rpc', 'http://127.0.0.1:9']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ios: The node at http:\/\/127\.0\.0\.1:9\/ cannot be reached .*Is it running/);
  });
});
