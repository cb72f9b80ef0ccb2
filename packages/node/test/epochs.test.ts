import { trustGenesis } from '@ios/client';
import { trustBeacon, verifyBeaconProof } from '@ios/client/beacon';
import { followRecord, type RecordHead, recordZero } from '@ios/client/epochs';
import { decodeBlock } from '@ios/ledger';
import { afterEach, describe, expect, test } from 'vitest';
import { primitives } from '../src/core.ts';
import type { Node, NodeOptions } from '../src/node.ts';
import { createMemoryDisk } from '../src/store/memory.ts';
import { shortEpochs } from './epochs-fixture.ts';
import { measured } from './metrics/scrape.ts';
import { type Machines, machines, makeNode, OBSERVER, until } from './node-fixture.ts';

let running: Node[] = [];
afterEach(async () => {
  await Promise.all(running.map((node) => node.stop()));
  running = [];
});

const network = trustGenesis(shortEpochs);

const start = async (on: Machines, member: number, parts: Partial<NodeOptions> = {}): Promise<Node> => {
  const node = await makeNode(on, member, { genesis: shortEpochs, ...primitives(), ...parts });
  running.push(node);
  await node.start();
  return node;
};

/** Follows the records of a node from genesis. */
const followed = async (node: Node, epochs: number): Promise<RecordHead> => {
  let head = recordZero(network);
  while (head.epoch < epochs) {
    const next = followRecord(network, head, (await node.record(head.epoch + 1))!);
    if (next === undefined) throw new Error(`record ${head.epoch + 1} does not follow`);
    head = next;
  }
  return head;
};

const hasRecord = async (nodes: readonly Node[], epoch: number): Promise<boolean> =>
  (await Promise.all(nodes.map((node) => node.record(epoch)))).every((record) => record !== undefined);

describe('four nodes', () => {
  test('make randomness and a record for every epoch; one that was away follows, and so does an observer', async () => {
    const on = machines();
    const { meter, read } = measured();
    const logged: object[] = [];
    const log: NodeOptions['log'] = (_level, _sentence, facts) => logged.push(facts);
    const nodes = await Promise.all([0, 1, 2].map((member) => start(on, member, member === 0 ? { meter, log } : {})));
    expect(logged).toContainEqual({ chance: '0', refusedAbove: '2^-40' });
    await until(() => hasRecord(nodes, 1));
    for (const phase of ['lottery', 'recovery', 'output'])
      expect(await read(`ios_beacon_phase_seconds_count{phase="${phase}"}`), phase).toBeGreaterThan(0);
    nodes.push(await start(on, 3));
    nodes.push(await start(on, 0, { ...observing() }));
    await until(() => hasRecord(nodes, 2));
    const heads = await Promise.all(nodes.map((node) => followed(node, 2)));
    expect(heads.every((head) => Buffer.compare(head.randomness, heads[0]!.randomness) === 0)).toBe(true);
    expect(heads[0]!.randomness).not.toEqual(recordZero(network).randomness);

    // The shard's own words: the blocks of an epoch say so, and its last one is in the record of the next.
    // On a busy machine the shard can be late for a record: then a later one shows what this one lacks.
    const { header, microState } = heads[0]!.record!.closings.at(-1)!;
    expect([0, 1]).toContain(microState.epoch);
    const last = decodeBlock((await nodes[4]!.block(header.height))!.bytes);
    expect(last.header).toEqual(header);
    expect(last.transactions).toEqual([]);
    await until(() => nodes[4]!.head().height > header.height);
    const next = decodeBlock((await nodes[4]!.block(header.height + 1))!.bytes);
    expect(next.header.epoch).toBe(microState.epoch + 1);
    for (const node of nodes) expect(node.status()).toMatchObject({ halted: undefined, evidence: 0 });
    // Whoever was late, or only looks on, has fetched how it came about.
    await until(async () => {
      const proofs = await Promise.all(nodes.flatMap((node) => [node.beaconProof(1), node.beaconProof(2)]));
      return proofs.every((proof) => proof !== undefined);
    });
    for (const node of nodes.slice(3)) {
      const before = await followed(node, 1);
      const recorded = { ...heads[0]!.record!, before: before.randomness };
      expect(verifyBeaconProof(trustBeacon(shortEpochs), recorded, (await node.beaconProof(2))!)).toMatchObject({
        valid: true,
      });
    }
    // An observer takes no part in the making of the next one.
    expect(nodes[4]!.status().beacon).toMatchObject({ phase: 'idle', leader: undefined });
    await until(() => nodes.slice(0, 4).some((node) => node.status().beacon?.leader !== undefined));
  });
});

const observing = (): Parameters<typeof makeNode>[2] => ({ master: OBSERVER, disk: createMemoryDisk() });
