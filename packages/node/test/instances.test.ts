import type { Command, Committee } from '@ios/bft';
import { createScheduler } from '@ios/simulator';
import { describe, expect, it } from 'vitest';
import type { Application } from '../src/instance/instance.ts';
import { createInstances, type Instances } from '../src/instances.ts';
import { noMeter } from '../src/metrics/meter.ts';
import { listedCertificates } from '../src/shard/certificates.ts';
import { NO_STEP_ENTRY } from '../src/shard/committee.ts';
import { createMemoryDisk } from '../src/store/memory.ts';
import { createInlineVerifier } from '../src/verifier.ts';
import { CHAIN, openDisk } from './chain-fixture.ts';

const committee = (...names: readonly string[]): Committee =>
  names.map((peer, i) => ({ peer, key: new Uint8Array(32).fill(i) }));
const ROSTER = committee('a', 'b', 'c', 'd');
const MEMBERS = ROSTER.slice(0, 2);

/** An instance of the shard of a and b, at `self`; `sent` are the peers that it has sent something to since the last look. */
const instanceAt = async (self: string, peers: readonly string[]) => {
  let sent: { readonly to: string; readonly bytes: Uint8Array }[] = [];
  const scheduler = createScheduler();
  const instances: Instances = createInstances({
    voter: self,
    roster: ROSTER,
    clock: { now: scheduler.now, setTimeout: scheduler.setTimeout },
    store: await openDisk(createMemoryDisk()),
    meter: noMeter,
    verifier: createInlineVerifier(),
    network: { peers: () => peers, send: (to, _protocol, bytes) => sent.push({ to, bytes }) > 0 },
    guard: undefined,
    sign: () => new Uint8Array(64),
    fail: (cause) => expect.unreachable(String(cause)),
  });
  let command = (_: Command): void => {};
  await instances.run<Application>({
    scope: { chain: CHAIN, instance: 'shard/0' },
    committee: MEMBERS,
    certificates: listedCertificates,
    schedule: {
      leader: () => 1,
      timeout: () => 1_000,
      attachment: () => new Uint8Array(),
      checkAttachment: () => true,
    },
    digest: () => undefined,
    limits: { valueBytes: 1_000, messageBytes: 10_000, pendingPerPeer: 4, futurePerPeer: 4 },
    application: (take) => {
      command = take;
      return { begin: async () => {}, onOutput: () => {}, onState: () => {}, stop: () => {} };
    },
  });
  return {
    instances,
    begin: () =>
      command({
        type: 'begin',
        height: 1,
        context: { epoch: 0, stepEntry: NO_STEP_ENTRY, committee: MEMBERS },
        parent: undefined,
      }),
    async sent(): Promise<readonly string[]> {
      await new Promise((resolve) => setImmediate(resolve));
      const all = sent.map(({ to }) => to);
      sent = [];
      return all;
    },
  };
};

/** That its sender is at height 9. */
const STATUS = Uint8Array.of(0, 6, 0, 0, 0, 9);
const PEERS = ['b', 'c', 'd', 'one observer', 'another'];

describe('what an instance says to all', () => {
  it('is heard by its members, and by whoever has spoken in it and is no validator', async () => {
    const { instances, begin, sent } = await instanceAt('a', PEERS);
    expect(instances.message('one observer', 'shard', STATUS)).toBe(true);
    expect(instances.message('another', 'beacon', STATUS)).toBe(false);
    begin();
    expect(await sent()).toEqual(['b', 'one observer']);
    instances.stop();
  });

  it('is not said to who was there and is gone', async () => {
    const { instances, begin, sent } = await instanceAt('a', PEERS);
    instances.message('one observer', 'shard', STATUS);
    instances.disconnected('one observer');
    begin();
    expect(await sent()).toEqual(['b']);
    instances.stop();
  });
});

describe('an instance', () => {
  it('does not hear validators of other shards', async () => {
    const { instances, begin, sent } = await instanceAt('a', PEERS);
    begin();
    await sent();
    instances.message('c', 'shard', STATUS);
    expect(await sent()).toEqual([]);
    instances.message('b', 'shard', STATUS);
    expect(await sent()).toEqual(['b']);
    instances.stop();
  });

  it('that a node only follows is told to every member that it is connected to', async () => {
    const { instances, begin, sent } = await instanceAt('one observer', []);
    begin();
    expect(await sent()).toEqual([]);
    for (const peer of ['a', 'c', 'another', 'b']) instances.connected(peer);
    expect(await sent()).toEqual(['a', 'b']);
    const member = await instanceAt('a', []);
    member.begin();
    member.instances.connected('b');
    expect(await member.sent()).toEqual([]);
    instances.stop();
    member.instances.stop();
  });
});
