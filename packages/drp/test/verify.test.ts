import { createRng } from '@ios/simulator';
import { expect, test } from 'vitest';
import {
  decodeTranscript,
  encodeTranscript,
  selectionDigest,
  type Transcript,
  type TranscriptPolicy,
  transcriptFromJson,
  transcriptToJson,
  verifyTranscript,
} from '../src/index.ts';
import { Driver, sessionOf } from './driver.ts';

/** A whole run, and what its verifier knows. */
const made = (n: number, policy = {}, excluded: readonly number[] = []) => {
  const driver = new Driver(n, { policy });
  const session = sessionOf({ client: 1, attempt: 3, view: 2, excluded });
  driver.all({ type: 'open', session });
  const { selection } = driver.told(1, 'selection')[0]!;
  driver.all({ type: 'check', selection });
  driver.all({ type: 'signedOff', selection, proof: driver.cast.signOff.prove(selectionDigest(selection)) });
  const { output, transcript } = driver.told(0, 'recovered')[0]!;
  const { signOff, signatures } = driver.cast;
  const known: TranscriptPolicy = { ...driver.config, signOff, signatures, excluded };
  return { driver, session, selection, output, transcript, known };
};

const flip = (bytes: Uint8Array, place: number, bit = 1): Uint8Array =>
  bytes.map((byte, i) => (i === place ? byte ^ bit : byte));

const run = made(7);
const grouped = made(12, { groupSize: 4, oneGroupUpTo: 0 });

/** A transcript with something changed, verified by who made it. */
const changed = ({ transcript, known }: typeof run, change: (value: Transcript) => Transcript) =>
  verifyTranscript(encodeTranscript(change(decodeTranscript(transcript)!)), known);

test('any one byte changed makes it fail, for a reason', () => {
  const reasons = new Map<string, number>();
  for (const [step, { transcript, known }] of [
    [1, made(4)],
    [5, grouped],
  ] as const)
    for (let place = 0; place < transcript.length; place += step) {
      const verdict = verifyTranscript(flip(transcript, place, 1 << (place % 8)), known);
      expect(verdict.valid).toBe(false);
      if (!verdict.valid) reasons.set(verdict.reason, (reasons.get(verdict.reason) ?? 0) + 1);
    }
  expect([...reasons.keys()].sort()).toEqual(
    expect.arrayContaining(['bad-share', 'malformed', 'not-signed-off', 'wrong-group', 'wrong-output', 'wrong-shares']),
  );
}, 120_000);

test('bytes cut off or added make it no transcript', () => {
  const { transcript, known } = run;
  const malformed = { valid: false, reason: 'malformed' };
  expect(verifyTranscript(transcript.slice(0, -1), known)).toEqual(malformed);
  expect(verifyTranscript(new Uint8Array([...transcript, 0]), known)).toEqual(malformed);
  expect(verifyTranscript(new Uint8Array(0), known)).toEqual(malformed);
  const rng = createRng(5);
  for (let i = 0; i < 200; i++) expect(verifyTranscript(rng.bytes(rng.below(300)), known).valid).toBe(false);
});

test('a bad share names its server', () => {
  const [secret] = decodeTranscript(run.transcript)!.secrets;
  const { index, share } = secret!.shares[1]!;
  const shares = secret!.shares.map((one) => (one.index === index ? { index, share: flip(share, 0) } : one));
  const verdict = changed(run, (value) => ({ ...value, secrets: [{ ...secret!, shares }, ...value.secrets.slice(1)] }));
  expect(verdict).toEqual({ valid: false, reason: 'bad-share', culprit: index });
});

test('shares are exactly t, by ascending index, of the group', () => {
  const withShares = (change: (shares: Transcript['secrets'][0]['shares']) => Transcript['secrets'][0]['shares']) =>
    changed(run, (value) => ({
      ...value,
      secrets: value.secrets.map((one, i) => (i === 0 ? { ...one, shares: change(one.shares) } : one)),
    }));
  const wrong = { valid: false, reason: 'wrong-shares' };
  expect(withShares((shares) => shares.slice(1))).toEqual(wrong);
  expect(withShares((shares) => [...shares, { index: 6, share: shares[0]!.share }])).toEqual(wrong);
  expect(withShares((shares) => [...shares].reverse())).toEqual(wrong);
  expect(withShares((shares) => [shares[0]!, shares[0]!, shares[2]!])).toEqual(wrong);
  expect(withShares((shares) => shares.map((one, i) => (i === 2 ? { ...one, index: 7 } : one)))).toEqual(wrong);
  expect(withShares((shares) => shares.map((one) => ({ ...one, share: one.share.slice(1) })))).toEqual(wrong);
});

