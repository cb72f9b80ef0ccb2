import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placementOver } from '@ios/atomix';
import { deriveOwnerKey, encodeGenesisFile, genesisHash, type OwnerKey, ownerKey } from '@ios/client';
import { verify } from '@ios/crypto/ed25519';
import { assembleBlock, decodeTransaction, encodeBlock, signingMessage } from '@ios/ledger';
import { hexToBytes } from '@noble/hashes/utils.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemEntropy } from '../../src/entropy.ts';
import { nodeHasher } from '../../src/hasher.ts';
import { addKey } from '../../src/keys/keys-folder.ts';
import { writeSecretFile } from '../../src/keys/secret-file.ts';
import { createRpcServer, type RpcServer } from '../../src/rpc/server.ts';
import type { TransactionStatus } from '../../src/service.ts';
import { bytesOf } from '../genesis/sample.ts';
import { genesis } from '../node-fixture.ts';
import { createFakeService, type FakeService, healthyStatus } from '../rpc/fake-service.ts';
import { coins, KEYS as OWNERS } from '../shards-fixture.ts';
import { transferBy } from '../signed-fixture.ts';
import { inProcess } from './in-process.ts';

const chain = genesisHash(genesis);
const place = placementOver(2);
const ownerIn = (shard: number): OwnerKey =>
  [...Array(20).keys()]
    .map((index) => deriveOwnerKey(new Uint8Array(32).fill(3), index))
    .find(({ publicKey }) => place(publicKey) === shard)!;

/** The seed of an owner key that lives in a shard. */
const seedIn = (shard: number): Uint8Array =>
  [...Array(20).keys()]
    .map((index) => new Uint8Array(32).fill(index + 1))
    .find((seed) => place(ownerKey(seed).publicKey) === shard)!;

/** A server of each of two shards, with scripted nodes behind them. */
let services: readonly FakeService[];
let servers: readonly RpcServer[];
beforeEach(async () => {
  services = [0, 1].map((shard) => {
    const service = createFakeService();
    service.state = { ...healthyStatus, chain, shard };
    return service;
  });
  const listen = { host: '127.0.0.1', port: 0 };
  servers = await Promise.all(services.map((service) => createRpcServer({ service, listen, log: () => {} })));
});
afterEach(() => Promise.all(servers.map((server) => server.close())));

const ios = (...args: string[]): ReturnType<typeof inProcess> =>
  inProcess([...args, ...servers.flatMap(({ url }) => ['--rpc', url])]);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const id = hex(bytesOf('across'));
const block = bytesOf('block');
const at = { height: 5, index: 0, block };

/** Lets each node say one thing after another of the transaction, the last for ever. */
const say = (...scripts: readonly TransactionStatus[][]): void => {
  for (const [shard, states] of scripts.entries()) {
    let next = 0;
    services[shard]!.transaction = async () => states[Math.min(next++, states.length - 1)]!;
  }
};
const committed: TransactionStatus = { status: 'committed', height: 9, block, accepted: { height: 5, index: 0 } };

describe('ios tx', () => {
  test('follows each shard, and says what their words come to', async () => {
    say([{ status: 'pending' }, { status: 'locked', ...at }, committed], [{ status: 'locked', ...at }]);
    const shown = ios('tx', id, '--follow');
    setTimeout(() => say([committed], [committed]), 1_500);
    const { code, stdout } = await shown;
    const lines = stdout.trim().split('\n');
    expect(code).toBe(0);
    expect(lines.slice(0, 3)).toEqual([
      'shard 0  pending: valid, and in no block yet',
      'shard 1  locked at height 5, place 0: accepted, and not decided here',
      'locked: a shard holds what it spends, and the shards have not decided',
    ]);
    expect(lines.slice(-3)).toEqual([
      expect.stringMatching(/^shard 0 {2}committed at height 9/),
      'committed: every shard has, or will',
      expect.stringMatching(/^shard 1 {2}committed at height 9/),
    ]);
  });

  describe('of a payment from shard 0 to shard 1, which its block tells', () => {
    const { transaction, id: paid } = transferBy(
      chain,
      OWNERS,
      [coins[0]!],
      [{ amount: 9_990n, owner: OWNERS[4]!.publicKey }],
    );
    const position = {
      chain,
      shard: 0,
      epoch: 0,
      stepEntry: chain,
      height: 5,
      previous: chain,
      executionDigest: chain,
    };
    const bytes = encodeBlock(
      assembleBlock({ ...position, outboxRoot: chain, proposer: 0 }, new Uint8Array(0), [transaction], nodeHasher),
    );
    const final: TransactionStatus = { status: 'final', ...at };
    beforeEach(() => {
      services[0]!.block = async () => ({ bytes, hash: block, certificate: block });
    });

    test('goes on until the last credit', async () => {
      say(
        [final],
        [{ status: 'unknown' }, { status: 'unknown' }, { status: 'unknown' }, { status: 'credited', height: 8, block }],
      );
      const { code, stdout } = await ios('tx', hex(paid), '--follow');
      expect([code, stdout]).toEqual([0, expect.stringMatching(/shard 1 {2}credited at height 8, block .*\n$/)]);
    });

    test('names the shard that stays silent', async () => {
      say([final], [{ status: 'unknown' }]);
      const { code, stderr } = await ios('tx', hex(paid), '--follow', '--timeout', '1');
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/is committed, but shard 1 has not shown its part within 1 s/),
      ]);
    });

    test('names the shard of which no node was given', async () => {
      say([final]);
      const { code, stderr } = await inProcess(['tx', hex(paid), '--follow', '--rpc', servers[0]!.url]);
      expect([code, stderr]).toEqual([
        0,
        'Not seen: what shard 1 makes of it, for no node given is of it. Add one with --rpc.\n',
      ]);
    });

    test('believes no block that has another transaction in that place', async () => {
      say([final], [{ status: 'unknown' }]);
      expect((await ios('tx', id, '--follow')).stdout).toMatch(/^shard 0 {2}final at /);
    });
  });

  test('prints an event a line as JSON, and fails where the shards gave up', async () => {
    const aborted: TransactionStatus = { status: 'aborted', height: 7, block, reason: 'rejected', shard: 1 };
    say([{ status: 'locked', ...at }, aborted], [{ status: 'refused', height: 6 }]);
    const { code, stdout } = await ios('tx', id, '--follow', '--json');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { event: 'step', id, shard: 0, answer: { status: 'locked', height: 5, index: 0, block: hex(block) } },
      { event: 'step', id, shard: 1, answer: { status: 'refused', height: 6 } },
      { event: 'transaction', id, status: 'aborted', reason: 'rejected', shard: 1 },
      { event: 'step', id, shard: 0, answer: { ...aborted, block: hex(block) } },
    ]);
    expect(code).toBe(1);
  });

  test('passes over shards that have no part in it', async () => {
    say([{ status: 'final', ...at }], [{ status: 'unknown' }]);
    const { code, stdout } = await ios('tx', id);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^shard 0 {2}final at .*\ncommitted: .*\n$/)]);
    say([{ status: 'unknown' }], [{ status: 'unknown' }]);
    const unknown = await ios('tx', id);
    expect([unknown.code, unknown.stdout]).toEqual([1, expect.stringMatching(/^unknown to these nodes: .*\n$/)]);
  });
});

