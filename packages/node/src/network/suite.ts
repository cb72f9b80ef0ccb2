import assert from 'node:assert/strict';
import type { RegisterTest } from '../testing.ts';
import type { NetworkErrorCode } from './error.ts';
import type { Channel, Network, NetworkHandler, PeerAddress } from './network.ts';

/** What a test asks of the implementation: networks of up to three nodes, numbered from 0, each with a lasting identity. */
export interface NetworkPlace {
  /** Name and addresses of each node. */
  readonly peers: readonly PeerAddress[];
  /** A new network of a node that is not started; a node may be created again once its network is stopped. */
  create(
    node: number,
    options: {
      readonly chain: Uint8Array;
      readonly peers: readonly PeerAddress[];
      readonly topics: readonly Channel[];
      readonly publishes: readonly Channel[];
      readonly protocols: readonly Channel[];
    },
  ): Network;
  /** Long enough, in ms, for a connection that is not refused to be made. */
  readonly patience: number;
}

const CHAIN = new Uint8Array(32).fill(0xc1);
const OTHER_CHAIN = new Uint8Array(32).fill(0xc2);
const TOPICS: readonly Channel[] = [{ name: 'batches', maxBytes: 50_000 }];
/** What only one of the nodes joins in a test; the others publish there, unless it says otherwise. */
const APART: readonly Channel[] = [{ name: 'apart', maxBytes: 1_000 }];
const PROTOCOLS: readonly Channel[] = [
  { name: 'votes', maxBytes: 300 },
  { name: 'blocks', maxBytes: 1_000_000 },
];

/** Waits until a condition holds; fails after ten seconds. */
async function until(what: string, condition: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!condition()) {
    assert.ok(Date.now() < end, `waited in vain until ${what}`);
    await sleep(2);
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const refusal = (code: NetworkErrorCode) => (error: Error & { code?: string }) => {
  assert.equal(error.name, 'NetworkError');
  assert.equal(error.code, code);
  return true;
};

const numbered = (number: number, length = 4): Uint8Array => {
  const bytes = new Uint8Array(length).fill(number);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
};
const numberOf = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);

/** A network, and what its handler was told. */
interface Node {
  readonly network: Network;
  readonly messages: { from: string; protocol: string; bytes: Uint8Array }[];
  readonly gossip: { from: string; topic: string; bytes: Uint8Array }[];
  readonly connected: Set<string>;
  /** Every `connected` and `disconnected` so far. */
  readonly changes: string[];
  start(): Promise<void>;
}

function observe(network: Network): Node {
  const node = { network, messages: [], gossip: [], connected: new Set<string>(), changes: [] } as Omit<Node, 'start'>;
  let stopped = false;
  const handler: NetworkHandler = {
    message(from, protocol, bytes) {
      assert.ok(!stopped && node.connected.has(from), 'a message of a peer that is not connected');
      node.messages.push({ from, protocol, bytes });
    },
    gossip(topic, from, bytes) {
      assert.ok(!stopped, 'gossip after the end');
      node.gossip.push({ topic, from, bytes });
    },
    connected(peer) {
      assert.ok(!stopped && !node.connected.has(peer), 'connected twice');
      node.connected.add(peer);
      node.changes.push(`+${peer}`);
    },
    disconnected(peer) {
      assert.ok(!stopped && node.connected.delete(peer), 'disconnected without being connected');
      node.changes.push(`-${peer}`);
    },
  };
  const stop = network.stop.bind(network);
  network.stop = () => {
    stopped = true;
    return stop();
  };
  return { ...node, start: () => network.start(handler) };
}

/** Waits until gossip flows: who subscribes to what is known only some time after `connected`. */
const gossipFlows = (from: Node, ...to: Node[]): Promise<void> =>
  until('gossip flows', () => {
    from.network.publish('batches', numbered(0));
    return to.every(({ gossip }) => gossip.length > 0);
  });

