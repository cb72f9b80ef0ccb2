import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpClient } from '@ios/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/cli/config.ts';
import { createLocalNetwork } from '../../src/cli/local-network.ts';
import { runValidator } from '../../src/cli/run-validator.ts';
import { systemEntropy } from '../../src/entropy.ts';
import { DEFAULT_POLICY } from '../../src/genesis/policy.ts';
import { readPasswordFile } from '../../src/keys/password.ts';
import { STORE_FORMAT } from '../../src/shard/chain-store.ts';
import { openLevelStore } from '../../src/store/level.ts';
import { buildCommand, launch, run } from './command.ts';
import { inProcess } from './in-process.ts';

let folder: string;
let network: string;
let made = 0;

/** A network of one validator, which decides alone. */
async function makeNetwork(): Promise<string> {
  const path = join(folder, `network-${made++}`);
  await createLocalNetwork({
    folder: path,
    name: 'test',
    ports: [{ peers: await freePort(), rpc: 0 }],
    policy: { ...DEFAULT_POLICY, blockIntervalMs: 10, idleMs: 100, baseTimeoutMs: 2_000 },
    outputs: (owners) => owners.map((owner) => ({ owner, amount: 1000n })),
    entropy: systemEntropy,
  });
  return path;
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const port = portOf(server);
      server.close(() => resolve(port));
    });
  });

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const configOf = (path: string): string => join(path, 'validator-0', 'config.json');

/** A copy of the network that no node has used, with one of its files changed. */
async function changed(file: string, edit: (text: string) => string): Promise<string> {
  const path = join(folder, `network-${made++}`);
  await cp(pristine, path, { recursive: true });
  const target = join(path, file);
  await writeFile(target, edit(await readFile(target, 'utf8')));
  return configOf(path);
}

/** What `ios start` does, in this process: for what fails before a worker is needed. */
async function start(file: string): Promise<unknown> {
  const config = await readConfig(file);
  return runValidator(
    config,
    () => readPasswordFile(config.passwordFile!),
    () => {},
  );
}

let pristine: string;
beforeAll(async () => {
  await buildCommand();
  folder = await mkdtemp(join(tmpdir(), 'ios-start-'));
  [pristine, network] = await Promise.all([makeNetwork(), makeNetwork()]);
});
afterAll(() => rm(folder, { recursive: true }));

describe('ios', () => {
  test('is a program: its bundle runs, writes where it should and ends with the code', async () => {
    const [help, wrong, failed] = await Promise.all([
      run('--help'),
      run('nothing'),
      run('status', '--json', '--rpc', 'http://127.0.0.1:9'),
    ]);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/Commands:[\s\S]*init[\s\S]*start[\s\S]*status[\s\S]*devnet[\s\S]*Exit codes/);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toMatch(/unknown command 'nothing'/);
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(failed.stderr)).toMatchObject({ error: { code: 'rpc-unreachable' } });
  });
});

