import { chainName, genesisHash } from '@ios/client';
import { edwards25519 } from '@ios/crypto/edwards25519';
import { blockHash, decodeBlock, sameOutPoint } from '@ios/ledger';
import { createScheduler } from '@ios/simulator';
import { afterEach, describe, expect, test } from 'vitest';
import { bestPrimitives } from '../src/core.ts';
import { createIdentitySigner } from '../src/keys/identity-signer.ts';
import { createVoteMarker } from '../src/keys/vote-marker.ts';
import type { Network } from '../src/network/network.ts';
import type { Node } from '../src/node.ts';
import { transactionsTopic } from '../src/shard/gossip.ts';
import { createMemoryDisk, openMemoryStore } from '../src/store/memory.ts';
import { createInlineVerifier, type Verifier } from '../src/verifier.ts';
import { fullBlock, writeChain } from './long-chain.ts';
import { CHAIN, coins, genesis, MASTERS, machines, makeNode, OBSERVER, SUPPLY, until } from './node-fixture.ts';
import { forge, KEYS, pay, transfer } from './signed-fixture.ts';

let running: Node[] = [];
afterEach(async () => {
  await Promise.all(running.map((node) => node.stop()));
  running = [];
});

const started = async (...nodes: Promise<Node>[]): Promise<Node[]> => {
  const all = await Promise.all(nodes);
  running.push(...all);
  await Promise.all(all.map((node) => node.start()));
  return all;
};

const four = async (on = machines()): Promise<[Node, Node, Node, Node]> =>
  (await started(...[0, 1, 2, 3].map((i) => makeNode(on, i)))) as [Node, Node, Node, Node];

const statusOf = async (node: Node, id: Uint8Array): Promise<string> => (await node.transaction(id)).status;
const isFinal = async (nodes: readonly Node[], id: Uint8Array): Promise<boolean> =>
  (await Promise.all(nodes.map((node) => statusOf(node, id)))).every((status) => status === 'final');

