import { expect, test } from 'vitest';
import { type Evidence, evidenceClaims } from '../../src/index.ts';
import { fakeVerify } from '../../src/testing.ts';
import { Driver, inWords, outputs, wire, wireShare } from '../driver.ts';
import { bytesOf, Committee, contextOf, digest, scope } from '../values.ts';

const c = new Committee();

const proves = (evidence: Evidence, of = scope, context = contextOf(4)): boolean =>
  evidenceClaims(of, context, evidence)?.every(({ signature, message, publicKey }) =>
    fakeVerify(signature, message, publicKey),
  ) ?? false;

const follower = (): Driver => {
  const d = new Driver();
  d.begin();
  return d;
};

test('two proposals of one leader in one view are evidence, once, whoever showed the second', () => {
  const d = follower();
  d.hear(1, c.proposal(1, 7));
  const [found] = outputs(d.hear(2, c.proposal(1, 8)), 'evidence');
  const { data: first } = c.proposal(1, 7);
  const { data: second } = c.proposal(1, 8);
  expect(found?.evidence).toEqual({
    kind: 'proposals',
    member: 1,
    height: 1,
    view: 0,
    phase: 'prepare',
    first: { digest: first.digest, signature: first.signature },
    second: { digest: second.digest, signature: second.signature },
  });
  expect(proves(found!.evidence)).toBe(true);
  expect(inWords(d.hear(2, c.proposal(1, 9)))).toEqual([]);
  expect(inWords(d.hear(1, c.proposal(1, 8)))).toEqual([]);
  // The first stands.
  expect(d.engine.proposal?.digest).toEqual(digest(7));
});

test('a second proposal under way when the first was accused is no second evidence', () => {
  const d = follower();
  d.hear(1, c.proposal(1, 7));
  for (const value of [8, 9]) d.step({ type: 'message', from: 'v1', bytes: wire(c.proposal(1, value)) });
  expect(outputs(d.answer(), 'evidence')).toHaveLength(1);
});

test('the same proposal twice, or proposals of two views, are no evidence', () => {
  const d = follower();
  d.hear(1, c.proposal(1, 7));
  d.hear(2, c.proposal(1, 7));
  const opening = [0, 1, 2].map((member) => c.viewChange(member, 4));
  const other = d.hear(1, c.proposal(1, 8, { view: 4, opening }));
  expect(outputs(other, 'evidence')).toEqual([]);
  expect(d.engine.record.view).toBe(4);
});

const leader = (): Driver => {
  const d = new Driver({ self: 1 });
  d.begin();
  d.command({ type: 'proposal', height: 1, view: 0, value: bytesOf(7) });
  return d;
};

test('two endorsements of one member in one slot are evidence, once in each slot', () => {
  for (const phase of ['prepare', 'commit'] as const) {
    const d = leader();
    d.hearShare(0, c.share(0, phase, 7));
    const [found] = outputs(d.hearShare(0, c.share(0, phase, 8)), 'evidence');
    expect(found?.evidence).toEqual({
      kind: 'endorsements',
      member: 0,
      height: 1,
      view: 0,
      phase,
      first: { digest: digest(7), signature: c.share(0, phase, 7).signature },
      second: { digest: digest(8), signature: c.share(0, phase, 8).signature },
    });
    expect(proves(found!.evidence)).toBe(true);
    expect(inWords(d.hearShare(0, c.share(0, phase, 9)))).toEqual([]);
  }
});

test('two endorsements under way at once are evidence, three give it once', () => {
  const d = leader();
  for (const value of [8, 9, 10])
    d.step({ type: 'message', from: 'v0', bytes: wireShare(c.share(0, 'prepare', value)) });
  expect(outputs(d.answer(), 'evidence')).toHaveLength(1);
});

test('endorsements of two phases, and a false one, are no evidence', () => {
  const d = leader();
  d.hearShare(0, c.share(0, 'prepare', 7));
  expect(outputs(d.hearShare(0, c.share(0, 'commit', 8)), 'evidence')).toEqual([]);
  expect(outputs(d.hearShare(0, { ...c.share(0, 'prepare', 8), signature: new Uint8Array(64) }), 'evidence')).toEqual(
    [],
  );
  expect(d.state.collector.liars).toEqual(new Set([0]));
});

test('a false share and a true one under way at once are no evidence', () => {
  const d = leader();
  d.step({
    type: 'message',
    from: 'v0',
    bytes: wireShare({ ...c.share(0, 'prepare', 8), signature: new Uint8Array(64) }),
  });
  d.step({ type: 'message', from: 'v0', bytes: wireShare(c.share(0, 'prepare', 7)) });
  const effects = d.answer();
  expect(outputs(effects, 'evidence')).toEqual([]);
});

test('evidence proves nothing under another scope, height, view, phase or member, nor of one digest', () => {
  const d = leader();
  d.hearShare(0, c.share(0, 'prepare', 7));
  const { evidence } = outputs(d.hearShare(0, c.share(0, 'prepare', 8)), 'evidence')[0]!;
  expect(proves(evidence)).toBe(true);
  for (const change of [
    { kind: 'proposals' as const },
    { member: 2 },
    { member: 9 },
    { height: 2 },
    { view: 1 },
    { phase: 'commit' as const },
    { second: evidence.first },
    { first: { digest: digest(7), signature: evidence.second.signature } },
  ])
    expect(proves({ ...evidence, ...change }), JSON.stringify(change)).toBe(false);
  expect(proves(evidence, { ...scope, instance: 'beacon' })).toBe(false);
  expect(proves(evidence, { ...scope, chain: new Uint8Array(32) })).toBe(false);
  expect(proves(evidence, scope, contextOf(4, 1))).toBe(false);
  expect(proves(evidence, scope, { ...contextOf(4), stepEntry: new Uint8Array(32).fill(1) })).toBe(false);
});

test('one proposal under way twice is no evidence', () => {
  const d = follower();
  for (const from of ['v1', 'v2']) d.step({ type: 'message', from, bytes: wire(c.proposal(1, 7)) });
  expect(outputs(d.answer(), 'evidence')).toEqual([]);
});

test('a leader that was accused in one view is accused again in another', () => {
  const d = follower();
  const opening = [0, 1, 2].map((member) => c.viewChange(member, 4));
  const views = [{}, { view: 4, opening }].flatMap((of) => {
    d.hear(1, c.proposal(1, 7, of));
    return outputs(d.hear(1, c.proposal(1, 8, of)), 'evidence').map(({ evidence }) => evidence.view);
  });
  expect(views).toEqual([0, 4]);
});

test('proposals of two leaders of one view, whom two sets of view-changes made, are no evidence', () => {
  const schedule = {
    leader: (_height: number, _view: number, opening: readonly { readonly member: number }[]) =>
      opening.at(-1)?.member ?? 1,
    timeout: () => 1000,
    attachment: () => new Uint8Array(0),
    checkAttachment: () => true,
  };
  const d = new Driver({ schedule });
  d.begin();
  const opened = (...members: number[]) => ({ view: 1, opening: members.map((member) => c.viewChange(member, 1)) });
  d.hear(2, c.proposal(2, 7, opened(0, 1, 2)));
  expect(outputs(d.hear(3, c.proposal(3, 8, opened(0, 1, 3))), 'evidence')).toEqual([]);
  expect(d.engine.proposal?.digest).toEqual(digest(7));
});
