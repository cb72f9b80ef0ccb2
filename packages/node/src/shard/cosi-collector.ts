import type { Collector, CollectorEffect, CollectorInput, Committee, HeightContext, Scope, Slot } from '@ios/bft';
import { faults, indexOf, quorum } from '@ios/bft';
import {
  type CosiScheme,
  childrenOf,
  createMember,
  type Effect,
  type Input,
  type Machine,
  type MemberCommand,
  type MemberOutput,
  type MemberState,
  quorum as quorumOf,
  type Roster,
  type Timeouts,
} from '@ios/cosi';
import { taggedHash } from '@ios/crypto/transcript';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** What a {@link cosiCollector} is made of. */
export interface CosiCollectorOptions {
  readonly scope: Scope;
  /** This replica's name in the network. */
  readonly self: string;
  readonly scheme: CosiScheme;
  /** The cosigning keys of a committee, in its order; the same roster for the same committee. */
  readonly rosterOf: (committee: Committee) => Roster;
  /** Children of a node of the tree at most: committees of `branching + 1` or fewer are stars. */
  readonly branching: number;
  readonly timeouts: Timeouts;
  /** Sees what the machine says of its sessions, in each step anew: for measurements, which change nothing. */
  readonly observe?: (output: MemberOutput) => void;
}

/** A signing session of this height. */
interface Opened {
  readonly session: Uint8Array;
  readonly slot: Slot;
  readonly digest: Uint8Array;
  readonly certified: boolean;
}

/** A place in one committee, and the machine that gathers and signs in it. */
interface Seat {
  readonly member: number;
  readonly machine: Machine<MemberState, MemberCommand, MemberOutput>;
}

/** The state of a {@link cosiCollector}: what it signs ends with its height, whom it relies on with its committee. */
export interface CosiCollectorState {
  readonly context: HeightContext | undefined;
  readonly view: number;
  readonly opened: ReadonlyMap<string, Opened>;
  /** Undefined for an observer. */
  readonly signing: MemberState | undefined;
}

type Draft = { -readonly [K in keyof CosiCollectorState]: CosiCollectorState[K] } & { effects: CollectorEffect[] };

/** What a signing session is called, 32 bytes: H(chain, instance, step entry, epoch, height, view, phase). */
export const sessionOf = (
  { chain, instance }: Scope,
  { epoch, stepEntry }: HeightContext,
  { height, view, phase }: Slot,
): Uint8Array => {
  const numbers = new DataView(new ArrayBuffer(12));
  numbers.setUint32(0, epoch);
  numbers.setUint32(4, height);
  numbers.setUint32(8, view);
  const slot = new Uint8Array(numbers.buffer);
  return taggedHash('ios/node/v1/signing-session', chain, utf8ToBytes(instance), stepEntry, slot, utf8ToBytes(phase));
};

/**
 * The collector whose certificates are collective signatures (whitepaper section 8; ByzCoin, section 3): a mask and 64 bytes,
 * which any Ed25519 library checks under the sum of the keys in the mask.
 *
 * 1. Each phase of a view is a signing session. What the engine endorses opens it, and nothing else does: from then on this
 *    member commits and responds for that digest, and where it leads, it gathers.
 * 2. A closed view closes its sessions for ever and erases their nonces, so that no share outlives it.
 * 3. A proposal that holds goes to this member's children in the leader's tree. Whom it does not reach that way, the
 *    engine's repetitions do.
 */
