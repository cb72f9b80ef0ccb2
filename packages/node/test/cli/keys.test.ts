import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { placementOver } from '@ios/atomix';
import { encodeGenesisFile } from '@ios/client';
import { getPublicKey } from '@ios/crypto/ed25519';
import { taggedHash } from '@ios/crypto/transcript';
import { encodeAddress } from '@ios/ledger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { userKeysFolder } from '../../src/cli/folders.ts';
import { createLocalNetwork } from '../../src/cli/local-network.ts';
import { systemEntropy } from '../../src/entropy.ts';
import { DEFAULT_POLICY } from '../../src/genesis/policy.ts';
import { decryptMaster, encryptMaster, labelOf } from '../../src/keys/key-file.ts';
import { addKey, labelFor, openKey } from '../../src/keys/keys-folder.ts';
import { askNewPassword, readPipedPassword, type Terminal } from '../../src/keys/password.ts';
import { writeSecretFile } from '../../src/keys/secret-file.ts';
import { sampleGenesis } from '../genesis/sample.ts';
import { inProcess } from './in-process.ts';

let folder: string;
let keys: string;
let password: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ios-keys-'));
  keys = join(folder, 'made', 'keys');
  password = join(folder, 'password');
  await writeSecretFile(password, 'a good password\n');
});
afterAll(() => rm(folder, { recursive: true }));

/** `ios keys` in the folder of this test, with its password. */
const ios = (...args: string[]): ReturnType<typeof inProcess> =>
  inProcess(['keys', ...args, '--keys', keys, ...(args[0] === 'list' ? [] : ['--password-file', password])]);
const failed = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await ios(...args);
  expect([code, stdout]).toEqual([1, '']);
  return stderr;
};

