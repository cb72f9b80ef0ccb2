import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import { rngOf } from '../sim/cast.ts';
import {
  dealingDigest,
  dealingStatement,
  decodeEvidence,
  decodeSelection,
  encodeMessage as encode,
  encodeEvidence,
  encodeSelection,
  layoutOf,
  type Message,
  selectionDigest,
  verifyEvidence,
} from '../src/index.ts';
import { entriesOf } from '../src/machine/per-server.ts';
import { Driver, sessionOf } from './driver.ts';

const session = sessionOf({ client: 1 });
const flip = (bytes: Uint8Array, place: number): Uint8Array => bytes.map((byte, i) => (i === place ? byte ^ 1 : byte));

/** A network whose session is open; `wire` is in force from the start. */
const opened = (n: number, wire?: Driver['wire'], options: ConstructorParameters<typeof Driver>[1] = {}): Driver => {
  const driver = new Driver(n, options);
  if (wire !== undefined) driver.wire = wire;
  driver.all({ type: 'open', session });
  return driver;
};
const selectionOf = (driver: Driver): Uint8Array => driver.told(1, 'selection')[0]!.selection;
const proofOf = (driver: Driver, selection: Uint8Array): Uint8Array =>
  driver.cast.signOff.prove(selectionDigest(selection));
const signOff = (driver: Driver): void => {
  const selection = selectionOf(driver);
  driver.all({ type: 'check', selection });
  driver.all({ type: 'signedOff', selection, proof: proofOf(driver, selection) });
};
/** Another dealing of a server, well made and signed. */
const freshDealing = ({ config, cast }: Driver, dealer: number, word = 1): Uint8Array => {
  const layout = layoutOf(config, session);
  const dealing = cast.scheme.deal(layout.contexts[dealer]!, rngOf(Uint8Array.of(word)));
  const { identity } = cast.roster[dealer]!;
  return concatBytes(dealing, cast.players[dealer]!.sign(dealingStatement(layout.id, identity, dealing)));
};
const isDealingOf =
  (dealer: number) =>
  (message: Message): message is Message & { TAG: 'dealing' } =>
    message.TAG === 'dealing' && message.data.dealer === dealer;

test('a client selects exactly t dealings of each group, sorted, and no sooner', () => {
  const driver = opened(7, (from, _to, message) => (from > 2 && message.TAG === 'dealing' ? [] : [message]));
  const selection = selectionOf(driver);
  expect(decodeSelection(selection)!.entries.map(({ dealer }) => dealer)).toEqual([0, 1, 2]);
  const silent = opened(7, (from, _to, message) => (from > 1 && message.TAG === 'dealing' ? [] : [message]));
  expect(silent.told(1, 'selection')).toEqual([]);
  silent.timeout(1, 'deal');
  expect(silent.told(1, 'waiting')).toMatchObject([{ phase: 'deal', servers: [2, 3, 4, 5, 6] }]);
  silent.wire = (_from, _to, message) => [message];
  silent.timeout(1, 'ask');
  expect(silent.told(1, 'selection').length).toBe(1);
});

test('a bad dealing is found, its dealer named, and another taken', () => {
  for (const spoil of [(bytes: Uint8Array) => flip(bytes, 3), (bytes: Uint8Array) => flip(bytes, bytes.length - 1)]) {
    const driver = opened(4, (from, _to, message) =>
      from !== 3 && isDealingOf(from)(message) && from === 2
        ? [{ TAG: 'dealing', data: { ...message.data, signedDealing: spoil(message.data.signedDealing) } }]
        : from === 3 && message.TAG === 'dealing'
          ? []
          : [message],
    );
    // Servers 0 and 1 are two, which is t.
    const chosen = decodeSelection(selectionOf(driver))!.entries.map(({ dealer }) => dealer);
    expect(chosen).toEqual([0, 1]);
  }
  const driver = opened(4, (from, _to, message) => {
    if (message.TAG !== 'dealing' || from === 3) return [message];
    if (from === 0) return [];
    return [{ TAG: 'dealing', data: { ...message.data, signedDealing: flip(message.data.signedDealing, 3) } }];
  });
  expect(decodeSelection(selectionOf(driver))!.entries.map(({ dealer }) => dealer)).toEqual([1, 3]);
});

