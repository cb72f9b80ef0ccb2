import type { Output } from '@ios/bft';
import { expect, test } from 'vitest';
import { createConsensusMeter, signingObserver } from '../../src/metrics/consensus.ts';
import { meteredNetwork } from '../../src/metrics/metered-network.ts';
import { meteredStore } from '../../src/metrics/metered-store.ts';
import { createMemoryHub, type NetworkHandler } from '../../src/network.ts';
import { createMemoryDisk, openMemoryStore } from '../../src/store/memory.ts';
import { createManualClock } from '../manual-clock.ts';
import { nameOf } from '../network/place.ts';
import { measured } from './scrape.ts';

const empty = new Uint8Array(0);
const silent: NetworkHandler = { message() {}, gossip() {}, connected() {}, disconnected() {} };

test('a network counts what went out and came in, and what did not go', async () => {
  const hub = createMemoryHub();
  const peers = [0, 1].map((node) => ({ peer: nameOf(node), addresses: [] }));
  const [topics, protocols] = [[{ name: 'batches', maxBytes: 100 }], [{ name: 'votes', maxBytes: 100 }]];
  const [first, second] = [measured(), measured()];
  const [a, b] = [first, second].map(({ meter }, node) =>
    meteredNetwork(hub.join({ self: nameOf(node), chain: new Uint8Array(32), peers, topics, protocols }), meter),
  );
  await a!.start(silent);
  expect(a!.send(nameOf(1), 'votes', new Uint8Array(7))).toBe(false);
  await b!.start(silent);
  expect(a!.send(nameOf(1), 'votes', new Uint8Array(7))).toBe(true);
  expect(a!.send(nameOf(1), 'votes', new Uint8Array(5))).toBe(true);
  a!.publish('batches', new Uint8Array(9));
  await expect.poll(() => second.read('ios_network_bytes_total{channel="batches",direction="in"}')).toBe(9);
  expect(await second.read('ios_network_messages_total{channel="votes",direction="in"}')).toBe(2);
  expect(await second.read('ios_network_bytes_total{channel="votes",direction="in"}')).toBe(12);
  expect(await first.read('ios_network_messages_total{channel="votes",direction="out"}')).toBe(2);
  expect(await first.read('ios_network_bytes_total{channel="votes",direction="out"}')).toBe(12);
  expect(await first.read('ios_network_bytes_total{channel="batches",direction="out"}')).toBe(9);
  expect(await first.read('ios_network_refused_sends_total{channel="votes"}')).toBe(1);
  expect(await first.read('ios_network_connections_total')).toBe(1);
  expect(await first.read('ios_network_peers')).toBe(1);
  await b!.stop();
  expect(await first.read('ios_network_peers')).toBe(0);
});

test('a store counts what was written, and times what is durable', async () => {
  const { meter, read } = measured();
  const clock = createManualClock();
  const label = { format: 1, chain: new Uint8Array(32) };
  const delay = (): Promise<void> => clock.advance(20);
  const store = meteredStore(await openMemoryStore(createMemoryDisk(), { ...label, delay }), meter, clock);
  await store.batch([{ key: Uint8Array.of(1), value: new Uint8Array(10) }], { sync: true });
  await store.batch([{ key: Uint8Array.of(1) }, { key: Uint8Array.of(2) }], { sync: false });
  expect(await read('ios_store_bytes_total')).toBe(13);
  expect(await read('ios_store_batches_total{durability="synced"}')).toBe(1);
  expect(await read('ios_store_batches_total{durability="unsynced"}')).toBe(1);
  expect(await read('ios_store_sync_seconds_sum')).toBe(0.02);
  expect(await read('ios_store_sync_seconds_count')).toBe(1);
});

test('a decision is timed from the first proposal of its height, through all views', async () => {
  const { meter, read } = measured();
  const clock = createManualClock();
  const { onCommand, onOutput, onView } = createConsensusMeter(meter, clock, 'beacon');
  const check = (height: number, view: number): Output => ({
    ...{ type: 'check', height, view, digest: empty, value: empty, proposer: 1 },
  });
  const decide = (height: number): Output => ({
    ...{ type: 'decide', height, digest: empty, value: empty },
    certificate: { view: 0, mask: empty, signature: empty },
  });
  onView(1, 0);
  onOutput(check(1, 0));
  await clock.advance(300);
  onView(1, 2);
  onOutput(check(1, 2));
  onCommand({ type: 'checked', height: 1, view: 2, digest: empty, valid: true });
  await clock.advance(200);
  onOutput(decide(1));
  expect(await read('ios_consensus_decision_seconds_sum{instance="beacon"}')).toBe(0.5);
  expect(await read('ios_consensus_view_changes_total{instance="beacon"}')).toBe(2);
  expect(await read('ios_consensus_refused_proposals_total{instance="beacon"}')).toBeUndefined();

  onView(2, 1);
  expect(await read('ios_consensus_view_changes_total{instance="beacon"}')).toBe(2);
  onCommand({ type: 'proposal', height: 2, view: 1, value: empty });
  await clock.advance(100);
  onOutput(decide(2));
  // Caught up: nobody saw a proposal.
  onOutput(decide(3));
  expect(await read('ios_consensus_decision_seconds_count{instance="beacon"}')).toBe(2);
  expect(await read('ios_consensus_decision_seconds_sum{instance="beacon"}')).toBeCloseTo(0.6);
  onCommand({ type: 'checked', height: 4, view: 0, digest: empty, valid: false });
  expect(await read('ios_consensus_refused_proposals_total{instance="beacon"}')).toBe(1);
});

test('signing sessions are counted by their ends, faults by their kinds', async () => {
  const { meter, read } = measured();
  const observe = signingObserver(meter);
  const session = new Uint8Array(32);
  observe({ type: 'failed', session, reason: 'timeout' });
  observe({ type: 'fault', session, index: 2, kind: 'response' });
  const signature = new Uint8Array(64);
  observe({ type: 'signed', session, message: empty, mask: empty, signature, endorsements: [], attempts: 3 });
  expect(await read('ios_signing_sessions_total{outcome="timeout"}')).toBe(1);
  expect(await read('ios_signing_sessions_total{outcome="signed"}')).toBe(1);
  expect(await read('ios_signing_attempts_total')).toBe(3);
  expect(await read('ios_signing_faults_total{kind="response"}')).toBe(1);
});