/** Registers what every `Network` must do; `place` gives nodes with identities of their own for each test. */
export function networkSuite(test: RegisterTest, place: () => Promise<NetworkPlace>): void {
  const run = (
    name: string,
    body: (
      make: (node: number, options?: { chain?: Uint8Array; knows?: readonly number[]; joins?: boolean }) => Node,
      names: readonly string[],
      here: NetworkPlace,
    ) => Promise<void>,
  ): void =>
    test(name, async () => {
      const here = await place();
      const made: Node[] = [];
      try {
        await body(
          (node, { chain = CHAIN, knows = [0, 1, 2], joins = false } = {}) => {
            const peers = knows.map((index) => here.peers[index]!);
            const channels = joins
              ? { topics: [...TOPICS, ...APART], publishes: [] }
              : { topics: TOPICS, publishes: APART };
            made.push(observe(here.create(node, { chain, peers, ...channels, protocols: PROTOCOLS })));
            return made.at(-1)!;
          },
          here.peers.map(({ peer }) => peer),
          here,
        );
      } finally {
        await Promise.all(made.map(({ network }) => network.stop()));
      }
    });
  const meet = async (...nodes: Node[]): Promise<void> => {
    await Promise.all(nodes.map((node) => node.start()));
    await until('all are connected', () => nodes.every(({ connected }) => connected.size === nodes.length - 1));
  };

  run('connects those who list each other, and says so to both', async (make, names) => {
    const nodes = [0, 1, 2].map((index) => make(index));
    await meet(...nodes);
    for (const [index, { network }] of nodes.entries()) {
      assert.equal(network.self, names[index]);
      assert.deepEqual(network.peers(), names.filter((name) => name !== network.self).sort());
    }
  });

  run('carries messages of every length up to the bound', async (make, names) => {
    const [a, b] = [make(0, { knows: [0, 1] }), make(1, { knows: [0, 1] })];
    await meet(a, b);
    const lengths = [0, 1, 299, 300];
    for (const length of lengths)
      assert.equal(a.network.send(names[1]!, 'votes', new Uint8Array(length).fill(7)), true);
    const block = new Uint8Array(1_000_000).map((_, index) => index % 251);
    assert.equal(b.network.send(names[0]!, 'blocks', block), true);
    await until('all arrived', () => b.messages.length === lengths.length && a.messages.length === 1);
    for (const [index, { from, protocol, bytes }] of b.messages.entries()) {
      assert.deepEqual([from, protocol], [names[0], 'votes']);
      assert.deepEqual(Buffer.from(bytes), Buffer.alloc(lengths[index]!, 7));
    }
    assert.deepEqual([a.messages[0]!.from, a.messages[0]!.protocol], [names[1], 'blocks']);
    assert.ok(Buffer.from(a.messages[0]!.bytes).equals(block));
  });

  run('keeps the order of each protocol, in both directions', async (make, names) => {
    const [a, b] = [make(0, { knows: [0, 1] }), make(1, { knows: [0, 1] })];
    await meet(a, b);
    const count = 400;
    for (let turn = 0; turn < count; turn++) {
      for (const { name } of PROTOCOLS) {
        assert.equal(a.network.send(names[1]!, name, numbered(turn)), true);
        assert.equal(b.network.send(names[0]!, name, numbered(turn, 4 + (turn % 290))), true);
      }
      if (turn % 50 === 0) await sleep(1);
    }
    await until('all arrived', () => [a, b].every(({ messages }) => messages.length === 2 * count));
    for (const { messages } of [a, b]) {
      for (const { name } of PROTOCOLS) {
        const numbers = messages.filter(({ protocol }) => protocol === name).map(({ bytes }) => numberOf(bytes));
        assert.deepEqual(
          numbers,
          Array.from({ length: count }, (_, turn) => turn),
        );
      }
    }
  });

  run('shares no memory with the sender', async (make, names) => {
    const [a, b] = [make(0, { knows: [0, 1] }), make(1, { knows: [0, 1] })];
    await meet(a, b);
    await gossipFlows(a, b);
    const bytes = numbered(1, 200);
    a.network.send(names[1]!, 'votes', bytes);
    a.network.publish('batches', bytes);
    bytes.fill(0xee);
    const gossiped = (): Uint8Array | undefined => b.gossip.find(({ bytes }) => bytes.length === 200)?.bytes;
    await until('both arrived', () => b.messages.length === 1 && gossiped() !== undefined);
    assert.ok(Buffer.from(b.messages[0]!.bytes).equals(numbered(1, 200)));
    assert.ok(Buffer.from(gossiped()!).equals(numbered(1, 200)));
  });

  run('refuses messages above the bound, and undeclared channels', async (make, names) => {
    const [a, b] = [make(0, { knows: [0, 1] }), make(1, { knows: [0, 1] })];
    await meet(a, b);
    const { network } = a;
    assert.throws(() => network.send(names[1]!, 'votes', new Uint8Array(301)), refusal('too-long'));
    assert.throws(() => network.publish('batches', new Uint8Array(50_001)), refusal('too-long'));
    assert.throws(() => network.send(names[1]!, 'batches', numbered(1)), refusal('unknown-channel'));
    assert.throws(() => network.publish('votes', numbered(1)), refusal('unknown-channel'));
  });

  run('sends nothing to those who are not connected', async (make, names) => {
    const a = make(0);
    assert.equal(a.network.send(names[1]!, 'votes', numbered(1)), false);
    a.network.publish('batches', numbered(1));
    await a.start();
    assert.equal(a.network.send(names[1]!, 'votes', numbered(1)), false);
    assert.equal(a.network.send(names[0]!, 'votes', numbered(1)), false);
    assert.equal(a.network.send('somebody', 'votes', numbered(1)), false);
    a.network.publish('batches', numbered(1));
    assert.deepEqual(a.network.peers(), []);
  });

  run('refuses what no longer fits in the queue, and loses nothing that it took', async (make, names) => {
    const [a, b] = [make(0, { knows: [0, 1] }), make(1, { knows: [0, 1] })];
    await meet(a, b);
    let taken = 0;
    while (a.network.send(names[1]!, 'blocks', numbered(taken, 500_000))) {
      taken += 1;
      assert.ok(taken < 400, 'the queue has no bound');
    }
    assert.ok(taken >= 4, 'the queue holds hardly anything');
    assert.equal(a.network.send(names[1]!, 'votes', numbered(9)), true, 'another protocol has its own queue');
    await until('all arrived', () => b.messages.length === taken + 1);
    const blocks = b.messages.filter(({ protocol }) => protocol === 'blocks');
    for (const [index, { bytes }] of blocks.entries()) {
      assert.equal(bytes.length, 500_000);
      assert.equal(numberOf(bytes), index);
    }
    assert.equal(a.network.send(names[1]!, 'blocks', numbered(taken, 500_000)), true);
    await until('it goes on', () => b.messages.length === taken + 2);
  });

  run('gossips to all but the publisher, under his name', async (make, names) => {
    const nodes = [0, 1, 2].map((index) => make(index));
    await meet(...nodes);
    const published = new Uint8Array(50_000).fill(3);
    await gossipFlows(nodes[0]!, nodes[1]!, nodes[2]!);
    nodes[0]!.network.publish('batches', published);
    const arrived = ({ gossip }: Node): boolean => gossip.some(({ bytes }) => bytes.length === published.length);
    await until('it arrived', () => arrived(nodes[1]!) && arrived(nodes[2]!));
    for (const { gossip } of nodes.slice(1)) {
      for (const { topic, from } of gossip) assert.deepEqual([topic, from], ['batches', names[0]]);
      assert.equal(gossip.filter(({ bytes }) => bytes.length === published.length).length, 1, 'once');
    }
    assert.equal(nodes[0]!.gossip.length, 0);
  });

  run('publishes where it has not joined, and hears nothing from there', async (make, names) => {
    const nodes = [make(0), make(1, { joins: true }), make(2)];
    await meet(...nodes);
    const apart = ({ gossip }: Node) => gossip.filter(({ topic }) => topic === 'apart');
    await until('it arrived from both', () => {
      for (const [index, { network }] of nodes.entries()) network.publish('apart', numbered(index));
      return [0, 2].every((index) => apart(nodes[1]!).some(({ from }) => from === names[index]));
    });
    // What is published elsewhere after it arrives everywhere: the others had their time.
    await Promise.all([gossipFlows(nodes[1]!, nodes[0]!, nodes[2]!), gossipFlows(nodes[0]!, nodes[1]!)]);
    for (const { from, bytes } of apart(nodes[1]!)) assert.equal(names[numberOf(bytes)], from);
    assert.deepEqual([...apart(nodes[0]!), ...apart(nodes[2]!)], []);
    assert.throws(() => nodes[0]!.network.publish('apart', new Uint8Array(1_001)), refusal('too-long'));
  });

  run('refuses those who are not on the list', async (make, _, { patience }) => {
    const [a, b, stranger] = [make(0, { knows: [0, 1] }), make(1, { knows: [0, 1] }), make(2)];
    await meet(a, b);
    await stranger.start();
    await sleep(patience);
    assert.deepEqual([stranger.changes, stranger.network.peers()], [[], []]);
    assert.equal(a.changes.length + b.changes.length, 2);
  });

  run('refuses another chain', async (make, _, { patience }) => {
    const [a, b] = [make(0, { knows: [0, 1] }), make(1, { knows: [0, 1], chain: OTHER_CHAIN })];
    await Promise.all([a.start(), b.start()]);
    await sleep(patience);
    assert.deepEqual([a.changes, b.changes], [[], []]);
    assert.deepEqual([a.network.peers(), b.network.peers()], [[], []]);
  });

  run('finds a peer again that stops and comes back', async (make, names) => {
    for (const [stays, leaves] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const knows = [0, 1];
      const a = make(stays, { knows });
      const first = make(leaves, { knows });
      await meet(a, first);
      await gossipFlows(a, first);
      await first.network.stop();
      await until('the end is noticed', () => a.connected.size === 0);
      assert.equal(a.network.send(names[leaves]!, 'votes', numbered(1)), false);
      const second = make(leaves, { knows });
      await second.start();
      await until('they are connected again', () => a.connected.size === 1 && second.connected.size === 1);
      assert.equal(a.network.send(names[leaves]!, 'votes', numbered(2)), true);
      assert.equal(second.network.send(names[stays]!, 'votes', numbered(3)), true);
      await until('both arrived', () => second.messages.length === 1 && a.messages.length === 1);
      const name = names[leaves];
      assert.deepEqual(a.changes, [`+${name}`, `-${name}`, `+${name}`]);
      await gossipFlows(a, second);
      await Promise.all([a.network.stop(), second.network.stop()]);
    }
  });

  run('follows changes of the list', async (make, names, { peers }) => {
    const [a, b] = [make(0, { knows: [0] }), make(1, { knows: [0, 1] })];
    await Promise.all([a.start(), b.start()]);
    assert.deepEqual(a.network.peers(), []);
    a.network.setPeers(peers.slice(0, 2));
    await until('they are connected', () => a.connected.size === 1 && b.connected.size === 1);
    a.network.setPeers([]);
    await until('they are disconnected', () => a.connected.size === 0 && b.connected.size === 0);
    assert.deepEqual(a.network.peers(), []);
    assert.deepEqual(a.changes, [`+${names[1]}`, `-${names[1]}`]);
    for (const peer of ['', 'AB'.repeat(32), 'zz'.repeat(32), 'ab'.repeat(31)]) {
      assert.throws(() => a.network.setPeers([{ peer, addresses: [] }]), refusal('peer'));
    }
    assert.throws(() => a.network.setPeers([peers[1]!, peers[1]!]), refusal('peer'));
  });

  run('starts once, and does nothing once stopped', async (make, names) => {
    const [a, b] = [make(0, { knows: [0, 1] }), make(1, { knows: [0, 1] })];
    await meet(a, b);
    await assert.rejects(a.start(), refusal('started'));
    await gossipFlows(b, a);
    // Under way when it stops: the handler must not see it.
    for (let turn = 0; turn < 100; turn++) {
      b.network.send(names[0]!, 'votes', numbered(turn));
      b.network.publish('batches', numbered(turn));
      if (turn === 50) await sleep(2);
    }
    await Promise.all([a.network.stop(), a.network.stop()]);
    assert.equal(a.network.send(names[1]!, 'votes', numbered(1)), false);
    a.network.publish('batches', numbered(1));
    assert.deepEqual(a.network.peers(), []);
    await assert.rejects(a.start(), refusal('started'));
    const unused = make(2);
    await unused.network.stop();
    await assert.rejects(unused.start(), refusal('started'));
  });
}