test('a server that is the only one left to blame is named for its dealing', () => {
  const driver = opened(4, (from, _to, message) => {
    if (message.TAG !== 'dealing') return [message];
    return from === 2
      ? [{ TAG: 'dealing', data: { ...message.data, signedDealing: flip(message.data.signedDealing, 3) } }]
      : [];
  });
  expect(driver.told(1, 'fault')).toMatchObject([{ server: 2, kind: 'bad-dealing' }]);
  driver.timeout(1, 'deal');
  expect(driver.told(1, 'waiting')).toMatchObject([{ phase: 'deal', servers: [0, 2, 3] }]);
});

test('a dealing of another length, of an unknown or excluded dealer, or by another sender is not kept', () => {
  const driver = new Driver(7);
  driver.wire = () => [];
  const out = sessionOf({ client: 1, excluded: [5] });
  driver.all({ type: 'open', session: out });
  const { id } = layoutOf(driver.config, out);
  const give = (from: number, dealer: number, signedDealing: Uint8Array): void =>
    driver.message(from, 1, { TAG: 'dealing', data: { session: id, dealer, signedDealing } });
  const good = freshDealing(driver, 2);
  give(2, 2, good.slice(1));
  give(2, 7, good);
  give(5, 5, freshDealing(driver, 5));
  give(3, 2, good);
  expect(entriesOf(driver.state(1).runs.get(bytesToHex(id))!.dealings).length).toBe(1);
  give(2, 2, good);
  expect(entriesOf(driver.state(1).runs.get(bytesToHex(id))!.dealings).length).toBe(2);
});

test('a server answers the client alone, with the same dealing, until it has been asked enough', () => {
  const driver = opened(4);
  driver.wire = () => [];
  const { id } = layoutOf(driver.config, session);
  const before = driver.sent.length;
  driver.message(2, 0, { TAG: 'ask', data: { session: id } });
  expect(driver.sent.length).toBe(before);
  for (let i = 0; i < 40; i++) driver.message(1, 0, { TAG: 'ask', data: { session: id } });
  const sent = driver.sent.slice(before);
  expect(sent.length).toBe(4 * 4);
  expect(new Set(sent.map(({ bytes }) => bytesToHex(bytes))).size).toBe(1);
});

test('two signed dealings are evidence, which anybody verifies', () => {
  const driver = new Driver(4);
  driver.all({ type: 'open', session });
  const other = freshDealing(driver, 2);
  const { id } = layoutOf(driver.config, session);
  driver.message(2, 1, { TAG: 'dealing', data: { session: id, dealer: 2, signedDealing: other } });
  const { server, evidence } = driver.told(1, 'evidence')[0]!;
  expect(server).toBe(2);
  expect(verifyEvidence(evidence, driver.cast.isSigned)).toBe(true);
  const [dealing] = evidence.dealings;
  expect(verifyEvidence({ ...evidence, dealings: [dealing, dealing] }, driver.cast.isSigned)).toBe(false);
  const bytes = encodeEvidence(evidence);
  expect(decodeEvidence(bytes)).toEqual(evidence);
  for (let place = 0; place < bytes.length; place++) {
    const changed = decodeEvidence(flip(bytes, place));
    expect(changed !== undefined && verifyEvidence(changed, driver.cast.isSigned)).toBe(false);
  }
});

