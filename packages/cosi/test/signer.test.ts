import { invert, mod } from '@noble/curves/abstract/modular.js';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { describe, expect, test } from 'vitest';
import { type Scalars, scalarsOf } from '../src/challenge.ts';
import { type Challenge, createSigner, type Entry, entryMessage } from '../src/index.ts';
import { fakeSign, fakeVerify } from '../src/testing.ts';
import { committee, expectRefusal, real, secretOf, sessionOf } from './committee.ts';

const message = Buffer.from('what is signed');
const session = sessionOf(1);

/** Three of four with their entries, open in attempt 0. */
const begun = () => {
  const all = committee(4);
  const list = all.commit([0, 1, 3], session);
  const ask = (index: number, change: Partial<Parameters<(typeof all.signers)[0]['respond']>[0]> = {}) =>
    all.signers[index]!.respond({ session, attempt: 0, message, list, ...change });
  return { ...all, list, ask };
};

/** What must still work after a refusal: the honest request. */
const stillAnswers = ({ scheme, roster, list, ask }: ReturnType<typeof begun>, index = 1): void => {
  const challenge = scheme.challenge(roster, message, list)!;
  expect(scheme.isResponse(roster, challenge, index, ask(index))).toBe(true);
};

describe('an entry', () => {
  test('is signed by the identity over session, attempt, index and both nonces', () => {
    const { signers, roster } = committee(2);
    const entry = signers[1]!.commit(session, 7);
    const { identity } = roster.cosigners[1]!;
    expect(entry.index).toBe(1);
    expect(fakeVerify(entry.signature, entryMessage(session, 7, entry), identity)).toBe(true);
    const others = [
      entryMessage(sessionOf(2), 7, entry),
      entryMessage(session, 8, entry),
      entryMessage(session, 7, { ...entry, index: 0 }),
      entryMessage(session, 7, { ...entry, D: entry.E }),
      entryMessage(session, 7, { ...entry, E: entry.D }),
    ];
    for (const other of others) expect(fakeVerify(entry.signature, other, identity)).toBe(false);
  });

  test('is the same as long as its attempt is open', () => {
    const { signers } = committee(1);
    expect(signers[0]!.commit(session, 0)).toBe(signers[0]!.commit(session, 0));
  });

  test('has nonces of its own for every session, attempt, signer and restart', () => {
    const { signers, again } = committee(2);
    const entries = [
      signers[0]!.commit(session, 0),
      signers[0]!.commit(session, 1),
      signers[0]!.commit(sessionOf(2), 0),
      signers[1]!.commit(session, 0),
      again(0).commit(session, 0),
    ];
    const nonces = entries.flatMap(({ D, E }) => [D, E]).map((nonce) => Buffer.from(nonce).toString('hex'));
    expect(new Set(nonces).size).toBe(10);
  });

  test('has nonces of its own even if the source of randomness always says the same', () => {
    const { again, roster, scheme } = committee(3);
    const stuck = again(0, { rng: (length) => new Uint8Array(length) });
    const commitAndAnswer = (attempt: number) => {
      const entry = stuck.commit(session, attempt);
      stuck.respond({ session, attempt, message, list: [entry] });
      return entry;
    };
    const longer = scheme.roster([
      ...roster.cosigners,
      { key: numberToBytesLE(8n * 77n, 32), identity: sessionOf(99) },
    ]);
    const entries = [
      ...[0, 1, 0, 0].map(commitAndAnswer),
      again(1, { rng: (length) => new Uint8Array(length) }).commit(session, 0),
      again(0, { rng: (length) => new Uint8Array(length), roster: longer }).commit(session, 0),
    ];
    const nonces = entries.flatMap(({ D, E }) => [D, E]).map((nonce) => Buffer.from(nonce).toString('hex'));
    expect(new Set(nonces).size).toBe(12);
  });

  test('draws fresh bytes for each nonce, and refuses a source that gives too few', () => {
    const { again } = committee(1);
    let drawn = 0;
    const counting = again(0, {
      rng: (length) => {
        drawn += length;
        return new Uint8Array(length);
      },
    });
    counting.commit(session, 0);
    expect(drawn).toBe(64);
    expect(() => again(0, { rng: () => new Uint8Array(31) }).commit(session, 0)).toThrow();
  });

  test('is not open where signing it failed', () => {
    const { again } = committee(1);
    let works = false;
    const signer = again(0, {
      sign: (bytes) => (works ? fakeSign(bytes, sessionOf(1)) : new Uint8Array(63)),
      limit: 1,
    });
    expectRefusal('bad-length', () => signer.commit(session, 0));
    works = true;
    expect(signer.commit(session, 0).signature.length).toBe(64);
  });
});