describe('ios keys', () => {
  test('makes, lists and shows keys; the file is for its owner alone and opens with the password', async () => {
    expect((await ios('list')).stdout).toMatch(/There are no keys in .* ios keys new NAME/);
    const made = await ios('new', 'alice', '--json');
    const { address, file } = JSON.parse(made.stdout);
    expect(await readdir(keys)).toEqual(['alice.json']);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(keys)).mode & 0o777).toBe(0o700);
    expect(encodeAddress(getPublicKey(await openKey(file, 'a good password')))).toBe(address);
    expect((await ios('new', 'vera', '--kind', 'validator')).stdout).toMatch(/Kind +validator\n/);
    expect((await ios('list')).stdout).toBe(`alice  owner      ${address}\nvera   validator\n`);
    expect(JSON.parse((await ios('show', 'alice', '--json')).stdout)).toMatchObject({ name: 'alice', address, file });
    expect(await failed('new', 'alice')).toMatch(/There is a key called alice at .*Choose another name/);
    expect(await failed('show', 'bob')).toMatch(/There is no key at .*bob\.json\. ios keys list/);
  });

  test('imports a seed and a key file, and refuses what is neither', async () => {
    const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
    const address = encodeAddress(getPublicKey(Buffer.from(seed, 'hex')));
    const seedFile = join(folder, 'seed');
    await writeSecretFile(seedFile, `${seed}\n`);
    expect((await ios('import', 'known', '--seed-file', seedFile)).stdout).toContain(address);

    const unlabelled = join(folder, 'unlabelled.json');
    await writeSecretFile(unlabelled, await encryptMaster(Buffer.from(seed, 'hex'), 'a good password', systemEntropy));
    expect((await ios('import', 'other', '--key-file', unlabelled)).stdout).toContain(address);

    await writeFile(seedFile, seed.slice(1));
    expect(await failed('import', 'third', '--seed-file', seedFile)).toMatch(/64 hexadecimal digits are wanted/);
    await chmod(seedFile, 0o644);
    expect(await failed('import', 'third', '--seed-file', seedFile)).toMatch(/chmod 600/);
    expect(await failed('import', 'third', '--key-file', join(folder, 'absent'))).toMatch(/There is no key file/);
    expect(await failed('import', 'third')).toMatch(/no terminal .*--seed-file/);
    expect(await readdir(keys)).not.toContain('third.json');
  });

  test('exports an encrypted copy; the secret itself only to who insists and confirms', async () => {
    const copy = join(folder, 'copy.json');
    expect((await ios('export', 'alice', '-o', copy)).code).toBe(0);
    expect((await stat(copy)).mode & 0o777).toBe(0o600);
    const secret = Buffer.from(await openKey(copy, 'a good password')).toString('hex');
    expect(await failed('export', 'alice', '-o', copy)).toMatch(/there already/);
    expect(await failed('export', 'alice', '--unencrypted')).toMatch(/no terminal to ask on.*--confirm alice/);
    expect(await failed('export', 'alice', '--unencrypted', '--confirm', 'vera')).toMatch(/Nothing was shown/);
    expect((await ios('export', 'alice', '--unencrypted', '--confirm', 'alice')).stdout).toBe(`${secret}\n`);
    expect((await ios('export', 'alice')).code).toBe(2);
    expect((await ios('export', 'alice', '--unencrypted', '-o', copy)).code).toBe(2);
  });

  test('tells who a validator key is in a network', async () => {
    const network = join(folder, 'network');
    await createLocalNetwork({
      folder: network,
      name: 'keys',
      ports: [{ peers: 5000, rpc: 0 }],
      policy: DEFAULT_POLICY,
      outputs: () => [],
      password: 'a good password',
      entropy: systemEntropy,
    });
    const keyFile = join(network, 'validator-0', 'key.json');
    expect((await ios('import', 'member', '--kind', 'validator', '--key-file', keyFile)).code).toBe(0);
    const genesis = join(network, 'genesis.json');
    const { identity, member } = JSON.parse((await ios('show', 'member', '--genesis', genesis, '--json')).stdout);
    expect(member).toBe(0);
    expect(await readFile(genesis, 'utf8')).toContain(`"identity": "${identity}"`);
    expect((await ios('show', 'vera', '--genesis', genesis)).stdout).toContain('keys, where it is no validator');
  });

  test('lists a damaged key as one', async () => {
    await mkdir(keys, { recursive: true });
    await writeSecretFile(join(keys, 'torn.json'), '{');
    const { stdout, code } = await ios('list', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).keys).toContainEqual({
      name: 'torn',
      file: join(keys, 'torn.json'),
      problem: expect.stringContaining('not JSON'),
    });
  });

  test.each([
    ['new', '../alice'],
    ['new', '.hidden'],
    ['new', 'x'.repeat(65)],
    ['new', 'x', '--kind', 'king'],
    ['new', 'x', '--password-stdin'],
    ['import', 'x', '--seed-file', 'a', '--key-file', 'b'],
  ])('%s %s is wrong usage', async (...args) => {
    expect((await ios(...args)).code).toBe(2);
  });
});

describe('a label', () => {
  const secret = new Uint8Array(32).fill(7);

  test('cannot be changed or taken away unnoticed', async () => {
    const text = await encryptMaster(secret, 'p', systemEntropy, labelFor('owner', secret));
    expect(labelOf(text)).toEqual({ kind: 'owner', owner: getPublicKey(secret) });
    expect(await decryptMaster(text, 'p')).toEqual(secret);
    const { label, ...rest } = JSON.parse(text);
    const changes = [rest, { ...rest, label: { kind: 'validator' } }, { ...rest, label: { ...label, extra: 1 } }];
    for (const changed of changes) {
      await expect(decryptMaster(JSON.stringify(changed), 'p')).rejects.toMatchObject({ code: 'key-malformed' });
    }
  });

  test('cannot be changed together with the checksum', async () => {
    const text = await encryptMaster(secret, 'p', systemEntropy, labelFor('owner', secret));
    const file = JSON.parse(text);
    const [salt, nonce, ciphertext] = [file.kdf.salt, file.cipher.nonce, file.ciphertext].map((hex: string) =>
      Buffer.from(hex, 'hex'),
    );
    const cost = Buffer.from('ios/client/v1/key-file scrypt 32768 8 1 ');
    const bound = [nonce, ciphertext, cost, salt, Buffer.from('validator')] as Uint8Array[];
    const checksum = taggedHash('ios/client/v1/key-file', ...bound);
    const forged = { ...file, label: { kind: 'validator' }, checksum: Buffer.from(checksum).toString('hex') };
    await expect(decryptMaster(JSON.stringify(forged), 'p')).rejects.toMatchObject({ code: 'password' });
  });

  test('of another key is refused when the key is opened', async () => {
    const file = join(folder, 'liar.json');
    const other = labelFor('owner', new Uint8Array(32).fill(8));
    await writeSecretFile(file, await encryptMaster(secret, 'p', systemEntropy, other));
    await expect(openKey(file, 'p')).rejects.toMatchObject({ code: 'key-malformed' });
  });

  test('is in every key of a folder', async () => {
    const at = join(folder, 'direct');
    const { file } = await addKey(at, { name: 'k', kind: 'owner', secret, password: 'p' }, systemEntropy);
    expect(labelOf(await readFile(file, 'utf8'))).toEqual(labelFor('owner', secret));
  });
});