describe('four nodes', () => {
  test('make a transfer final on all, and tell the same of it', async () => {
    const nodes = await four();
    const sent = pay(CHAIN, [coins[0]!, coins[1]!], 2, 3n);
    expect(await statusOf(nodes[0], sent.id)).toBe('unknown');
    expect(await nodes[0].submit(sent.bytes, 'client')).toEqual({ id: sent.id, status: 'pending' });
    await until(() => isFinal(nodes, sent.id));
    expect((await nodes[3].submit(sent.bytes, 'client')).status).toBe('final');

    const place = await nodes[0].transaction(sent.id);
    if (place.status !== 'final') throw new Error('it was final');
    for (const node of nodes) {
      expect(await node.transaction(sent.id)).toEqual(place);
      const { bytes, hash } = (await node.block(place.height))!;
      const { header, transactions } = decodeBlock(bytes);
      expect(Buffer.compare(hash, place.block)).toBe(0);
      expect(Buffer.compare(blockHash(header), hash)).toBe(0);
      expect(transactions[place.index]!.body.outputs).toEqual(sent.transaction.body.outputs);
      const { outputs, fees } = node.supply();
      expect([outputs, fees]).toEqual([SUPPLY - 3n, 3n]);
      const owner = KEYS[2]!.publicKey;
      const held = node.outputs(owner, 100);
      expect(node.balance(owner)).toEqual({
        amount: held.reduce((sum, { output }) => sum + output.amount, 0n),
        outputs: held.length,
      });
      expect(held.length).toBe(5);
      expect([...node.outputs(owner, 2), ...node.outputs(owner, 9, held[1]!.outpoint)]).toEqual(held);
      const status = node.status();
      expect(status).toMatchObject({
        validators: 4,
        evidence: 0,
        halted: undefined,
        epoch: 0,
        shard: 0,
        name: 'four nodes',
      });
      expect(status.mempool).toEqual({ transactions: 0, bytes: 0, waiting: 0 });
      expect(status.peers.length).toBe(3);
      expect(status.height).toBe(node.head().height);
      expect(genesis.validators[status.member]!.identity).toEqual(Uint8Array.from(Buffer.from(status.identity, 'hex')));
    }
    expect(await nodes[0].block(10_000)).toBeUndefined();
    expect(CHAIN).toEqual(genesisHash(genesis));
  });

  test('agree, whatever they compute with', async () => {
    const on = machines();
    const core = bestPrimitives();
    expect(core.curve).not.toBe(edwards25519);
    const nodes = await started(...[{}, core, {}, core].map((parts, i) => makeNode(on, i, parts)));
    let sent = pay(CHAIN, [coins[1]!]);
    for (const node of nodes) {
      const { id } = sent;
      await node.submit(sent.bytes, 'c');
      await until(() => isFinal(nodes, id));
      sent = pay(CHAIN, sent.coins);
    }
    for (const node of nodes) expect(node.status()).toMatchObject({ evidence: 0, halted: undefined });
  });

  test('pass on what clients give to different ones, children before parents, and no conflict of two becomes final', async () => {
    const nodes = await four();
    const parent = pay(CHAIN, [coins[0]!], 1);
    const child = pay(CHAIN, parent.coins, 2);
    const grandchild = pay(CHAIN, child.coins, 3);
    expect((await nodes[2].submit(grandchild.bytes, 'c')).status).toBe('waiting');
    expect((await nodes[1].submit(child.bytes, 'b')).status).toBe('waiting');
    const waiting = await nodes[1].transaction(child.id);
    expect(waiting.status === 'waiting' && sameOutPoint(waiting.missing, parent.coins[0]!.outpoint)).toBe(true);
    expect((await nodes[0].submit(parent.bytes, 'a')).status).toBe('pending');
    const rivals = nodes.map((_, i) =>
      transfer(CHAIN, [coins[5]!], [{ amount: BigInt(i + 1), owner: KEYS[0]!.publicKey }]),
    );
    await Promise.all(nodes.map((node, i) => node.submit(rivals[i]!.bytes, 'rival')));
    await until(async () => (await isFinal(nodes, grandchild.id)) && (await isFinal(nodes, child.id)));
    await until(async () => {
      const winners = await Promise.all(rivals.map(({ id }) => isFinal(nodes, id)));
      return winners.filter((won) => won).length === 1;
    });
    for (const node of nodes) {
      const statuses = await Promise.all(rivals.map(({ id }) => statusOf(node, id)));
      expect(statuses.filter((status) => status === 'final').length).toBe(1);
      expect(statuses.filter((status) => status === 'pending').length).toBe(0);
      expect(node.status().evidence).toBe(0);
    }
  });

  test('refuse what is malformed or forged, in words', async () => {
    const [node] = await four();
    expect(await node.submit(new Uint8Array(3), 'c')).toMatchObject({
      status: 'rejected',
      code: 'malformed',
      id: undefined,
    });
    const sent = pay(CHAIN, [coins[0]!]);
    expect(await node.submit(forge(sent).bytes, 'c')).toMatchObject({ status: 'rejected', code: 'bad-witness' });
    expect((await node.submit(pay(CHAIN, [coins[0]!], 1).bytes, 'c')).status).toBe('pending');
    expect(await node.submit(sent.bytes, 'c')).toMatchObject({ status: 'rejected', code: 'conflict' });
    expect(await node.transaction(sent.id)).toMatchObject({ status: 'rejected', code: 'conflict' });
  });

  test('an observer follows, and what it is given becomes final too', async () => {
    const on = machines();
    const nodes = await four(on);
    const [observer] = await started(makeNode(on, 0, { master: OBSERVER, disk: createMemoryDisk() }));
    const sent = pay(CHAIN, [coins[0]!]);
    expect((await observer!.submit(sent.bytes, 'c')).status).toBe('pending');
    await until(() => isFinal([...nodes, observer!], sent.id));
    expect(observer!.status().member).toBe(-1);
  });
});

test('what waits is not passed on, what came by gossip is not passed on again, and nothing waits for an idle time', async () => {
  const clock = createScheduler();
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const run = (until: number): Promise<number> => clock.run({ until, settle });
  const published: number[] = [0, 0, 0, 0];
  const on = machines();
  const slow = { ...genesis, policy: { ...genesis.policy, idleMs: 10_000, baseTimeoutMs: 30_000 } };
  const wrapNetwork =
    (i: number) =>
    (network: Network): Network => ({
      ...network,
      publish(topic, bytes) {
        if (topic === transactionsTopic(0)) published[i]!++;
        network.publish(topic, bytes);
      },
    });
  const nodes = await started(
    ...[0, 1, 2, 3].map((i) => makeNode(on, i, { clock, genesis: slow, wrapNetwork: wrapNetwork(i) })),
  );
  await run(1_000);
  const chain = genesisHash(slow);
  const parent = pay(chain, [coins[0]!]);
  const child = pay(chain, parent.coins);
  expect((await nodes[1]!.submit(child.bytes, 'c')).status).toBe('waiting');
  await run(2_000);
  expect(published).toEqual([0, 0, 0, 0]);
  expect(await statusOf(nodes[2]!, child.id)).toBe('unknown');
  expect((await nodes[0]!.submit(parent.bytes, 'c')).status).toBe('pending');
  await run(3_000);
  expect(published).toEqual([1, 1, 0, 0]);
  expect(await isFinal(nodes, parent.id)).toBe(true);
  expect(await isFinal(nodes, child.id)).toBe(true);
});

