import { expect, test } from 'vitest';
import type { Decision } from '../../src/index.ts';
import type { Message } from '../../src/testing.ts';
import { Driver, inWords, outputs, sent, wire } from '../driver.ts';
import { bytesOf, Committee, digest } from '../values.ts';

const c = new Committee();
const status = (height: number): Message => ({ TAG: 'status', data: { height } });
const decisions = (...list: Decision[]): Message => ({ TAG: 'decisions', data: { decisions: list } });
const decision = (height: number, value = height): Decision => c.at(height).decision(value);

const at = (height: number, options = {}): Driver => {
  const d = new Driver(options);
  d.begin(height);
  return d;
};

/** The decision of value 7 here, handed to the application. */
const decided = (): Driver => {
  const d = at(1);
  d.hear(1, c.value(7));
  d.hear(1, c.proposal(1, 7));
  d.hear(1, c.certified('commit', 7));
  return d;
};

test('a peer that is behind is told so, one that is as far is not', () => {
  const d = at(3);
  expect(sent(d.hear(1, status(2)), 'status')).toMatchObject([{ height: 3, to: 'v1' }]);
  for (const message of [c.at(2).proposal(3, 7), c.at(2).certified('commit', 7), c.at(2).moves(1, 1)])
    expect(sent(d.hear(1, message), 'status')).toMatchObject([{ height: 3, to: 'v1' }]);
  expect(inWords(d.hear(1, status(3)))).toEqual([]);
});

test('who is behind asks the peer that said so, then each member in turn, and then waits for the next word', () => {
  const d = at(1);
  const asked = d.hear(2, status(4));
  expect(sent(asked, 'wantDecisions')).toMatchObject([{ from: 1, to: 'v2' }]);
  expect(inWords(asked)).toContain('setTimer e/sync 1000');
  expect(inWords(d.hear(3, status(5)))).toEqual([]);
  const turns = Array.from({ length: 4 }, () => sent(d.timer('sync'), 'wantDecisions')[0]?.to);
  expect(turns).toEqual(['v3', 'v1', 'v2', undefined]);
  expect(sent(d.hear(1, status(4)), 'wantDecisions')).toMatchObject([{ to: 'v1' }]);
});

test('any message about a greater height says so too', () => {
  for (const message of [c.at(3).proposal(3, 7), c.at(3).certified('commit', 7), c.at(3).moves(1, 1)])
    expect(sent(at(1).hear(1, message), 'wantDecisions')).toMatchObject([{ from: 1, to: 'v1' }]);
});

test('when the next height is spoken of, there is a moment for getting there by itself', () => {
  for (const message of [status(2), c.at(2).proposal(2, 7)]) {
    const d = at(1);
    const heard = d.hear(2, message);
    expect(sent(heard, 'wantDecisions')).toEqual([]);
    expect(inWords(heard)).toEqual(['setTimer e/sync 125']);
    expect(sent(d.timer('sync'), 'wantDecisions')).toMatchObject([{ from: 1, to: 'v2' }]);
    expect(sent(d.timer('sync'), 'wantDecisions')).toMatchObject([{ to: 'v3' }]);
  }
  const d = at(1);
  d.hear(2, status(2));
  d.hear(1, c.value(7));
  d.hear(1, c.proposal(1, 7));
  d.hear(1, c.certified('commit', 7));
  expect(inWords(d.begin(2))).toContain('clearTimer e/sync');
  expect(inWords(d.timer('sync'))).toEqual([]);
});

test('with the decision handed to the application, the next height is not behind, the one after is', () => {
  expect(inWords(decided().hear(2, status(2)))).toEqual([]);
  expect(sent(decided().hear(2, status(3)), 'wantDecisions')).toMatchObject([{ from: 2, to: 'v2' }]);
});