describe('a pair of nonces', () => {
  test('answers once: the same question again gets nothing', () => {
    const { ask } = begun();
    ask(1);
    expectRefusal('no-nonce', () => ask(1));
  });

  test('answers one challenge: not another message, list or mask after it', () => {
    for (const change of ['message', 'list'] as const) {
      const { ask, list } = begun();
      ask(1);
      const other = change === 'message' ? { message: Buffer.from('another') } : { list: list.slice(0, 2) };
      expectRefusal('no-nonce', () => ask(1, other));
    }
  });

  test('three answers from one pair would give the key away', () => {
    // What the rule is for: three signers with the same stuck source, one after another, as if a restart kept the nonces.
    const { again, curve, roster, scheme } = committee(1);
    const rng = (length: number) => new Uint8Array(length);
    const [s, t, u] = ['one', 'two', 'three'].map((text) => {
      const signer = again(0, { rng });
      const list = [signer.commit(session, 0)];
      const response = signer.respond({ session, attempt: 0, message: Buffer.from(text), list });
      return { s: bytesToNumberLE(response), challenge: scheme.challenge(roster, Buffer.from(text), list)! };
    }) as [Known, Known, Known];
    // s = d + b·e + c·x three times: eliminate d, then e.
    const scalars = [s, t, u].map(({ challenge }) => scalarsOf(curve, roster, challenge)) as [
      Scalars,
      Scalars,
      Scalars,
    ];
    const [b1, c1, s1] = [scalars[1].b - scalars[0].b, scalars[1].c - scalars[0].c, t.s - s.s];
    const [b2, c2, s2] = [scalars[2].b - scalars[0].b, scalars[2].c - scalars[0].c, u.s - s.s];
    const l = curve.order;
    const x = mod((s1 * b2 - s2 * b1) * invert(mod(c1 * b2 - c2 * b1, l), l), l);
    expect(numberToBytesLE(x, 32)).toEqual(secretOf(0));
  });

  test('answers for its own session and attempt alone', () => {
    const state = begun();
    const { ask, commit } = state;
    expectRefusal('no-nonce', () => ask(1, { session: sessionOf(2) }));
    expectRefusal('no-nonce', () => ask(1, { attempt: 1 }));
    expectRefusal('no-nonce', () => ask(2));
    commit([1], sessionOf(2));
    commit([1], session, 1);
    expectRefusal('entry-changed', () => ask(1, { session: sessionOf(2) }));
    expectRefusal('entry-changed', () => ask(1, { attempt: 1 }));
    stillAnswers(state);
  });

  test('answers only a list with its own entry as it was committed', () => {
    const state = begun();
    const { ask, list, signers } = state;
    const [a, own, c] = list as [Entry, Entry, Entry];
    const changed = (by: Partial<Entry>) => ({ list: [a, { ...own, ...by }, c] });
    const other = signers[1]!.commit(session, 1);
    expectRefusal('entry-missing', () => ask(1, { list: [a, c] }));
    expectRefusal('entry-missing', () => ask(1, { list: [] }));
    expectRefusal('entry-missing', () => ask(1, { list: [a, { ...own, index: 2 }, c] }));
    expectRefusal('entry-changed', () => ask(1, changed({ D: own.E })));
    expectRefusal('entry-changed', () => ask(1, changed({ E: own.D })));
    expectRefusal('entry-changed', () => ask(1, changed({ signature: new Uint8Array(64) })));
    expectRefusal('entry-changed', () => ask(1, changed({ D: a.D, E: a.E, signature: a.signature })));
    expectRefusal('entry-changed', () => ask(1, { list: [a, other, c] }));
    stillAnswers(state);
  });

  test("an older entry of one's own is not one's own", () => {
    const { again, signers } = committee(2);
    const other = signers[0]!.commit(session, 0);
    const older = again(1).commit(session, 0);
    const restarted = again(1);
    expectRefusal('no-nonce', () => restarted.respond({ session, attempt: 0, message, list: [other, older] }));
    const newer = restarted.commit(session, 0);
    expectRefusal('entry-changed', () => restarted.respond({ session, attempt: 0, message, list: [other, older] }));
    expect(restarted.respond({ session, attempt: 0, message, list: [other, newer] }).length).toBe(32);
  });

  test('answers no list without a challenge, and is left open by it', () => {
    const state = begun();
    const { ask, list, curve } = state;
    const [a, own, c] = list as [Entry, Entry, Entry];
    const minus = (nonce: Uint8Array) => curve.fromBytes(nonce)!.negate().toBytes();
    for (const bad of [
      [own, a, c],
      [a, own, own],
      [a, own, { ...c, index: 4 }],
      [a, own, { ...c, D: new Uint8Array(32).fill(0xff) }],
      [a, own, { ...c, E: new Uint8Array(31) }],
      [{ ...a, D: minus(own.D) }, own],
      [{ ...a, E: minus(own.E) }, own],
    ]) {
      expectRefusal('bad-list', () => ask(1, { list: bad }));
    }
    stillAnswers(state);
  });

  test('is asked again while it answers: one of the two gets nothing', () => {
    // Entries with getters run the caller's code in the middle of a response.
    const { signers, list } = begun();
    const [a, own, c] = list as [Entry, Entry, Entry];
    const inner: Uint8Array[] = [];
    const hostile: Entry = {
      ...a,
      get D() {
        if (inner.length === 0) inner.push(signers[1]!.respond({ session, attempt: 0, message, list: [own, c] }));
        return a.D;
      },
    };
    expectRefusal('no-nonce', () => signers[1]!.respond({ session, attempt: 0, message, list: [hostile, own, c] }));
    expect(inner.length).toBe(1);
  });

  test('is lost in a restart', () => {
    const { again, list } = begun();
    expectRefusal('no-nonce', () => again(1).respond({ session, attempt: 0, message, list }));
  });
});

