import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { multiaddr } from '@multiformats/multiaddr';
import { afterEach, expect, test, vi } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { noMeter } from '../../src/metrics/meter.ts';
import { createChannels } from '../../src/network/channels.ts';
import { createLibp2pNode, type Libp2pNode } from '../../src/network/libp2p-node.ts';
import { createLibp2pNetwork, type Libp2pNetwork, type NetworkHandler } from '../../src/network.ts';
import { freePorts, nameOf } from './place.ts';

const CHAIN = new Uint8Array(32).fill(0xc1);
const WIRE = `/ios/1/${'c1'.repeat(32)}`;
const TOPICS = [{ name: 'batches', maxBytes: 1000 }];
const PROTOCOLS = [{ name: 'votes', maxBytes: 1000 }];

const running: { stop(): void | Promise<void> }[] = [];
afterEach(() => Promise.all(running.splice(0).map((node) => node.stop())));

/** Nodes 0, 1, … on free ports; each knows all unless told otherwise. */
async function place(count: number) {
  const addresses = (await freePorts(count)).map((port) => `/ip4/127.0.0.1/tcp/${port}`);
  const peers = addresses.map((address, node) => ({ peer: nameOf(node), addresses: [address] }));
  const make = (
    node: number,
    { chain = CHAIN, knows = peers.map((_, index) => index), clock = systemClock, listen = [addresses[node]!] } = {},
  ) => {
    const logged: string[] = [];
    const changes: string[] = [];
    const gossip: string[] = [];
    const messages: Uint8Array[] = [];
    const network: Libp2pNetwork = createLibp2pNetwork({
      seed: new Uint8Array(32).fill(node + 1),
      chain,
      listen,
      peers: knows.map((index) => peers[index]!),
      topics: TOPICS,
      protocols: PROTOCOLS,
      clock,
      log: (_level, sentence) => logged.push(sentence),
    });
    running.push(network);
    const handler: NetworkHandler = {
      message: (_peer, _protocol, bytes) => messages.push(bytes),
      gossip: (_topic, from) => gossip.push(from),
      connected: (peer) => changes.push(`+${peer}`),
      disconnected: (peer) => changes.push(`-${peer}`),
    };
    return { network, logged, changes, gossip, messages, start: () => network.start(handler) };
  };
  /** A node of our chain that does not keep to the rules. */
  const rogue = async (node: number, protocols = ['.pulse', 'votes']): Promise<Libp2pNode> => {
    const channels = createChannels(CHAIN, TOPICS);
    const made = await createLibp2pNode({
      seed: new Uint8Array(32).fill(node + 1),
      chain: CHAIN,
      listen: [addresses[node]!],
      topics: channels,
      declaredTopics: TOPICS,
      gate: {},
      hosts: 2,
    });
    running.push(made);
    for (const name of protocols) await made.handle(`${WIRE}/${name}`, () => {});
    await made.start();
    return made;
  };
  return { make, rogue, addresses };
}

