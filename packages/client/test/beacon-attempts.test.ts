import { encodeCertificate, endorsedBytes, maskOf } from '@ios/bft';
import { getPublicKey, sign } from '@ios/crypto/ed25519';
import { schnorrGroup62 } from '@ios/crypto/testing';
import {
  answerRequest,
  dealingDigest,
  type Epoch,
  encodeDealRequest,
  encodeSelection,
  encodeTranscript,
  layoutOf,
  recover,
  type Session,
  type SharedSecret,
  selectionDigest,
} from '@ios/drp';
import { createSchoenmakersPvss } from '@ios/pvss';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { type BeaconNetwork, type BeaconProof, type RecordedRandomness, verifyBeaconProof } from '../src/beacon.ts';
import {
  type BeaconValue,
  beaconPolicy,
  type CertifiedValue,
  encodeBeaconValue,
  encodeSelectionDecision,
  resultDigest,
  signOffDigest,
} from '../src/epochs.ts';
import { committeeOf } from '../src/index.ts';

/** Four validators over a small group, whose collective signatures are the bytes that they are for. */
const scheme = createSchoenmakersPvss({ group: schnorrGroup62 });
const players = [1, 2, 3, 4]
  .map((i) => {
    const seed = new Uint8Array(32).fill(i);
    const shareKey = BigInt(1000 + i);
    return { seed, shareKey, identity: getPublicKey(seed), share: scheme.publicKey(shareKey) };
  })
  .sort((a, b) => (bytesToHex(a.identity) < bytesToHex(b.identity) ? -1 : 1));
const chain = new Uint8Array(32).fill(7);
const committee = committeeOf(players.map(({ identity }) => identity));
const network: BeaconNetwork = {
  chain,
  name: 'four',
  committee,
  scheme: { verify: ({ signature }, endorsed) => bytesToHex(signature) === bytesToHex(endorsed) },
  place: () => 0,
  shards: [],
  servers: players.map(({ identity, share }) => ({ identity, share })),
};
const EPOCH = 5;
const before = new Uint8Array(32).fill(9);

const certify = (height: number, digest: Uint8Array, members = [0, 1, 3], epoch = EPOCH): Uint8Array => {
  const context = { epoch, stepEntry: new Uint8Array(32), committee };
  const slot = { height, view: 0, phase: 'commit' } as const;
  const signature = endorsedBytes({ chain, instance: 'beacon' }, context, slot, digest);
  return encodeCertificate({ view: 0, mask: maskOf(members, 4), signature });
};
const failure = (
  attempt: number,
  withholders: readonly number[],
  height: number,
  change: { readonly members?: number[]; readonly value?: Partial<BeaconValue> } = {},
): CertifiedValue => {
  const value = encodeBeaconValue({
    kind: 'failed',
    epoch: EPOCH,
    attempt,
    withholders,
    ...change.value,
  } as BeaconValue);
  return { height, value, certificate: certify(height, resultDigest(value), change.members) };
};

interface Run {
  readonly session: Session;
  readonly dealers: readonly number[];
  /** Of the decision that signs it off. */
  readonly height: number;
  readonly attempt?: number;
  readonly members?: number[];
}
/** A run as honest servers make it, and what a record says of it. */
const run = ({
  session,
  dealers,
  height,
  attempt = session.attempt,
  members,
}: Run): {
  recorded: RecordedRandomness;
  transcript: Uint8Array;
} => {
  const epoch: Epoch = {
    scheme,
    chain,
    epoch: EPOCH,
    randomness: before,
    roster: network.servers,
    policy: beaconPolicy(4),
  };
  const layout = layoutOf(epoch, session);
  const made = dealers.map((dealer) => {
    const context = layout.contexts[dealer]!;
    const { seed, shareKey } = players[dealer]!;
    const secrets = {
      scheme,
      shareKey,
      sign: (message: Uint8Array) => sign(message, seed),
      signOff: { verify: () => true },
    };
    const signedDealing = answerRequest(secrets, { kind: 'deal', message: encodeDealRequest(context) });
    const dealing = signedDealing.subarray(0, -64);
    const shares = [0, 1].map((index) => ({
      index,
      share: scheme.decryptShare(context, dealing, index, players[index]!.shareKey),
    }));
    return { dealer, signedDealing, shares, secret: { context, dealing, shares } satisfies SharedSecret };
  });
  const entries = made.map(({ dealer, signedDealing }) => ({ group: 0, dealer, digest: dealingDigest(signedDealing) }));
  const selection = selectionDigest(encodeSelection({ session: layout.id, entries }));
  const output = recover(
    scheme,
    made.map(({ secret }) => secret),
  );
  const certificate = certify(height, signOffDigest(EPOCH, attempt, selection), members);
  const proof = encodeSelectionDecision({ attempt, height, certificate });
  const secrets = made.map(({ dealer, signedDealing, shares }) => ({ dealer, signedDealing, shares }));
  const { view, client } = session;
  const transcript = encodeTranscript({ attempt: session.attempt, view, client, proof, secrets, output });
  return { recorded: { epoch: EPOCH, randomness: output, selection, before }, transcript };
};
const verify = (recorded: RecordedRandomness, proof: BeaconProof) =>
  verifyBeaconProof(network, recorded, proof, { scheme, freshBytes: new Uint8Array(32).fill(1) });