test('after a response was withheld, the next attempt has other nonces, and both can end', () => {
  const all = committee(4, real);
  const first = all.commit([0, 1, 2, 3], session, 0);
  const answers = [0, 1, 2].map((index) => all.signers[index]!.respond({ session, attempt: 0, message, list: first }));
  const second = all.commit([0, 1, 2], session, 1);
  second.forEach((entry, place) => {
    expect(entry.D).not.toEqual(first[place]!.D);
    expect(entry.E).not.toEqual(first[place]!.E);
  });
  const sign = (list: readonly Entry[], attempt: number, known: readonly Uint8Array[]) => {
    const challenge = all.scheme.challenge(all.roster, message, list)!;
    const rest = list
      .slice(known.length)
      .map(({ index }) => all.signers[index]!.respond({ session, attempt, message, list }));
    const signature = all.scheme.combine(challenge, [...known, ...rest]);
    return all.scheme.isSignature(challenge, signature);
  };
  expect(sign(second, 1, [])).toBe(true);
  expect(sign(first, 0, answers)).toBe(true);
});

test('attempts of one session are open beside each other, and end in any order', () => {
  const { signers, roster, scheme } = committee(1);
  const entries = [0, 1, 2, 3].map((attempt) => signers[0]!.commit(session, attempt));
  for (const attempt of [2, 0, 3, 1]) {
    const list = [entries[attempt]!];
    const challenge = scheme.challenge(roster, message, list)!;
    const s = signers[0]!.respond({ session, attempt, message, list });
    expect(scheme.isResponse(roster, challenge, 0, s)).toBe(true);
  }
});

