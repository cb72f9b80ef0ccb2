import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chainName, type Genesis, genesisHash } from '@ios/client';
import { deriveKey } from '@ios/crypto/keys';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeChannels } from '../../src/channels.ts';
import { spaceFinding, syncFinding } from '../../src/cli/doctor/data-folder.ts';
import { diagnose, diagnoseStart } from '../../src/cli/doctor/diagnose.ts';
import { describeFindings, type Finding } from '../../src/cli/doctor/finding.ts';
import { checkOwnClock, checkVersions } from '../../src/cli/doctor/machine.ts';
import { checkPeers } from '../../src/cli/doctor/peers.ts';
import { portHolder } from '../../src/cli/doctor/port-holder.ts';
import { createLocalNetwork } from '../../src/cli/local-network.ts';
import { systemEntropy } from '../../src/entropy.ts';
import { DEFAULT_POLICY } from '../../src/genesis/policy.ts';
import { encryptMaster } from '../../src/keys/key-file.ts';
import { takeKeyIntoUse } from '../../src/keys/key-in-use.ts';
import { openKey } from '../../src/keys/keys-folder.ts';
import { createLibp2pNetwork, type Libp2pNetwork } from '../../src/network/libp2p.ts';
import { answerStatus } from '../../src/rpc/answers.ts';
import { createRpcServer, type RpcServer } from '../../src/rpc/server.ts';
import { STORE_FORMAT } from '../../src/shard/chain-store.ts';
import { openLevelStore } from '../../src/store/level.ts';
import { freePorts } from '../network/place.ts';
import { createFakeService, healthyStatus } from '../rpc/fake-service.ts';
import { inProcess } from './in-process.ts';

const PASSWORD = 'a good password';

let folder: string;
let pristine: string;
let genesis: Genesis;
let ports: readonly number[];
let made = 0;

/** A network of two validators that no node has used. */
async function makeNetwork(): Promise<string> {
  const path = join(folder, `network-${made++}`);
  const network = await createLocalNetwork({
    folder: path,
    name: 'doctored',
    ports: [0, 1].map((i) => ({ peers: ports[2 * i]!, rpc: ports[2 * i + 1]! })),
    policy: DEFAULT_POLICY,
    outputs: () => [],
    password: PASSWORD,
    entropy: systemEntropy,
  });
  genesis = network.genesis;
  return path;
}

/** A copy of the network in which one file was changed. */
async function changed(file = 'genesis.json', edit: (text: string) => string = (text) => text): Promise<string> {
  const path = join(folder, `network-${made++}`);
  await cp(pristine, path, { recursive: true });
  const target = join(path, file);
  await writeFile(target, edit(await readFile(target, 'utf8')));
  return path;
}

const CONFIG = join('validator-0', 'config.json');
const password = async (): Promise<string> => PASSWORD;

/** What is wrong with the files, folders and ports of validator 0 of a network, by the check that says so. */
const faults = async (path: string): Promise<Record<string, Finding>> =>
  faultsAmong(await diagnoseStart(join(path, CONFIG), password));

/** The same, and what its peers and the nodes in `ask` show. */
const allFaults = async (path: string, ask: readonly string[] = []): Promise<Record<string, Finding>> =>
  faultsAmong(await diagnose(join(path, CONFIG), password, ask));

function faultsAmong(findings: readonly Finding[]): Record<string, Finding> {
  for (const { state, remedy } of findings) {
    if (state === 'fault' || state === 'warning') expect(remedy).toMatch(/^[A-Z].*[.)0-9a-z]$/s);
  }
  return Object.fromEntries(findings.filter(({ state }) => state === 'fault').map((found) => [found.check, found]));
}

/** Validator 1 at its address: the real network, with its key or another one, on its chain or another one. */
async function peer(seed?: Uint8Array, chain: Uint8Array = genesisHash(genesis)): Promise<Libp2pNetwork> {
  const master = await openKey(join(pristine, 'validator-1', 'key.json'), PASSWORD);
  const network = createLibp2pNetwork({
    seed: seed ?? deriveKey(master, 'identity', chainName(genesis), 0),
    chain,
    listen: genesis.validators[1]!.addresses,
    peers: genesis.validators.map(({ identity, addresses }) => ({
      peer: Buffer.from(identity).toString('hex'),
      addresses,
    })),
    ...nodeChannels(genesis, genesis.validators[1]!.identity),
  });
  await network.start({ message: () => {}, gossip: () => {}, connected: () => {}, disconnected: () => {} });
  return network;
}