const third: Session = { attempt: 2, view: 1, client: 0, excluded: [1] };
const failures = [failure(0, [2], 3), failure(1, [1], 5)];
const good = run({ session: third, dealers: [0, 2], height: 6 });

describe('an epoch of which two attempts failed', () => {
  test('is verified with the decisions that they did; of who withheld, the latest f are excluded', () => {
    expect(verify(good.recorded, { failures, transcript: good.transcript })).toEqual({
      ...{ valid: true, epoch: EPOCH, randomness: good.recorded.randomness },
      ...{ attempt: 2, view: 1, leader: 0, contributors: [0, 2], excluded: [1] },
    });
  });

  const [one, two] = failures as [CertifiedValue, CertifiedValue];
  test.each<[string, readonly CertifiedValue[]]>([
    ['in another order', [two, one]],
    ['twice the same', [one, one]],
    ['apart', [one, failure(1, [1], 7)]],
    ['at even heights', [failure(0, [2], 4), failure(1, [1], 6)]],
    ['of another epoch', [one, failure(1, [1], 5, { value: { epoch: EPOCH + 1 } })]],
    ['of another attempt', [one, failure(2, [1], 5)]],
    ['of a seat that there is not', [one, failure(1, [4], 5)]],
    ['signed by too few', [one, failure(1, [1], 5, { members: [0, 1] })]],
    ['with the signature of another', [one, { ...two, certificate: one.certificate }]],
  ])('does not hold with failures %s', (_, wrong) => {
    expect(verify(good.recorded, { failures: wrong, transcript: good.transcript })).toEqual({
      valid: false,
      reason: 'bad-failure',
    });
  });

  test('does not hold with fewer failures, or where another is excluded', () => {
    const { recorded, transcript } = good;
    expect(verify(recorded, { failures: [], transcript })).toEqual({ valid: false, reason: 'not-signed-off' });
    expect(verify(recorded, { failures: [one], transcript })).toEqual({ valid: false, reason: 'excluded-dealer' });
    const others = [failure(0, [1], 3), failure(1, [2], 5)];
    expect(verify(recorded, { failures: others, transcript })).toEqual({ valid: false, reason: 'excluded-dealer' });
  });

  test.each<[string, Partial<Run>]>([
    ['at a height that does not follow', { height: 8 }],
    ['at an odd height', { height: 7 }],
    ['for another attempt', { attempt: 1 }],
    ['by too few', { members: [0, 1] }],
  ])('does not hold where the selection is signed off %s', (_, change) => {
    const { recorded, transcript } = run({ session: third, dealers: [0, 2], height: 6, ...change });
    expect(verify(recorded, { failures, transcript })).toEqual({ valid: false, reason: 'not-signed-off' });
  });

  test('does not hold where the transcript is of another attempt than the decision', () => {
    const { recorded, transcript } = run({ session: { ...third, attempt: 1 }, attempt: 2, dealers: [0, 2], height: 6 });
    expect(verify(recorded, { failures, transcript })).toEqual({ valid: false, reason: 'unexpected-session' });
  });
});

describe('a record', () => {
  test('is of one run, and of its output', () => {
    const { transcript, recorded } = good;
    const other = run({ session: third, dealers: [0, 3], height: 6 });
    const wrong = { ...recorded, randomness: before };
    expect(verify(other.recorded, { failures, transcript })).toEqual({ valid: false, reason: 'other-run' });
    expect(verify(wrong, { failures, transcript })).toEqual({ valid: false, reason: 'other-randomness' });
    expect(verify({ ...recorded, before: chain }, { failures, transcript })).toMatchObject({
      reason: 'not-signed-off',
    });
    expect(verify({ ...recorded, epoch: EPOCH + 1 }, { failures: [], transcript })).toMatchObject({ valid: false });
  });
});
