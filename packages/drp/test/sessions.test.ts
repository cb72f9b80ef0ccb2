import { bytesToHex } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import { decodeSelection, encodeSelection, type Session, selectionDigest } from '../src/index.ts';
import { Driver, sessionOf } from './driver.ts';

const first = sessionOf({ client: 1 });
const selectionOf = (driver: Driver, client: number): Uint8Array => driver.told(client, 'selection')[0]!.selection;
const signOff = (driver: Driver, server: number, selection: Uint8Array): void => {
  const proof = driver.cast.signOff.prove(selectionDigest(selection));
  driver.command(server, { type: 'signedOff', selection, proof });
};
const clientsOf = (driver: Driver, server: number): number[] =>
  [...driver.state(server).runs.values()].map(({ layout }) => layout.session.client);
const decryptedAt = (driver: Driver, server: number): string[] =>
  [...driver.disks[server]!.keys()].filter((key) => key.startsWith('decrypted'));
/** Sessions of a client that nobody answers. */
const flood = (driver: Driver, client: number, views: number): void => {
  const { wire } = driver;
  driver.wire = () => [];
  for (let view = 0; view < views; view++) driver.command(0, { type: 'open', session: sessionOf({ client, view }) });
  driver.wire = wire;
};
const counted = (sessions: readonly Session[], limit: number): number[] => {
  const driver = new Driver(4, { limits: { sessions: limit } });
  driver.wire = () => [];
  for (const session of sessions) driver.command(0, { type: 'open', session });
  return clientsOf(driver, 0);
};

test('sessions of one client displace each other, not that of another', () => {
  const driver = new Driver(4, { limits: { sessions: 4 } });
  driver.all({ type: 'open', session: first });
  const before = driver.state(0);
  flood(driver, 3, 8);
  expect(before.evicted.size).toBe(0);
  expect(clientsOf(driver, 0)).toEqual([1, 3, 3, 3]);
  expect(driver.told(0, 'closed').length).toBe(5);
  // A newcomer counts as one more of its client, and of equals the oldest goes.
  expect(counted([sessionOf({ client: 1 }), sessionOf({ client: 2 }), sessionOf({ client: 2, view: 1 })], 2)).toEqual([
    1, 2,
  ]);
  expect(counted([sessionOf({ client: 1 }), sessionOf({ client: 2 }), sessionOf({ client: 3 })], 2)).toEqual([2, 3]);
});

test('a session that was signed off stays as long as another of its attempt can go, even of another client', () => {
  const driver = new Driver(4, { limits: { sessions: 2 } });
  driver.all({ type: 'open', session: first });
  signOff(driver, 0, selectionOf(driver, 1));
  flood(driver, 2, 1);
  driver.command(0, { type: 'open', session: sessionOf({ client: 1, view: 1 }) });
  expect([...driver.state(0).runs.values()].map(({ decided }) => decided !== undefined)).toEqual([true, false]);
  expect(clientsOf(driver, 0)).toEqual([1, 1]);
});

test('of one client, a session in which nothing was agreed to goes first', () => {
  const driver = new Driver(4, { limits: { sessions: 2 } });
  driver.all({ type: 'open', session: first });
  driver.command(0, { type: 'check', selection: selectionOf(driver, 1) });
  for (const view of [1, 2]) driver.command(0, { type: 'open', session: sessionOf({ client: 1, view }) });
  expect([...driver.state(0).runs.values()].map(({ layout }) => layout.session.view)).toEqual([0, 2]);
});

test('another selection of a session that is being opened does not take its place', () => {
  const driver = new Driver(4);
  driver.all({ type: 'open', session: first });
  const selection = selectionOf(driver, 1);
  const { entries, session } = decodeSelection(selection)!;
  const other = entries.map((entry, i) => (i === 0 ? { ...entry, digest: new Uint8Array(32) } : entry));
  signOff(driver, 0, selection);
  signOff(driver, 0, encodeSelection({ session, entries: other }));
  expect(driver.told(0, 'refused')).toMatchObject([{ reason: 'other-selection' }]);
  for (const server of [1, 2, 3]) signOff(driver, server, selection);
  expect(driver.told(0, 'recovered').length).toBe(1);
});

