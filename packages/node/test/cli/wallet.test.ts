import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeGenesisFile } from '@ios/client';
import { encodeAddress } from '@ios/ledger';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { encodeConfig } from '../../src/cli/config.ts';
import { tellWaiting } from '../../src/cli/wallet/waiting.ts';
import { systemEntropy } from '../../src/entropy.ts';
import { addKey } from '../../src/keys/keys-folder.ts';
import { writeSecretFile } from '../../src/keys/secret-file.ts';
import type { Node } from '../../src/node.ts';
import { createRpcServer, type RpcServer } from '../../src/rpc/server.ts';
import { genesis, machines, makeNode } from '../node-fixture.ts';
import { KEYS } from '../signed-fixture.ts';
import { inProcess } from './in-process.ts';

/** Four validators in this process, asked over a real server. Of 16 coins of 0.00001 IOS and a little more, `payer` has 4. */
let nodes: readonly Node[];
let server: RpcServer;
let folder: string;
const at = (name: string): string => join(folder, name);
const PAYER = KEYS[0]!;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ios-wallet-'));
  const place = machines();
  nodes = await Promise.all([0, 1, 2, 3].map((i) => makeNode(place, i)));
  await Promise.all(nodes.map((node) => node.start()));
  server = await createRpcServer({ service: nodes[0]!, listen: { host: '127.0.0.1', port: 0 }, log: () => {} });
  await writeFile(at('genesis.json'), encodeGenesisFile(genesis));
  const other = { ...genesis, policy: { ...genesis.policy, idleMs: genesis.policy.idleMs + 1 } };
  await writeFile(at('other.json'), encodeGenesisFile(other));
  await writeSecretFile(at('password'), 'a good password');
  const password = 'a good password';
  const payer = { name: 'payer', kind: 'owner', secret: new Uint8Array(32).fill(1), password } as const;
  await addKey(at('keys'), payer, systemEntropy);
  await addKey(at('keys'), { name: 'vera', kind: 'validator', secret: systemEntropy(32), password }, systemEntropy);
});
afterAll(async () => {
  await server.close();
  await Promise.all(nodes.map((node) => node.stop()));
  await rm(folder, { recursive: true });
});

const ios = (...args: string[]): ReturnType<typeof inProcess> => inProcess([...args, '--rpc', server.url]);
const send = (...args: string[]): ReturnType<typeof inProcess> =>
  ios('send', ...args, '--genesis', at('genesis.json'), '--keys', at('keys'), '--password-file', at('password'));
const PAYEE = encodeAddress(KEYS[1]!.publicKey);