test('a second dealing that is not signed proves nothing', () => {
  const driver = new Driver(4);
  driver.all({ type: 'open', session });
  const { id } = layoutOf(driver.config, session);
  const give = (signedDealing: Uint8Array): void =>
    driver.message(2, 1, { TAG: 'dealing', data: { session: id, dealer: 2, signedDealing } });
  for (let word = 1; word < 10; word++) give(flip(freshDealing(driver, 2, word), 5));
  expect(driver.told(1, 'evidence')).toEqual([]);
  expect(driver.told(1, 'fault')).toEqual([]);
  // By now the dealer is heard no more, but a selection that has another dealing of its shows both.
  give(freshDealing(driver, 2));
  expect(driver.told(1, 'evidence')).toEqual([]);
  const kept = decodeSelection(selectionOf(driver))!.entries.find(({ dealer }) => dealer !== 2)!;
  const signedDealing = freshDealing(driver, 2);
  const other = { group: 0, dealer: 2, digest: dealingDigest(signedDealing) };
  const entries = [kept, other].sort((a, b) => a.dealer - b.dealer);
  driver.command(1, { type: 'check', selection: encodeSelection({ session: id, entries }) });
  give(signedDealing);
  expect(driver.told(1, 'evidence').length).toBe(1);
});

test('a selection is refused for what is wrong with it, at once', () => {
  const driver = opened(20, undefined, { policy: { oneGroupUpTo: 0, groupSize: 7 } });
  const good = decodeSelection(selectionOf(driver))!;
  const [first] = good.entries as [(typeof good.entries)[0]];
  const reasonOf = (bytes: Uint8Array): string | undefined => {
    driver.command(0, { type: 'check', selection: bytes });
    const last = driver.told(0, 'checked').at(-1)!;
    expect(last.selection).toEqual(bytes);
    expect(last.valid).toBe(false);
    return last.reason;
  };
  expect(reasonOf(new Uint8Array(5))).toBe('malformed');
  expect(reasonOf(concatBytes(encodeSelection(good), Uint8Array.of(0)))).toBe('malformed');
  expect(reasonOf(encodeSelection({ ...good, session: new Uint8Array(32) }))).toBe('unknown-session');
  expect(reasonOf(encodeSelection({ ...good, entries: good.entries.slice(1) }))).toBe('too-few-dealers');
  expect(reasonOf(encodeSelection({ ...good, entries: [] }))).toBe('too-few-dealers');
  const stray = { ...good.entries.at(-1)!, dealer: 65_535 };
  expect(reasonOf(encodeSelection({ ...good, entries: [...good.entries, stray] }))).toBe('wrong-group');
  const moved = { ...first, group: 2, dealer: 65_534 };
  expect(reasonOf(encodeSelection({ ...good, entries: [...good.entries, moved] }))).toBe('wrong-group');
  expect(() => encodeSelection({ ...good, entries: [first, first] })).toThrow();
});

test('a selection of an excluded dealer is refused', () => {
  const driver = opened(7);
  const entries = decodeSelection(selectionOf(driver))!.entries;
  const out = sessionOf({ client: 1, view: 1, excluded: [entries[0]!.dealer] });
  driver.all({ type: 'open', session: out });
  const { id } = layoutOf(driver.config, out);
  driver.command(0, { type: 'check', selection: encodeSelection({ session: id, entries }) });
  expect(driver.told(0, 'checked')).toMatchObject([{ valid: false, reason: 'excluded-dealer' }]);
});

test('a server agrees only once it holds every dealing, which it asks of the dealer, the client, and then others', () => {
  const driver = opened(7);
  const selection = selectionOf(driver);
  const { entries } = decodeSelection(selection)!;
  const dealer = entries.find((entry) => entry.dealer !== 0 && entry.dealer !== 1)!.dealer;
  const asked: number[] = [];
  driver.wire = (from, to, message) => {
    if (from === 0 && message.TAG === 'want' && message.data.dealings.some((one) => one.dealer === dealer))
      asked.push(to);
    return to === 0 && isDealingOf(dealer)(message) ? [] : [message];
  };
  driver.command(0, { type: 'check', selection });
  expect(driver.told(0, 'checked')).toEqual([]);
  for (let i = 0; i < 4; i++) driver.timeout(0, 'fetch');
  expect(asked.slice(0, 2)).toEqual([dealer, 1]);
  expect(new Set(asked).size).toBeGreaterThan(3);
  expect(asked).not.toContain(0);
  expect(driver.told(0, 'waiting').at(-1)).toMatchObject({ phase: 'fetch', servers: [dealer] });
  driver.wire = (_from, _to, message) => [message];
  for (let i = 0; i < 7; i++) driver.timeout(0, 'fetch');
  expect(driver.told(0, 'checked')).toEqual([{ type: 'checked', selection, valid: true }]);
});

