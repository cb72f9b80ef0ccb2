import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chainName } from '@ios/client';
import type { BeaconAnswer } from '@ios/client/methods';
import { getPublicKey } from '@ios/crypto/ed25519';
import { CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Config, configJsonSchema, encodeConfig, readConfig } from '../../src/cli/config.ts';
import { describeFailure, exitCodeOf } from '../../src/cli/failure.ts';
import { createLocalNetwork } from '../../src/cli/local-network.ts';
import { createLog } from '../../src/cli/log.ts';
import { statusTable } from '../../src/cli/status.ts';
import { systemEntropy } from '../../src/entropy.ts';
import { NodeError } from '../../src/errors.ts';
import { DEFAULT_POLICY } from '../../src/genesis/policy.ts';
import { createIdentitySigner } from '../../src/keys/identity-signer.ts';
import { decryptMaster } from '../../src/keys/key-file.ts';
import { readPasswordFile } from '../../src/keys/password.ts';
import { answerStatus } from '../../src/rpc/answers.ts';
import { shippedFile } from '../../src/shipped.ts';
import { StoreError } from '../../src/store/error.ts';
import { healthyStatus } from '../rpc/fake-service.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ios-parts-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('configuration', () => {
  const config: Config = {
    version: 1,
    genesis: '../genesis.json',
    key: 'key.json',
    passwordFile: 'password',
    data: 'data',
    listen: ['/ip4/127.0.0.1/tcp/7100'],
    rpc: { host: '127.0.0.1', port: 7101 },
    log: { level: 'info', file: 'log/node.log' },
    verifierThreads: 2,
  };

  test('comes back with paths from its own folder', async () => {
    const file = join(folder, 'config.json');
    await writeFile(file, encodeConfig(config));
    expect(await readConfig(file)).toEqual({
      ...config,
      genesis: join(folder, '..', 'genesis.json'),
      key: join(folder, 'key.json'),
      passwordFile: join(folder, 'password'),
      data: join(folder, 'data'),
      log: { level: 'info', file: join(folder, 'log/node.log') },
    });
  });

  test.each<[string, object]>([
    ['version', { version: 2 }],
    ['genesis', { genesis: '' }],
    ['listen', { listen: '/ip4/127.0.0.1/tcp/1' }],
    ['rpc.port', { rpc: { host: 'x', port: 65_536 } }],
    ['rpc.host', { rpc: { port: 1 } }],
    ['log.level', { log: { level: 'loud' } }],
    ['verifierThreads', { verifierThreads: 0 }],
    ['Unrecognized key: "extra"', { extra: 1 }],
  ])('is refused with the place: %s', async (place, change) => {
    const file = join(folder, 'damaged.json');
    await writeFile(file, JSON.stringify({ ...config, ...change }));
    await expect(readConfig(file)).rejects.toThrow(`is damaged: ${place}`);
    await expect(readConfig(file)).rejects.toMatchObject({ code: 'config' });
  });
});

describe('log', () => {
  const lines = (json: boolean, level: Config['log']['level'] = 'info'): string[] => {
    const written: string[] = [];
    const log = createLog({ level }, json, { write: (line) => written.push(line) });
    log('info', 'A sentence.', { peer: 'abc', height: 3 });
    log('warn', 'A slip.', { password: 'hunter2', seed: 'abcd' });
    return written;
  };

  test('as JSON has a record a line', () => {
    const [first] = lines(true);
    expect(JSON.parse(first!)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      msg: 'A sentence.',
      peer: 'abc',
      height: 3,
    });
  });

  test('for people has time, level, sentence and facts', () => {
    expect(lines(false)[0]).toMatch(/^\d{4}-\S+Z info {2}A sentence\. {2}peer=abc {2}height=3\n$/);
  });

  test.each([true, false])('holds no secrets (as JSON: %j)', (json) => {
    const text = lines(json).join('');
    expect(text).toContain('[redacted]');
    expect(text).not.toMatch(/hunter2|abcd/);
  });

  test('leaves out what is below its level', () => {
    expect(lines(true, 'warn')).toHaveLength(1);
    expect(lines(true, 'silent')).toHaveLength(0);
  });

  test('goes to a file, whose folder is made', async () => {
    const file = join(folder, 'made', 'node.log');
    createLog({ level: 'info', file }, true)('error', 'It failed.', {});
    expect(await readFile(file, 'utf8')).toContain('"msg":"It failed."');
  });
});

