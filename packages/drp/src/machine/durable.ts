import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import { decodeSelection, selectionDigest } from '../selection.ts';
import { heldOf, hold } from './held.ts';
import { type Chosen, chosenOf, type Draft, type Run } from './state.ts';

/** A selection with the signed dealings of its entries, in their order. */
interface Record {
  readonly selection: Uint8Array;
  readonly signedDealings: readonly Uint8Array[];
}

const record: P.CoderType<Record> = /* @__PURE__ */ P.struct({
  selection: P.bytes(P.U32BE),
  signedDealings: P.array(P.U16BE, P.bytes(P.U32BE)),
}) as unknown as P.CoderType<Record>;

const recordsOf = (key: string): string => `selection/${key}/`;
const recordKey = (run: Run, digest: string): string => `${recordsOf(run.key)}${digest}`;
const clientKey = (key: string): string => `client/${key}`;
// Sessions bind their epoch, attempts alone do not: a host may keep two epochs in one place.
const attemptKey = (epoch: number, attempt: number): string => `decrypted/${epoch}/${attempt}`;

/** Makes a selection durable with its dealings, all of which are held, before this server says that it is valid. */
export const keepSelection = (draft: Draft, run: Run, digest: string, chosen: Chosen): void => {
  if (chosen.durable) return;
  chosen.durable = true;
  const signedDealings = chosen.selection.entries.flatMap((entry) => heldOf(run, entry)?.bytes ?? []);
  const bytes = record.encode({ selection: chosen.bytes, signedDealings });
  draft.effects.push({ type: 'persist', key: recordKey(run, digest), bytes });
};

/** Makes it durable which selection a client made, before anybody hears of it. */
export const keepOwnSelection = (draft: Draft, run: Run, digest: Uint8Array): void => {
  draft.effects.push({ type: 'persist', key: clientKey(run.key), bytes: digest });
};

/** Makes it durable which selection of an attempt is decrypted, before the first share exists; whether it was not before. */
export const keepDecrypted = (draft: Draft, attempt: number, digest: string): boolean => {
  if (draft.decrypted.has(attempt)) return false;
  draft.decrypted.set(attempt, digest);
  draft.effects.push({ type: 'persist', key: attemptKey(draft.config.epoch, attempt), bytes: hexToBytes(digest) });
  return true;
};

/** Nothing of the attempt was decrypted after all. */
export const unkeepDecrypted = (draft: Draft, attempt: number): void => {
  draft.decrypted.delete(attempt);
  draft.effects.push({ type: 'persist', key: attemptKey(draft.config.epoch, attempt), bytes: new Uint8Array(0) });
};

/** Which selection of each attempt of an epoch was decrypted. */
export const decryptedBefore = (epoch: number, persisted: ReadonlyMap<string, Uint8Array>): Map<number, string> =>
  new Map(
    [...persisted].flatMap(([key, bytes]) => {
      const [what, of, attempt] = key.split('/');
      return what === 'decrypted' && Number(of) === epoch ? [[Number(attempt), bytesToHex(bytes)]] : [];
    }),
  );

/** Takes up what was durable of a session: its selections, their dealings, and the one that this client made. */
export const takeUp = (draft: Draft, run: Run): void => {
  for (const [key, bytes] of draft.stored) {
    if (!key.startsWith(recordsOf(run.key))) continue;
    draft.stored.delete(key);
    restore(run, bytes);
  }
  const own = draft.stored.get(clientKey(run.key));
  draft.stored.delete(clientKey(run.key));
  if (run.collecting === undefined || own === undefined || !draft.rules.selectsOnce) return;
  run.collecting.selected = run.chosen.get(bytesToHex(own))?.bytes;
};

/** The dealings in a record, by the digests of its selection; undefined bytes where one is not there. */
export const recordedDealings = (
  bytes: Uint8Array,
): readonly { readonly dealer: number; readonly digest: Uint8Array; readonly bytes: Uint8Array | undefined }[] => {
  const { selection, signedDealings } = record.decode(bytes);
  return decodeSelection(selection)!.entries.map(({ dealer, digest }, i) => ({
    dealer,
    digest,
    bytes: signedDealings[i],
  }));
};

const restore = (run: Run, bytes: Uint8Array): void => {
  const { selection: encoded } = record.decode(bytes);
  const selection = decodeSelection(encoded)!;
  for (const { bytes: dealing, ...entry } of recordedDealings(bytes))
    if (dealing !== undefined) hold(run, { ...entry, bytes: dealing, direct: false, status: 'valid' });
  const digest = bytesToHex(selectionDigest(encoded));
  run.chosen.set(digest, { ...chosenOf(encoded, selection), verdict: true, durable: true });
};

/** Removes what is durable of a session, but for which selection of its attempt was decrypted. */
export const forget = (draft: Draft, key: string): void => {
  const run = draft.runs.get(key);
  const kept = [...draft.stored.keys()].filter((name) => name.startsWith(recordsOf(key)) || name === clientKey(key));
  for (const name of kept) draft.stored.delete(name);
  const chosen = run === undefined ? [] : [...run.chosen].filter(([, { durable }]) => durable);
  const keys = new Set([...kept, ...chosen.map(([digest]) => recordKey(run!, digest))]);
  if (run?.collecting?.selected !== undefined) keys.add(clientKey(key));
  for (const name of keys) draft.effects.push({ type: 'persist', key: name, bytes: new Uint8Array(0) });
};