test('a selected dealing that is bad makes the selection invalid, and its client is named', () => {
  const driver = opened(7);
  const good = decodeSelection(selectionOf(driver))!;
  const bad = flip(freshDealing(driver, good.entries[0]!.dealer), 4);
  const entries = good.entries.map((entry, i) => (i === 0 ? { ...entry, digest: dealingDigest(bad) } : entry));
  const { dealer } = entries[0]!;
  driver.wire = (from, to, message) => {
    if (
      message.TAG === 'want' &&
      message.data.dealings.some((one) => bytesToHex(one.digest) === bytesToHex(entries[0]!.digest))
    )
      driver.input(from, {
        type: 'message',
        from: driver.cast.names[to]!,
        bytes: encode({ TAG: 'dealing', data: { session: good.session, dealer, signedDealing: bad } }),
      });
    return [message];
  };
  const checker = [0, 2, 3].find((server) => server !== dealer)!;
  driver.command(checker, { type: 'check', selection: encodeSelection({ ...good, entries }) });
  expect(driver.told(checker, 'checked')).toMatchObject([{ valid: false, reason: 'bad-dealing' }]);
  expect(driver.told(checker, 'fault')).toContainEqual({
    type: 'fault',
    id: good.session,
    server: 1,
    kind: 'bad-selection',
  });
});

test('a dealing given out under the name of another does not spoil the good one', () => {
  const driver = opened(7);
  const selection = selectionOf(driver);
  const { session: id, entries } = decodeSelection(selection)!;
  const lie = entries.map((entry, i) => ({ ...entry, digest: entries[(i + 1) % entries.length]!.digest }));
  driver.wire = (_from, to, message) =>
    to === 0 && message.TAG === 'dealing'
      ? [message, ...lie.map((one): Message => ({ TAG: 'dealing', data: { ...message.data, dealer: one.dealer } }))]
      : [message];
  driver.command(0, { type: 'check', selection: encodeSelection({ session: id, entries: lie }) });
  driver.command(0, { type: 'check', selection });
  expect(driver.told(0, 'checked').filter(({ valid }) => valid)).toEqual([{ type: 'checked', selection, valid: true }]);
});

test('what was agreed to is durable with its dealings before it is said, and is served after a restart', () => {
  const driver = opened(7);
  const selection = selectionOf(driver);
  driver.command(0, { type: 'check', selection });
  driver.restart(0);
  driver.command(0, { type: 'open', session });
  const { session: id, entries } = decodeSelection(selection)!;
  const before = driver.sent.length;
  driver.message(2, 0, { TAG: 'want', data: { session: id, dealings: entries } });
  const served = driver.sent.slice(before).filter(({ from, to }) => from === 0 && to === 2);
  expect(served.filter(({ message }) => message.TAG === 'dealing').length).toBe(entries.length);
  driver.command(0, { type: 'check', selection });
  expect(driver.told(0, 'checked').length).toBe(2);
  driver.command(0, { type: 'close', id });
  expect([...driver.disks[0]!.keys()]).toEqual([]);
});

test('a client that restarts tells the same selection again', () => {
  const driver = opened(7);
  driver.restart(1);
  driver.command(1, { type: 'open', session });
  const [first, second] = driver.told(1, 'selection');
  expect(second).toEqual(first);
  expect(driver.timers[1]!.has(`ask/${bytesToHex(first!.id)}`)).toBe(false);
});

test('nothing is decrypted without a proof, and a wrong one leaves no trace', () => {
  const driver = opened(4);
  const selection = selectionOf(driver);
  driver.all({ type: 'check', selection });
  expect(driver.signed.filter(({ kind }) => kind === 'decrypt')).toEqual([]);
  driver.command(0, { type: 'signedOff', selection, proof: new Uint8Array(32) });
  expect(driver.told(0, 'refused')).toEqual([{ type: 'refused', command: 'signedOff', reason: 'not-signed-off' }]);
  expect(driver.sent.filter(({ message }) => message.TAG === 'shares')).toEqual([]);
  expect([...driver.disks[0]!.keys()].filter((key) => key.startsWith('decrypted'))).toEqual([]);
  driver.command(0, { type: 'signedOff', selection, proof: proofOf(driver, selection) });
  expect(driver.sent.filter(({ message }) => message.TAG === 'shares').length).toBe(3);
});