describe('failure', () => {
  const system = (code: string, path?: string): Error => Object.assign(new Error('low level'), { code, path });

  test('keeps the words of own errors', () => {
    expect(describeFailure(new NodeError('password', 'The password is wrong.'))).toEqual({
      code: 'password',
      message: 'The password is wrong.',
    });
    expect(describeFailure(new StoreError('full', 'The disk is full.'))).toEqual({
      code: 'full',
      message: 'The disk is full.',
    });
  });

  test('has a remedy for what the system refuses', () => {
    expect(describeFailure(system('ENOSPC', '/data'))).toEqual({
      code: 'ENOSPC',
      message: '/data: The disk is full. Free some space and try again.',
    });
    expect(describeFailure(system('EACCES')).message).toMatch(/permissions/);
  });

  test('shows where an unexpected error comes from', () => {
    expect(describeFailure(new TypeError('x is undefined')).message).toMatch(/x is undefined\n {4}at /);
    expect(describeFailure('odd')).toEqual({ code: 'unexpected', message: 'odd' });
  });

  test('tells usage from help', () => {
    expect(exitCodeOf(new CommanderError(0, 'commander.helpDisplayed', ''))).toBe(0);
    expect(exitCodeOf(new CommanderError(1, 'commander.unknownOption', ''))).toBe(2);
  });
});

describe('local network', () => {
  test('gives each validator the keys of its place in genesis', async () => {
    const { genesis, validators } = await createLocalNetwork({
      folder: join(folder, 'network'),
      name: 'parts',
      ports: [1, 2, 3].map((i) => ({ peers: 5000 + i, rpc: 0 })),
      policy: DEFAULT_POLICY,
      outputs: (owners) => owners.map((owner, i) => ({ owner, amount: BigInt(i + 1) })),
      entropy: systemEntropy,
    });
    expect(genesis.outputs.map(({ owner }) => owner)).toEqual(genesis.validators.map(({ owner }) => owner));
    for (const [index, validator] of validators.entries()) {
      const config = await readConfig(validator.config);
      expect(config.listen).toEqual(genesis.validators[index]!.addresses);
      const password = await readPasswordFile(config.passwordFile!);
      const master = await decryptMaster(await readFile(config.key, 'utf8'), password);
      const { publicKey } = createIdentitySigner(master, chainName(genesis));
      expect(publicKey).toEqual(genesis.validators[index]!.identity);
      const owner = await decryptMaster(await readFile(join(validator.folder, 'owner.json'), 'utf8'), password);
      expect(getPublicKey(owner)).toEqual(genesis.validators[index]!.owner);
    }
  });
});

describe('a network that may not start', () => {
  test('is not made', async () => {
    const refused = createLocalNetwork({
      folder: join(folder, 'refused'),
      name: 'parts',
      ports: [{ peers: 5000, rpc: 0 }],
      policy: { ...DEFAULT_POLICY, idleMs: 0 },
      outputs: () => [],
      entropy: systemEntropy,
    });
    await expect(refused).rejects.toMatchObject({ code: 'genesis-invalid' });
    expect(await readdir(folder)).not.toContain('refused');
  });
});

describe('status table', () => {
  const table = (change: Partial<typeof healthyStatus>, beacon: BeaconAnswer | null = null): string =>
    statusTable(answerStatus({ ...healthyStatus, ...change }), beacon);

  test('says what keeps a node from being ready', () => {
    expect(table({ halted: 'the disk is full' })).toContain(
      'not ready. The node has stopped taking part: the disk is full',
    );
    expect(table({ peers: [] })).toContain('not ready. 1 of 4 validators are connected, 3 are needed.');
    expect(table({ member: -1 })).toContain('observer of 4 validators');
    expect(table({ member: -1, validators: 1 })).toContain('observer of 1 validator\n');
    expect(table({ mempool: { transactions: 1, bytes: 0, waiting: 0 } })).toContain(' 1 transaction, 0 bytes, ');
    const silent = table({ member: -1, votesLost: true, peers: ['a', 'b', 'c'] });
    expect(silent).toMatch(
      /validator of 4 that signs nothing\n.*not ready\. The data does not know how the key has voted/,
    );
  });

  test('shows the last randomness', () => {
    expect(table({})).toMatch(/^random +none recorded yet$/m);
    const beacon = { epoch: 7, randomness: 'ab'.repeat(32), selection: 'cd'.repeat(32) };
    expect(table({}, beacon)).toMatch(/^random +(ab){32} \(epoch 7\)$/m);
  });

  test('shows how far the randomness under way is', () => {
    const [peer1, peer2] = healthyStatus.peers;
    const beacon = healthyStatus.beacon!;
    expect(table({})).toContain(
      `beacon    epoch 1, attempt 2, election view 1, dealing, led by ${peer1}, excluded: ${peer2}\n`,
    );
    const drawing = {
      ...beacon,
      phase: 'lottery',
      leader: undefined,
      excluded: [],
      withheld: [peer1!, peer2!],
    } as const;
    expect(table({ beacon: drawing })).toContain(`election view 1, lottery, withheld: ${peer1} ${peer2}\n`);
    expect(table({ beacon: undefined })).toContain('beacon    takes no part yet\n');
  });

  test.each([
    [0, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min 0 s'],
    [90_061_000, '1 d 1 h 1 min 1 s'],
  ])('%i ms are %s', (uptimeMs, text) => {
    expect(table({ uptimeMs })).toMatch(new RegExp(`up +${text}\n$`));
  });
});

test('the JSON schema that is shipped is that of the configuration', async () => {
  expect(JSON.parse(await readFile(shippedFile('config.schema.json'), 'utf8'))).toEqual(configJsonSchema());
});