describe('a node that was away', () => {
  test('goes on where its disk ends, and catches up', async () => {
    const on = machines();
    const nodes = await four(on);
    const first = pay(CHAIN, [coins[0]!]);
    await nodes[0].submit(first.bytes, 'c');
    await until(() => isFinal(nodes, first.id));
    await nodes[3].stop();
    const { height, hash } = nodes[3].head();

    const sent = Array.from({ length: 5 }, (_, i) => pay(CHAIN, [coins[i + 1]!]));
    for (const one of sent) {
      await nodes[1].submit(one.bytes, 'c');
      await until(() => isFinal(nodes.slice(0, 3), one.id));
    }
    const again = await makeNode(on, 3);
    running.push(again);
    expect(again.head().height).toBe(height);
    expect(Buffer.compare(again.head().hash, hash)).toBe(0);
    expect(await statusOf(again, first.id)).toBe('final');
    await again.start();
    await until(() => isFinal([again], sent[4]!.id));
    expect(again.supply()).toEqual(nodes[0].supply());
  });

  test('all four at once, too', async () => {
    const on = machines();
    const nodes = await four(on);
    const first = pay(CHAIN, [coins[0]!]);
    await nodes[0].submit(first.bytes, 'c');
    await until(() => isFinal(nodes, first.id));
    await Promise.all(nodes.map((node) => node.stop()));
    const again = await four(on);
    expect(await isFinal(again, first.id)).toBe(true);
    const next = pay(CHAIN, first.coins);
    expect((await again[2].submit(next.bytes, 'c')).status).toBe('pending');
    await until(() => isFinal(again, next.id));
  });
});

test('a check that takes too long is given up with its view, also where nobody asks for another', async () => {
  const on = machines();
  /** Checks no block; what the engine asks, without a signal, it answers. */
  const slow = (begun: () => void, given: () => void): Verifier => {
    const verifier = createInlineVerifier();
    return {
      ...verifier,
      holds(assertion, signal) {
        if (signal === undefined) return verifier.holds(assertion);
        begun();
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            given();
            reject(signal.reason);
          });
        });
      },
    };
  };
  let [begun, given] = [0, 0];
  const verifier = slow(
    () => begun++,
    () => given++,
  );
  const idle = slow(
    () => {},
    () => {},
  );
  const nodes = await started(
    makeNode(on, 0),
    makeNode(on, 1),
    makeNode(on, 2, { verifier: idle }),
    makeNode(on, 3, { verifier }),
  );
  await until(() => begun > 0);
  await Promise.all(nodes.slice(0, 3).map((node) => node.stop()));
  await until(() => given === begun);
  expect(nodes[3]!.status()).toMatchObject({ height: 0, halted: undefined, stage: 'changing' });
});

test('what gossip lost is said again until it is final', async () => {
  const on = machines();
  let published = 0;
  const nodes = await four(on);
  const [observer] = await started(
    makeNode(on, 0, {
      master: OBSERVER,
      disk: createMemoryDisk(),
      wrapNetwork: (network) => ({
        ...network,
        publish(topic, bytes) {
          if (published++ > 0) network.publish(topic, bytes);
        },
      }),
    }),
  );
  const sent = pay(CHAIN, [coins[0]!]);
  await observer!.submit(sent.bytes, 'c');
  await until(() => isFinal([...nodes, observer!], sent.id));
  expect(published).toBeGreaterThan(1);
});

describe('a validator whose data folder was lost', () => {
  test.each([
    ['signs nothing more with the key that has voted, says so, and follows', true],
    ['with a key that is not marked would vote again: that is what the mark is for', false],
  ])('%s', async (_, marked) => {
    const on = machines();
    const votes = createVoteMarker(await openMemoryStore(createMemoryDisk(), { format: 1, chain: CHAIN }));
    const errors: string[] = [];
    let signed = 0;
    const identity = createIdentitySigner(MASTERS[3]!, chainName(genesis));
    const parts = (disk = on.disks[3]!) => ({
      disk,
      ...(marked && { votes }),
      identity: {
        ...identity,
        sign(message: Uint8Array) {
          signed++;
          return identity.sign(message);
        },
      },
      log: (level: string, sentence: string) => level === 'error' && errors.push(sentence),
    });
    const nodes = await started(...[0, 1, 2].map((i) => makeNode(on, i)), makeNode(on, 3, parts()));
    const first = pay(CHAIN, [coins[0]!]);
    await nodes[0]!.submit(first.bytes, 'c');
    await until(() => isFinal(nodes, first.id));
    await until(() => signed > 0);
    await nodes[3]!.stop();

    // With its folder it goes on.
    const [again] = await started(makeNode(on, 3, parts()));
    const before = signed;
    await until(() => signed > before);
    expect(again!.status().member).toBeGreaterThanOrEqual(0);
    await again!.stop();
    expect(errors).toEqual([]);

    expect(again!.status().votesLost).toBe(false);
    signed = 0;
    const [empty] = await started(makeNode(on, 3, parts(createMemoryDisk())));
    expect(empty!.status().votesLost).toBe(marked);
    const next = pay(CHAIN, first.coins);
    await empty!.submit(next.bytes, 'c');
    await until(() => isFinal([...nodes.slice(0, 3), empty!], next.id));
    const { height } = empty!.head();
    await until(() => empty!.head().height > height + 6);
    expect(empty!.status().member >= 0).toBe(!marked);
    expect(signed > 0).toBe(!marked);
    expect(errors.length).toBe(marked ? 1 : 0);
    if (marked) expect(errors[0]).toMatch(/Restore the folder .* or retire the key/);
  });
});