test('one selection of an attempt is decrypted, of whatever view, across restarts', () => {
  const driver = opened(4);
  signOff(driver);
  const later = sessionOf({ client: 2, view: 1 });
  const next = sessionOf({ client: 2, attempt: 1 });
  driver.restart(0);
  driver.all({ type: 'open', session: later });
  driver.all({ type: 'open', session: next });
  const [other, fine] = driver.told(2, 'selection').map(({ selection }) => selection) as [Uint8Array, Uint8Array];
  driver.command(0, { type: 'signedOff', selection: other, proof: proofOf(driver, other) });
  expect(driver.told(0, 'refused')).toEqual([{ type: 'refused', command: 'signedOff', reason: 'other-selection' }]);
  driver.all({ type: 'signedOff', selection: fine, proof: proofOf(driver, fine) });
  expect(driver.told(0, 'recovered').length).toBe(2);
});

test('shares go to everybody; those that come before the sign-off wait', () => {
  const driver = opened(4);
  const selection = selectionOf(driver);
  driver.all({ type: 'check', selection });
  const proof = proofOf(driver, selection);
  for (const server of [1, 2]) driver.command(server, { type: 'signedOff', selection, proof });
  expect(driver.told(0, 'recovered')).toEqual([]);
  driver.command(0, { type: 'signedOff', selection, proof });
  expect(driver.told(0, 'recovered').length).toBe(1);
});

test('a server that checked nothing fetches what was signed off', () => {
  const driver = opened(7);
  const selection = selectionOf(driver);
  const proof = proofOf(driver, selection);
  driver.all({ type: 'signedOff', selection, proof });
  for (const server of [0, 1, 2, 3, 4, 5, 6]) expect(driver.told(server, 'recovered').length).toBe(1);
  expect(driver.told(0, 'checked')).toEqual([]);
});

test('bad shares are found and named, others used; withholders are named after the time-out', () => {
  const spoilt = (from: number, message: Message): readonly Message[] => {
    if (message.TAG !== 'shares') return [message];
    if (from === 0) return [{ TAG: 'shares', data: { ...message.data, shares: flip(message.data.shares, 70) } }];
    if (from === 2) return [{ TAG: 'shares', data: { ...message.data, shares: message.data.shares.slice(1) } }];
    return from === 3 || from === 4 ? [] : [message];
  };
  const driver = opened(7, (from, _to, message) => spoilt(from, message));
  signOff(driver);
  // Of t = 3 good ones there are those of 1, 5 and 6.
  for (const server of [1, 5, 6]) {
    expect(driver.told(server, 'recovered').length).toBe(1);
    expect(
      driver
        .told(server, 'fault')
        .map((one) => one.server)
        .sort(),
    ).toEqual([0, 2]);
  }
  const fewer = opened(7, (from, _to, message) =>
    from === 6 && message.TAG === 'shares' ? [] : spoilt(from, message),
  );
  signOff(fewer);
  fewer.timeout(1, 'decrypt');
  fewer.timeout(1, 'decrypt');
  expect(fewer.told(1, 'recovered')).toEqual([]);
  expect(fewer.told(1, 'waiting').at(-1)).toMatchObject({ phase: 'decrypt', servers: [0, 2, 3, 4, 6] });
  fewer.wire = (_from, _to, message) => [message];
  fewer.timeout(1, 'ask');
  expect(fewer.told(1, 'recovered').length).toBe(1);
});

