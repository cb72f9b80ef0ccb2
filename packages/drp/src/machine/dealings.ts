import { dealingClaim, dealingDigest, type Evidence, evidenceOf, SIGNATURE_LENGTH, splitDealing } from '../dealing.ts';
import { encodeDealRequest } from '../requests.ts';
import type { SignatureClaim } from '../statements.ts';
import { advance, isWanted } from './check.ts';
import { collect } from './collect.ts';
import { type DealingName, type Held, heldOf, hold, mark } from './held.ts';
import { chunks } from './jobs.ts';
import { at, put } from './per-server.ts';
import { type Draft, type Run, sendTo, sign, tell, verify } from './state.ts';

const MAX_DOUBTS = 4;

/** Has the host deal; it answers with the dealing of this session that it has stored, if there is one. */
export const deal = (draft: Draft, run: Run): void => {
  const { self } = draft.config;
  if (run.layout.barred.has(self)) return;
  sign(draft, 'deal', run.key, encodeDealRequest(run.layout.contexts[self]!));
};

/** The host has dealt: the client gets it at once. */
export const onDealt = (draft: Draft, run: Run, signedDealing: Uint8Array): void => {
  const { self } = draft.config;
  if (signedDealing.length !== dealingLength(draft, run, self)) return;
  const held = dealingOf(self, signedDealing, true, 'valid');
  run.own = held;
  hold(run, held);
  const { collecting, layout } = run;
  if (collecting === undefined) return sendTo(draft, layout.session.client, dealingMessage(run, self, signedDealing));
  collecting.received = put(collecting.received, self, held.digest);
  progress(draft, run);
};

/** A dealing as it is sent. */
export const dealingMessage = (
  run: Run,
  dealer: number,
  signedDealing: Uint8Array,
): { TAG: 'dealing'; data: { session: Uint8Array; dealer: number; signedDealing: Uint8Array } } => ({
  TAG: 'dealing',
  data: { session: run.layout.id, dealer, signedDealing },
});

/** A dealing came: kept where a held selection has it, or where this client has none of its dealer. */
export const onDealing = (
  draft: Draft,
  run: Run,
  from: number,
  { dealer, signedDealing }: { readonly dealer: number; readonly signedDealing: Uint8Array },
): void => {
  if (run.layout.seats[dealer] === undefined || run.layout.barred.has(dealer)) return;
  if (signedDealing.length !== dealingLength(draft, run, dealer)) return;
  const direct = from === dealer;
  const held = dealingOf(dealer, signedDealing, direct, 'unchecked');
  const { collecting } = run;
  const collects = direct && collecting !== undefined && collecting.selected === undefined;
  const first = collects && at(collecting.received, dealer) === undefined;
  if (heldOf(run, held) === undefined) {
    const kept = first || isWanted(run, held);
    // What a dealer sends unasked is compared a few times; what a selection has, always.
    if (kept || (direct && mayDoubt(run, dealer))) doubt(draft, run, held);
    if (!kept) return;
    hold(run, held);
  }
  if (first) collecting.received = put(collecting.received, dealer, held.digest);
  progress(draft, run);
};

/** Goes on with whatever waits for dealings. */
const progress = (draft: Draft, run: Run): void => {
  collect(draft, run);
  for (const digest of run.chosen.keys()) advance(draft, run, digest);
};

/** Has dealings verified that were not. */
export const verifyDealings = (draft: Draft, run: Run, held: readonly Held[]): void => {
  mark(run, held, 'checking');
  for (const part of chunks(held)) askFor(draft, run, part);
};

const askFor = (draft: Draft, run: Run, held: readonly Held[]): void => {
  const dealings = held.map(({ dealer, bytes }) => ({
    context: run.layout.contexts[dealer]!,
    dealing: splitDealing(bytes).dealing,
  }));
  const signatures = held.map(({ dealer, bytes }) => claimOf(draft, run, dealer, bytes));
  verify(draft, { dealings, signatures }, { for: 'dealings', key: run.key, dealings: held });
};

/** The host has verified some dealings: where they do not all hold, each is verified alone. */
export const onDealingsVerified = (draft: Draft, run: Run, names: readonly DealingName[], valid: boolean): void => {
  const held = names.flatMap((name) => heldOf(run, name) ?? []);
  if (valid) mark(run, held, 'valid');
  else if (names.length === 1) for (const one of held) refuse(draft, run, one);
  else for (const one of held) askFor(draft, run, [one]);
  progress(draft, run);
};

/** A dealing is bad. Its dealer is to blame if it came from it, or is signed by it at least. */
const refuse = (draft: Draft, run: Run, held: Held): void => {
  mark(run, [held], 'bad');
  if (held.direct) return onBlamed(draft, run, held.dealer);
  const signatures = [claimOf(draft, run, held.dealer, held.bytes)];
  verify(draft, { signatures }, { for: 'blame', key: run.key, dealer: held.dealer });
};

/** A dealer made a bad dealing. */
export const onBlamed = (draft: Draft, run: Run, dealer: number): void =>
  tell(draft, { type: 'fault', id: run.layout.id, server: dealer, kind: 'bad-dealing' });

const mayDoubt = (run: Run, dealer: number): boolean => {
  const count = at(run.doubts, dealer) ?? 0;
  run.doubts = put(run.doubts, dealer, count + 1);
  return count < MAX_DOUBTS;
};

/** Compares a dealing with another of its dealer that is here; where both are signed, that is evidence. */
const doubt = (draft: Draft, run: Run, { dealer, bytes: signedDealing }: Held): void => {
  const { id } = run.layout;
  const { identity } = draft.config.roster[dealer]!;
  for (const other of at(run.dealings, dealer) ?? []) {
    const evidence = evidenceOf(id, identity, [other.bytes, signedDealing]);
    if (evidence === undefined) continue;
    const signatures = [other.bytes, signedDealing].map((bytes) => claimOf(draft, run, dealer, bytes));
    return verify(draft, { signatures }, { for: 'doubt', dealer, evidence });
  }
};

/** Two dealings of one dealer are both signed. */
export const onDoubtSettled = (
  draft: Draft,
  { dealer, evidence }: { readonly dealer: number; readonly evidence: Evidence },
): void => tell(draft, { type: 'evidence', server: dealer, evidence });

const dealingOf = (dealer: number, bytes: Uint8Array, direct: boolean, status: Held['status']): Held => ({
  dealer,
  digest: dealingDigest(bytes),
  bytes,
  direct,
  status,
});

const claimOf = (draft: Draft, run: Run, dealer: number, bytes: Uint8Array): SignatureClaim =>
  dealingClaim(run.layout.id, draft.config.roster[dealer]!.identity, bytes);

const dealingLength = ({ config }: Draft, { layout }: Run, dealer: number): number => {
  const { members, threshold } = layout.groups[layout.seats[dealer]!.group]!;
  return config.scheme.dealingLength(members.length, threshold) + SIGNATURE_LENGTH;
};