export const cosiCollector = (options: CosiCollectorOptions): Collector<CosiCollectorState> => {
  const { scope, self, branching } = options;
  const seats = new WeakMap<Committee, Seat>();

  const seatOf = ({ context }: Draft): Seat | undefined => {
    const member = context === undefined ? -1 : indexOf(context.committee, self);
    if (context === undefined || member < 0) return undefined;
    const { committee } = context;
    const seat = seats.get(committee) ?? { member, machine: memberOf(options, committee, member) };
    seats.set(committee, seat);
    return seat;
  };

  const tell = (draft: Draft, input: Input<MemberCommand>): void => {
    const seat = seatOf(draft);
    if (seat === undefined) return;
    const { state, effects } = seat.machine.step(draft.signing!, input);
    draft.signing = state;
    for (const effect of effects) perform(draft, effect);
  };

  const order = (draft: Draft, value: MemberCommand): void => tell(draft, { type: 'command', value });

  const perform = (draft: Draft, effect: Effect<MemberOutput>): void => {
    switch (effect.type) {
      case 'verify': {
        const statement = { ...effect.statement, certificates: [] };
        draft.effects.push({ ...effect, statement });
        return;
      }
      case 'sign': {
        const kind = effect.kind === 'endorsement' ? effect.kind : (`share/${effect.kind}` as const);
        draft.effects.push({ ...effect, kind });
        return;
      }
      case 'output':
        options.observe?.(effect.value);
        if (effect.value.type === 'signed') onSigned(draft, effect.value);
        return;
      default:
        draft.effects.push(effect);
    }
  };

  const onSigned = (draft: Draft, { session, mask, signature }: MemberOutput & { type: 'signed' }): void => {
    const name = bytesToHex(session);
    // Begun here, and not closed: else the machine would not sign it.
    const opened = draft.opened.get(name)!;
    draft.opened = new Map(draft.opened).set(name, { ...opened, certified: true });
    const { height, view, phase } = opened.slot;
    draft.effects.push({
      type: 'certified',
      height,
      phase,
      digest: opened.digest,
      certificate: { view, mask, signature },
    });
  };

  const endorse = (draft: Draft, { slot, digest, endorsed, leader }: CollectorInput & { type: 'endorse' }): void => {
    if (draft.context === undefined || slot.view !== draft.view) return;
    const session = sessionOf(scope, draft.context, slot);
    const name = bytesToHex(session);
    const known = draft.opened.get(name);
    if (known === undefined) {
      draft.opened = new Map(draft.opened).set(name, { session, slot, digest, certified: false });
      order(draft, { type: 'open', session, message: endorsed, coordinator: leader });
    }
    // Said again, it is begun again: the coordinator may have given up.
    if (known?.certified !== true && leader === seatOf(draft)?.member)
      order(draft, { type: 'begin', session, message: endorsed });
  };

  /** Ends all sessions of views below this one. */
  const close = (draft: Draft, view: number): void => {
    const below = [...draft.opened].filter(([, { slot }]) => slot.view < view);
    draft.opened = new Map([...draft.opened].filter(([, { slot }]) => slot.view >= view));
    for (const [, { session }] of below) order(draft, { type: 'close', session });
  };

  const begin = (draft: Draft, context: HeightContext): void => {
    close(draft, Number.POSITIVE_INFINITY);
    draft.view = 0;
    const before = draft.context;
    draft.context = context;
    if (before?.committee !== context.committee) draft.signing = seatOf(draft)?.machine.init();
  };

  const announce = (draft: Draft, { leader, messages }: CollectorInput & { type: 'announce' }): void => {
    const seat = seatOf(draft);
    if (seat === undefined) return;
    const { committee } = draft.context!;
    for (const child of childrenOf({ n: committee.length, root: leader, branching }, seat.member))
      for (const bytes of messages) draft.effects.push({ type: 'forward', to: committee[child]!.peer, bytes });
  };

  const dispatch = (draft: Draft, input: CollectorInput): void => {
    switch (input.type) {
      case 'height':
        return begin(draft, input.context);
      case 'close':
        draft.view = Math.max(draft.view, input.view);
        return close(draft, draft.view);
      case 'endorse':
        return endorse(draft, input);
      case 'announce':
        return announce(draft, input);
      default:
        return tell(draft, input);
    }
  };

  return {
    init: () => ({ context: undefined, view: 0, opened: new Map(), signing: undefined }),
    step(state, input) {
      const draft: Draft = { ...state, effects: [] };
      dispatch(draft, input);
      const { effects, ...next } = draft;
      return { state: next, effects };
    },
  };
};

/** Sessions open at a time: two phases of a view. */
const SESSIONS = 2;

const memberOf = (options: CosiCollectorOptions, committee: Committee, self: number): Seat['machine'] => {
  const { scheme, rosterOf, branching, timeouts } = options;
  const attempts = faults(committee.length) + 2;
  const limits = {
    messageBytes: 32,
    payloadBytes: 0,
    sessions: SESSIONS,
    relayed: 2 * SESSIONS,
    attempts,
    entries: 4 * attempts,
  };
  const peers = committee.map(({ peer }) => peer);
  const policy = quorumOf(quorum(committee.length));
  return createMember({ self, roster: rosterOf(committee), peers, branching, timeouts, limits, scheme, policy });
};
