import { type Decision, decodeCertificate, encodeCertificate, endorsedBytes, maskOf } from '@ios/bft';
import { type BeaconValue, encodeBeaconValue, signOffDigest } from '@ios/client/epochs';
import { verify } from '@ios/crypto/ed25519';
import { type DrpOutput, type Epoch, encodeSelection, selectionDigest, sessionId } from '@ios/drp';
import { schoenmakersPvss } from '@ios/pvss';
import { concatBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { decodeBeaconMessage, encodeBeaconMessage } from '../src/beacon/messages.ts';
import { outcomeOf } from '../src/beacon/outcome.ts';
import { afterDecision, type BeaconPosition, FIRST_POSITION } from '../src/beacon/position.ts';
import { sessionAt, sessionsOf } from '../src/beacon/sessions.ts';
import { beaconSignOff, signOffProof } from '../src/beacon/sign-off.ts';
import { seedKey } from '../src/devnet/script-key.ts';
import { listedCertificates } from '../src/shard/certificates.ts';
import { committeeOf } from '../src/shard/committee.ts';

const bytesOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const chain = bytesOf(9);
const members = [1, 2, 3, 4].map((i) => seedKey(bytesOf(i)));
const committee = committeeOf(members.map(({ publicKey }) => publicKey));
const certificate = { view: 0, mask: maskOf([0, 1, 2], 4), signature: new Uint8Array(0) };

const decide = (position: BeaconPosition, value: BeaconValue, n = 4): BeaconPosition => {
  const decision: Decision = {
    height: position.height,
    digest: bytesOf(0),
    certificate,
    value: encodeBeaconValue(value),
  };
  return afterDecision(position, decision, n);
};
const selection = encodeSelection({ session: bytesOf(7), entries: [{ group: 0, dealer: 1, digest: bytesOf(2) }] });

describe('the beacon', () => {
  test('selects at even heights, and says what came of it at odd ones', () => {
    const selected = decide(FIRST_POSITION, { kind: 'selection', epoch: 1, attempt: 0, selection });
    expect(selected).toMatchObject({ height: 3, epoch: 1, attempt: 0 });
    expect(selected.selection!.digest).toEqual(selectionDigest(selection));
    const output = { kind: 'output', epoch: 1, attempt: 0, selection: bytesOf(1), randomness: bytesOf(2) } as const;
    expect(decide(selected, output)).toEqual({ ...FIRST_POSITION, height: 4, epoch: 2 });
  });

  test('tries again after a failure, without those who withheld, f at most: the oldest lapses', () => {
    let position: BeaconPosition = FIRST_POSITION;
    const fail = (...withholders: number[]): void => {
      const { epoch, attempt } = position;
      position = decide(position, { kind: 'selection', epoch, attempt, selection }, 7);
      position = decide(position, { kind: 'failed', epoch, attempt, withholders }, 7);
    };
    fail(3);
    expect(position).toMatchObject({ height: 4, epoch: 1, attempt: 1, withheld: [3], selection: undefined });
    fail(1);
    fail(3);
    expect(position).toMatchObject({ attempt: 3, withheld: [1, 3] });
    fail(6);
    expect(position.withheld).toEqual([3, 6]);
    expect(sessionAt({ attempt: 4, withheld: [6, 3] }, 2, 5)).toEqual({
      attempt: 4,
      view: 2,
      client: 5,
      excluded: [3, 6],
    });
  });

  test.each<[string, BeaconValue]>([
    [
      'an output where a selection is due',
      { kind: 'output', epoch: 1, attempt: 0, selection: bytesOf(1), randomness: bytesOf(2) },
    ],
    ['another epoch', { kind: 'selection', epoch: 2, attempt: 0, selection }],
    ['another attempt', { kind: 'selection', epoch: 1, attempt: 1, selection }],
  ])('cannot decide %s', (_, value) => {
    expect(() => decide(FIRST_POSITION, value)).toThrow(expect.objectContaining({ code: 'diverged' }));
  });
});

const epoch: Epoch = {
  scheme: schoenmakersPvss,
  chain,
  epoch: 1,
  randomness: bytesOf(3),
  roster: [1, 2, 3, 4].map((i) => ({ identity: bytesOf(i), share: bytesOf(i) })),
  policy: { faults: 1, groupSize: 64, oneGroupUpTo: 64, biasBits: 40 },
};

test('a selection is found to be of its session, among the views up to the last', () => {
  const session = sessionAt({ attempt: 0, withheld: [] }, 2, 3);
  const ofIt = encodeSelection({ session: sessionId(epoch, session), entries: [] });
  const sessions = sessionsOf(epoch);
  expect(sessions.isOf(session, ofIt)).toBe(true);
  expect(sessions.isOf({ ...session, view: 1 }, ofIt)).toBe(false);
  expect(sessions.isOf(session, Uint8Array.of(1))).toBe(false);
  expect(sessions.find(FIRST_POSITION, 2, ofIt)).toEqual(session);
  expect(sessions.find(FIRST_POSITION, 1, ofIt)).toBeUndefined();
});

test('the root of the roster is computed once, however many sessions are named', () => {
  let read = 0;
  const counted: Epoch = {
    ...epoch,
    roster: epoch.roster.map(({ identity, share }) => ({
      identity,
      get share() {
        read++;
        return share;
      },
    })),
  };
  const last = sessionAt(FIRST_POSITION, 9, 3);
  const ofLast = encodeSelection({ session: sessionId(epoch, last), entries: [] });
  const sessions = sessionsOf(counted);
  expect(sessions.find(FIRST_POSITION, 9, ofLast)).toEqual(last);
  expect(sessions.find(FIRST_POSITION, 9, Uint8Array.of(1))).toBeUndefined();
  expect(sessions.isOf(last, ofLast)).toBe(true);
  expect(sessions.idOf(last)).toEqual(sessionId(epoch, last));
  expect(read).toBe(epoch.roster.length);
});

describe('what a run says of the selection that was signed off', () => {
  const { selection: opened } = decide(FIRST_POSITION, { kind: 'selection', epoch: 1, attempt: 0, selection });
  const waiting = { type: 'waiting', id: bytesOf(7), phase: 'decrypt', servers: [2] } as const;
  const recovered: DrpOutput = {
    type: 'recovered',
    id: bytesOf(7),
    digest: selectionDigest(selection),
    output: bytesOf(4),
    transcript: bytesOf(5),
  };

  test('is the output of that very selection, or who withholds shares of it', () => {
    expect(outcomeOf(recovered, opened)).toEqual({ kind: 'output', randomness: bytesOf(4) });
    expect(outcomeOf(waiting, opened)).toEqual({ kind: 'failed', withholders: [2] });
  });

  test.each<[string, DrpOutput]>([
    ['another session waits for shares', { ...waiting, id: bytesOf(8) }],
    ['dealings are waited for', { ...waiting, phase: 'fetch' }],
    ['another selection was recovered', { ...recovered, digest: bytesOf(8) }],
    ['a session is closed', { type: 'closed', id: bytesOf(7) }],
  ])('is nothing where %s', (_, output) => {
    expect(outcomeOf(output, opened)).toBeUndefined();
  });

  test('is nothing before there is one', () => {
    for (const output of [waiting, recovered]) expect(outcomeOf(output, undefined)).toBeUndefined();
  });
});

describe('a sign-off', () => {
  const digest = bytesOf(6);
  const signOff = beaconSignOff({
    epoch: 1,
    chain,
    committee,
    certificates: listedCertificates,
    isSigned: ({ signature, message, publicKey }) => verify(signature, message, publicKey),
  });
  interface Made {
    readonly attempt?: number;
    readonly signedAttempt?: number;
    readonly height?: number;
    readonly instance?: string;
    readonly phase?: 'prepare' | 'commit';
    readonly signers?: readonly number[];
  }
  const proofOf = (made: Made = {}): Uint8Array => {
    const { attempt = 0, height = 4, instance = 'beacon', phase = 'commit', signers = [0, 1, 2] } = made;
    const endorsed = endorsedBytes(
      { chain, instance },
      { epoch: 1, stepEntry: new Uint8Array(32), committee },
      { height, view: 0, phase },
      signOffDigest(1, made.signedAttempt ?? attempt, digest),
    );
    const signature = concatBytes(...signers.map((i) => members[i]!.sign(endorsed)));
    const signed = { view: 0, mask: maskOf(signers, 4), signature };
    return signOffProof(attempt, { height, digest, certificate: signed, value: new Uint8Array(0) });
  };

  test('is the commit certificate of an even height for this selection and attempt', () => {
    expect(signOff.verify(proofOf(), digest)).toBe(true);
    expect(signOff.verify(proofOf({ attempt: 2 }), digest)).toBe(true);
    expect(decodeCertificate(encodeCertificate(certificate))).toEqual(certificate);
  });

  test.each<[string, Uint8Array, Uint8Array]>([
    ['another selection', proofOf(), bytesOf(5)],
    ['another attempt', proofOf({ attempt: 1, signedAttempt: 0 }), digest],
    ['an odd height', proofOf({ height: 5 }), digest],
    ['another instance', proofOf({ instance: 'record' }), digest],
    ['a prepare certificate', proofOf({ phase: 'prepare' }), digest],
    ['too few', proofOf({ signers: [0, 1] }), digest],
    ['bytes that are none', Uint8Array.of(1, 2, 3), digest],
    ['bytes with more behind them', Uint8Array.of(...proofOf(), 0), digest],
  ])('does not hold for %s', (_, proof, of) => {
    expect(signOff.verify(proof, of)).toBe(false);
  });
});

test('messages have one encoding', () => {
  const leads = { kind: 'leads', epoch: 3, attempt: 1, view: 2 } as const;
  const machine = { kind: 'machine', epoch: 3, bytes: Uint8Array.of(7, 8) } as const;
  for (const message of [leads, machine]) expect(decodeBeaconMessage(encodeBeaconMessage(message))).toEqual(message);
  const bytes = encodeBeaconMessage(leads);
  for (const bad of [
    bytes.subarray(0, 4),
    bytes.subarray(0, -1),
    Uint8Array.of(...bytes, 0),
    Uint8Array.of(4, ...bytes.subarray(1)),
  ])
    expect(decodeBeaconMessage(bad)).toBeUndefined();
});
