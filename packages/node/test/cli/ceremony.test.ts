import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { decodeGenesisFile } from '@ios/client';
import { encodeAddress } from '@ios/ledger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/cli/config.ts';
import { systemEntropy } from '../../src/entropy.ts';
import { checkGenesis } from '../../src/genesis/check.ts';
import { addKey } from '../../src/keys/keys-folder.ts';
import { writeSecretFile } from '../../src/keys/secret-file.ts';
import { ownerOf } from '../genesis/sample.ts';
import { inProcess } from './in-process.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
const rich = encodeAddress(ownerOf('rich'));
const fees = encodeAddress(ownerOf('fees'));

/** `ios` with the keys and the password of this test. */
const ios = (...args: string[]): ReturnType<typeof inProcess> => inProcess(args);
const withKeys = ['--password-file', 'password', '--keys', 'keys'];
const register = (ceremony: string, key: string, ...more: string[]): ReturnType<typeof inProcess> => {
  const own = [at(ceremony), '--key', key, '--owner', fees, '--as', at(key), ...more];
  return ios('ceremony', 'register', ...own, ...withKeys.map((word) => (word.startsWith('--') ? word : at(word))));
};
async function done(running: ReturnType<typeof inProcess>): Promise<string> {
  const { code, stdout, stderr } = await running;
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}
async function failure(running: ReturnType<typeof inProcess>): Promise<string> {
  const { code, stdout, stderr } = await running;
  expect([code, stdout]).toEqual([1, '']);
  return stderr;
}

