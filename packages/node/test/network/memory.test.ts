import { expect, test } from 'vitest';
import { createMemoryHub, type Network, type NetworkHandler, type Transmit } from '../../src/network.ts';
import { nameOf } from './place.ts';

const [A, B] = [nameOf(0), nameOf(1)];
const CHANNELS = [{ name: 'votes', maxBytes: 5_000_000 }];

const silent: NetworkHandler = { message() {}, gossip() {}, connected() {}, disconnected() {} };

/** Two connected members, and what arrived at the second, with a network that does as `transmit` says. */
async function pair(transmit: Transmit): Promise<{ a: Network; b: Network; arrived: number[] }> {
  const hub = createMemoryHub({ transmit });
  const join = (self: string): Network =>
    hub.join({
      self,
      chain: new Uint8Array(32),
      peers: [A, B].map((peer) => ({ peer, addresses: [] })),
      topics: CHANNELS,
      protocols: CHANNELS,
    });
  const [a, b] = [join(A), join(B)];
  const arrived: number[] = [];
  const take = (bytes: Uint8Array): void => void arrived.push(bytes[0]!);
  await a.start(silent);
  await b.start({
    ...silent,
    message: (_from, _protocol, bytes) => take(bytes),
    gossip: (_t, _f, bytes) => take(bytes),
  });
  return { a, b, arrived };
}

test('the network sees every message, and decides when it arrives', async () => {
  const seen: [string, string, number][] = [];
  const waiting: (() => void)[] = [];
  const { a, arrived } = await pair((from, to, bytes, deliver) => {
    seen.push([from, to, bytes[0]!]);
    waiting.push(deliver);
  });
  for (const number of [1, 2, 3]) a.send(B, 'votes', Uint8Array.of(number));
  a.publish('votes', Uint8Array.of(9));
  expect(seen).toEqual([1, 2, 3, 9].map((number) => [A, B, number]));
  // The second and the gossip arrive first: on a stream the second waits for the first.
  waiting[1]!();
  waiting[3]!();
  expect(arrived).toEqual([9]);
  waiting[0]!();
  expect(arrived).toEqual([9, 1, 2]);
  waiting[2]!();
  expect(arrived).toEqual([9, 1, 2, 3]);
});

test('what is lost holds up nothing, and frees its place in the queue', async () => {
  let lossy = true;
  const { a, arrived } = await pair((_from, _to, _bytes, deliver, lose) => (lossy ? lose() : deliver()));
  for (let turn = 0; turn < 20; turn++) expect(a.send(B, 'votes', new Uint8Array(5_000_000))).toBe(true);
  lossy = false;
  expect(a.send(B, 'votes', Uint8Array.of(7))).toBe(true);
  expect(arrived).toEqual([7]);
});

test('what is lost on the way holds up nothing that comes after it', async () => {
  const under: { deliver: () => void; lose: () => void }[] = [];
  const { a, arrived } = await pair((_from, _to, _bytes, deliver, lose) => void under.push({ deliver, lose }));
  for (const number of [1, 2, 3]) a.send(B, 'votes', Uint8Array.of(number));
  under[1]!.deliver();
  under[2]!.deliver();
  expect(arrived).toEqual([]);
  under[0]!.lose();
  expect(arrived).toEqual([2, 3]);
  a.send(B, 'votes', Uint8Array.of(4));
  under[3]!.deliver();
  expect(arrived).toEqual([2, 3, 4]);
});

test('what is under way at the end of a connection never arrives', async () => {
  const waiting: (() => void)[] = [];
  const { a, b, arrived } = await pair((_from, _to, _bytes, deliver) => void waiting.push(deliver));
  a.send(B, 'votes', Uint8Array.of(1));
  a.publish('votes', Uint8Array.of(2));
  a.setPeers([]);
  a.setPeers([{ peer: B, addresses: [] }]);
  expect(b.peers()).toEqual([A]);
  for (const deliver of waiting) deliver();
  expect(arrived).toEqual([]);
});

test('a name is on the hub once', async () => {
  const hub = createMemoryHub();
  const options = { self: A, chain: new Uint8Array(32), peers: [], topics: [], protocols: CHANNELS };
  await hub.join(options).start(silent);
  await expect(hub.join(options).start(silent)).rejects.toMatchObject({ code: 'address-in-use' });
});

test('says that a peer is of another chain', async () => {
  const hub = createMemoryHub();
  const logged: string[] = [];
  for (const [self, fill] of [
    [A, 1],
    [B, 2],
  ] as const) {
    await hub
      .join({
        self,
        chain: new Uint8Array(32).fill(fill),
        peers: [A, B].map((peer) => ({ peer, addresses: [] })),
        topics: [],
        protocols: CHANNELS,
        log: (_level, sentence) => logged.push(sentence),
      })
      .start(silent);
  }
  expect(logged).toEqual([expect.stringMatching(/another chain/)]);
});

test('a queue holds two of the longest messages, however long they are', async () => {
  const hub = createMemoryHub({ transmit: () => {} });
  const protocols = [{ name: 'blocks', maxBytes: 20_000_000 }];
  const [a] = await Promise.all(
    [A, B].map(async (self) => {
      const peers = [A, B].map((peer) => ({ peer, addresses: [] }));
      const network = hub.join({ self, chain: new Uint8Array(32), peers, topics: [], protocols });
      await network.start(silent);
      return network;
    }),
  );
  const block = new Uint8Array(20_000_000);
  expect([1, 2, 3].map(() => a!.send(B, 'blocks', block))).toEqual([true, true, false]);
});