test('the application answers who asks for decisions, once at a time for each', () => {
  const d = at(4);
  const want = (from: number): Message => ({ TAG: 'wantDecisions', data: { from } });
  expect(outputs(d.hear(1, want(2)), 'history')).toEqual([{ type: 'history', peer: 'v1', from: 2 }]);
  expect(outputs(d.hear(1, want(2)), 'history')).toEqual([]);
  expect(outputs(d.hear(2, want(2)), 'history')).toHaveLength(1);
  expect(outputs(d.hear(3, want(4)), 'history')).toEqual([]);
  const answer = d.command({ type: 'history', peer: 'v1', decisions: [decision(2), decision(3)] });
  expect(sent(answer, 'decisions')).toEqual([{ decisions: [decision(2), decision(3)], to: 'v1' }]);
  expect(outputs(d.hear(1, want(2)), 'history')).toHaveLength(1);
  expect(inWords(d.command({ type: 'history', peer: 'v1', decisions: [] }))).toEqual([]);
  // An application that never answers does not bar the peer for ever.
  d.hear(1, want(2));
  d.timer('repeat');
  expect(outputs(d.hear(1, want(2)), 'history')).toHaveLength(1);
});

test('an answer that no message holds is cut to what one does', () => {
  const list = [2, 3, 4].map((height) => decision(height));
  const lengths = [0, 1, 2, 3].map((count) => {
    const messageBytes = 3 + count * (50 + 1 + 3 * 64 + 8);
    const fits = at(5, { limits: { messageBytes: Math.max(messageBytes, 69) } });
    return [messageBytes, messageBytes - 1].map((bytes) => {
      const d = bytes === messageBytes ? fits : at(5, { limits: { messageBytes: Math.max(bytes, 69) } });
      return sent(d.command({ type: 'history', peer: 'v1', decisions: list }), 'decisions')[0]?.decisions.length ?? 0;
    });
  });
  expect(lengths).toEqual([
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 2],
  ]);
});

test('decisions are taken one by one, each in the context of its height', () => {
  const d = at(1);
  d.hear(2, status(4));
  const first = d.hear(2, decisions(decision(1), decision(2), decision(3)));
  expect(outputs(first, 'decide')).toMatchObject([{ height: 1, digest: digest(1), value: bytesOf(1) }]);
  const second = d.begin(2);
  expect(outputs(second, 'decide')).toMatchObject([{ height: 2, digest: digest(2) }]);
  const third = d.begin(3);
  expect(outputs(third, 'decide')).toMatchObject([{ height: 3 }]);
  expect(sent([...second, ...third], 'wantDecisions')).toEqual([]);
  const caughtUp = d.begin(4);
  expect(inWords(caughtUp)).toContain('clearTimer e/sync');
  expect(d.engine.sync).toBeUndefined();
});

test('while the last decision of an answer is verified, no more are asked for', () => {
  const d = at(1);
  d.hear(2, status(9));
  d.hear(2, decisions(decision(1), decision(2)));
  const begin = { type: 'begin', height: 2, context: d.context, parent: undefined } as const;
  const effects = d.step({ type: 'command', value: begin });
  expect(inWords(effects)).toContain('verify from v2');
  expect(sent(effects, 'wantDecisions')).toEqual([]);
});

test('a greater height that is heard of meanwhile is aimed at', () => {
  const d = at(1);
  d.hear(2, status(3));
  d.hear(3, status(4));
  d.hear(1, status(2));
  d.hear(2, decisions(decision(1), decision(2)));
  d.begin(2);
  expect(sent(d.begin(3), 'wantDecisions')).toMatchObject([{ from: 3, to: 'v2' }]);
});

test('an answer that comes while the application is busy with the height before is kept, and not for another', () => {
  const d = decided();
  d.hear(2, status(4));
  d.timer('sync');
  expect(inWords(d.hear(2, decisions(decision(2), decision(3))))).toEqual([]);
  d.hear(3, decisions(decision(1)));
  expect(outputs(d.begin(2), 'decide')).toMatchObject([{ height: 2 }]);
});

test('an answer to a question of the height before is not waited for', () => {
  const d = decided();
  d.hear(2, status(3));
  d.begin(2);
  d.begin(3);
  expect(d.engine.awaited.size).toBe(0);
});

test('when an answer is used up and the peer is still ahead, it is asked for more', () => {
  const d = at(1);
  d.hear(2, status(9));
  d.hear(2, decisions(decision(1)));
  expect(sent(d.begin(2), 'wantDecisions')).toMatchObject([{ from: 2, to: 'v2' }]);
});

test('outdated decisions in an answer are skipped, and those after a gap not taken', () => {
  const d = at(3);
  d.hear(2, status(9));
  expect(outputs(d.hear(2, decisions(decision(1), decision(2), decision(3))), 'decide')).toMatchObject([{ height: 3 }]);
  const gap = at(3);
  gap.hear(2, status(9));
  expect(inWords(gap.hear(2, decisions(decision(4))))).toEqual([]);
  expect(gap.engine.inbox.decisions).toEqual([]);
});

