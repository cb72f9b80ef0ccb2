import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { splitDealing } from '../dealing.ts';
import type { Message } from '../messages.ts';
import { encodeDecryptRequest } from '../requests.ts';
import type { Selected } from '../selection.ts';
import { keepDecrypted, unkeepDecrypted } from './durable.ts';
import { heldOf } from './held.ts';
import { chunks, enough, isComplete, tallies } from './jobs.ts';
import { recoverOutput } from './output.ts';
import { at, entriesOf, put } from './per-server.ts';
import {
  type Decided,
  type Draft,
  type HeldShares,
  others,
  type Run,
  refuse,
  sendTo,
  sign,
  tell,
  verify,
} from './state.ts';

/** The selected dealings of one group, in the order of the selection. */
const selectedOf = (run: Run, group: number): readonly Selected[] =>
  run.chosen.get(run.decided!.digest)!.byGroup.get(group) ?? [];

/**
 * Has the share key decrypt, once the signed-off selection is here and holds, unless another one of the attempt was decrypted
 * while it waited. That it is this one is durable first.
 */
export const startDecrypting = (draft: Draft, run: Run): void => {
  const { decided, layout } = run;
  const chosen = decided && run.chosen.get(decided.digest);
  if (decided?.phase !== 'waiting' || chosen?.verdict !== true) return;
  if (isOther(draft, run, decided.digest)) {
    decided.phase = 'refused';
    return refuse(draft, 'signedOff', 'other-selection');
  }
  decided.phase = 'decrypting';
  if (draft.rules.decryptsOnce) decided.kept = keepDecrypted(draft, layout.session.attempt, decided.digest);
  const { config } = draft;
  const { group, place } = layout.seats[config.self]!;
  const entries = selectedOf(run, group);
  const { threshold, publicKeys } = layout.contexts[config.self]!;
  const items = entries.map((entry) => ({
    dealer: config.roster[entry.dealer]!.identity,
    signedDealing: heldOf(run, entry)!.bytes,
  }));
  const { proof } = decided;
  const request = { selection: chosen.bytes, proof, threshold, publicKeys, index: place, items };
  sign(draft, 'decrypt', run.key, encodeDecryptRequest(request));
};

/** Whether another selection of the attempt was decrypted. */
export const isOther = (draft: Draft, { layout }: Run, digest: string): boolean => {
  const before = draft.decrypted.get(layout.session.attempt);
  return draft.rules.decryptsOnce && before !== undefined && before !== digest;
};

/** The own shares are there: all servers get them. */
export const onDecrypted = (draft: Draft, run: Run, answer: Uint8Array): void => {
  const { decided, layout } = run;
  if (decided?.phase !== 'decrypting') return;
  const { self } = draft.config;
  const shares = split(draft, run, self, answer);
  if (shares === undefined) {
    decided.phase = 'refused';
    if (decided.kept) unkeepDecrypted(draft, layout.session.attempt);
    return refuse(draft, 'signedOff', 'not-signed-off');
  }
  decided.phase = 'open';
  decided.shares = put(decided.shares, self, { shares, status: 'valid' });
  const receivers = draft.rules.sharesWithAll
    ? others(draft)
    : others(draft).filter((s) => s === layout.session.client);
  for (const server of receivers) sendTo(draft, server, ownShares(draft, run)!);
  for (const [server, { digest, shares: early }] of entriesOf(run.early))
    if (digest === decided.digest) admit(draft, run, decided, server, early);
  run.early = [];
  draft.effects.push({ type: 'setTimer', id: `ask/${run.key}`, ms: draft.config.timeouts.ask });
  draft.effects.push({ type: 'setTimer', id: `decrypt/${run.key}`, ms: draft.config.timeouts.decrypt });
  goOn(draft, run, decided);
};

/** The message that carries the own shares, once they are there. */
export const ownShares = (draft: Draft, run: Run): Message | undefined => {
  const own = at(run.decided?.shares ?? [], draft.config.self);
  if (run.decided === undefined || own === undefined) return undefined;
  const digest = hexToBytes(run.decided.digest);
  const shares = new Uint8Array(own.shares.reduce((sum, share) => sum + share.length, 0));
  for (const [i, share] of own.shares.entries()) shares.set(share, i * share.length);
  return { TAG: 'shares', data: { session: run.layout.id, digest, shares } };
};

/** Shares came; before the sign-off is known here, the last of each server wait. */
export const onShares = (
  draft: Draft,
  run: Run,
  from: number,
  { digest, shares }: { readonly digest: Uint8Array; readonly shares: Uint8Array },
): void => {
  const { decided, layout } = run;
  const key = bytesToHex(digest);
  if (decided?.phase !== 'open') {
    const { members } = layout.groups[layout.seats[from]!.group]!;
    if (shares.length <= members.length * draft.config.scheme.shareLength)
      run.early = put(run.early, from, { digest: key, shares });
    return;
  }
  if (decided.recovered || decided.digest !== key) return;
  admit(draft, run, decided, from, shares);
  goOn(draft, run, decided);
};

