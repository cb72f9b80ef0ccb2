import type { Proposal, State } from '@ios/bft';
import { chainName, initialRandomness } from '@ios/client';
import { trustBeacon } from '@ios/client/beacon';
import { encodeBeaconValue } from '@ios/client/epochs';
import { createSchoenmakersPvss } from '@ios/pvss';
import { createEcvrf } from '@ios/vrf-sortition';
import { bytesToHex } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import { type Beacon, createBeacon } from '../src/beacon/beacon.ts';
import { FIRST_BEACON_HEIGHT } from '../src/beacon/position.ts';
import { openTranscripts } from '../src/beacon/transcripts.ts';
import { primitives } from '../src/core.ts';
import { openDecisionLog } from '../src/instance/decision-log.ts';
import { createIdentitySigner } from '../src/keys/identity-signer.ts';
import { committeeOf } from '../src/shard/committee.ts';
import { createMemoryDisk } from '../src/store/memory.ts';
import { createInlineVerifier, type Verifier } from '../src/verifier.ts';
import { openDisk } from './chain-fixture.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { CHAIN, genesis, MASTERS, NAME } from './node-fixture.ts';

const { validators } = genesis;
const { edwards25519, ristretto255 } = primitives().groups;
const scheme = createSchoenmakersPvss({ group: ristretto255 });
const vrf = createEcvrf({ suite: 'ell2', curve: edwards25519 });
const committee = committeeOf(validators.map(({ identity }) => identity));
const signers = MASTERS.map((master) => createIdentitySigner(master, chainName(NAME))).sort((a, b) =>
  Buffer.compare(a.publicKey, b.publicKey),
);
const policy = { lotteryMs: 50, beaconTimeoutMs: 1_600, maxTimeoutMs: 3_200 };

/** The beacons of four validators without the consensus: the test says what is decided, and who hears whom. */
interface Four {
  readonly beacons: readonly Beacon[];
  readonly clock: ManualClock;
  /** Members that hear nothing of the runs. */
  readonly deaf: Set<number>;
  /** The phases of the first, each time that it told. */
  readonly seen: readonly string[];
  decide(value: Uint8Array): Promise<void>;
}

const four = async (
  peers = committee.slice(1).map(({ peer }) => peer),
  verifier: Pick<Verifier, 'holds'> = createInlineVerifier(),
): Promise<Four> => {
  const clock = createManualClock();
  const deaf = new Set<number>();
  const seen: string[] = [];
  const beacons: Beacon[] = [];
  for (const [member, signer] of signers.entries()) {
    const store = await openDisk(createMemoryDisk());
    const from = bytesToHex(signer.publicKey);
    const beacon = await createBeacon({
      chain: CHAIN,
      initialRandomness: initialRandomness(CHAIN),
      committee,
      servers: validators.map(({ identity, share }) => ({ identity, share })),
      vrfKeys: validators.map((validator) => validator.vrf),
      member,
      log: await openDecisionLog(store, 10, FIRST_BEACON_HEIGHT),
      transcripts: openTranscripts(store),
      network: trustBeacon(genesis),
      peers: () => peers,
      scheme,
      vrf,
      certificates: { claims: () => [] },
      isSigned: () => true,
      verifier,
      keys: { prove: signer.prover(vrf), share: signer.sharer(scheme) },
      policy,
      clock,
      store,
      entropy: (length) => new Uint8Array(length).fill(member + 1),
      send: (peer, bytes) => {
        const to = committee.findIndex((one) => one.peer === peer);
        clock.setTimeout(() => {
          if (!deaf.has(to)) beacons[to]?.message(from, bytes);
        }, 1);
      },
      publish: () => {},
      ready: () => {},
      record: () => ({ epoch: 0, randomness: initialRandomness(CHAIN) }),
      onOutput: () => {},
      onProgress: (progress) => member === 0 && seen.push(progress.phase),
      notice: () => {},
      fail: (cause) => {
        throw cause;
      },
    });
    beacons.push(beacon);
  }
  const decide = async (value: Uint8Array): Promise<void> => {
    for (const beacon of beacons) {
      const certificate = { view: 0, mask: Uint8Array.of(7), signature: new Uint8Array(0) };
      const { height } = beacon.position;
      await beacon.decided({ height, digest: new Uint8Array(32), value, certificate });
    }
    for (const beacon of beacons) await beacon.prepare(beacon.position.height);
  };
  for (const beacon of beacons) beacon.look();
  return { beacons, clock, deaf, seen, decide };
};

/** Lets time pass until a promise resolves. */
const after = async <T>(clock: ManualClock, pending: Promise<T>): Promise<T> => {
  let found: { readonly value: T } | undefined;
  pending.then((value) => {
    found = { value };
  });
  for (let ms = 0; found === undefined; ms += 10) {
    if (ms > 20_000) throw new Error('that did not happen within 20 s of virtual time');
    await clock.advance(10);
  }
  return found.value;
};

const isPending = async (clock: ManualClock, promise: Promise<unknown>, ms: number): Promise<boolean> => {
  let settled = false;
  promise.then(() => {
    settled = true;
  });
  await clock.advance(ms);
  return !settled;
};