describe('ios start', () => {
  test('runs a validator that decides blocks, stops in order, goes on where it stopped, and admits an observer that it lists', async () => {
    const first = launch('start', '--config', configOf(network), '--json');
    const ready = JSON.parse(await first.line);
    expect(ready).toEqual({
      event: 'ready',
      rpc: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      chain: expect.stringMatching(/^[0-9a-f]{64}$/),
      identity: expect.stringMatching(/^[0-9a-f]{64}$/),
      member: 0,
      height: 0,
      pid: first.child.pid,
    });
    const client = createHttpClient(ready.rpc);
    await expect.poll(async () => (await client.call('getHead', {})).height, { timeout: 20_000 }).toBeGreaterThan(1);
    const metrics = await (await fetch(`${ready.rpc}/metrics`)).text();
    expect(metrics).toMatch(/^ios_consensus_blocks_total [1-9]/m);
    expect((await fetch(`${ready.rpc}/health/ready`)).status).toBe(200);

    await expect(start(configOf(network))).rejects.toMatchObject({ name: 'NodeError', code: 'key-in-use' });
    const elsewhere = join(network, 'validator-0', 'elsewhere.json');
    await writeFile(
      elsewhere,
      (await readFile(configOf(network), 'utf8')).replace('"data": "data"', '"data": "other"'),
    );
    await expect(start(elsewhere)).rejects.toThrow(/^Another process runs with the key .*key\.json\. Stop it first/);
    const copied = join(network, 'validator-0', 'copied.json');
    await cp(join(network, 'validator-0', 'key.json'), join(network, 'validator-0', 'copy.json'));
    await writeFile(copied, (await readFile(configOf(network), 'utf8')).replace('"key.json"', '"copy.json"'));
    await expect(start(copied)).rejects.toThrow(/^The data in .* is open in another process\. Stop the node/);

    const join_ = (hash: string): ReturnType<typeof inProcess> =>
      inProcess(['join', join(network, 'watch'), '--genesis', ready.rpc, '--hash', hash, '--rpc-port', '0', '--json']);
    expect((await join_('0'.repeat(64))).stderr).toContain(`has the hash ${ready.chain}, not 0000`);
    const joined = await join_(ready.chain);
    const watch = JSON.parse(joined.stdout);
    const listing = (text: string): string => text.replace('"rpc"', `"observers": ["${watch.identity}"], "rpc"`);
    await writeFile(configOf(network), listing(await readFile(configOf(network), 'utf8')));

    const { height } = await client.call('getHead', {});
    first.child.kill('SIGINT');
    const { code, stderr } = await first.ended;
    expect(code).toBe(130);
    for (const line of stderr.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');

    const again = launch('start', '--config', configOf(network));
    const observer = launch('start', '--config', watch.config);
    const { rpc, ...after } = JSON.parse(await again.line);
    expect(after.height).toBeGreaterThanOrEqual(height);
    const observed = JSON.parse(await observer.line);
    expect(observed).toMatchObject({ member: -1, identity: watch.identity, chain: ready.chain });
    const seen = createHttpClient(observed.rpc);
    await expect.poll(async () => (await seen.call('getHead', {})).height, { timeout: 20_000 }).toBeGreaterThan(height);
    expect((await seen.call('getStatus', {})).peers).toEqual([ready.identity]);
    expect((await createHttpClient(rpc).call('getStatus', {})).peers).toEqual([]);
    again.child.kill('SIGTERM');
    observer.child.kill('SIGTERM');
    expect((await observer.ended).code).toBe(0);
    const end = await again.ended;
    expect(end.code).toBe(0);
    expect(end.stderr).toMatch(/info {2}The node is ready\. {2}rpc=http/);
    expect(end.stderr).toMatch(/info {2}The node stops\. {2}because=SIGTERM\n$/);

    await rm(join(network, 'validator-0', 'data'), { recursive: true });
    const emptied = launch('start', '--config', configOf(network));
    expect(JSON.parse(await emptied.line)).toMatchObject({ member: -1, height: 0 });
    emptied.child.kill('SIGTERM');
    const { stderr: warning } = await emptied.ended;
    expect(warning).toMatch(
      /error +This key has voted, .* Restore the folder as it was last used, or retire the key\./,
    );
    expect(warning).not.toContain('not in genesis');
  });

  test('stops when its parent is gone, if told to', async () => {
    const path = await makeNetwork();
    const child = launch('start', '--config', configOf(path), '--stop-with-parent');
    await child.line;
    child.child.stdin.destroy();
    const { code, stderr } = await child.ended;
    expect(code).toBe(0);
    expect(stderr).toContain('because=parent');
  });

  test('ends by itself when RPC cannot listen, although its parent is there', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve(portOf(server))));
    const config = await changed('validator-0/config.json', (text) => text.replace('"port": 0', `"port": ${port}`));
    const { code, stdout, stderr } = await run('start', '--config', config, '--stop-with-parent');
    expect(stderr).toMatch(/^ios: Another program listens on 127\.0\.0\.1:\d+\. Stop it, or choose another port/m);
    expect(stdout).toBe('');
    expect(code).toBe(1);
    server.close();
  });

  test('ends by itself when the network cannot listen, and says where', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve(portOf(server))));
    const config = await changed('validator-0/config.json', (text) => text.replace(/tcp\/\d+/, `tcp/${port}`));
    const { code, stderr } = await run('start', '--config', config, '--json');
    expect(JSON.parse(stderr.trim().split('\n').at(-1)!)).toEqual({
      error: { code: 'address-in-use', message: expect.stringContaining(`/ip4/127.0.0.1/tcp/${port}`) },
    });
    expect(code).toBe(1);
    server.close();
  });

  test('asks nobody for a password where there is no terminal', async () => {
    const config = await changed('validator-0/config.json', (text) => text.replace('"passwordFile": "password",', ''));
    const asked = await inProcess(['start', '--config', config]);
    expect(asked.stderr).toMatch(
      /^ios: There is no terminal to ask for the password\. Name a file with --password-file/,
    );
    expect(asked.code).toBe(1);
  });
});