const admit = (draft: Draft, run: Run, decided: Decided, from: number, bytes: Uint8Array): void => {
  if (at(decided.shares, from) !== undefined) return;
  const shares = split(draft, run, from, bytes);
  if (shares === undefined) return blame(draft, run, decided, from);
  decided.shares = put(decided.shares, from, {
    shares,
    status: draft.rules.verifiesShares ? 'unchecked' : 'valid',
  });
};

/** One share of each selected dealing of the server's group, or undefined. */
const split = ({ config }: Draft, run: Run, server: number, bytes: Uint8Array): Uint8Array[] | undefined => {
  const { shareLength } = config.scheme;
  const count = selectedOf(run, run.layout.seats[server]!.group).length;
  if (bytes.length !== count * shareLength) return undefined;
  return Array.from({ length: count }, (_, i) => bytes.slice(i * shareLength, (i + 1) * shareLength));
};

/** Verifies shares once every group can get to its threshold, recovers once every group has. */
const goOn = (draft: Draft, run: Run, decided: Decided): void => {
  if (decided.recovered) return;
  const groups = tallies(run.layout.groups, (server) => at(decided.shares, server)?.status);
  if (groups === undefined) return;
  if (isComplete(groups)) return finish(draft, run, decided);
  verifyShares(draft, run, decided, enough(groups));
};

const markShares = (decided: Decided, servers: readonly number[], status: HeldShares['status']): void => {
  for (const server of servers)
    decided.shares = put(decided.shares, server, { ...at(decided.shares, server)!, status });
};

const verifyShares = (draft: Draft, run: Run, decided: Decided, servers: readonly number[]): void => {
  markShares(decided, servers, 'checking');
  for (const part of chunks(servers)) askFor(draft, run, part);
};

const askFor = (draft: Draft, run: Run, servers: readonly number[]): void => {
  const claims = servers.flatMap((server) => {
    const { group, place } = run.layout.seats[server]!;
    const held = at(run.decided!.shares, server)!.shares;
    return selectedOf(run, group).map((entry, i) => ({
      context: run.layout.contexts[entry.dealer]!,
      dealing: splitDealing(heldOf(run, entry)!.bytes).dealing,
      index: place,
      share: held[i]!,
    }));
  });
  verify(draft, { shares: claims }, { for: 'shares', key: run.key, servers });
};

/** The host has verified some shares: where they do not all hold, those of each server are verified alone. */
export const onSharesVerified = (draft: Draft, run: Run, servers: readonly number[], valid: boolean): void => {
  const { decided } = run;
  if (decided?.phase !== 'open') return;
  if (valid) markShares(decided, servers, 'valid');
  else if (servers.length === 1) blame(draft, run, decided, servers[0]!);
  else for (const server of servers) askFor(draft, run, [server]);
  goOn(draft, run, decided);
};

const blame = (draft: Draft, run: Run, decided: Decided, server: number): void => {
  decided.shares = put(decided.shares, server, { shares: [], status: 'bad' });
  tell(draft, { type: 'fault', id: run.layout.id, server, kind: 'bad-share' });
};

const finish = (draft: Draft, run: Run, decided: Decided): void => {
  decided.recovered = true;
  const { output, transcript } = recoverOutput(draft.config, run, decided);
  for (const what of ['ask', 'decrypt']) draft.effects.push({ type: 'clearTimer', id: `${what}/${run.key}` });
  const digest = hexToBytes(decided.digest);
  tell(draft, { type: 'recovered', id: run.layout.id, digest, output, transcript });
};

/** Who keeps the output from being recovered: in the groups that lack shares, who gave none, or bad ones. */
const withholders = ({ layout }: Run, { shares }: Decided): number[] => {
  const isGood = (server: number): boolean => (at(shares, server)?.status ?? 'bad') !== 'bad';
  return layout.groups
    .filter(({ members, threshold }) => members.filter(isGood).length < threshold)
    .flatMap(({ members }) => members.filter((server) => !isGood(server)))
    .sort((a, b) => a - b);
};

/** Asks those who owe shares; whether somebody does. */
export const askShares = (draft: Draft, run: Run): boolean => {
  const { decided } = run;
  if (decided?.phase !== 'open' || decided.recovered) return false;
  const data = { session: run.layout.id, digest: hexToBytes(decided.digest) };
  for (const server of withholders(run, decided))
    if (at(decided.shares, server) === undefined) sendTo(draft, server, { TAG: 'askShares', data });
  return true;
};

/** Names who withholds shares, and verifies what is there, so that who gave bad ones is named next time. */
export const decryptTimeout = (draft: Draft, run: Run): void => {
  const { decided, layout } = run;
  if (decided?.phase !== 'open' || decided.recovered) return;
  const servers = withholders(run, decided);
  if (servers.length > 0) tell(draft, { type: 'waiting', id: layout.id, phase: 'decrypt', servers });
  const unchecked = entriesOf(decided.shares)
    .filter(([, { status }]) => status === 'unchecked')
    .map(([server]) => server);
  verifyShares(draft, run, decided, unchecked);
  draft.effects.push({ type: 'setTimer', id: `decrypt/${run.key}`, ms: draft.config.timeouts.decrypt });
};