/** Tells the beacons that their replicas are in a view of the height, and what is proposed in it. */
const inView = (beacons: readonly Beacon[], view: number, proposal?: Proposal): void => {
  const { height } = beacons[0]!.position;
  const seen = { height, record: { view }, viewChanges: new Map(), proposal, opening: [] };
  for (const beacon of beacons) beacon.onState?.(seen as unknown as State);
};

test('what the session of a failed attempt still waits for says nothing of the next attempt', async () => {
  const { beacons, clock, deaf, decide } = await four();
  const [first, second] = beacons as [Beacon, Beacon];
  const proposed = (): Promise<Uint8Array> => after(clock, second.propose(second.position.height, 0));
  const failed = (attempt: number): Uint8Array =>
    encodeBeaconValue({ kind: 'failed', epoch: 1, attempt, withholders: [2] });
  const judged = (value: Uint8Array): Promise<string | undefined> => first.check(first.position.height, 0, value, 1);

  // The first validator holds what was selected, and gets no shares: after a while the attempt has failed for it.
  const selection = await proposed();
  expect(await after(clock, judged(selection))).toBeUndefined();
  deaf.add(0);
  await decide(selection);
  expect(await after(clock, judged(failed(0)))).toBeUndefined();
  await decide(failed(0));
  expect(first.position).toMatchObject({ height: 4, attempt: 1, withheld: [2] });

  // Of the next attempt it holds no dealing: it cannot say that anybody withheld a share.
  await decide(await proposed());
  const judgement = judged(failed(1));
  expect(await isPending(clock, judgement, 3 * policy.beaconTimeoutMs)).toBe(true);
  deaf.clear();
  expect(await after(clock, judgement)).toBe('the attempt did not fail');
  for (const beacon of beacons) beacon.stop();
}, 20_000);

test("nothing is selected of dealings whose signatures the node's verifier finds bad", async () => {
  const asked: number[] = [];
  const holds: Verifier['holds'] = async ({ signatures }) => {
    asked.push(signatures.length);
    return false;
  };
  const { beacons, clock } = await four(undefined, { holds });
  const proposed = beacons[1]!.propose(beacons[1]!.position.height, 0);
  expect(await isPending(clock, proposed, 2 * policy.beaconTimeoutMs)).toBe(true);
  expect(asked).not.toEqual([]);
  expect(asked).not.toContain(0);
  for (const beacon of beacons) beacon.stop();
});

test('it tells what is done for the randomness, from the lottery to the output, and rests until the record', async () => {
  const { beacons, clock, seen, decide } = await four();
  const [first, second] = beacons as [Beacon, Beacon];
  const follow = (view: number, proposal?: Proposal): void => inView(beacons, view, proposal);
  follow(0);
  expect(first.progress()).toEqual({
    epoch: 1,
    attempt: 0,
    electionView: 0,
    phase: 'lottery',
    leader: undefined,
    excluded: [],
    withheld: [],
  });
  // Nobody hears the tickets of others here, so each has its own.
  await clock.advance(policy.lotteryMs);
  expect(first.progress()).toMatchObject({ phase: 'dealing', leader: committee[0]!.peer });
  follow(3);
  expect(first.progress()).toMatchObject({ electionView: 1, phase: 'lottery', leader: undefined });
  follow(0);
  const selection = await after(clock, second.propose(2, 0));
  for (const beacon of beacons) void beacon.check(2, 0, selection, 1);
  follow(0, {} as Proposal);
  expect(first.progress()).toMatchObject({ phase: 'sign-off', leader: committee[0]!.peer });
  await decide(selection);
  expect(first.progress()).toMatchObject({ phase: 'recovery', leader: committee[1]!.peer });
  const output = await after(clock, first.propose(3, 0));
  expect(first.progress()).toMatchObject({ phase: 'output', leader: committee[1]!.peer });
  await decide(output);
  expect(first.progress()).toMatchObject({ epoch: 2, phase: 'idle', leader: undefined });
  const changes = seen.filter((phase, i) => phase !== seen[i - 1]);
  expect(changes.slice(0, 4)).toEqual(['lottery', 'dealing', 'lottery', 'dealing']);
  expect(changes.slice(4)).toEqual(['sign-off', 'recovery', 'output', 'idle']);
  for (const beacon of beacons) beacon.stop();
}, 20_000);

test('a node that has just started draws no ticket before a quorum is connected, or the time of a leader is over', async () => {
  const peers: string[] = [];
  const { beacons, clock } = await four(peers);
  const [first] = beacons as [Beacon];
  inView(beacons, 0);
  const phaseAfter = async (ms: number): Promise<string> => {
    for (let at = 0; at < ms; at += 10) {
      await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(10);
    }
    return first.progress().phase;
  };
  peers.push(committee[1]!.peer);
  first.connected();
  expect(await phaseAfter(2 * policy.lotteryMs)).toBe('lottery');
  peers.push(committee[2]!.peer);
  first.connected();
  expect(await phaseAfter(policy.lotteryMs - 10)).toBe('lottery');
  expect(await phaseAfter(20)).toBe('dealing');
  // It met them once: that they are gone changes nothing.
  peers.length = 0;
  expect(beacons[1]!.progress().phase).toBe('lottery');
  await phaseAfter(policy.beaconTimeoutMs);
  expect(beacons[1]!.progress().phase).toBe('dealing');
  for (const beacon of beacons) beacon.stop();
}, 20_000);