test('decisions that nobody was asked for are not looked at', () => {
  const d = at(1);
  const before = d.state;
  d.hear(2, decisions(decision(1)));
  expect(d.state).toEqual(before);
  d.hear(3, status(4));
  expect(inWords(d.hear(2, decisions(decision(1))))).toEqual([]);
  d.hear(3, decisions());
  expect(inWords(d.hear(3, decisions(decision(1))))).toEqual([]);
});

const wrong: Readonly<Record<string, Decision>> = {
  'of another value than its digest': { ...decision(1), value: bytesOf(2) },
  'of bytes that are no value': { ...decision(1), value: Uint8Array.of(0) },
  'of a value above the limit': { ...decision(1), value: new Uint8Array(65) },
  'with a prepare certificate': { ...decision(1), certificate: c.certificate('prepare', 1) },
  'with a certificate of too few': c.decision(1, [1, 2]),
  'with a certificate of another height': { ...decision(1), certificate: decision(2, 1).certificate },
  'with a mask of another committee': {
    ...decision(1),
    certificate: { ...decision(1).certificate, mask: Uint8Array.of(0xff) },
  },
};

for (const [name, bad] of Object.entries(wrong))
  test(`a decision ${name} is refused, and does not stand in the way of another peer's`, () => {
    const d = at(1);
    d.hear(2, status(4));
    expect(outputs(d.hear(2, decisions(bad, decision(2), decision(3))), 'decide')).toEqual([]);
    expect(sent(d.timer('sync'), 'wantDecisions')).toMatchObject([{ to: 'v3' }]);
    expect(outputs(d.hear(3, decisions(decision(1))), 'decide')).toHaveLength(1);
  });

test('the largest value is taken, one byte more is not hashed', () => {
  for (const [valueBytes, taken] of [
    [8, 1],
    [7, 0],
  ] as const) {
    const d = at(1, { limits: { valueBytes } });
    d.hear(2, status(4));
    expect(outputs(d.hear(2, decisions(decision(1))), 'decide')).toHaveLength(taken);
  }
});

test('a lone member asks nobody', () => {
  const d = at(1, { n: 1 });
  d.hear('stranger', status(4));
  expect(inWords(d.timer('sync'))).toEqual([]);
  expect(d.engine.sync).toBeUndefined();
});

test('while one decision is verified, no other is', () => {
  const d = at(1);
  d.hear(2, status(4));
  d.timer('sync');
  const step = (from: string, message: Message) => d.step({ type: 'message', from, bytes: wire(message) });
  expect(inWords(step('v2', decisions(decision(1))))).toEqual(['verify from v2']);
  expect(inWords(step('v3', decisions(decision(1))))).toEqual([]);
  expect(outputs(d.answer(), 'decide')).toHaveLength(1);
});

test('a decision whose height was decided meanwhile is not handed over again', () => {
  const d = at(1);
  d.hear(2, status(4));
  d.step({ type: 'message', from: 'v2', bytes: wire(decisions(decision(1, 7))) });
  const open = d.open.splice(0);
  d.hear(1, c.value(7));
  d.hear(1, c.proposal(1, 7));
  expect(outputs(d.hear(1, c.certified('commit', 7)), 'decide')).toHaveLength(1);
  d.open.push(...open);
  expect(outputs(d.answer(), 'decide')).toEqual([]);
});

test('a decision that is verified when its height is over decides nothing', () => {
  const d = at(1);
  d.hear(2, status(4));
  d.step({ type: 'message', from: 'v2', bytes: wire(decisions(decision(1))) });
  const open = d.open.splice(0);
  d.begin(2);
  d.open.push(...open);
  expect(inWords(d.answer())).toEqual([]);
  expect(d.engine).toMatchObject({ stage: 'open', decision: undefined });
});

test('a replica far behind needs no committee of the present: whoever speaks is asked, and believed by certificate', () => {
  const d = at(1);
  expect(sent(d.hear('newcomer', status(40)), 'wantDecisions')).toMatchObject([{ to: 'newcomer' }]);
  expect(outputs(d.hear('newcomer', decisions(decision(1))), 'decide')).toHaveLength(1);
});