test('the first shares of a server count, whatever it sends later', () => {
  const driver = opened(7, (from, _to, message) => (from > 2 && message.TAG === 'shares' ? [] : [message]));
  const late = driver.wire;
  driver.wire = (from, to, message) => (from === 2 && message.TAG === 'shares' ? [] : late(from, to, message));
  signOff(driver);
  const good = driver.sent.find(({ from, to, message }) => from === 1 && to === 0 && message.TAG === 'shares')!.message;
  if (good.TAG !== 'shares') throw new Error('not shares');
  const spoilt: Message = { TAG: 'shares', data: { ...good.data, shares: flip(good.data.shares, 70) } };
  driver.message(1, 0, spoilt);
  driver.message(1, 0, { TAG: 'shares', data: { ...good.data, shares: new Uint8Array(1) } });
  driver.wire = (_from, _to, message) => [message];
  driver.message(0, 2, { TAG: 'askShares', data: { session: good.data.session, digest: good.data.digest } });
  expect(driver.told(0, 'recovered').length).toBe(1);
  expect(driver.told(0, 'fault')).toEqual([]);
});

test('shares that wait for a sign-off are no longer than shares can be', () => {
  const driver = opened(4);
  const { id } = layoutOf(driver.config, session);
  const longest = 4 * driver.cast.scheme.shareLength;
  for (const length of [longest, longest + 1]) {
    const shares = new Uint8Array(length);
    driver.message(length === longest ? 2 : 3, 0, { TAG: 'shares', data: { session: id, digest: id, shares } });
  }
  expect(entriesOf(driver.state(0).runs.get(bytesToHex(id))!.early).map(([server]) => server)).toEqual([2]);
});

test('what was decrypted in another epoch holds up nothing', () => {
  const driver = opened(4);
  driver.disks[0]!.set('decrypted/6/0', new Uint8Array(32));
  driver.restart(0);
  driver.command(0, { type: 'open', session });
  signOff(driver);
  expect(driver.told(0, 'refused')).toEqual([]);
  expect(driver.told(0, 'recovered').length).toBe(1);
});

test('selections and sessions are bounded', () => {
  const driver = opened(7, undefined, { limits: { sessions: 2, selections: 2 } });
  const good = decodeSelection(selectionOf(driver))!;
  const made = [1, 2, 3].map((word) => {
    const entries = good.entries.map((entry, i) =>
      i === 0 ? { ...entry, digest: new Uint8Array(32).fill(word) } : entry,
    );
    return encodeSelection({ ...good, entries });
  });
  for (const selection of made) driver.command(0, { type: 'check', selection });
  expect(driver.told(0, 'checked')).toMatchObject([{ selection: made[0], valid: false, reason: 'superseded' }]);
  const run = driver.state(0).runs.get(bytesToHex(good.session))!;
  expect(run.chosen.size).toBe(2);
  driver.command(0, { type: 'check', selection: encodeSelection(good) });
  expect(driver.told(0, 'checked').at(-1)).toMatchObject({ valid: true });
  for (const view of [1, 2]) driver.command(0, { type: 'open', session: sessionOf({ view }) });
  // What was agreed to stays as long as something else can go.
  expect(driver.told(0, 'closed').map(({ id }) => bytesToHex(id))).toEqual([
    bytesToHex(layoutOf(driver.config, sessionOf({ view: 1 })).id),
  ]);
  expect(driver.state(0).runs.size).toBe(2);
});

test('sessions that cannot be are refused', () => {
  const driver = new Driver(4);
  const refused = (part: object): unknown => {
    driver.command(0, { type: 'open', session: sessionOf(part) });
    return driver.told(0, 'refused').at(-1)?.reason;
  };
  expect(refused({ client: 4 })).toBe('bad-session');
  expect(refused({ view: -1 })).toBe('bad-session');
  expect(refused({ excluded: [1, 1] })).toBe('bad-session');
  expect(refused({ excluded: [4] })).toBe('bad-session');
  driver.command(0, { type: 'signedOff', selection: new Uint8Array(3), proof: new Uint8Array(0) });
  expect(driver.told(0, 'refused').at(-1)?.reason).toBe('malformed');
  const selection = encodeSelection({ session: new Uint8Array(32), entries: [] });
  driver.command(0, { type: 'signedOff', selection, proof: new Uint8Array(0) });
  expect(driver.told(0, 'refused').at(-1)?.reason).toBe('unknown-session');
});