let rightPeer: Libp2pNetwork;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ios-doctor-'));
  ports = await freePorts(4);
  pristine = await makeNetwork();
  rightPeer = await peer();
});
afterAll(async () => {
  await rightPeer.stop();
  await rm(folder, { recursive: true });
});

describe('ios doctor finds nothing wrong', () => {
  test('with a node that could start, and opens a session with its peer', async () => {
    const config = join(await changed(), CONFIG);
    const file = join(folder, 'password');
    await writeFile(file, PASSWORD, { mode: 0o600 });
    const { code, stdout } = await inProcess(['doctor', '--config', config, '--password-file', file, '--json']);
    const { healthy, findings } = JSON.parse(stdout) as { healthy: boolean; findings: Finding[] };
    expect(findings.filter(({ state }) => state === 'fault')).toEqual([]);
    expect([code, healthy]).toEqual([0, true]);
    const wanted = ['config', 'genesis', 'key', 'password', 'role', 'folder', 'data', 'peer port', 'rpc port'];
    expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining([...wanted, 'disk sync', 'own clock']));
    expect(findings.find(({ check }) => check === 'peer')?.message).toMatch(/session of this chain was opened/);
  });

  test('and opens no session with a key that a node may be using', async () => {
    const path = await changed();
    const inUse = await takeKeyIntoUse(join(path, 'validator-0', 'key.json'), genesisHash(genesis));
    const findings = await diagnose(join(path, CONFIG), password, []);
    await inUse.release();
    expect(findings.find(({ check }) => check === 'peer')).toMatchObject({
      state: 'ok',
      message: expect.stringMatching(/proves its key; which chain it is on was not asked/),
    });
  });

  test('and says what it could not see', async () => {
    const { code, stdout } = await inProcess(['start', '--check', '--config', join(await changed(), CONFIG)]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/skipped +password +The configuration names no password file/);
    expect(stdout).toMatch(/skipped +role/);
    expect(stdout).toMatch(/\n0 faults, /);
  });
});