describe('closing a session', () => {
  test('erases all its attempts and nothing else, and refuses it from then on', () => {
    const { signers, commit } = committee(1);
    const lists = [0, 1].map((attempt) => commit([0], session, attempt));
    const other = commit([0], sessionOf(2));
    signers[0]!.close(session);
    lists.forEach((list, attempt) => {
      expectRefusal('no-nonce', () => signers[0]!.respond({ session, attempt, message, list }));
    });
    expectRefusal('session-closed', () => signers[0]!.commit(session, 2));
    expect(signers[0]!.respond({ session: sessionOf(2), attempt: 0, message, list: other }).length).toBe(32);
  });

  test('may come before the first commitment, and twice', () => {
    const { signers } = committee(1);
    signers[0]!.close(session);
    signers[0]!.close(session);
    expectRefusal('session-closed', () => signers[0]!.commit(session, 0));
  });

  test('is remembered for the last 1 024 sessions; the oldest is forgotten first', () => {
    const { signers } = committee(1);
    for (let i = 0; i < 1024; i++) signers[0]!.close(sessionOf(i));
    signers[0]!.close(sessionOf(0));
    signers[0]!.close(sessionOf(1024));
    expectRefusal('session-closed', () => signers[0]!.commit(sessionOf(0), 0));
    expectRefusal('session-closed', () => signers[0]!.commit(sessionOf(2), 0));
    expect(signers[0]!.commit(sessionOf(1), 0).index).toBe(0);
  });
});

test('as many nonces are open as the limit says; answers and closings make room', () => {
  const { again } = committee(1);
  const signer = again(0, { limit: 2 });
  const first = signer.commit(sessionOf(1), 0);
  signer.commit(sessionOf(2), 0);
  expectRefusal('too-many-open', () => signer.commit(sessionOf(3), 0));
  expect(signer.commit(sessionOf(1), 0)).toBe(first);
  signer.respond({ session: sessionOf(1), attempt: 0, message, list: [first] });
  signer.commit(sessionOf(2), 1);
  expectRefusal('too-many-open', () => signer.commit(sessionOf(3), 0));
  signer.close(sessionOf(2));
  signer.commit(sessionOf(3), 0);
  signer.commit(sessionOf(3), 1);
  expectRefusal('too-many-open', () => signer.commit(sessionOf(3), 2));
});

test('256 sessions interleaved: each ends with its own nonces', () => {
  const all = committee(2);
  const lists = Array.from({ length: 256 }, (_, i) => all.commit([0, 1], sessionOf(i)));
  for (let k = 0; k < 256; k++) {
    const i = (k * 77) % 256;
    const own = Uint8Array.of(i);
    const list = lists[i]!;
    const challenge = all.scheme.challenge(all.roster, own, list)!;
    const responses = all.signers.map((one) => one.respond({ session: sessionOf(i), attempt: 0, message: own, list }));
    expect(all.scheme.isSignature(challenge, all.scheme.combine(challenge, responses))).toBe(true);
  }
});

test('malformed arguments are refused', () => {
  const { roster, signers, again, curve } = committee(2);
  const sign = () => new Uint8Array(64);
  const make = (secret: Uint8Array, index = 0) => createSigner({ curve, roster, index, sign, secret });
  expectRefusal('bad-length', () => make(new Uint8Array(31)));
  expectRefusal('out-of-range', () => make(new Uint8Array(32)));
  expectRefusal('out-of-range', () => make(numberToBytesLE(curve.order, 32)));
  expectRefusal('out-of-range', () => make(numberToBytesLE(curve.order + 1_000_003n, 32)));
  expectRefusal('wrong-secret', () => make(secretOf(1)));
  for (const index of [-1, 2, 0.5]) expectRefusal('out-of-range', () => make(secretOf(0), index));
  for (const limit of [0, 1.5, Number.NaN]) expectRefusal('out-of-range', () => again(0, { limit }));
  expectRefusal('unknown-roster', () => again(0, { roster: { ...roster } }));
  expectRefusal('bad-length', () => signers[0]!.commit(new Uint8Array(31), 0));
  expectRefusal('bad-length', () => signers[0]!.close(new Uint8Array(33)));
  for (const attempt of [-1, 0.5, 2 ** 32]) expectRefusal('out-of-range', () => signers[0]!.commit(session, attempt));
});

interface Known {
  readonly s: bigint;
  readonly challenge: Challenge;
}