describe('ios balance', () => {
  test("asks a node of the owner's shard, and names a shard that has none", async () => {
    services[0]!.balance = () => ({ amount: 5n, outputs: 1 });
    const [first, second] = [ownerIn(0).address, ownerIn(1).address];
    expect(JSON.parse((await ios('balance', first, '--json')).stdout)).toMatchObject({ units: '5', shard: 0 });
    expect((await ios('balance', second)).stdout).toMatch(/ in 2 outputs of ios1.*, shard 1\n$/);
    const { code, stderr } = await inProcess(['balance', second, '--rpc', servers[0]!.url]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/Shard 1 is needed.* is of shard 0\. Add one that is/)]);
  });

  test('goes to another node of the shard where one is down', async () => {
    const owner = ownerIn(1).address;
    const args = ['balance', owner, '--rpc', 'http://127.0.0.1:9', '--rpc', servers[1]!.url];
    expect((await inProcess(args)).code).toBe(0);
  });
});

describe('ios send', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ios-shards-'));
    const two = { ...genesis, policy: { ...genesis.policy, shards: 2 } };
    await writeFile(join(folder, 'genesis.json'), encodeGenesisFile(two));
    await writeSecretFile(join(folder, 'password'), 'a good password');
    for (const [shard, service] of services.entries()) {
      const payer = {
        name: `payer-${shard}`,
        kind: 'owner',
        secret: seedIn(shard),
        password: 'a good password',
      } as const;
      await addKey(join(folder, 'keys'), payer, systemEntropy);
      service.state = { ...service.state, chain: genesisHash(two) };
      const outpoint = { id: bytesOf(`coin ${shard}`), index: 0 };
      service.outputs = (owner) => [{ outpoint, output: { amount: 9n, owner } }];
      service.submit = async (bytes, from) => {
        service.submitted.push({ bytes, from });
        return { id: bytesOf('sent'), status: 'pending' };
      };
    }
  });
  afterEach(() => rm(folder, { recursive: true }));

  const send = (to: OwnerKey, amount: string, ...args: string[]): ReturnType<typeof inProcess> => {
    const at = (name: string): string => join(folder, name);
    const files = ['--keys', at('keys'), '--genesis', at('genesis.json'), '--password-file', at('password')];
    return ios('send', to.address, amount, ...files, ...args);
  };

  test("hands a payment to the payer's shard alone", async () => {
    const { code, stdout, stderr } = await send(ownerIn(0), '0.00000001', '--from', 'payer-1');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/Sent, not final yet/);
    expect(services.map(({ submitted }) => submitted.length)).toEqual([0, 1]);
  });

  test('over coins of two shards, each of which signs for its own, waits until a voter has committed', async () => {
    say([{ status: 'locked', ...at }, committed], [{ status: 'locked', ...at }, committed]);
    const from = ['--from', 'payer-1', '--from', 'payer-0'];
    const { code, stdout } = await send(ownerIn(1), '0.00000015', ...from, '--wait', '--json');
    const sent = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(sent).toMatchObject({ voters: [0, 1], committed: true, final: null });
    const handed = services.map(({ submitted }) => submitted.map(({ bytes }) => hex(bytes)));
    expect(handed[0]).toEqual(handed[1]);
    const { body, witnesses } = decodeTransaction(services[0]!.submitted[0]!.bytes);
    expect(body.inputs.map(({ owner }) => place(owner)).sort()).toEqual([0, 1]);
    // The change of 3 units goes to the first key that was named.
    expect(body.outputs[1]).toEqual({ amount: 3n, owner: ownerKey(seedIn(1)).publicKey });
    for (const [k, { owner }] of body.inputs.entries())
      expect(verify(witnesses[k]!, signingMessage(hexToBytes(sent.id)), owner)).toBe(true);
  });

  test('takes coins of the keys alone that are named', async () => {
    const { code, stderr } = await send(ownerIn(1), '0.00000015', '--from', 'payer-0');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/Insufficient funds/)]);
  });
});
