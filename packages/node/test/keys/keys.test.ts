import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { verify } from '@ios/crypto/ed25519';
import { KEY_KINDS } from '@ios/crypto/keys';
import { verifyPossession } from '@ios/crypto/possession';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemEntropy } from '../../src/entropy.ts';
import { createIdentitySigner } from '../../src/keys/identity-signer.ts';
import { decryptMaster, encryptMaster } from '../../src/keys/key-file.ts';
import { askPassword, generatePassword, readPasswordFile, type Terminal } from '../../src/keys/password.ts';
import { register } from '../../src/keys/register.ts';
import { readSecretFile, writeSecretFile } from '../../src/keys/secret-file.ts';
import { bytesOf, ownerOf } from '../genesis/sample.ts';

const failure = (code: string): unknown =>
  expect.objectContaining({ name: expect.stringMatching(/^(Node|Client)Error$/), code });
const master = bytesOf('master');
const chainName = bytesOf('chain name');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ios-keys-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('registration', () => {
  const registration = register({ master, chainName, owner: ownerOf('o'), addresses: [] }, systemEntropy);

  test('proves possession of all four keys', () => {
    for (const kind of KEY_KINDS) {
      const bound = { kind, chainName, identity: registration.identity, keyEpoch: 0 };
      expect(verifyPossession(bound, registration[kind], registration.proofs[kind]), kind).toBe(true);
    }
    expect(new Set(KEY_KINDS.map((kind) => Buffer.from(registration[kind]).toString('hex'))).size).toBe(4);
  });

  test('has the key that the signer signs with, on this chain alone', async () => {
    const signer = createIdentitySigner(master, chainName);
    expect(signer.publicKey).toEqual(registration.identity);
    const message = bytesOf('message');
    const signature = await signer.sign(message);
    expect(signature).toHaveLength(64);
    expect(verify(signature, message, registration.identity)).toBe(true);
    expect(createIdentitySigner(master, bytesOf('another')).publicKey).not.toEqual(registration.identity);
    expect(JSON.stringify(signer)).not.toContain('seed');
  });
});