test('a node that is far behind catches up, with blocks of a mebibyte and with many small ones', async () => {
  const on = machines();
  const blocks = await writeChain(
    on.disks.slice(0, 3),
    (height, spendable) => (height <= 3 ? fullBlock(spendable) : []),
    150,
  );
  expect(blocks[2]!.known.bytes.length).toBeGreaterThan(900_000);
  const nodes = await four(on);
  await until(() => nodes[3].head().height >= 150);
  for (const height of [1, 3, 4, 150])
    expect(Buffer.compare((await nodes[3].block(height))!.bytes, blocks[height - 1]!.known.bytes)).toBe(0);
  const { height } = nodes[3].head();
  await until(() => nodes.every((node) => node.head().height > height));
});

describe('a node', () => {
  test('starts once, and stops for ever', async () => {
    const [node] = await started(makeNode(machines(), 0));
    await expect(node!.start()).rejects.toMatchObject({ name: 'NodeError', code: 'started' });
    const other = await makeNode(machines(), 0);
    running.push(other);
    const [first, second] = await Promise.allSettled([other.start(), other.start()]);
    expect([first.status, second.status]).toEqual(['fulfilled', 'rejected']);
    await Promise.all([node!.stop(), node!.stop()]);
    await expect(node!.start()).rejects.toMatchObject({ code: 'started' });
  });

  test('that was stopped before it was started never starts, and stops once', async () => {
    let stops = 0;
    const wrapNetwork = (network: Network): Network => ({
      ...network,
      stop() {
        stops++;
        return network.stop();
      },
    });
    const node = await makeNode(machines(), 0, { wrapNetwork });
    await Promise.all([node.stop(), node.stop()]);
    await node.stop();
    await expect(node.start()).rejects.toMatchObject({ code: 'started' });
    expect(stops).toBe(1);
  });

  test('that is stopped while it starts does not take part', async () => {
    const node = await makeNode(machines(), 0);
    const starting = node.start();
    await node.stop();
    await starting;
    expect(node.status().peers).toEqual([]);
  });

  test.each([
    ['of votes', 6],
    ['of blocks', 2],
  ])('whose disk fails at a write %s says why, and stops taking part', async (_, kind) => {
    const on = machines();
    const errors: string[] = [];
    const store = await openMemoryStore(on.disks[0]!, { format: 1, chain: CHAIN });
    let broken = false;
    let sends = 0;
    const node = await makeNode(on, 0, {
      store: {
        ...store,
        batch: (writes, options) =>
          broken && writes[0]!.key[0] === kind ? Promise.reject(new Error('no room')) : store.batch(writes, options),
      },
      log: (level, sentence) => level === 'error' && errors.push(sentence),
      wrapNetwork: (network) => ({
        ...network,
        send(peer, protocol, bytes) {
          sends++;
          return network.send(peer, protocol, bytes);
        },
      }),
    });
    const others = await started(...[1, 2, 3].map((i) => makeNode(on, i)));
    running.push(node);
    await node.start();
    await until(() => node.head().height > 0);
    broken = true;
    await until(() => node.status().halted !== undefined);
    const before = sends;
    expect(node.status().halted).toBe('no room');
    expect(errors).toEqual(['This node stopped taking part.']);
    const { height } = node.head();
    const sent = pay(CHAIN, [coins[0]!]);
    await others[0]!.submit(sent.bytes, 'c');
    await until(() => others.every((other) => other.head().height > height + 5));
    expect(node.head().height).toBe(height);
    expect(sends).toBe(before);
    expect(await statusOf(node, sent.id)).toBe('unknown');
  });

  test('tells of each final block, in order', async () => {
    const on = machines();
    const heights: number[] = [];
    const [node] = await started(
      makeNode(on, 0, { onFinal: ({ known }) => heights.push(known.block.header.height) }),
      ...[1, 2, 3].map((i) => makeNode(on, i)),
    );
    await until(() => node!.head().height >= 3);
    expect(heights.slice(0, 3)).toEqual([1, 2, 3]);
  });
});