/** A ceremony of two validators up to where both have shown their registrations. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ios-ceremony-'));
  await writeSecretFile(at('password'), 'a good password\n');
  for (const name of ['vera', 'otto', 'eve']) {
    const key = { name, kind: 'validator', secret: systemEntropy(32), password: 'a good password' } as const;
    await addKey(at('keys'), key, systemEntropy);
  }
  await writeFile(at('list'), `# who gets what\n${fees}=2.5 # the pool\n\n`);
  await writeFile(at('policy.json'), '{ "blockIntervalMs": 100 }');
  const options = ['--allocate', `${rich}=10`, '--allocations', at('list'), '--policy', at('policy.json')];
  await done(ios('ceremony', 'new', at('ceremony.json'), '--name', 'testnet', ...options));
  await done(register('ceremony.json', 'vera', '--address', '/ip4/192.0.2.1/tcp/7100'));
  await done(register('ceremony.json', 'otto'));
  const commitments = [at('vera.commitment.json'), at('otto.commitment.json')];
  await done(ios('ceremony', 'seal', at('ceremony.json'), ...commitments, '-o', at('sealed.json')));
  for (const name of ['vera', 'otto']) {
    await done(ios('ceremony', 'open', at('sealed.json'), at(`${name}.registration.json`)));
  }
  const openings = [at('vera.opening.json'), at('otto.opening.json')];
  await done(ios('ceremony', 'assemble', at('sealed.json'), ...openings, '-o', at('genesis.json')));
});
afterAll(() => rm(folder, { recursive: true }));

describe('ios ceremony', () => {
  test('ends with a genesis that passes, and that everybody can hold against the ceremony', async () => {
    const genesis = decodeGenesisFile(await readFile(at('genesis.json'), 'utf8'));
    checkGenesis(genesis);
    expect(genesis).toMatchObject({ name: 'testnet', policy: { blockIntervalMs: 100, idleMs: 2_000 } });
    expect(genesis.outputs.map(({ amount }) => amount)).toEqual([1_000_000_000n, 250_000_000n]);
    expect(genesis.validators.flatMap(({ addresses }) => addresses)).toEqual(['/ip4/192.0.2.1/tcp/7100']);
    expect(await done(ios('ceremony', 'verify', at('sealed.json'), at('genesis.json')))).toMatch(/is the outcome/);
  });

  test('divides validators into shards, and refuses where one is too likely to be unsafe', async () => {
    await done(
      ios('ceremony', 'new', at('two.json'), '--name', 'two shards', '--shards', '2', '--policy', at('policy.json')),
    );
    for (const name of ['vera', 'otto']) await done(register('two.json', name, '--as', at(`two-${name}`)));
    const files = (ending: string): string[] => ['vera', 'otto'].map((name) => at(`two-${name}.${ending}.json`));
    await done(ios('ceremony', 'seal', at('two.json'), ...files('commitment'), '-o', at('two-sealed.json')));
    for (const file of files('registration')) await done(ios('ceremony', 'open', at('two-sealed.json'), file));
    const assemble = (...more: string[]): ReturnType<typeof inProcess> =>
      ios('ceremony', 'assemble', at('two-sealed.json'), ...files('opening'), '-o', at('two-genesis.json'), ...more);
    expect(await failure(assemble())).toMatch(/1 of 2 validators faulty.*--allow-insecure/s);
    expect(await done(assemble('--allow-insecure'))).toMatch(/Shards {6}2/);
    const { policy } = decodeGenesisFile(await readFile(at('two-genesis.json'), 'utf8'));
    expect(policy).toMatchObject({ shards: 2, blockIntervalMs: 100, lockFee: 1_000n });
  });

  test('hides a registration until the list is closed', async () => {
    const commitment = await readFile(at('vera.commitment.json'), 'utf8');
    expect(Object.keys(JSON.parse(commitment))).toEqual(['version', 'ceremony', 'commitment']);
    expect((await stat(at('vera.registration.json'))).mode & 0o777).toBe(0o600);
  });

  test('refuses a validator that did not commit, one that changes its mind, and one that is missing', async () => {
    const assemble = (...openings: string[]): ReturnType<typeof inProcess> =>
      ios('ceremony', 'assemble', at('sealed.json'), ...openings.map(at), '-o', at('other.json'));
    expect(await failure(assemble('vera.opening.json'))).toMatch(
      /1 of 2 commitments have no registration: [0-9a-f]{64}/,
    );
    expect(await failure(assemble('vera.opening.json', 'vera.opening.json'))).toMatch(/or it is there twice/);
    const changed = (await readFile(at('vera.opening.json'), 'utf8')).replace('tcp/7100', 'tcp/7101');
    await writeFile(at('changed.json'), changed);
    expect(await failure(assemble('changed.json', 'otto.opening.json'))).toMatch(/not one that was committed to/);
    expect(await failure(assemble('vera.commitment.json'))).toMatch(/This is no registration/);
  });

  test('refuses a registration that was not opened', async () => {
    const unopened = JSON.parse(await readFile(at('vera.opening.json'), 'utf8'));
    delete unopened.shownFor;
    await writeFile(at('unopened.json'), JSON.stringify(unopened));
    const refused = ios('ceremony', 'assemble', at('sealed.json'), at('unopened.json'), '-o', at('other.json'));
    expect(await failure(refused)).toMatch(/not opened/);
  });

  test('shows a registration for one closed list alone, in which its commitment is', async () => {
    await done(register('ceremony.json', 'eve'));
    const kept = at('eve.registration.json');
    expect(await failure(ios('ceremony', 'open', at('sealed.json'), kept))).toMatch(/Your commitment is not in/);
    const seal = (name: string, ...commitments: string[]): Promise<string> =>
      done(ios('ceremony', 'seal', at('ceremony.json'), ...commitments.map(at), '-o', at(name)));
    await seal('alone.json', 'eve.commitment.json');
    await seal('pair.json', 'eve.commitment.json', 'vera.commitment.json');
    await done(ios('ceremony', 'open', at('alone.json'), kept, '-o', at('first.json')));
    expect(await failure(ios('ceremony', 'open', at('pair.json'), kept, '-o', at('second.json')))).toMatch(
      /shown for another closed list/,
    );
    const opened = ios('ceremony', 'assemble', at('pair.json'), at('first.json'), '-o', at('other.json'));
    expect(await failure(opened)).toMatch(/opened for another sealed ceremony/);
  });

  test('refuses commitments and registrations of another ceremony', async () => {
    await done(ios('ceremony', 'new', at('twin.json'), '--name', 'testnet'));
    const commitments = [at('vera.commitment.json')];
    const mixed = ios('ceremony', 'seal', at('twin.json'), ...commitments, '-o', at('twin-sealed.json'));
    expect(await failure(mixed)).toMatch(/for another ceremony/);
    const copied = [...commitments, ...commitments];
    expect(await failure(ios('ceremony', 'seal', at('ceremony.json'), ...copied, '-o', at('copied.json')))).toMatch(
      /is there twice/,
    );
    expect(await failure(ios('ceremony', 'open', at('sealed.json'), at('genesis.json')))).toMatch(/no registration/);
    expect(await failure(ios('ceremony', 'seal', at('genesis.json'), ...commitments, '-o', at('x.json')))).toMatch(
      /it names validators/,
    );
  });

  test('sees a genesis that is not the outcome', async () => {
    const text = await readFile(at('genesis.json'), 'utf8');
    await writeFile(at('richer.json'), text.replace('"1000000000"', '"2000000000"'));
    expect(await failure(ios('ceremony', 'verify', at('sealed.json'), at('richer.json')))).toMatch(/outputs or policy/);
    const fewer = JSON.parse(text);
    fewer.validators.pop();
    await writeFile(at('fewer.json'), JSON.stringify(fewer));
    expect(await failure(ios('ceremony', 'verify', at('sealed.json'), at('fewer.json')))).toMatch(/1 of 2 commitments/);
  });

  test('begins with what can be a network alone', async () => {
    const begin = (...args: string[]): ReturnType<typeof inProcess> => ios('ceremony', 'new', at('bad.json'), ...args);
    expect(await failure(begin('--name', 'a/b'))).toMatch(/no encoding/);
    await writeFile(at('list-bad'), `${fees}=1\n${fees}=x\n`);
    expect(await failure(begin('--name', 'a', '--allocations', at('list-bad')))).toMatch(/list-bad, line 2: Wanted/);
    for (const [policy, wanted] of [
      ['{ "idleMs": 10 }', /idleMs is 10/],
      ['{ "idle": 10 }', /Unrecognized key/],
      ['{', /not JSON/],
    ] as const) {
      await writeFile(at('policy-bad'), policy);
      expect(await failure(begin('--name', 'a', '--policy', at('policy-bad')))).toMatch(wanted);
    }
    expect(await failure(ios('ceremony', 'new', at('ceremony.json'), '--name', 'a'))).toMatch(/is there already/);
    expect(await failure(register('ceremony.json', 'nobody'))).toMatch(/There is no key at .*ios keys list/);
    expect(await failure(register('ceremony.json', 'eve', '--address', '192.0.2.1:7100'))).toMatch(/has the address/);
  });
});

describe('ios join', () => {
  const join_ = (name: string, ...args: string[]): ReturnType<typeof inProcess> =>
    ios(
      'join',
      at(name),
      '--genesis',
      at('genesis.json'),
      '--password-file',
      at('password'),
      '--keys',
      at('keys'),
      ...args,
    );

  test('makes the folder of a validator, whose key stays where it is', async () => {
    const { config, member, chain } = JSON.parse(await done(join_('node', '--key', 'vera', '--json')));
    const { rpc } = await readConfig(config);
    expect([0, 1]).toContain(member);
    expect(chain).toMatch(/^[0-9a-f]{64}$/);
    expect(await readConfig(config)).toMatchObject({
      genesis: at('node/genesis.json'),
      key: at('keys/vera.json'),
      passwordFile: at('password'),
      data: at('node/data'),
      listen: ['/ip4/192.0.2.1/tcp/7100'],
      rpc: { host: '127.0.0.1' },
    });
    expect(rpc.port % 2).toBe(1);
    expect(rpc.port).toBeGreaterThanOrEqual(7101);
    expect(await failure(join_('node', '--key', 'vera'))).toMatch(/not empty/);
  });

  test('finds the key in a folder that was named from the folder of the caller', async () => {
    const keys = relative(process.cwd(), at('keys'));
    const made = await done(join_('near', '--key', 'vera', '--keys', keys, '--json'));
    expect(await readConfig(JSON.parse(made).config)).toMatchObject({ key: at('keys/vera.json') });
  });

  test('makes the folder of an observer with a key of its own', async () => {
    const { config } = JSON.parse(
      await done(join_('watch', '--json', '--rpc-port', '0', '--listen', '/ip4/127.0.0.1/tcp/0')),
    );
    expect(await readConfig(config)).toMatchObject({
      key: at('watch/key.json'),
      passwordFile: at('watch/password'),
      listen: ['/ip4/127.0.0.1/tcp/0'],
    });
  });

  test('takes no port for RPC on which somebody listens', async () => {
    const rpcPort = async (name: string, ...args: string[]): Promise<number> =>
      (await readConfig(JSON.parse(await done(join_(name, '--json', ...args))).config)).rpc.port;
    const free = await rpcPort('first');
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(free, '127.0.0.1', resolve));
    expect(await rpcPort('second')).toBeGreaterThan(free);
    expect(await failure(join_('third', '--rpc-port', String(free)))).toMatch(
      new RegExp(`Another program listens on 127\\.0\\.0\\.1:${free}\\. Choose another --rpc-port`),
    );
    await new Promise((resolve) => taken.close(resolve));
    expect(await rpcPort('fourth', '--rpc-port', String(free))).toBe(free);
  });

  test('refuses a key of somebody else, and a genesis with another hash than wanted', async () => {
    expect(await failure(join_('eve', '--key', 'eve'))).toMatch(/eve is no validator of testnet.*ceremony/);
    expect(await failure(join_('x', '--hash', '0'.repeat(64)))).toMatch(/has the hash [0-9a-f]{64}, not 0{64}/);
    expect((await join_('x', '--hash', 'abc')).code).toBe(2);
    const { code, stderr } = await ios('join', at('x'), '--genesis', 'http://127.0.0.1:9');
    expect([code, stderr]).toEqual([2, expect.stringContaining('--hash')]);
    const away = ios('join', at('x'), '--genesis', 'http://127.0.0.1:9', '--hash', '0'.repeat(64));
    expect(await failure(away)).toMatch(/does not answer/);
  });
});