describe('key file', () => {
  let file: string;
  beforeAll(async () => {
    file = await encryptMaster(master, 'correct horse', systemEntropy);
  });
  test('gives the secret back for its password, and does not hold it in clear', async () => {
    expect(await decryptMaster(file, 'correct horse')).toEqual(master);
    expect(file).not.toContain(Buffer.from(master).toString('hex'));
  });

  test('differs at every writing', async () => {
    expect(await encryptMaster(master, 'correct horse', systemEntropy)).not.toBe(file);
  });

  test('takes the forms of one Unicode password as one', async () => {
    const composed = await encryptMaster(master, 'caf\u00e9', systemEntropy);
    expect(await decryptMaster(composed, 'cafe\u0301')).toEqual(master);
  });

  test('says that a password is wrong', async () => {
    await expect(decryptMaster(file, 'correct horsf')).rejects.toThrow(failure('password'));
    await expect(decryptMaster(file, '')).rejects.toThrow(failure('password'));
  });

  test.each<[what: string, found: RegExp, put: string]>([
    ['ciphertext', /("ciphertext": ")../, '$1zz'],
    ['cost', /"n": 32768/, '"n": 524288'],
    ['odd cost', /"n": 32768/, '"n": 32769'],
    ['other cost', /"n": 32768/, '"n": 65536'],
    ['block size', /"r": 8/, '"r": 1048576'],
    ['cipher', /xchacha20-poly1305/, 'none'],
    ['version', /"version": 1/, '"version": 2'],
    ['fields', /"version"/, '"extra": 1, "version"'],
  ])('says that its %s is damaged, whatever the password', async (_, found, put) => {
    const damaged = file.replace(found, put);
    expect(damaged).not.toBe(file);
    await expect(decryptMaster(damaged, 'correct horse')).rejects.toThrow(failure('key-malformed'));
  });

  test.each(['salt', 'nonce', 'ciphertext', 'checksum'])('notices one changed digit of its %s', async (field) => {
    const damaged = file.replace(
      new RegExp(`("${field}": ")(.)`),
      (_, before, digit) => before + (digit === '0' ? 1 : 0),
    );
    expect(damaged).not.toBe(file);
    await expect(decryptMaster(damaged, 'correct horse')).rejects.toThrow(/checksum/);
  });

  test('refuses other texts', async () => {
    for (const text of ['', '{}', 'null', '[]', file.slice(1), `${file}x`]) {
      await expect(decryptMaster(text, 'correct horse')).rejects.toThrow(failure('key-malformed'));
    }
  });

  test('refuses an empty password and a secret of another length', async () => {
    await expect(encryptMaster(master, '', systemEntropy)).rejects.toThrow(failure('password'));
    await expect(encryptMaster(master.subarray(1), 'p', systemEntropy)).rejects.toThrow(failure('key-malformed'));
  });
});

describe('files with secrets', () => {
  test('are for their owner alone, and never overwritten', async () => {
    const path = join(folder, 'secret');
    await writeSecretFile(path, 'one');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readSecretFile(path)).toBe('one');
    await expect(writeSecretFile(path, 'two')).rejects.toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect(await readFile(path, 'utf8')).toBe('one');
  });

  test.each([0o640, 0o604, 0o620, 0o666])('are refused with other permissions', async (mode) => {
    const path = join(folder, `open-${mode}`);
    await writeSecretFile(path, 'one');
    await chmod(path, mode);
    await expect(readSecretFile(path)).rejects.toThrow(failure('permissions'));
    await expect(readPasswordFile(path)).rejects.toThrow(/chmod 600/);
  });

  test('are bounded and UTF-8', async () => {
    const path = join(folder, 'odd');
    await writeSecretFile(path, 'x'.repeat(4096));
    expect(await readSecretFile(path)).toHaveLength(4096);
    await writeFile(path, 'x'.repeat(4097));
    await expect(readSecretFile(path)).rejects.toThrow(failure('key-malformed'));
    await writeFile(path, Uint8Array.of(0xff, 0xfe));
    await expect(readSecretFile(path)).rejects.toThrow(failure('key-malformed'));
    await expect(readSecretFile(join(folder, 'absent'))).rejects.toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });
});

describe('password', () => {
  test('is one line of a file', async () => {
    for (const [text, password] of [
      ['secret', 'secret'],
      ['secret\n', 'secret'],
      ['secret\r\n', 'secret'],
      [' two words ', ' two words '],
    ] as const) {
      const path = join(folder, `password-${Buffer.from(text).toString('hex')}`);
      await writeSecretFile(path, text);
      expect(await readPasswordFile(path)).toBe(password);
    }
    for (const text of ['', '\n', 'one\ntwo\n', 'one\n\n']) {
      const path = join(folder, `bad-${Buffer.from(text).toString('hex')}`);
      await writeSecretFile(path, text);
      await expect(readPasswordFile(path)).rejects.toThrow(failure('password'));
    }
  });

  test('is generated with 128 bits', () => {
    expect(generatePassword(systemEntropy)).toMatch(/^[0-9a-f]{32}$/);
    expect(generatePassword(systemEntropy)).not.toBe(generatePassword(systemEntropy));
  });

  const terminal = (): { input: PassThrough & Terminal; raw: boolean[]; output: PassThrough } => {
    const raw: boolean[] = [];
    const setRawMode = (on: boolean): unknown => raw.push(on);
    return { input: Object.assign(new PassThrough(), { isTTY: true, setRawMode }), raw, output: new PassThrough() };
  };

  test('is typed on a terminal, with corrections, and not shown', async () => {
    const { input, raw, output } = terminal();
    const answer = askPassword('Password: ', input, output);
    for (const keys of ['sec', 'x\u007f', 'r', 'et', '\u{1f511}', '\u007f', '\r']) input.write(keys);
    expect(await answer).toBe('secret');
    expect(raw).toEqual([true, false]);
    expect(output.read().toString()).toBe('Password: \n');
  });

  test('is hidden from before it is asked for until after it was typed', async () => {
    const events: unknown[] = [];
    const setRawMode = (on: boolean): unknown => events.push(on);
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode });
    const output = new Writable({
      write(text, _encoding, done) {
        events.push(String(text));
        done();
      },
    });
    const answer = askPassword('Password: ', input, output);
    input.write('secret\r');
    await answer;
    expect(events).toEqual([true, 'Password: ', false, '\n']);
  });

  test('is not taken from Ctrl-C, an empty line or something that is no terminal', async () => {
    for (const keys of ['sec\u0003', '\r', '\u0004']) {
      const { input, output } = terminal();
      const answer = askPassword('Password: ', input, output);
      input.write(keys);
      await expect(answer).rejects.toThrow(failure('password'));
    }
    await expect(askPassword('Password: ', new PassThrough(), new PassThrough())).rejects.toThrow(/--password-file/);
  });
});
