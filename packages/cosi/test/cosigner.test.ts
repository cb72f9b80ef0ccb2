import { utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import {
  announcementStatement,
  type CosignerCommand,
  createCosigner,
  type Entry,
  listStatement,
  type Message,
} from '../src/index.ts';
import { fakeSign } from '../src/testing.ts';
import {
  cast,
  configOf,
  Driver,
  entriesFrom,
  entryOf,
  keysOf,
  kinds,
  listOf,
  nameOf,
  outputs,
  sent,
  session,
  told,
} from './driver.ts';

const NOTHING: readonly unknown[] = [];
const cosigner = (self: number, limits = {}) => {
  const config = configOf(self);
  return new Driver(createCosigner({ ...config, limits: { ...config.limits, ...limits } }));
};
const text = new Uint8Array(32).fill(2);
const open: CosignerCommand = { type: 'open', session, coordinator: 0, message: text };
const another = new Uint8Array(32).fill(9);
const ask: Message = { TAG: 'ask', data: { session, coordinator: 0, serial: 0 } };

/** A cosigner that is open and has committed, with its keys and its entry. */
const committed = (self: number) => {
  const driver = cosigner(self);
  const keys = keysOf(self);
  const entries = sent(driver.settle(driver.command(open), keys));
  const message = entries[0]?.message;
  const waiting = driver.state.sessions.values().next().value!;
  return {
    driver,
    keys,
    entries,
    entry: message?.TAG === 'entries' ? message.data.commitments[0]!.entry : waiting.entry!,
  };
};
const full = (own: Entry): Entry[] => [0, 1, 2, 3, 4, 5, 6].map((i) => (i === own.index ? own : entryOf(i).entry));

describe('opened', () => {
  test('it commits at once, towards its parent alone', () => {
    const { entries } = committed(3);
    expect(entries.map(({ to, message }) => `${to} ${message.TAG}`)).toEqual(['1 entries']);
  });

  test('as the coordinator itself, it hands its entry over without waiting for the tree', () => {
    expect(committed(0).entries.map(({ to }) => to)).toEqual([0]);
  });

  test('the first message of a session is the only one', () => {
    const { driver, keys, entry } = committed(3);
    expect(driver.command({ ...open, message: another })).toEqual(NOTHING);
    expect(driver.command({ ...open, coordinator: 5, message: another })).toEqual(NOTHING);
    const effects = driver.settle(driver.hear(1, listOf(full(entry), { message: another })), keys);
    expect(told(effects)).toEqual(['0 refusal']);
  });

  test.each<[string, CosignerCommand]>([
    ['a session of another length', { ...open, session: new Uint8Array(31) }],
    ['a message over the limit', { ...open, message: new Uint8Array(65) }],
    ['a coordinator that is not there', { ...open, coordinator: 7 }],
    ['a reason over the limit', { type: 'refuse', session, coordinator: 0, reason: new Uint8Array(257) }],
  ])('nothing comes of %s', (_, command) => {
    expect(cosigner(3).command(command)).toEqual(NOTHING);
  });

  test('one session more than the limit closes the oldest', () => {
    const driver = cosigner(3);
    const sessions = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
    const effects = sessions.map((named) => driver.command({ ...open, session: named }));
    expect(outputs(effects[1]!)).toEqual([]);
    expect(outputs(effects[2]!)).toEqual([{ type: 'closed', session: sessions[0] }]);
    expect(kinds(effects[2]!)).toEqual(['erase', 'commit']);
  });

  test('it gives no more entries than the limit', () => {
    const { driver, keys } = committed(3);
    const serials = [1, 2, 3, 4, 5].map((serial) =>
      told(driver.settle(driver.hear(0, { ...ask, data: { ...ask.data, serial } } as Message), keys)),
    );
    expect(serials).toEqual([['0 entries'], ['0 entries'], ['0 entries'], [], []]);
  });
});

describe('asked', () => {
  test('it shows the coordinator the entry that it has', () => {
    const { driver, entry } = committed(3);
    const [one] = sent(driver.hear(0, ask));
    expect(one).toMatchObject({ to: 0, message: { TAG: 'entries', data: { commitments: [{ serial: 0, entry }] } } });
    expect(driver.hear(1, ask)).toEqual(NOTHING);
  });

  test('before it is opened, it remembers to answer straight', () => {
    const driver = cosigner(3);
    expect(driver.hear(0, ask)).toEqual(NOTHING);
    expect(told(driver.settle(driver.command(open), keysOf(3)))).toEqual(['1 entries', '0 entries']);
  });
});

describe('a list', () => {
  test('with its entry is answered once; asked again, with the same', () => {
    const { driver, keys, entry } = committed(3);
    const list = listOf(full(entry));
    const checks = driver.hear(1, list);
    expect(checks.map(({ type }) => type)).toEqual(['verify']);
    const [first] = sent(driver.settle(checks, keys));
    expect(first).toMatchObject({ to: 1, message: { TAG: 'responses' } });
    const again = driver.hear(0, list);
    expect(kinds(again)).toEqual([]);
    expect(sent(again)).toEqual([{ to: 0, message: first!.message }]);
  });

  const { entry: older } = entryOf(3, 0, 77n);
  test.each<[string, (own: Entry) => Entry[]]>([
    ['with its entry changed', (own) => full({ ...own, signature: own.signature.map((byte) => byte ^ 1) })],
    ['with an older one of its own', () => full(older)],
    ['without its entry', (own) => full(own).filter(({ index }) => index !== 3)],
  ])('%s is answered by showing the right one', (_, change) => {
    const { driver, keys, entry } = committed(3);
    const effects = driver.settle(driver.hear(0, listOf(change(entry))), keys);
    expect(sent(effects)).toMatchObject([
      { to: 0, message: { TAG: 'mismatch', data: { attempt: 0, commitment: { serial: 0, entry } } } },
    ]);
  });

  test('is answered at once by the coordinator’s own cosigner, which waits for no subtree', () => {
    const { driver, keys, entry } = committed(0);
    expect(told(driver.settle(driver.hear(0, listOf(full(entry))), keys))).toEqual(['0 responses']);
  });

  test('that it has no nonces left for is answered by a fresh entry', () => {
    const { driver, keys, entry } = committed(3);
    driver.settle(driver.hear(0, listOf(full(entry))), keys);
    const effects = driver.settle(driver.hear(0, listOf(full(entry), { attempt: 1 })), keys);
    expect(sent(effects)).toMatchObject([{ to: 0, message: { TAG: 'mismatch', data: { commitment: { serial: 1 } } } }]);
  });

  test.each<[string, number, (own: Entry) => Message]>([
    ['of another session', 0, (own) => listOf(full(own), { named: another })],
    ['that the coordinator did not sign', 1, (own) => listOf(full(own), { signer: 1 })],
    ['from a peer that is not above', 4, (own) => listOf(full(own))],
    ['of a later attempt that a relay brings', 1, (own) => listOf(full(own), { attempt: 1 })],
    ['of a coordinator that is not there', 0, (own) => listOf(full(own), { coordinator: 300, signer: 0 })],
  ])('%s is answered by nothing', (_, from, list) => {
    const { driver, keys, entry } = committed(3);
    expect(told(driver.settle(driver.hear(from, list(entry)), keys))).toEqual([]);
  });

  test('is passed on to the children that have to answer, once', () => {
    const { driver, keys, entry } = committed(1);
    const list = listOf(full(entry).filter(({ index }) => index !== 4));
    expect(told(driver.settle(driver.hear(0, list), keys))).toEqual(['3 list']);
    const responses = [{ index: 3, s: another, endorsement: new Uint8Array(64) }];
    const upOf = (statement: Uint8Array): Message => ({
      TAG: 'responses',
      data: { session, coordinator: 0, attempt: 0, statement, responses },
    });
    const { attempt, digest, list: entries } = (list as Message & { TAG: 'list' }).data;
    const up = upOf(listStatement(session, attempt, digest, entries));
    // What a child answers to another list is not passed on with what answers this one.
    expect(driver.hear(3, upOf(another))).toEqual(NOTHING);
    const [bundle] = sent(driver.hear(3, up));
    expect(bundle!.message.TAG === 'responses' && bundle!.message.data.responses.map(({ index }) => index)).toEqual([
      1, 3,
    ]);
    // Called by the coordinator once more, it answers for itself, and passes nothing on again.
    expect(told(driver.settle(driver.hear(0, list), keys))).toEqual(['0 responses']);
  });

  test('that the signer refuses is answered by nothing, and the next one by a fresh entry', () => {
    const { driver, keys, entry } = committed(3);
    keys.signer.close(session);
    expect(told(driver.settle(driver.hear(1, listOf(full(entry))), keys))).toEqual([]);
    expect(kinds(driver.settle(driver.hear(0, listOf(full(entry)))))).toEqual(['commit']);
  });
});

describe('closed', () => {
  test('while it is pending, it says nothing more and has its nonces erased', () => {
    const { driver, keys, entry } = committed(3);
    const asked = driver.settle(driver.hear(1, listOf(full(entry))));
    expect(kinds(asked)).toEqual(['respond', 'endorsement']);
    expect(kinds(driver.command({ type: 'close', session }))).toEqual(['erase']);
    expect(driver.settle(asked, keys).filter(({ type }) => type !== 'sign')).toEqual(NOTHING);
    expect(driver.command(open)).toEqual(NOTHING);
    for (const message of [ask, listOf(full(entry)), entriesFrom(entryOf(3))])
      expect(driver.hear(0, message)).toEqual(NOTHING);
    expect(driver.state.sessions.size).toBe(0);
    expect(driver.state.waiting.size).toBe(0);
  });

  test('with a list under verification, it does not come back', () => {
    const { driver, entry } = committed(3);
    const checks = driver.hear(1, listOf(full(entry)));
    driver.command({ type: 'close', session });
    expect(driver.settle(checks)).toEqual(NOTHING);
    expect(driver.state.sessions.size).toBe(0);
  });
});

describe('a refusal', () => {
  test('carries its reason, signed, and is sent again to whoever asks', () => {
    const driver = cosigner(3);
    const reason = utf8ToBytes('not this one');
    const effects = driver.command({ type: 'refuse', session, coordinator: 0, reason });
    expect(kinds(effects)).toEqual(['erase', 'refusal']);
    const [first] = sent(driver.settle(effects, keysOf(3)));
    expect(first).toMatchObject({ to: 0, message: { TAG: 'refusal', data: { reason } } });
    expect(sent(driver.hear(0, ask))).toEqual([first]);
    expect(driver.command(open)).toEqual(NOTHING);
  });

  test('is given once, with its first reason', () => {
    const driver = cosigner(3);
    driver.command({ type: 'refuse', session, coordinator: 0, reason: utf8ToBytes('first') });
    expect(driver.command({ type: 'refuse', session, coordinator: 0, reason: utf8ToBytes('second') })).toEqual(NOTHING);
  });

  test('while an entry is being made keeps it back', () => {
    const driver = cosigner(3);
    const committing = driver.command(open);
    driver.command({ type: 'refuse', session, coordinator: 0, reason: another });
    expect(told(driver.settle(committing, keysOf(3)))).toEqual([]);
  });

  test('takes an entry back', () => {
    const { driver, keys, entry } = committed(3);
    driver.settle(driver.command({ type: 'refuse', session, coordinator: 0, reason: another }), keys);
    expect(told(driver.settle(driver.hear(0, listOf(full(entry))), keys))).toEqual(['0 refusal']);
  });
});

describe('an announcement', () => {
  const announce = (payload = another.subarray(0, 16), signer = 0): Message => {
    const signature = fakeSign(announcementStatement(session, text, payload), cast.identityOf(signer));
    return { TAG: 'announcement', data: { session, coordinator: 0, message: text, payload, signature } };
  };

  test('is put before the caller, and passed on as it is, once', () => {
    const driver = cosigner(1);
    const effects = driver.settle(driver.hear(0, announce()));
    expect(told(effects)).toEqual(['3 announcement', '4 announcement']);
    expect(outputs(effects)).toEqual([
      { type: 'announced', session, coordinator: 0, message: text, payload: another.subarray(0, 16) },
    ]);
    expect(driver.settle(driver.hear(0, announce()))).toEqual(NOTHING);
    expect(driver.settle(driver.hear(0, announce(another.subarray(0, 1))))).toEqual(NOTHING);
  });

  test.each<[string, number, Message]>([
    ['that the coordinator did not sign', 1, announce(undefined, 1)],
    ['from a peer that is not above', 4, announce()],
    ['with a payload over the limit', 0, announce(new Uint8Array(17))],
  ])('%s is dropped', (_, from, message) => {
    expect(told(cosigner(3).settle(cosigner(3).hear(from, message)))).toEqual([]);
    const driver = cosigner(3);
    expect(driver.settle(driver.hear(from, message))).toEqual(NOTHING);
  });

  test('that comes twice before it is verified is put before the caller once', () => {
    const driver = cosigner(1);
    const checks = [...driver.hear(0, announce()), ...driver.hear(0, announce())];
    expect(outputs(driver.settle(checks))).toHaveLength(1);
  });

  test('of a session that is open goes down the tree only', () => {
    const { driver } = committed(1);
    const effects = driver.settle(driver.hear(0, announce()));
    expect([told(effects), outputs(effects)]).toEqual([['3 announcement', '4 announcement'], []]);
  });
});

describe('an inner node', () => {
  test('passes on the entries of its subtree together, once they are complete', () => {
    const { driver, entries } = committed(1);
    expect(entries).toEqual([]);
    expect(told(driver.hear(3, entriesFrom(entryOf(3))))).toEqual([]);
    const effects = driver.hear(4, entriesFrom(entryOf(4)));
    expect(effects.map(({ type }) => type)).toEqual(['clearTimer', 'send']);
    const [up] = sent(effects);
    expect(up!.to).toBe(0);
    expect(up!.message.TAG === 'entries' && up!.message.data.commitments.map(({ entry }) => entry.index)).toEqual([
      1, 3, 4,
    ]);
  });

  test('passes on what it has when its time is up, and the rest singly', () => {
    const { driver } = committed(1);
    const key = [...driver.state.sessions.keys()][0]!;
    expect(told(driver.timer(`entries/${key}`))).toEqual(['0 entries']);
    expect(told(driver.hear(3, entriesFrom(entryOf(3))))).toEqual(['0 entries']);
    expect(driver.hear(3, entriesFrom(entryOf(3)))).toEqual(NOTHING);
  });

  test('relays for a session that is not opened here', () => {
    const driver = cosigner(1);
    const [timer] = driver.hear(3, entriesFrom(entryOf(3)));
    expect(timer).toMatchObject({ type: 'setTimer', ms: 10 });
    expect(told(driver.timer(timer!.type === 'setTimer' ? timer!.id : ''))).toEqual(['0 entries']);
  });

  test.each<[string, number, Message]>([
    ['a peer that is not its child', 5, entriesFrom(entryOf(5))],
    ['a child for a node that is not below it', 3, entriesFrom(entryOf(4))],
    ['a later entry', 3, entriesFrom(entryOf(3, 1))],
  ])('passes on nothing of %s', (_, from, message) => {
    expect(cosigner(1).hear(from, message)).toEqual(NOTHING);
  });

  test('keeps no more sessions of a peer than the limit', () => {
    const driver = cosigner(1);
    for (let byte = 10; byte < 20; byte++) {
      const data = { session: new Uint8Array(32).fill(byte), coordinator: 0, commitments: [entryOf(3)] };
      driver.hear(3, { TAG: 'entries', data });
    }
    expect(driver.state.sessions.size).toBe(2);
  });

  test('verifies no more of a peer at a time than eight', () => {
    const { driver } = committed(1);
    for (let attempt = 0; attempt < 20; attempt++) driver.hear(0, listOf([entryOf(3).entry], { attempt }));
    expect(driver.state.waiting.size).toBe(8);
  });

  test('carries no list of a session that is not opened here', () => {
    const driver = cosigner(1);
    expect(driver.hear(0, listOf([entryOf(3).entry]))).toEqual(NOTHING);
    driver.hear(3, entriesFrom(entryOf(3)));
    expect(driver.hear(0, listOf([entryOf(3).entry]))).toEqual(NOTHING);
  });
});

describe('a false signature', () => {
  const forged = (attempt: number) => listOf([entryOf(3).entry], { attempt, signer: 6 });
  const checks = (effects: readonly { readonly type: string }[]) =>
    effects.filter(({ type }) => type === 'verify').length;

  test('is the last that is verified of its sender, whatever it sends', () => {
    const { driver, entry } = committed(3);
    expect(checks(driver.hear(0, forged(0)))).toBe(1);
    driver.settle(driver.hear(0, forged(1)));
    for (let attempt = 2; attempt < 20; attempt++) expect(checks(driver.hear(0, forged(attempt)))).toBe(0);
    expect(driver.hear(0, listOf(full(entry)))).toEqual(NOTHING);
  });

  test('in the name of a coordinator is held against who sent it alone', () => {
    const { driver, keys, entry } = committed(3);
    driver.settle(driver.hear(1, forged(0)));
    expect(checks(driver.hear(1, listOf(full(entry))))).toBe(0);
    expect(told(driver.settle(driver.hear(0, listOf(full(entry))), keys))).toEqual(['0 responses']);
  });
});

test('bytes that are no message, and peers that nobody knows, change nothing', () => {
  const { driver } = committed(3);
  const before = driver.state;
  for (const [from, bytes] of [
    [nameOf(1), new Uint8Array(0)],
    [nameOf(1), new Uint8Array(5_000)],
    [nameOf(1), new Uint8Array(100).fill(3)],
    ['nobody', new Uint8Array(1)],
  ] as const)
    expect(driver.give({ type: 'message', from, bytes })).toEqual(NOTHING);
  for (const id of ['', 'entries/', 'verify/0', 'verify/99'])
    expect([
      driver.timer(id),
      driver.give({ type: 'verified', id, valid: true }),
      driver.give({ type: 'signed', id, signature: another }),
    ]).toEqual([[], [], []]);
  expect(driver.state).toEqual(before);
});

test('a step leaves the state that it was given as it was', () => {
  const { driver, entry, keys } = committed(1);
  const before = driver.state;
  const copy = structuredClone(before);
  driver.settle(driver.hear(0, listOf(full(entry))), keys);
  driver.hear(3, entriesFrom(entryOf(3)));
  driver.command({ type: 'close', session });
  expect(before).toEqual(copy);
});
