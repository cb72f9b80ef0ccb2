import { quorum, type Schedule, type State, type ViewChange } from '@ios/bft';
import {
  type Attempt,
  createElection,
  type Ecvrf,
  type ElectionContext,
  type ElectionState,
  electionViewOf,
  isAttachment,
  type SeatAttachment,
} from '@ios/vrf-sortition';
import type { Clock } from '../clock.ts';
import { startMachine } from '../host/machine-host.ts';
import type { Store } from '../store/store.ts';
import { rememberTickets } from './known-tickets.ts';

/** Table of the store: what an election makes durable. */
const ELECTION = Uint8Array.of(14);

/** What the elections of one epoch are made of. */
export interface ElectionsOptions {
  readonly context: ElectionContext;
  /** Place in the roster; an observer has none, and takes part in no election. */
  readonly self: number;
  /** Names of the seats in the network. */
  readonly peers: readonly string[];
  readonly vrf: Ecvrf;
  /** Δ in ms. */
  readonly delta: number;
  readonly clock: Clock;
  readonly store: Store;
  publish(bytes: Uint8Array): void;
  /** The proof of the VRF key over an alpha. */
  prove(alpha: Uint8Array): Uint8Array;
  /** Δ is over for an attempt: leaders are known from here on. */
  held(attempt: number): void;
  fail(cause: unknown): void;
}

/** The elections of one epoch, as the consensus asks for them. */
export interface Elections {
  /** View-changes and proposals are of this attempt from here on. */
  turnTo(attempt: Attempt): void;
  /** The lottery of the attempt begins, or goes on. */
  draw(): void;
  message(from: string, bytes: Uint8Array): void;
  /** Sees the state of the replica after each of its steps. */
  onState(engine: State): void;
  leader(height: number, view: number, opening: readonly ViewChange[]): number;
  /** The seat that this node waits for in a view; undefined while nobody is known to lead it. */
  waitedFor(height: number, view: number): number | undefined;
  /** Seats that a quorum waited for in vain, which do not lead in this epoch, oldest first. */
  excluded(): readonly number[];
  attachment(height: number, view: number): Uint8Array;
  checkAttachment(height: number, view: number, member: number, bytes: Uint8Array): boolean;
  stop(): void;
}

/** How many tickets are remembered. */
const KNOWN_TICKETS = 4096;

