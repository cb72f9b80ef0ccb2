import type { State, ViewChange } from '@ios/bft';
import { alphaOf, type ElectionContext, encodeAttachment, leaderOf } from '@ios/vrf-sortition';
import { fakeEcvrf } from '@ios/vrf-sortition/testing';
import { expect, test } from 'vitest';
import { beaconSchedule, type Elections, startElections } from '../src/beacon/elections.ts';
import { rememberTickets } from '../src/beacon/known-tickets.ts';
import { createMemoryDisk } from '../src/store/memory.ts';
import { openDisk } from './chain-fixture.ts';
import { createManualClock } from './manual-clock.ts';

const bytesOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const secrets = [1, 2, 3, 4].map(bytesOf);
const context: ElectionContext = {
  chain: bytesOf(9),
  epoch: 1,
  randomness: bytesOf(3),
  seats: secrets.map((secret, i) => ({ identity: bytesOf(i + 1), vrfKey: fakeEcvrf.getPublicKey(secret) })),
};
const DELTA = 50;

/** A function that counts what is computed. */
const counting = () => {
  const counts = { verify: 0, proofToHash: 0 };
  const vrf: typeof fakeEcvrf = {
    ...fakeEcvrf,
    verify: (publicKey, alpha, pi) => {
      counts.verify++;
      return fakeEcvrf.verify(publicKey, alpha, pi);
    },
    proofToHash: (pi) => {
      counts.proofToHash++;
      return fakeEcvrf.proofToHash(pi);
    },
  };
  return { counts, vrf };
};

const drawn = async (vrf: typeof fakeEcvrf): Promise<Elections> => {
  const clock = createManualClock();
  const elections = await startElections({
    context,
    self: 0,
    peers: ['a', 'b', 'c', 'd'],
    vrf,
    delta: DELTA,
    clock,
    store: await openDisk(createMemoryDisk()),
    publish: () => {},
    prove: (alpha) => fakeEcvrf.prove(secrets[0]!, alpha),
    held: () => {},
    fail: (cause) => {
      throw cause;
    },
  });
  elections.turnTo({ attempt: 0, barred: [] });
  elections.draw();
  await clock.advance(DELTA);
  return elections;
};

/** The view-changes of three members to a view, each with its ticket of the view's drawing, and whom they waited for. */
const openingOf = (view: number, waitedFor?: number): ViewChange[] =>
  [1, 2, 3].map((member) => ({
    height: 2,
    view,
    member,
    prepared: undefined,
    attachment: encodeAttachment({ pi: ticketOf(member, view), waitedFor, excluded: [] }),
    signature: new Uint8Array(64),
  }));
const ticketOf = (member: number, view: number): Uint8Array =>
  fakeEcvrf.prove(secrets[member]!, alphaOf(context, 0, Math.floor(view / 3)));
const leads = (view: number): number =>
  leaderOf(
    fakeEcvrf,
    context,
    { attempt: 0, barred: [] },
    { height: 2, view },
    [1, 2, 3].map((seat) => ({
      seat,
      attachment: { pi: ticketOf(seat, view), waitedFor: undefined, excluded: [] },
    })),
  );

test('who leads is asked at each step, and each ticket is hashed once', async () => {
  const { counts, vrf } = counting();
  const elections = await drawn(vrf);
  counts.proofToHash = 0;
  for (let step = 0; step < 20; step++)
    for (const view of [1, 2, 4]) expect(elections.leader(2, view, openingOf(view))).toBe(leads(view));
  // Views 1 and 2 are of one drawing, view 4 is of the next.
  expect(counts.proofToHash).toBe(6);
  elections.stop();
});

/** The state of a replica of which elections see no more than this. */
const engineAt = (view: number, opening: readonly ViewChange[] = []): State =>
  ({ height: 2, record: { view }, viewChanges: new Map(), proposal: undefined, opening }) as unknown as State;

test('whom it waits for is known after the lottery, and whom a quorum waited for in vain is excluded', async () => {
  const elections = await drawn(fakeEcvrf);
  expect(elections.waitedFor(2, 0)).toBeUndefined();
  elections.onState(engineAt(0));
  expect(elections.waitedFor(2, 0)).toBe(0);
  elections.onState(engineAt(1));
  for (const [height, view] of [
    [2, 1],
    [3, 0],
  ] as const)
    expect(elections.waitedFor(height, view)).toBeUndefined();
  expect(elections.excluded()).toEqual([]);
  elections.onState(engineAt(1, openingOf(1, 0)));
  expect(elections.waitedFor(2, 1)).toBe(leads(1));
  expect(elections.excluded()).toEqual([0]);
  elections.stop();
});

test('a ticket is verified once whatever it comes with, and is then not hashed at all', async () => {
  const { counts, vrf } = counting();
  const elections = await drawn(vrf);
  Object.assign(counts, { verify: 0, proofToHash: 0 });
  for (const view of [1, 2, 1, 2])
    for (const { member, attachment } of openingOf(view))
      expect(elections.checkAttachment(2, view, member, attachment)).toBe(true);
  const [{ attachment }] = openingOf(1) as [ViewChange];
  for (let step = 0; step < 3; step++) expect(elections.checkAttachment(2, 1, 2, attachment)).toBe(false);
  expect(elections.leader(2, 1, openingOf(1))).toBe(leads(1));
  expect(counts).toEqual({ verify: 4, proofToHash: 0 });
  elections.stop();
});

test('so many tickets are remembered, the last of them', () => {
  const { counts, vrf } = counting();
  const tickets = rememberTickets(vrf, 2);
  const proofs = [0, 1, 2].map((member) => ticketOf(member, 0));
  for (const pi of proofs) tickets.proofToHash(pi);
  expect(counts.proofToHash).toBe(3);
  expect(tickets.proofToHash(proofs[2]!)).toEqual(fakeEcvrf.proofToHash(proofs[2]!));
  tickets.proofToHash(proofs[1]!);
  expect(counts.proofToHash).toBe(3);
  tickets.proofToHash(proofs[0]!);
  expect(counts.proofToHash).toBe(4);
  // What is no proof is remembered as that.
  expect(tickets.proofToHash(new Uint8Array(1))).toBeUndefined();
  expect(tickets.proofToHash(new Uint8Array(1))).toBeUndefined();
  expect(counts.proofToHash).toBe(5);
});

test('view-changes are gathered for Δ, but for no more than a quarter of the time-out', () => {
  const schedule = (lotteryMs: number) =>
    beaconSchedule({
      elections: () => undefined,
      client: () => undefined,
      beaconTimeoutMs: 1_000,
      maxTimeoutMs: 60_000,
      lotteryMs,
    });
  expect(schedule(200).gather?.(2, 1)).toBe(200);
  expect(schedule(5_000).gather?.(2, 1)).toBe(250);
  // The next drawing has twice the time.
  expect(schedule(5_000).gather?.(2, 3)).toBe(500);
});