test('a session that was closed to make room opens again for what is to be checked, with the same dealing', () => {
  const driver = new Driver(4, { limits: { sessions: 1 } });
  driver.all({ type: 'open', session: first });
  const selection = selectionOf(driver, 1);
  const session = bytesToHex(driver.told(1, 'selection')[0]!.id);
  const dealt = (): string[] =>
    driver.sent.flatMap(({ from, message: { TAG, data } }) =>
      from === 0 && TAG === 'dealing' && data.dealer === 0 && bytesToHex(data.session) === session
        ? [bytesToHex(data.signedDealing)]
        : [],
    );
  const before = dealt();
  flood(driver, 3, 1);
  expect(clientsOf(driver, 0)).toEqual([3]);
  driver.command(0, { type: 'check', selection });
  expect(driver.told(0, 'checked')).toEqual([{ type: 'checked', selection, valid: true }]);
  expect(clientsOf(driver, 0)).toEqual([1]);
  const again = dealt();
  expect(again.length).toBeGreaterThan(before.length);
  expect(new Set(again).size).toBe(1);
});

test('one that was signed off while it was closed is decrypted, and no other of its attempt', () => {
  const driver = new Driver(4, { limits: { sessions: 1 } });
  driver.all({ type: 'open', session: first });
  const selection = selectionOf(driver, 1);
  flood(driver, 3, 1);
  for (let server = 0; server < 4; server++) signOff(driver, server, selection);
  expect(driver.told(0, 'refused')).toEqual([]);
  expect(driver.told(0, 'recovered').length).toBe(1);
  // What was decrypted is kept over another closing.
  const other = sessionOf({ client: 2 });
  driver.all({ type: 'open', session: other });
  signOff(driver, 0, selectionOf(driver, 2));
  expect(driver.told(0, 'refused')).toMatchObject([{ reason: 'other-selection' }]);
  // A session that was closed by command stays closed.
  driver.command(0, { type: 'close', id: driver.told(1, 'selection')[0]!.id });
  signOff(driver, 0, selection);
  expect(driver.told(0, 'refused').at(-1)).toMatchObject({ reason: 'unknown-session' });
});

test('of two sign-offs of one attempt that both wait for dealings one alone is decrypted', () => {
  const driver = new Driver(4);
  driver.all({ type: 'open', session: first });
  driver.all({ type: 'open', session: sessionOf({ client: 2, view: 1 }) });
  driver.wire = () => [];
  signOff(driver, 0, selectionOf(driver, 1));
  signOff(driver, 0, selectionOf(driver, 2));
  driver.wire = (_from, _to, message) => [message];
  for (let round = 0; round < 4; round++) driver.timeout(0, 'fetch');
  expect(driver.signed.filter(({ server, kind }) => server === 0 && kind === 'decrypt').length).toBe(1);
  expect(driver.told(0, 'refused')).toMatchObject([{ command: 'signedOff', reason: 'other-selection' }]);
  expect(decryptedAt(driver, 0).length).toBe(1);
});

test('a proof that does not hold leaves what was decrypted before a restart', () => {
  const driver = new Driver(4);
  driver.all({ type: 'open', session: first });
  const selection = selectionOf(driver, 1);
  signOff(driver, 0, selection);
  driver.restart(0);
  driver.command(0, { type: 'open', session: first });
  driver.command(0, { type: 'signedOff', selection, proof: new Uint8Array(32) });
  expect(driver.told(0, 'refused')).toMatchObject([{ reason: 'not-signed-off' }]);
  expect(decryptedAt(driver, 0).length).toBe(1);
  signOff(driver, 0, selection);
  expect(driver.told(0, 'refused').length).toBe(1);
});

test('answers of the host for a session that was closed are not for the one that is opened again', () => {
  const driver = new Driver(4);
  driver.all({ type: 'open', session: first });
  const selection = selectionOf(driver, 1);
  driver.all({ type: 'check', selection });
  // Server 0 opens what the others open; that their shares hold is said late.
  const late: Parameters<Driver['input']>[] = [];
  const take = driver.input.bind(driver);
  driver.input = (server, input) => {
    if (server === 0 && input.type === 'verified' && input.id.startsWith('shares/')) late.push([server, input]);
    else take(server, input);
  };
  for (let server = 0; server < 4; server++) signOff(driver, server, selection);
  expect(late.length).toBe(1);
  driver.command(0, { type: 'close', id: driver.told(1, 'selection')[0]!.id });
  driver.command(0, { type: 'open', session: first });
  signOff(driver, 0, selection);
  const phaseOf = (): string | undefined => [...driver.state(0).runs.values()][0]?.decided?.phase;
  driver.timeout(0, 'fetch');
  expect(phaseOf()).toBe('open');
  driver.input = take;
  for (const [server, input] of late) driver.input(server, input);
  driver.run();
  expect(driver.told(0, 'recovered')).toEqual([]);
  driver.timeout(0, 'ask');
  expect(driver.told(0, 'recovered').length).toBe(1);
  expect(new Set(driver.cast.names.map((_, i) => bytesToHex(driver.told(i, 'recovered')[0]!.output))).size).toBe(1);
});