test('other shares of the same secrets give the same output, in another transcript', () => {
  const { driver, selection, output, known } = run;
  const outputs = driver.cast.names.map((_, server) => driver.told(server, 'recovered')[0]!);
  const digest = selectionDigest(selection);
  for (const one of outputs)
    expect(verifyTranscript(one.transcript, known)).toMatchObject({ valid: true, output, digest });
});

test('a verifier takes nothing of the session from the transcript', () => {
  const { transcript, known, session, output } = run;
  const { attempt, view, client } = session;
  const refused = (part: Partial<TranscriptPolicy>) => {
    const verdict = verifyTranscript(transcript, { ...known, ...part });
    return verdict.valid ? undefined : verdict.reason;
  };
  expect(verifyTranscript(transcript, { ...known, expected: { attempt, view, client } })).toMatchObject({
    valid: true,
    output,
  });
  expect(refused({ expected: { attempt: 2, view, client } })).toBe('unexpected-session');
  expect(refused({ expected: { attempt, view: 1, client } })).toBe('unexpected-session');
  expect(refused({ expected: { attempt, view, client: 2 } })).toBe('unexpected-session');
  for (const part of [{ chain: new Uint8Array(32) }, { epoch: 8 }, { randomness: new Uint8Array(32) }])
    expect(refused(part)).toBe('not-signed-off');
  expect(refused({ roster: known.roster.slice(0, 6) })).toMatch(/wrong-group|not-signed-off|too-few-dealers/);
  expect(refused({ policy: { ...known.policy, oneGroupUpTo: 0, groupSize: 4 } })).toBeDefined();
  const dealers = decodeTranscript(transcript)!.secrets.map(({ dealer }) => dealer);
  expect(refused({ excluded: [dealers[0]!] })).toBe('excluded-dealer');
  expect(refused({ excluded: [7] })).toBe('unexpected-session');
  expect(() => verifyTranscript(transcript, { ...known, policy: { ...known.policy, faults: 3 } })).toThrow(
    expect.objectContaining({ code: 'insecure' }),
  );
});

test('an honest run without some dealers verifies with them excluded alone', () => {
  const { transcript, known, output } = made(7, {}, [0, 2]);
  expect(verifyTranscript(transcript, known)).toMatchObject({ valid: true, output });
  expect(decodeTranscript(transcript)!.secrets.map(({ dealer }) => dealer)).not.toContain(0);
});

test('what was not signed off, or stands in another order, is refused', () => {
  expect(changed(run, (value) => ({ ...value, proof: new Uint8Array(0) }))).toEqual({
    valid: false,
    reason: 'not-signed-off',
  });
  expect(changed(run, (value) => ({ ...value, secrets: [...value.secrets].reverse() }))).toEqual({
    valid: false,
    reason: 'wrong-order',
  });
  expect(changed(run, (value) => ({ ...value, secrets: value.secrets.slice(1) }))).toEqual({
    valid: false,
    reason: 'too-few-dealers',
  });
  expect(changed(run, (value) => ({ ...value, client: 7 }))).toEqual({ valid: false, reason: 'unexpected-session' });
});

test('a dealing that its dealer did not sign is refused even where it was signed off', () => {
  const { known, transcript } = run;
  const value = decodeTranscript(transcript)!;
  const verdict = verifyTranscript(transcript, { ...known, signatures: { verify: () => false } });
  expect(verdict).toEqual({ valid: false, reason: 'bad-dealing', culprit: value.secrets[0]!.dealer });
  const wrong = {
    ...known,
    scheme: { ...known.scheme, verifyDealings: (batch: readonly unknown[]) => batch.map((_, i) => i) },
  };
  expect(verifyTranscript(transcript, wrong)).toMatchObject({ valid: false, reason: 'bad-dealing' });
  const longer = { ...known.scheme, dealingLength: (n: number, t: number) => known.scheme.dealingLength(n, t) + 1 };
  expect(verifyTranscript(transcript, { ...known, scheme: longer })).toMatchObject({
    valid: false,
    reason: 'bad-dealing',
  });
});

test('JSON has one form', () => {
  const { transcript } = grouped;
  const text = transcriptToJson(transcript)!;
  expect(transcriptFromJson(text)).toEqual(transcript);
  expect(JSON.parse(text)).toMatchObject({ attempt: 3, view: 2, client: 1 });
  for (const other of [
    ` ${text}`,
    text.replace('{"attempt":3,"view":2,', '{"view":2,"attempt":3,'),
    text.replace('"client":1', '"client":1,"more":0'),
    text.replace('"client":1', '"client":1.0'),
    text.replace(/[a-f](?=[0-9a-f]{9}")/, (digit) => digit.toUpperCase()),
    text.replace('"output":"', '"output":"00'),
    text.slice(0, -1),
    '[]',
    'null',
    '',
  ])
    expect(transcriptFromJson(other)).toBeUndefined();
  expect(transcriptToJson(new Uint8Array(3))).toBeUndefined();
});