/** A clock on which everything waits a tenth of its time, and the network looks at its connections when `tick` is called. */
function tickingClock(): { readonly clock: Clock; tick(): void } {
  let due: (() => void) | undefined;
  const clock: Clock = {
    now: systemClock.now,
    setTimeout(callback, ms) {
      if (ms !== 5_000) return systemClock.setTimeout(callback, ms / 10);
      due = callback;
      return () => {
        due = undefined;
      };
    },
  };
  return {
    clock,
    tick() {
      const callback = due!;
      due = undefined;
      callback();
    },
  };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const until = (condition: () => boolean): Promise<unknown> => vi.waitUntil(condition, { timeout: 15_000, interval: 5 });

test('says which address is taken, and what to do', async () => {
  const { make, addresses } = await place(1);
  const port = Number(addresses[0]!.split('/').at(-1));
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  await expect(make(0).start()).rejects.toMatchObject({
    name: 'NetworkError',
    code: 'address-in-use',
    message: `Another process listens on ${addresses[0]}. Stop it, or choose another port.`,
  });
  await once(server.close(), 'close');
  await make(0).start();
});

test('counts its dials by what came of them', async () => {
  const { addresses } = await place(2);
  const dials: string[] = [];
  const open = (node: number, known: number): Libp2pNetwork => {
    const network = createLibp2pNetwork({
      seed: new Uint8Array(32).fill(node + 1),
      chain: CHAIN,
      listen: [addresses[node]!],
      // The second only waits: all dials are the first one's.
      peers: [{ peer: nameOf(known), addresses: node === 0 ? [addresses[known]!] : [] }],
      topics: TOPICS,
      protocols: PROTOCOLS,
      meter: { ...noMeter, count: (name, by, ...labels) => dials.push(`${name} ${by} ${JSON.stringify(labels)}`) },
    });
    running.push(network);
    return network;
  };
  const silent = { message() {}, gossip() {}, connected() {}, disconnected() {} };
  await open(0, 1).start(silent);
  const line = (outcome: string): string => `ios_network_dials_total 1 [{"outcome":"${outcome}"}]`;
  await until(() => dials.includes(line('failed')));
  expect(dials).not.toContain(line('reached'));
  await open(1, 0).start(silent);
  await until(() => dials.includes(line('reached')));
});

test('refuses an address that this machine does not have', async () => {
  const { make } = await place(1);
  await expect(make(0, { listen: ['/ip4/192.0.2.1/tcp/0'] }).start()).rejects.toMatchObject({
    code: 'address',
    message: expect.stringMatching(/this machine does not have that address/),
  });
});

test('refuses what is not an address, a peer, a seed, a chain or a channel', async () => {
  const good = { seed: new Uint8Array(32), chain: CHAIN, listen: [], peers: [], topics: [], protocols: PROTOCOLS };
  const bad = [
    ['address', { listen: ['127.0.0.1:4001'] }],
    ['address', { listen: ['/ip4/127.0.0.1/udp/4001'] }],
    ['address', { listen: ['/unix/tmp%2fsocket'] }],
    ['address', { listen: ['/ip4/127.0.0.1/tcp/4001/ws'] }],
    ['address', { listen: ['/ip4/127.0.0.1/tcp/99999'] }],
    ['address', { peers: [{ peer: nameOf(0), addresses: ['localhost'] }] }],
    ['peer', { peers: [{ peer: 'localhost', addresses: [] }] }],
    ['seed', { seed: new Uint8Array(31) }],
    ['chain', { chain: new Uint8Array(33) }],
    ['channel', { protocols: [{ name: 'Votes', maxBytes: 1 }] }],
    ['channel', { protocols: [{ name: '.pulse', maxBytes: 1 }] }],
    ['channel', { topics: [...TOPICS, ...TOPICS] }],
    ['channel', { topics: [{ name: 'batches', maxBytes: 0 }] }],
    ['channel', { topics: [{ name: 'batches', maxBytes: 2 ** 27 }] }],
  ] as const;
  createLibp2pNetwork(good);
  for (const [code, change] of bad) {
    expect(() => createLibp2pNetwork({ ...good, ...change }), JSON.stringify(change)).toThrow(
      expect.objectContaining({ name: 'NetworkError', code }),
    );
  }
});

test('says the port that it was given', async () => {
  const { make } = await place(1);
  const { network, start } = make(0, { listen: ['/ip4/127.0.0.1/tcp/0'] });
  expect(network.addresses()).toEqual([]);
  await start();
  expect(network.addresses()).toEqual([expect.stringMatching(/^\/ip4\/127\.0\.0\.1\/tcp\/[1-9]\d*$/)]);
});

test('says why a peer of another chain, and a stranger, were refused', async () => {
  const { make } = await place(3);
  const a = make(0, { knows: [1] });
  const b = make(1, { chain: new Uint8Array(32) });
  const stranger = make(2);
  await Promise.all([a.start(), b.start(), stranger.start()]);
  await until(() => [a, b].every(({ logged }) => logged.some((sentence) => /another chain/.test(sentence))));
  await until(() => a.logged.some((sentence) => /not a known peer/.test(sentence)));
  expect(a.changes).toEqual([]);
  expect(a.logged.concat(b.logged)).not.toContain('A connection broke.');
});

test('gives a peer that lacks a protocol the time to notice, then cuts it off', async () => {
  const { make, rogue } = await place(2);
  const { clock, tick } = tickingClock();
  const a = make(0, { clock });
  await a.start();
  const peer = await rogue(1, ['.pulse']);
  await until(() => a.logged.some((sentence) => /another version of the protocol/.test(sentence)));
  await sleep(50);
  expect(peer.getConnections()).toHaveLength(1);
  tick();
  await until(() => peer.getConnections().length === 0);
  expect(a.changes).toEqual([]);
});

test('dials that cross leave one connection, over which all flows', async () => {
  // Nobody waits for the other to dial.
  const atOnce: Clock = {
    now: systemClock.now,
    setTimeout: (callback, ms) => systemClock.setTimeout(callback, ms < 5000 ? 0 : ms),
  };
  for (let round = 0; round < 4; round++) {
    const { make } = await place(2);
    const nodes = [make(0, { clock: atOnce }), make(1, { clock: atOnce })];
    await Promise.all(nodes.map(({ start }) => start()));
    await until(() => nodes.every(({ network }) => network.peers().length === 1));
    await until(() => {
      for (const [index, { network }] of nodes.entries()) {
        network.publish('batches', Uint8Array.of(1));
        network.send(nameOf(1 - index), 'votes', Uint8Array.of(1));
      }
      return nodes.every(({ gossip, messages }) => gossip.length > 3 && messages.length > 3);
    });
    for (const { changes } of nodes) expect(changes.length % 2).toBe(1);
  }
});

test('cuts off a peer that announces a message above the bound', async () => {
  const { make, rogue, addresses } = await place(2);
  const { clock } = tickingClock();
  const a = make(0, { clock });
  await a.start();
  const evil = await rogue(1);
  await until(() => a.network.peers().length === 1);
  const stream = await evil.dialProtocol(multiaddr(`${addresses[0]}/p2p/${evil.getPeers()[0]}`), `${WIRE}/votes`);
  stream.send(Uint8Array.of(0, 0, 0, 2, 7, 7));
  await until(() => a.messages.length === 1);
  stream.send(Uint8Array.of(0, 0, 3, 233));
  await until(() => a.changes.length === 2);
  expect(a.logged).toContainEqual(expect.stringMatching(/above the bound/));
  expect(a.messages).toHaveLength(1);
});

test('outlives bytes that are not libp2p, and a second stream of one protocol', async () => {
  const { make, rogue, addresses } = await place(2);
  const { clock } = tickingClock();
  const a = make(0, { clock });
  await a.start();
  const socket = connect(Number(addresses[0]!.split('/').at(-1)), '127.0.0.1');
  const closed = new Promise((resolve) => socket.on('error', () => {}).on('close', resolve));
  socket.write(Buffer.alloc(5000, 0x47));
  await closed;

  const evil = await rogue(1);
  await until(() => a.network.peers().length === 1);
  const target = multiaddr(`${addresses[0]}/p2p/${evil.getPeers()[0]}`);
  const first = await evil.dialProtocol(target, `${WIRE}/votes`);
  const second = await evil.dialProtocol(target, `${WIRE}/votes`);
  await until(() => second.status !== 'open');
  first.send(Uint8Array.of(0, 0, 0, 1, 7));
  await until(() => a.messages.length === 1);
});

test('does not take gossip of strangers from those who pass it on', async () => {
  const { make } = await place(3);
  const a = make(0, { knows: [1] });
  const b = make(1);
  const c = make(2, { knows: [1] });
  await Promise.all([a, b, c].map(({ start }) => start()));
  await until(() => b.network.peers().length === 2);
  await until(() => {
    b.network.publish('batches', Uint8Array.of(1));
    c.network.publish('batches', Uint8Array.of(2));
    return a.gossip.length > 5 && b.gossip.length > 5;
  });
  expect(new Set(a.gossip)).toEqual(new Set([nameOf(1)]));
  expect(new Set(b.gossip)).toEqual(new Set([nameOf(2)]));
});

test('makes a new connection when the gossip stream of the old one is gone', async () => {
  const { make, rogue } = await place(2);
  const { clock, tick } = tickingClock();
  const a = make(0, { clock });
  await a.start();
  const peer = await rogue(1);
  const gossipStreams = () =>
    peer.getConnections().flatMap(({ streams }) => streams.filter(({ protocol }) => protocol.startsWith('/meshsub/')));
  await until(() => a.network.peers().length === 1 && gossipStreams().length === 2);
  for (const stream of gossipStreams()) stream.abort(new Error('gone'));
  await sleep(50);
  for (let turn = 0; turn < 2; turn++) tick();
  expect(a.changes).toHaveLength(1);
  tick();
  expect(a.logged).toContain('A connection was closed: its gossip stream was gone.');
  await until(() => a.changes.length === 3);
});

test('makes a new connection when one stream of the old one breaks', async () => {
  const { make, rogue } = await place(2);
  const { clock } = tickingClock();
  const a = make(0, { clock });
  await a.start();
  const peer = await rogue(1);
  const votes = () =>
    peer.getConnections().flatMap(({ streams }) => streams.filter(({ protocol }) => protocol === `${WIRE}/votes`));
  await until(() => a.network.peers().length === 1 && votes().length === 1);
  votes()[0]!.abort(new Error('broken'));
  await until(() => a.changes.length === 3);
  expect(a.logged).toContain('A connection broke.');
});

test('gives up a connection on which nothing comes', async () => {
  const { make, rogue } = await place(2);
  const { clock, tick } = tickingClock();
  const a = make(0, { clock });
  await a.start();
  await rogue(1);
  await until(() => a.changes.length === 1);
  // The rogue never sends a pulse; the gossip stream takes a while, and is not what this is about.
  for (let turn = 0; turn < 3; turn++) {
    tick();
    await sleep(20);
  }
  expect(a.logged).not.toContainEqual(expect.stringMatching(/nothing came/));
  tick();
  expect(a.logged).toContain('A connection was closed: nothing came from the peer any more.');
  expect(a.changes).toHaveLength(2);
});

test('keeps an idle connection between honest nodes', async () => {
  const { make } = await place(2);
  const clocks = [tickingClock(), tickingClock()];
  const nodes = clocks.map(({ clock }, node) => make(node, { clock }));
  await Promise.all(nodes.map(({ start }) => start()));
  await until(() => nodes.every(({ changes }) => changes.length === 1));
  await until(() => {
    for (const { network } of nodes) network.publish('batches', Uint8Array.of(1));
    return nodes.every(({ gossip }) => gossip.length > 0);
  });
  for (let turn = 0; turn < 10; turn++) {
    for (const { tick } of clocks) tick();
    await sleep(30);
  }
  for (const { changes } of nodes) expect(changes).toHaveLength(1);
});

test('leaves nothing open', async () => {
  const open = (): number =>
    process.getActiveResourcesInfo().filter((name) => /TCP|PipeWrap|Timeout|Immediate/.test(name)).length;
  const { make } = await place(3);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const before = open();
  const nodes = [make(0), make(1), make(2)];
  await Promise.all(nodes.map(({ start }) => start()));
  await until(() => nodes.every(({ network }) => network.peers().length === 2));
  expect(open()).toBeGreaterThan(before + 5);
  await Promise.all(nodes.map(({ network }) => network.stop()));
  await until(() => open() <= before);
});

test('may be stopped while it starts', async () => {
  const { make } = await place(1);
  const { network, start } = make(0);
  const starting = start();
  await network.stop();
  await starting;
  expect(network.addresses()).toEqual([]);
  await make(0).start();
});