/** Runs the election machine of an epoch beside the replica of the beacon, which tells it of views and view-changes. */
export const startElections = async (options: ElectionsOptions): Promise<Elections> => {
  const { context, self, peers, delta, clock, store } = options;
  const vrf = rememberTickets(options.vrf, KNOWN_TICKETS);
  const election = createElection({ context, self, peers, vrf, delta });
  const host = await startMachine({
    machine: election,
    clock,
    store,
    prefix: ELECTION,
    send: () => {},
    broadcast: options.publish,
    verify: async ({ publicKey, alpha, pi }) => vrf.verify(publicKey, alpha, pi) !== undefined,
    sign: async (_kind, message) => options.prove(message),
    output: ({ attempt }) => {
      settled = attempt;
      if (seen?.view === 0 && drawsFirst(seen.height)) host.command({ type: 'view', height: seen.height, view: 0 });
      options.held(attempt);
    },
    fail: options.fail,
  });

  let current: Attempt = { attempt: 0, barred: [] };
  /** The last attempt whose tickets were gathered. */
  let settled = -1;
  let seen: { height: number; view: number; changes: ReadonlyMap<number, ViewChange>; opening: string } | undefined;
  /**
   * Whether the lottery says who leads view 0, and has: at even heights, once Δ is over, for the machine settles it when it is
   * told. At odd ones the leader of the selection goes on.
   */
  const drawsFirst = (height: number): boolean => height % 2 === 0 && settled === current.attempt;
  const claims = (opening: readonly ViewChange[]): SeatAttachment[] =>
    opening.map(({ member, attachment }) => ({ seat: member, attachment }));
  const state = (): ElectionState => host.state;

  return {
    turnTo(attempt) {
      current = attempt;
    },
    draw() {
      if (settled === current.attempt) options.held(settled);
      else host.command({ type: 'attempt', ...current });
    },
    message: host.message,
    onState({ height, record: { view }, viewChanges, proposal, opening: own }) {
      const shown = proposal?.opening ?? own;
      // Whom one waits for is known as soon as a quorum moved here, though its leader says nothing.
      const opening = shown.length > 0 ? shown : openingBy(viewChanges, view, peers.length);
      const before = seen?.height === height ? seen : undefined;
      if (before?.view !== view && (view > 0 || drawsFirst(height))) host.command({ type: 'view', height, view });
      const name = opening.map(({ member }) => member).join();
      if (view > 0 && name !== '' && (name !== before?.opening || view !== before.view))
        host.command({ type: 'opened', height, view, opening: claims(opening) });
      if (viewChanges !== before?.changes)
        for (const [member, change] of viewChanges)
          if (before?.changes.get(member) !== change)
            host.command({
              type: 'viewChange',
              height,
              view: change.view,
              seat: member,
              attachment: change.attachment,
            });
      seen = { height, view, changes: viewChanges, opening: name };
    },
    leader(height, view, opening) {
      if (view === 0 ? settled !== current.attempt : opening.length === 0) return -1;
      // Before the lottery of the attempt has begun here, nothing can be told of its tickets.
      if (host.state.current?.attempt !== current.attempt) return -1;
      return election.leader(state(), { height, view }, claims(opening));
    },
    waitedFor(height, view) {
      const { led } = state();
      return led?.height === height && led.view === view ? led.leader : undefined;
    },
    excluded: () => state().record.map(({ seat }) => seat),
    attachment: (height, view) => election.attachment(state(), { height, view }),
    checkAttachment(height, view, member, bytes) {
      return isAttachment(vrf, context, current, { height, view }, member, bytes);
    },
    stop: host.stop,
  };
};

/** All known view-changes of those who moved to a view, by ascending member; none before a quorum of n did. */
const openingBy = (changes: ReadonlyMap<number, ViewChange>, view: number, n: number): readonly ViewChange[] => {
  const moved = [...changes.values()].filter((change) => change.view === view);
  return moved.length < quorum(n) ? [] : moved.sort((a, b) => a.member - b.member);
};

/** What the schedule of the beacon is made of. */
export interface BeaconScheduleOptions {
  /** The elections of the epoch whose randomness is made; none at an observer, which follows decisions and judges nothing. */
  readonly elections: () => Elections | undefined;
  /** The seat whose selection is to be opened at an odd height. */
  readonly client: (height: number) => number | undefined;
  readonly beaconTimeoutMs: number;
  readonly maxTimeoutMs: number;
  /** Δ of the lottery: for so long the view-changes to a view are gathered, too. */
  readonly lotteryMs: number;
}

/**
 * Who leads the heights of the beacon (whitepaper section 5): the lowest ticket that is not excluded. Of view 0 it is the
 * lowest that a member held after Δ, which another may see otherwise; of later views all see it alike. At an odd height whose
 * selection is opened leads view 0. A leader and its back-ups have the same time, which doubles with each new drawing.
 */
export const beaconSchedule = ({
  elections,
  client,
  beaconTimeoutMs,
  maxTimeoutMs,
  lotteryMs,
}: BeaconScheduleOptions): Schedule => {
  const timeout = (_height: number, view: number): number =>
    Math.min(beaconTimeoutMs * 2 ** Math.min(electionViewOf(view), 30), Math.max(beaconTimeoutMs, maxTimeoutMs));
  return {
    leader: (height, view, opening) =>
      (view === 0 ? client(height) : undefined) ?? elections()?.leader(height, view, opening) ?? -1,
    timeout,
    gather: (height, view) => Math.min(lotteryMs, Math.ceil(timeout(height, view) / 4)),
    attachment: (height, view) => elections()?.attachment(height, view) ?? NO_ATTACHMENT,
    checkAttachment: (height, view, member, attachment) =>
      elections()?.checkAttachment(height, view, member, attachment) ?? true,
    isAgreed: (view) => view > 0,
  };
};

const NO_ATTACHMENT = new Uint8Array(0);
