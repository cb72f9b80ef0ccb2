import { concatBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import { equalBytes } from './bytes.ts';
import { type Certificate, type CertificateScheme, maskOf, membersOf } from './certificate.ts';
import type { Collector, CollectorEffect, CollectorInput } from './collector.ts';
import { type Committee, type HeightContext, indexOf } from './committee.ts';
import type { Announce, Endorse } from './engine/state.ts';
import type { SignatureClaim } from './host.ts';
import type { Rules } from './rules.ts';
import { soundRules } from './rules.ts';
import type { Phase, Scope } from './statements.ts';

/** The signatures that a certificate stands for, or undefined where their number is not the mask's. */
export const signatureClaims = (
  { mask, signature }: Certificate,
  endorsed: Uint8Array,
  committee: Committee,
): readonly SignatureClaim[] | undefined => {
  const members = membersOf(mask, committee.length);
  if (members === undefined || signature.length !== members.length * 64) return undefined;
  return members.map((member, i) => ({
    publicKey: committee[member]!.key,
    message: endorsed,
    signature: signature.subarray(i * 64, i * 64 + 64),
  }));
};

/** Certificates that are the members' 64-byte signatures one after another, in the order of the mask. */
export const signatureList = (
  verify: (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean,
): CertificateScheme => ({
  verify(certificate, endorsed, committee): boolean {
    const claims = signatureClaims(certificate, endorsed, committee);
    return claims?.every(({ signature, message, publicKey }) => verify(signature, message, publicKey)) ?? false;
  },
});

/** A member's endorsement on its way to the leader. */
export interface Share {
  readonly height: number;
  readonly view: number;
  readonly phase: Phase;
  readonly digest: Uint8Array;
  /** By the member's identity key over the endorsed bytes, 64 bytes. */
  readonly signature: Uint8Array;
}

const share = P.struct({
  height: P.U32BE,
  view: P.U32BE,
  phase: P.map(P.U8, { prepare: 1, commit: 2 }) as P.CoderType<Phase>,
  digest: P.bytes(32),
  signature: P.bytes(64),
});

/** Encodes a share: 105 bytes. */
export const encodeShare = (value: Share): Uint8Array => share.encode(value);

/** Decodes a share strictly, or undefined. */
export const decodeShare = (bytes: Uint8Array): Share | undefined => {
  try {
    return share.decode(bytes);
  } catch {
    return undefined;
  }
};

/** A phase of the current view, as its leader or as a member. */
interface Session {
  readonly own: Endorse | undefined;
  readonly signature: Uint8Array | undefined;
  /** The first share of each member, or its first valid one, and whether it is known to be valid. */
  readonly shares: ReadonlyMap<number, { readonly share: Share; readonly valid: boolean }>;
  readonly accused: ReadonlySet<number>;
  readonly certified: boolean;
}

/** The state of {@link signatureListCollector}: nothing outlives its height, or its view. */
export interface SignatureListState {
  readonly height: number;
  readonly view: number;
  readonly context: HeightContext | undefined;
  readonly sessions: { readonly prepare: Session; readonly commit: Session };
  readonly pending: ReadonlyMap<string, { readonly member: number; readonly share: Share }>;
  /** Members that sent a false share at this height: they are not heard any more. */
  readonly liars: ReadonlySet<number>;
  readonly signing: ReadonlyMap<string, Endorse>;
  readonly nextId: number;
}

/** Shares of one member under verification at a time: two phases, and a contradiction in each. */
const PENDING_PER_MEMBER = 4;

const closed: Session = {
  own: undefined,
  signature: undefined,
  shares: new Map(),
  accused: new Set(),
  certified: false,
};

type Draft = { -readonly [K in keyof SignatureListState]: SignatureListState[K] } & { effects: CollectorEffect[] };

/** Options of {@link signatureListCollector}. */
export interface SignatureListOptions {
  readonly scope: Scope;
  readonly self: string;
  readonly rules?: Rules;
}

/**
 * The collector of {@link signatureList} certificates.
 *
 * 1. The leader sends its proposal to everyone.
 * 2. An endorsement is signed by the identity key and sent to the leader; asked again, the same signature is sent again.
 * 3. The leader verifies each share; two shares of one member for one slot with different digests are evidence.
 * 4. With a quorum of shares for the digest that it endorsed itself, the certificate is complete.
 */
export const signatureListCollector = ({
  scope,
  self,
  rules = soundRules,
}: SignatureListOptions): Collector<SignatureListState> => {
  const endorsedOf = (draft: Draft, { phase, digest }: Share): Uint8Array =>
    rules.endorsedBytes(scope, draft.context!, { height: draft.height, view: draft.view, phase }, digest);

  const update = (draft: Draft, phase: Phase, change: Partial<Session>): void => {
    draft.sessions = { ...draft.sessions, [phase]: { ...draft.sessions[phase], ...change } };
  };

  const endorse = (draft: Draft, own: Endorse): void => {
    const { height, view, phase } = own.slot;
    if (height !== draft.height || view !== draft.view) return;
    const session = draft.sessions[phase];
    if (session.own !== undefined && !equalBytes(session.own.digest, own.digest)) return;
    update(draft, phase, { own });
    if (session.signature !== undefined) return deliver(draft, phase);
    if ([...draft.signing.values()].some(({ slot }) => slot.phase === phase)) return;
    const id = `share/${draft.nextId++}`;
    draft.signing = new Map(draft.signing).set(id, own);
    draft.effects.push({ type: 'sign', id, kind: 'endorsement', message: own.endorsed });
  };

  /** The leader tells everyone itself. */
  const announce = (draft: Draft, { leader, messages }: Announce): void => {
    if (draft.context?.committee[leader]?.peer !== self) return;
    for (const bytes of messages) draft.effects.push({ type: 'forward', bytes });
  };

  const onSigned = (draft: Draft, id: string, signature: Uint8Array): void => {
    const own = draft.signing.get(id);
    if (own === undefined) return;
    update(draft, own.slot.phase, { signature });
    deliver(draft, own.slot.phase);
  };

  const deliver = (draft: Draft, phase: Phase): void => {
    const { own, signature } = draft.sessions[phase];
    if (own === undefined || signature === undefined) return;
    const mine: Share = { ...own.slot, digest: own.digest, signature };
    const leader = draft.context?.committee[own.leader]?.peer;
    if (leader === self) keep(draft, own.leader, mine, true);
    else if (leader !== undefined) draft.effects.push({ type: 'send', to: leader, bytes: encodeShare(mine) });
  };

  const keep = (draft: Draft, member: number, value: Share, valid: boolean): void => {
    const shares = new Map(draft.sessions[value.phase].shares).set(member, { share: value, valid });
    update(draft, value.phase, { shares });
    if (valid) complete(draft, value.phase);
  };

  const onShare = (draft: Draft, from: string, bytes: Uint8Array): void => {
    const value = decodeShare(bytes);
    const member = draft.context === undefined ? -1 : indexOf(draft.context.committee, from);
    if (value === undefined || member < 0 || from === self || draft.liars.has(member)) return;
    if (value.height !== draft.height || value.view !== draft.view) return;
    const session = draft.sessions[value.phase];
    const known = session.shares.get(member);
    if (
      known !== undefined &&
      equalBytes(known.share.digest, value.digest) &&
      (known.valid || equalBytes(known.share.signature, value.signature))
    )
      return;
    if (session.accused.has(member)) return;
    let busy = 0;
    for (const other of draft.pending.values()) if (other.member === member) busy++;
    if (busy >= PENDING_PER_MEMBER) return;
    if (known === undefined) keep(draft, member, value, false);
    const id = `share/${draft.nextId++}`;
    draft.pending = new Map(draft.pending).set(id, { member, share: value });
    const claim = {
      publicKey: draft.context!.committee[member]!.key,
      message: endorsedOf(draft, value),
      signature: value.signature,
    };
    draft.effects.push({ type: 'verify', id, peer: from, statement: { signatures: [claim], certificates: [] } });
  };

  const onVerified = (draft: Draft, id: string, valid: boolean): void => {
    const item = draft.pending.get(id);
    if (item === undefined) return;
    const pending = new Map(draft.pending);
    pending.delete(id);
    draft.pending = pending;
    const { member, share: value } = item;
    if (!valid) {
      draft.liars = new Set(draft.liars).add(member);
      return;
    }
    const session = draft.sessions[value.phase];
    const known = session.shares.get(member);
    if (known?.valid !== true) return keep(draft, member, value, true);
    if (equalBytes(known.share.digest, value.digest) || session.accused.has(member)) return;
    update(draft, value.phase, { accused: new Set(session.accused).add(member) });
    const { height, view, phase } = value;
    const evidence = {
      kind: 'endorsements' as const,
      member,
      height,
      view,
      phase,
      first: { digest: known.share.digest, signature: known.share.signature },
      second: { digest: value.digest, signature: value.signature },
    };
    draft.effects.push({ type: 'misconduct', evidence });
  };

  const complete = (draft: Draft, phase: Phase): void => {
    const { own, shares, certified } = draft.sessions[phase];
    const { committee } = draft.context!;
    if (own === undefined || certified || committee[own.leader]?.peer !== self) return;
    const agreeing = [...shares]
      .filter(([, { share: value, valid }]) => valid && equalBytes(value.digest, own.digest))
      .sort(([a], [b]) => a - b)
      .slice(0, rules.quorum(committee.length));
    if (agreeing.length < rules.quorum(committee.length)) return;
    update(draft, phase, { certified: true });
    const mask = maskOf(
      agreeing.map(([member]) => member),
      committee.length,
    );
    const signature = concatBytes(...agreeing.map(([, { share: value }]) => value.signature));
    const certificate = { view: draft.view, mask, signature };
    draft.effects.push({ type: 'certified', height: draft.height, phase, digest: own.digest, certificate });
  };

  const reset = (draft: Draft, view: number): void => {
    draft.view = view;
    draft.sessions = { prepare: closed, commit: closed };
    draft.pending = new Map();
    draft.signing = new Map();
  };

  const dispatch = (draft: Draft, input: CollectorInput): void => {
    switch (input.type) {
      case 'height':
        draft.height = input.height;
        draft.context = input.context;
        draft.liars = new Set();
        return reset(draft, 0);
      case 'close':
        return input.view > draft.view ? reset(draft, input.view) : undefined;
      case 'endorse':
        return endorse(draft, input);
      case 'announce':
        return announce(draft, input);
      case 'message':
        return onShare(draft, input.from, input.bytes);
      case 'signed':
        return onSigned(draft, input.id, input.signature);
      case 'verified':
        return onVerified(draft, input.id, input.valid);
      case 'timer':
        return;
    }
  };

  return {
    init: () => ({
      height: 0,
      view: 0,
      context: undefined,
      sessions: { prepare: closed, commit: closed },
      pending: new Map(),
      liars: new Set(),
      signing: new Map(),
      nextId: 0,
    }),
    step(state, input) {
      const draft: Draft = { ...state, effects: [] };
      dispatch(draft, input);
      const { effects, ...next } = draft;
      return { state: next, effects };
    },
  };
};