describe('ios doctor names the fault and its remedy:', () => {
  test('a configuration with a typo', async () => {
    const path = await changed(CONFIG, (text) => text.replace('"listen"', '"lisen"'));
    expect((await faults(path))['config']).toMatchObject({
      message: expect.stringContaining('listen'),
      remedy: expect.stringContaining('ios config schema'),
    });
    const { code, stdout } = await inProcess(['start', '--check', '--json', '--config', join(path, CONFIG)]);
    expect([code, JSON.parse(stdout).healthy]).toEqual([1, false]);
  });

  test('a key that others may read', async () => {
    const path = await changed();
    await chmod(join(path, 'validator-0', 'key.json'), 0o644);
    expect((await faults(path))['key']).toMatchObject({
      message: expect.stringContaining('mode 0644'),
      remedy: expect.stringContaining('chmod 600'),
    });
  });

  test('a wrong password file', async () => {
    const path = await changed(CONFIG, (text) => text.replace('"data"', '"passwordFile": "word", "data"'));
    await writeFile(join(path, 'validator-0', 'word'), 'another', { mode: 0o600 });
    const { code, stdout } = await inProcess(['start', '--check', '--config', join(path, CONFIG)]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /FAULT +password +\/.*validator-0\/key\.json: The password does not open .*\n +Remedy: Correct the password file/,
    );
  });

  test('each way in which a file cannot be read', async () => {
    const absent = faultsAmong(await diagnoseStart(join(folder, 'absent.json'), password));
    expect(absent['config']?.remedy).toMatch(/^Name the right file with --config/);
    const cut = await changed(CONFIG, (text) => text.replace(',', ''));
    expect((await faults(cut))['config']).toMatchObject({
      message: expect.stringContaining('at line 3, column 3: "," or "}" wanted'),
      remedy: expect.stringContaining('Correct the file'),
    });

    const path = await changed();
    const key = join(path, 'validator-0', 'key.json');
    const text = await readFile(key, 'utf8');
    await writeFile(key, text.slice(1));
    expect((await faults(path))['key']).toMatchObject({
      message: `${key}: The key file is not JSON.`,
      remedy: 'Restore the file from a copy.',
    });
    await writeFile(key, text.replace(/"salt": "../, '"salt": "00'));
    expect((await faults(path))['password']?.remedy).toBe('Restore the key file from a copy.');
    await rm(key);
    expect((await faults(path))['key']?.remedy).toMatch(/^Restore the file from a copy, or correct "key"/);

    const withFile = await changed(CONFIG, (before) => before.replace('"data"', '"passwordFile": "word", "data"'));
    const password_ = async (): Promise<string | undefined> => {
      const { stdout } = await inProcess(['start', '--check', '--json', '--config', join(withFile, CONFIG)]);
      return faultsAmong(JSON.parse(stdout).findings)['password']?.remedy;
    };
    expect(await password_()).toMatch(/^Write the password to the file/);
    await writeFile(join(withFile, 'validator-0', 'word'), PASSWORD, { mode: 0o644 });
    expect(await password_()).toMatch(/^Make the password file readable for its owner alone: chmod 600/);
  });

  test('the genesis of another network, and one that is damaged', async () => {
    const other = await makeNetwork();
    genesis = (await import('@ios/client')).decodeGenesisFile(await readFile(join(pristine, 'genesis.json'), 'utf8'));
    const path = await changed();
    await cp(join(other, 'genesis.json'), join(path, 'genesis.json'));
    expect((await faults(path))['role']).toMatchObject({
      message: expect.stringContaining('no validator of doctored'),
      remedy: expect.stringContaining('genesis of the network'),
    });
    const damaged = await changed('genesis.json', (text) => text.replace('"idleMs": 2000', '"idleMs": 0'));
    expect((await faults(damaged))['genesis']?.remedy).toMatch(/Copy genesis\.json/);
  });

  test('data of another chain, and data that another process has open', async () => {
    const path = await changed();
    const data = join(path, 'validator-0', 'data');
    const foreign = await openLevelStore(data, { format: STORE_FORMAT, chain: new Uint8Array(32) });
    expect((await faults(path))['data']?.remedy).toMatch(/^Stop the other node/);
    await foreign.close();
    expect((await faults(path))['data']).toMatchObject({
      message: expect.stringMatching(/belongs to the chain 0{64}/),
      remedy: expect.stringContaining('Name the folder of this chain'),
    });
  });

  test('an emptied data folder although the key has voted, and a key that another process uses', async () => {
    const path = await changed();
    const key = join(path, 'validator-0', 'key.json');
    const chain = genesisHash(genesis);
    const inUse = await takeKeyIntoUse(key, chain);
    expect((await faults(path))['votes']?.message).toMatch(/Another process runs with the key/);
    const voter = { chain, instance: 'shard/0', key: genesis.validators[0]!.identity };
    await inUse.votes.write(voter, { height: 7, view: 1 });
    await inUse.release();
    const wanted = {
      message: expect.stringMatching(/has voted up to height 7, view 1 of shard\/0, and .*data does not know how/),
      remedy: expect.stringContaining('Restore the data folder as it was last used, or retire the key'),
    };
    expect((await faults(path))['votes']).toMatchObject(wanted);
    await (await openLevelStore(join(path, 'validator-0', 'data'), { format: STORE_FORMAT, chain })).close();
    expect((await faults(path))['votes']).toMatchObject(wanted);
  });

  test.skipIf(process.platform !== 'linux')('a data folder that cannot be written', async () => {
    const path = await changed(CONFIG, (text) => text.replace('"data": "data"', '"data": "/proc/ios-data"'));
    expect((await faults(path))['folder']).toMatchObject({ remedy: expect.stringContaining('right to write /proc') });
  });

  test('a port that is taken, and by whom', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
    const path = await changed(CONFIG, (text) => text.replace(/tcp\/\d+/, `tcp/${port}`));
    const found = (await faults(path))['peer port'];
    expect(found?.message).toContain(`/ip4/127.0.0.1/tcp/${port} is taken by `);
    expect(found?.remedy).toMatch(/Stop it, or choose another port/);
    if (process.platform === 'linux') {
      expect(found?.message).toContain(`process ${process.pid} (`);
      expect(await portHolder(port)).toMatchObject({ pid: process.pid });
    }
    await new Promise((resolve) => server.close(resolve));
    expect(await portHolder(port)).toBeUndefined();
  });

  test('a machine that does not have the address', async () => {
    const path = await changed(CONFIG, (text) => text.replace('127.0.0.1/tcp', '192.0.2.1/tcp'));
    expect((await faults(path))['peer port']).toMatchObject({
      message: expect.stringContaining('EADDRNOTAVAIL'),
      remedy: expect.stringContaining('does not have that address'),
    });
  });

  describe('a peer', () => {
    let running: Libp2pNetwork | undefined;
    beforeAll(() => rightPeer.stop());
    afterAll(async () => {
      rightPeer = await peer();
    });
    const withPeer = async (network: Libp2pNetwork | undefined): Promise<Finding | undefined> => {
      running = network;
      try {
        return (await allFaults(await changed()))['peer'];
      } finally {
        await running?.stop();
      }
    };

    test('that cannot be reached', async () => {
      const found = await withPeer(undefined);
      expect(found?.message).toMatch(/cannot be reached: at .* nobody listens there/);
      expect(found?.remedy).toMatch(/See that it runs.*no quorum/);
    });

    test('with another genesis', async () => {
      const found = await withPeer(await peer(undefined, new Uint8Array(32)));
      expect(found?.message).toMatch(/proves its key, but speaks of another chain/);
      expect(found?.remedy).toMatch(/Compare genesis hashes/);
    });

    test('with another key', async () => {
      const found = await withPeer(await peer(new Uint8Array(32).fill(9)));
      expect(found?.message).toMatch(/answers [0-9a-f]{64}, another key/);
      expect(found?.remedy).toMatch(/Another node has its address/);
    });
  });

  describe('against another node', () => {
    let other: RpcServer;
    let late: HttpServer;
    let lateUrl: string;
    beforeAll(async () => {
      const service = createFakeService();
      other = await createRpcServer({ service, listen: { host: '127.0.0.1', port: 0 }, log: () => {} });
      const status = answerStatus({ ...healthyStatus, chain: genesisHash(genesis) });
      late = createHttpServer((request, response) => {
        response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString());
        request.resume().on('end', () => response.end(JSON.stringify({ jsonrpc: '2.0', id: 0, result: status })));
      });
      lateUrl = await new Promise((resolve) => {
        late.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(late.address() as AddressInfo).port}`));
      });
    });
    afterAll(async () => {
      await other.close();
      late.close();
    });

    test('another genesis', async () => {
      const found = await allFaults(await changed(), [other.url]);
      expect(Object.keys(found)).toEqual(['chain']);
      expect(found['chain']).toMatchObject({ remedy: expect.stringContaining('Copy genesis.json') });
    });

    test('a clock that is off', async () => {
      const found = await allFaults(await changed(), [lateUrl]);
      expect(Object.keys(found)).toEqual(['clock']);
      expect(found['clock']).toMatchObject({
        message: expect.stringMatching(/^The clock is 3(599|600|601) s ahead of that of .*not known here/),
        remedy: expect.stringContaining('NTP'),
      });
    });
  });
});

describe('ios doctor asks the node that runs, which', () => {
  let node: RpcServer;
  const service = createFakeService();
  beforeAll(async () => {
    const listen = { host: '127.0.0.1', port: ports[1]! };
    node = await createRpcServer({ service, listen, log: () => {} });
  });
  afterAll(() => node.close());

  const said = async (state: Partial<typeof healthyStatus>): Promise<Record<string, Finding>> => {
    const identity = Buffer.from(genesis.validators[0]!.identity).toString('hex');
    service.state = { ...healthyStatus, chain: genesisHash(genesis), identity, ...state };
    const findings = await diagnoseStart(join(await changed(), CONFIG), password);
    return Object.fromEntries(findings.map((found) => [found.check, found]));
  };

  test('is ready', async () => {
    const { ready, votes } = await said({});
    expect([ready?.state, votes?.state]).toEqual(['ok', 'ok']);
  });

  test('signs nothing, since its data does not know its votes', async () => {
    const { ready, votes } = await said({ member: -1, votesLost: true, peers: ['a', 'b', 'c'] });
    expect(ready?.state).toBe('fault');
    expect(votes).toMatchObject({
      state: 'fault',
      message: expect.stringContaining('signs nothing'),
      remedy: expect.stringContaining('Restore the data folder as it was last used, or retire the key'),
    });
  });

  test('is another node of the same network', async () => {
    const other = 'ab'.repeat(32);
    const remedy = /choose another rpc\.port in the configuration \(ios join takes --rpc-port\)/;
    const wanted = {
      state: 'fault',
      message: expect.stringMatching(`is served by another node, ${other} of the network sample`),
      remedy: expect.stringMatching(remedy),
    };
    const known = await said({ identity: other });
    expect(known['rpc port']).toMatchObject(wanted);
    expect(known).not.toHaveProperty('ready');
    const path = await changed();
    const unknown = await diagnoseStart(join(path, CONFIG), async () => undefined);
    expect(unknown.find(({ check }) => check === 'rpc port')).toMatchObject(wanted);
    // Without a password the node is known by its data, which it has open.
    const data = await openLevelStore(join(path, 'validator-0', 'data'), {
      format: STORE_FORMAT,
      chain: genesisHash(genesis),
    });
    const open = await diagnoseStart(join(path, CONFIG), async () => undefined);
    await data.close();
    expect(open.find(({ check }) => check === 'rpc port')).toMatchObject({ state: 'ok' });

    await writeFile(join(path, 'validator-0', 'word'), PASSWORD, { mode: 0o600 });
    const config = join(path, CONFIG);
    const status = (): ReturnType<typeof inProcess> => inProcess(['status', '--config', config]);
    expect((await status()).code).toBe(0);
    await writeFile(config, (await readFile(config, 'utf8')).replace('"data"', '"passwordFile": "word", "data"'));
    const { code, stdout, stderr } = await status();
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^ios: Another node answers at http:.* identity (ab){32} .*rpc\.port.*--rpc-port/);
    await said({});
    expect((await status()).code).toBe(0);
    await said({ identity: other, chain: new Uint8Array(32) });
    await writeFile(config, (await readFile(config, 'utf8')).replace('"passwordFile": "word", ', ''));
    expect((await status()).stderr).toMatch(/^ios: Another node answers at http:.* genesis 0{64} /);
  });

  test.each([
    ['has halted', { halted: 'the disk is full' }, 'fault', /the disk is full/, /log/],
    ['lacks a quorum', { peers: ['a'] }, 'fault', /2 of 4 validators are connected/, /missing/],
    ['is an observer that nobody admits', { member: -1, peers: [] }, 'fault', /0 of 4/, /"observers"/],
    ['is an observer that few admit', { member: -1, peers: ['a'] }, 'warning', /1 of 4/, /"observers"/],
  ])('%s', async (_, state, wanted, message, remedy) => {
    expect((await said(state))['ready']).toMatchObject({
      state: wanted,
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    });
  });
});

describe('ios doctor warns', () => {
  const warned = async (path: string, check: string): Promise<Finding | undefined> =>
    (await diagnoseStart(join(path, CONFIG), password)).find((finding) => finding.check === check);

  test('of a configuration and a genesis that others may change', async () => {
    const path = await changed();
    await chmod(join(path, CONFIG), 0o666);
    await chmod(join(path, 'genesis.json'), 0o660);
    expect(await warned(path, 'config')).toMatchObject({
      state: 'warning',
      remedy: expect.stringMatching(/chmod go-w/),
    });
    expect(await warned(path, 'genesis')).toMatchObject({ state: 'warning' });
  });

  test('of an absent peer while there is a quorum without it, and takes one without an address for a dialler', async () => {
    const [own, ...others] = [0, 1, 2, 3].map((i) => ({
      ...genesis.validators[0]!,
      identity: new Uint8Array(32).fill(i + 1),
      addresses: i === 3 ? [] : genesis.validators[0]!.addresses,
    }));
    const names = others.map(({ identity }) => Buffer.from(identity).toString('hex'));
    const findings = await checkPeers({
      genesis: { ...genesis, validators: [own!, ...others] },
      self: Buffer.from(own!.identity).toString('hex'),
      listen: [],
      connected: names.slice(0, 1),
      master: undefined,
    });
    expect(findings.map(({ state }) => state)).toEqual(['ok', 'fault', 'skipped']);
    const enough = await checkPeers({
      genesis: { ...genesis, validators: [own!, ...others] },
      self: Buffer.from(own!.identity).toString('hex'),
      listen: [],
      connected: [names[0]!, names[2]!],
      master: undefined,
    });
    expect(enough.map(({ state }) => state)).toEqual(['ok', 'warning', 'ok']);
  });

  test('of no peer that is the node itself, although its key cannot be read', async () => {
    const names = genesis.validators.map(({ identity }) => Buffer.from(identity).toString('hex'));
    const path = await changed();
    await rm(join(path, 'validator-0', 'key.json'));
    const peers = (await diagnose(join(path, CONFIG), password, [])).filter(({ check }) => check === 'peer');
    expect(peers).toEqual([expect.objectContaining({ state: 'ok', message: expect.stringContaining(names[1]!) })]);
    const elsewhere = { genesis, self: undefined, connected: [names[1]!], master: undefined };
    const unknown = await checkPeers({ ...elsewhere, listen: ['/ip4/0.0.0.0/tcp/1'] });
    expect(unknown.map(({ state }) => state)).toEqual(['warning', 'ok']);
    expect(unknown[0]?.remedy).toMatch(/may be this node itself, whose key cannot be read/);
  });

  test('of a slow disk and of little room', () => {
    expect(syncFinding([1, 2, 400]).state).toBe('ok');
    expect(syncFinding([90, 80, 1])).toMatchObject({
      state: 'warning',
      message: expect.stringContaining('median 80.0'),
    });
    const states = [100, 1_000, 10_000].map((mib) => spaceFinding('/', mib * 1024 * 1024).state);
    expect(states).toEqual(['fault', 'warning', 'ok']);
  });

  test('of a key that does not say what it is for, and takes an observer for what it is', async () => {
    const path = await changed();
    const file = join(path, 'validator-0', 'key.json');
    for (const [label, state] of [
      [undefined, 'fault'],
      [{ kind: 'validator' }, 'fault'],
      [{ kind: 'observer' }, 'ok'],
    ] as const) {
      await writeFile(file, await encryptMaster(new Uint8Array(32).fill(3), PASSWORD, systemEntropy, label));
      expect(await warned(path, 'role')).toMatchObject({ state });
    }
  });
});

describe('this machine', () => {
  test.each([
    ['20.18.3', 'fault'],
    ['20.19.0', 'ok'],
    ['18.20.0', 'fault'],
    ['24.0.0', 'ok'],
  ])('with Node %s is %s', (node, state) => {
    expect(checkVersions(node)).toMatchObject({ check: 'versions', state });
  });

  test('has a clock that is not behind its own files', async () => {
    const file = join(pristine, 'genesis.json');
    expect(checkOwnClock([file, join(folder, 'absent')]).state).toBe('ok');
    expect(checkOwnClock([file], Date.now() - 3_600_000)).toMatchObject({ state: 'fault' });
  });

  test('findings are a table with remedies', () => {
    const table = describeFindings([
      { check: 'key', state: 'ok', message: 'Fine.' },
      { check: 'rpc port', state: 'fault', message: 'Taken.', remedy: 'Choose another.' },
    ]);
    expect(table).toBe(
      'ok       key       Fine.\nFAULT    rpc port  Taken.\n                   Remedy: Choose another.\n\n' +
        '1 fault, 0 warnings, 1 in order, 0 skipped\n',
    );
  });

  test('without a readable configuration is told what could not be checked', async () => {
    const findings = await diagnoseStart(join(folder, 'absent.json'), password);
    expect(findings).toContainEqual(expect.objectContaining({ check: 'config', state: 'fault' }));
    expect(findings).toContainEqual(expect.objectContaining({ check: 'data', state: 'skipped' }));
  });
});