describe('a validator does not start, and says why, with', () => {
  test('a configuration that is missing or damaged', async () => {
    await expect(start(join(folder, 'absent.json'))).rejects.toThrow(
      /There is no configuration at .*absent\.json\. .*ios init/,
    );
    const renamed = await changed('validator-0/config.json', (text) => text.replace('"rpc"', '"rcp"'));
    await expect(start(renamed)).rejects.toThrow(/config\.json is damaged: rpc:/);
    const cut = await changed('validator-0/config.json', (text) => text.slice(1));
    await expect(start(cut)).rejects.toThrow(
      /config\.json is not JSON at line 2, column 12: the end of the file wanted/,
    );
  });

  test('a genesis that is missing, damaged or not what was agreed on', async () => {
    const elsewhere = await changed('validator-0/config.json', (text) => text.replace('../genesis.json', 'g.json'));
    await expect(start(elsewhere)).rejects.toThrow(/There is no genesis at .*g\.json\. Copy the file/);
    const cut = await changed('genesis.json', (text) => text.slice(0, -3));
    await expect(start(cut)).rejects.toThrow(/genesis\.json: .*not JSON.*Copy/);
    const edited = await changed('genesis.json', (text) => text.replace('"name": "test"', '"name": "toast"'));
    await expect(start(edited)).rejects.toThrow(/genesis\.json: Validator 0 does not prove possession/);
  });

  test('a key that is missing, damaged or open to others', async () => {
    const elsewhere = await changed('validator-0/config.json', (text) => text.replace('key.json', 'k.json'));
    await expect(start(elsewhere)).rejects.toThrow(/There is no key file at .*k\.json\. Restore it/);
    const damaged = await changed('validator-0/key.json', (text) => text.replace(/"salt": "./, '"salt": "x'));
    await expect(start(damaged)).rejects.toThrow(/key file is damaged/);
    const open = await changed('validator-0/key.json', (text) => text);
    await chmod(join(open, '..', 'key.json'), 0o644);
    await expect(start(open)).rejects.toThrow(/mode 0644\)\. Run: chmod 600/);
  });

  test('a wrong password', async () => {
    const config = await readConfig(configOf(pristine));
    await expect(
      runValidator(
        config,
        async () => 'wrong',
        () => {},
      ),
    ).rejects.toThrow(
      /^\/.*key\.json: The password does not open the key file\. Try another, or name .* --password-file\.$/,
    );
  });

  test('data of another chain, or of another format', async () => {
    const config = await changed('genesis.json', (text) => text);
    const { data } = await readConfig(config);
    const chain = new Uint8Array(32);
    await (await openLevelStore(data, { format: STORE_FORMAT, chain })).close();
    await expect(start(config)).rejects.toThrow(/belongs to the chain 0{64}, not to [0-9a-f]{64}/);
    await rm(data, { recursive: true });
    await (await openLevelStore(data, { format: STORE_FORMAT + 1, chain })).close();
    await expect(start(config)).rejects.toThrow(/has format \d+, this version reads format \d+/);
  });
});