describe('a payment', () => {
  test('is sent, becomes final, and is proved without a network', async () => {
    const before = JSON.parse((await ios('balance', PAYEE, '--json')).stdout);
    const { code, stdout, stderr } = await send(PAYEE, '0.000012', '--fee', '0.0000001', '--wait', '--json');
    expect(code).toBe(0);
    const { id, ...sent } = JSON.parse(stdout);
    expect(JSON.parse(stderr.split('\n')[0]!)).toEqual({ event: 'sent', id });
    expect(sent).toMatchObject({ to: PAYEE, amount: '0.000012', fee: '0.0000001', final: { index: 0 } });
    const { height } = sent.final;

    const after = JSON.parse((await ios('balance', PAYEE, '--json')).stdout);
    expect(BigInt(after.units) - BigInt(before.units)).toBe(1_200n);
    const followed = await ios('tx', id, '--follow');
    expect([followed.code, followed.stdout]).toEqual([
      0,
      expect.stringContaining(`final at height ${height}, place 0`),
    ]);
    const block = JSON.parse((await ios('block', String(height), '--json')).stdout);
    expect(block).toMatchObject({ height, hash: sent.final.block, transactions: [id] });

    const kept = await ios('proof', id, '-o', at('payment.proof'), '--genesis', at('genesis.json'));
    expect([kept.code, kept.stdout]).toEqual([0, expect.stringMatching(/Pays +0\.000012 IOS to ios1/)]);
    const verify = (proof: string, genesisFile: string): ReturnType<typeof inProcess> =>
      inProcess(['verify', at(proof), '--genesis', at(genesisFile), '--json']);
    expect(JSON.parse((await verify('payment.proof', 'genesis.json')).stdout)).toMatchObject({
      valid: true,
      id,
      height,
    });

    const elsewhere = await verify('payment.proof', 'other.json');
    expect([elsewhere.code, JSON.parse(elsewhere.stderr).error.code]).toEqual([1, 'proof']);
    expect(elsewhere.stderr).toMatch(/It is of another network, [0-9a-f]{64}: name the genesis of that one/);
    const forged = await readFile(at('payment.proof'));
    forged.writeUInt8(forged.readUInt8(300) ^ 1, 300);
    await writeFile(at('forged.proof'), forged);
    expect((await verify('forged.proof', 'genesis.json')).stderr).toMatch(/proves nothing in four nodes .*ios proof/);
    await writeFile(at('cut.proof'), forged.subarray(1));
    expect((await verify('cut.proof', 'genesis.json')).stderr).toMatch(
      /cut\.proof: These bytes are no finality proof\. It is damaged, or no file of ios proof/,
    );
    const asBeacon = await inProcess(['beacon', 'verify', at('payment.proof'), '--genesis', at('genesis.json')]);
    expect(asBeacon.stderr).toMatch(/It is a finality proof: ios verify is for it/);
    await writeFile(at('empty'), '');
    expect((await verify('empty', 'genesis.json')).stderr).toMatch(/It is empty/);
    await writeFile(at('other'), '{"version":1}');
    expect((await verify('other', 'genesis.json')).stderr).toMatch(/It is JSON, and a file to verify is not/);
    expect((await verify('genesis.json', 'genesis.json')).stderr).toMatch(
      /genesis\.json: .* It is a genesis: name it with --genesis/,
    );
    expect((await verify('absent.proof', 'genesis.json')).stderr).toMatch(/There is no proof at .*ios proof makes one/);
  });

  test('that is waited for is told of at once, and every five seconds until the end', () => {
    vi.useFakeTimers();
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const stopTelling = tellWaiting('ab', false);
      expect(write.mock.calls).toEqual([['Sent ab, waiting until it is final.\n']]);
      vi.advanceTimersByTime(10_000);
      expect(write.mock.calls.slice(1)).toEqual([
        ['Not final after 5 s, still waiting.\n'],
        ['Not final after 10 s, still waiting.\n'],
      ]);
      stopTelling();
      vi.advanceTimersByTime(60_000);
      expect(write).toHaveBeenCalledTimes(3);
    } finally {
      vi.restoreAllMocks();
      vi.useRealTimers();
    }
  });

  test('is told of when it was sent and not waited for', async () => {
    const { code, stdout } = await send('payer', '0.000001');
    expect(code).toBe(0);
    expect(stdout).toMatch(/Sent, not final yet\. ios tx [0-9a-f]{64} --follow tells\./);
  });

  test.each<[string[], RegExp]>([
    [[PAYEE, '1'], /Insufficient funds: have 0\.0000\d+ IOS, need 1 IOS/],
    [[`${PAYEE.slice(0, -1)}b`, '1'], /is no address: its characters or checksum are wrong\. Copy it again/],
    [
      [`${PAYEE.slice(0, -2)}${PAYEE.at(-1)}${PAYEE.at(-2)}`, '1'],
      /is no address: its characters or checksum are wrong\. Copy it again/,
    ],
    [['ios1xyz', '1'], /ios1xyz is no address: an address has 62 characters, not 7\. Copy it again/],
    [['nobody', '1'], /There is no key at .*nobody\.json\. Name an address/],
    [['vera', '1'], /is the key of a node, which owns nothing/],
    [[PAYEE, '1', '--from', 'vera'], /is the key of a node, which owns nothing/],
    [[PAYEE, '1', '--from', 'nobody'], /There is no key/],
  ])('%j fails with what to do', async (args, wanted) => {
    const { code, stdout, stderr } = await send(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(wanted);
  });

  test('is bound to a network that the user names, not the node', async () => {
    const unnamed = await ios('send', PAYEE, '1', '--keys', at('keys'), '--password-file', at('password'));
    expect([unnamed.code, unnamed.stderr]).toEqual([1, expect.stringMatching(/Which network is meant\?.*--genesis/)]);
    const words = ['--genesis', at('other.json'), '--keys', at('keys'), '--password-file', at('password')];
    const elsewhere = await ios('send', PAYEE, '0.000001', ...words, '--json');
    expect([elsewhere.code, JSON.parse(elsewhere.stderr).error]).toEqual([
      1,
      { code: 'rpc-answer', message: expect.stringMatching(/These nodes are of the network .*Name nodes of that one/) },
    ]);
  });

  test.each([
    [['send', PAYEE, '0']],
    [['send', PAYEE, '1e3']],
    [['send', PAYEE]],
    [['tx', 'abc']],
    [['block', '0']],
    [['block', 'last']],
    [['proof', '0'.repeat(64)]],
    [['verify', 'x']],
  ])('%j is wrong usage', async (args) => {
    expect((await inProcess(args)).code).toBe(2);
  });
});

describe('a node is asked', () => {
  test('for what it does not have', async () => {
    const id = '0'.repeat(64);
    const unknown = await ios('tx', id);
    expect([unknown.code, unknown.stdout]).toEqual([1, expect.stringContaining('unknown to this node')]);
    const proof = await ios('proof', id, '-o', at('none.proof'), '--genesis', at('genesis.json'));
    expect(proof.stderr).toMatch(/shows no final transaction 0{64}\. ios tx/);
    expect((await ios('block', '4000000000')).stderr).toMatch(/There is no block 4000000000 yet; the last is \d+/);
    expect((await ios('block', 'head')).code).toBe(0);
  });

  test('at the address of its configuration, unless that is any', async () => {
    const { port } = new URL(server.url);
    const config = (rpcPort: number): string =>
      encodeConfig({
        version: 1,
        genesis: 'genesis.json',
        key: 'key.json',
        data: 'data',
        listen: [],
        rpc: { host: '127.0.0.1', port: rpcPort },
        log: { level: 'info' },
      });
    await writeFile(at('config.json'), config(Number(port)));
    const { code, stdout } = await inProcess(['balance', 'payer', '--keys', at('keys'), '--config', at('config.json')]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/IOS in (1 output|\d outputs) of ios1/)]);
    await writeFile(at('config.json'), config(0));
    expect((await inProcess(['status', '--config', at('config.json')])).stderr).toMatch(/takes any free port.*--rpc/);
  });

  test('about the only owner key where none is named', async () => {
    expect((await ios('balance', '--keys', at('keys'))).stdout).toContain(encodeAddress(PAYER.publicKey));
    expect((await ios('balance', '--keys', at('none'))).stderr).toMatch(/Which key\?.*ios keys new NAME/);
  });

  test('and does not answer', async () => {
    const { code, stderr } = await inProcess(['balance', PAYEE, '--rpc', 'http://127.0.0.1:9']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot be reached .*Is it running/);
  });
});