describe('a password', () => {
  const terminal = (): PassThrough & Terminal =>
    Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });

  test('that is new is asked for twice', async () => {
    for (const [second, wanted] of [
      ['secret', true],
      ['sceret', false],
    ] as const) {
      const input = terminal();
      const answer = askNewPassword('alice', input, new PassThrough());
      input.write('secret\r');
      setImmediate(() => setImmediate(() => input.write(`${second}\r`)));
      if (wanted) expect(await answer).toBe('secret');
      else await expect(answer).rejects.toThrow(/not the same/);
    }
  });

  test.each([
    ['secret\n', 'secret'],
    [' two words', ' two words'],
    ['', undefined],
    ['one\ntwo\n', undefined],
    ['x'.repeat(4097), undefined],
    [Buffer.from([0xff, 0xfe]), undefined],
  ])('comes through a pipe as one line: %j', async (text, wanted) => {
    const input = new PassThrough();
    input.end(text);
    if (wanted !== undefined) expect(await readPipedPassword(input)).toBe(wanted);
    else await expect(readPipedPassword(input)).rejects.toMatchObject({ code: 'password' });
  });

  test('does not come through a pipe that is a terminal', async () => {
    await expect(readPipedPassword(terminal())).rejects.toThrow(/Leave out --password-stdin/);
  });
});

test('keys lie where the user keeps configuration', () => {
  expect(userKeysFolder({ XDG_CONFIG_HOME: '/x' }, '/h')).toBe(join('/x', 'ios', 'keys'));
  expect(userKeysFolder({ XDG_CONFIG_HOME: 'x' }, '/h')).toBe(join('/h', '.config', 'ios', 'keys'));
  expect(userKeysFolder({}, '/h')).toBe(join('/h', '.config', 'ios', 'keys'));
});

test('ios keys new --colocate makes a key in the shard that is wanted, by its number or by a key that is there, and ios keys show tells it', async () => {
  const genesis = join(folder, 'three-shards.json');
  const sample = sampleGenesis(4);
  const own = (...args: string[]) =>
    inProcess(['keys', ...args, '--keys', join(folder, 'colocated'), '--password-file', password]);
  await writeFile(genesis, encodeGenesisFile({ ...sample, policy: { ...sample.policy, shards: 3 } }));
  const shardOf = ({ stdout }: { stdout: string }): number =>
    placementOver(3)(new Uint8Array(Buffer.from(JSON.parse(stdout).owner, 'hex')));
  const made = (name: string, where: string) => own('new', name, '--colocate', where, '--genesis', genesis, '--json');
  for (const shard of [0, 1, 2]) expect(shardOf(await made(`in-${shard}`, `${shard}`))).toBe(shard);
  expect(shardOf(await made('beside', 'in-2'))).toBe(2);
  const shown = await own('show', 'in-1', '--genesis', genesis, '--json');
  expect(JSON.parse(shown.stdout)).toMatchObject({ network: sample.name, shard: 1 });
  expect((await own('show', 'in-2', '--genesis', genesis)).stdout).toMatch(/its coins in shard 2 of 3\n$/);
  expect((await own('new', 'nowhere', '--colocate', '3', '--genesis', genesis)).stderr).toMatch(
    /has the shards 0 to 2, and no 3/,
  );
  expect((await own('new', 'nowhere', '--colocate', '1')).code).toBe(2);
  const validator = ['new', 'nowhere', '--kind', 'validator', '--colocate', '1', '--genesis', genesis];
  expect((await own(...validator)).code).toBe(2);
});
