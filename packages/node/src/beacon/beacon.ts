import { type Committee, type Decision, encodeCertificate, type Schedule, type SignatureClaim } from '@ios/bft';
import { NO_STEP_ENTRY } from '@ios/client';
import type { BeaconProof } from '@ios/client/beacon';
import {
  type BeaconValue,
  beaconPolicy,
  type CertifiedValue,
  decodeBeaconValue,
  encodeBeaconValue,
} from '@ios/client/epochs';
import {
  type DrpOutput,
  decodeSelection,
  type Epoch,
  type Server,
  type Session,
  type SignKind,
  type SignOff,
} from '@ios/drp';
import type { PvssScheme } from '@ios/pvss';
import type { Ecvrf } from '@ios/vrf-sortition';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Clock } from '../clock.ts';
import type { Entropy } from '../entropy.ts';
import { NodeError } from '../errors.ts';
import type { DecisionLog } from '../instance/decision-log.ts';
import type { Decider } from '../instance/log-application.ts';
import type { NodeLog } from '../node.ts';
import type { RecordPlace } from '../records/records.ts';
import type { BeaconProgress } from '../service.ts';
import type { Certificates } from '../shard/certificates.ts';
import type { Store } from '../store/store.ts';
import { beaconSchedule, type Elections, startElections } from './elections.ts';
import { decodeBeaconMessage, encodeBeaconMessage } from './messages.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { afterDecision, type BeaconPosition, FIRST_POSITION, follows } from './position.ts';
import { progressOf } from './progress.ts';
import { type Runs, startRuns } from './runs.ts';
import { findSession, isOf, sessionAt } from './sessions.ts';
import { beaconSignOff, signOffProof } from './sign-off.ts';
import type { Transcripts } from './transcripts.ts';

/** The uses of a validator's keys that the beacon asks for. */
export interface BeaconKeys {
  /** The proof of the VRF key over an alpha (32 bytes): 80 bytes. */
  prove(alpha: Uint8Array): Uint8Array;
  /** Answers a `sign` effect of DRP: with a new dealing each time, or with decrypted shares if `signOff` holds. */
  share(kind: SignKind, message: Uint8Array, signOff: SignOff): Uint8Array;
}

/** What the beacon is made of. */
export interface BeaconOptions {
  readonly chain: Uint8Array;
  readonly initialRandomness: Uint8Array;
  readonly committee: Committee;
  /** Share and VRF keys of the committee, in its order. */
  readonly servers: readonly Server[];
  readonly vrfKeys: readonly Uint8Array[];
  /** Place in the committee, -1 for an observer. */
  readonly member: number;
  readonly log: DecisionLog;
  readonly transcripts: Transcripts;
  readonly scheme: PvssScheme;
  readonly vrf: Ecvrf;
  readonly certificates: Pick<Certificates, 'claims'>;
  readonly isSigned: (claim: SignatureClaim) => boolean;
  readonly keys: BeaconKeys;
  readonly policy: { readonly lotteryMs: number; readonly beaconTimeoutMs: number; readonly maxTimeoutMs: number };
  readonly clock: Clock;
  readonly store: Store;
  readonly entropy: Entropy;
  send(peer: string, bytes: Uint8Array): void;
  publish(tickets: Uint8Array): void;
  /** View 0 of a height may begin. */
  ready(height: number): void;
  /** The last record. */
  record(): RecordPlace;
  /** An output was decided. */
  onOutput(epoch: number): void;
  readonly notice: NodeLog;
  fail(cause: unknown): void;
}

/** The beacon of a node: which randomness was decided, and what it takes to decide more. */
export interface Beacon extends Decider {
  readonly schedule: Schedule;
  readonly position: BeaconPosition;
  progress(): BeaconProgress;
  /** The decided output for an epoch. */
  output(epoch: number): CertifiedValue | undefined;
  /** How it came about; undefined where it was decided before this node recovered it. */
  proof(epoch: number): Promise<BeaconProof | undefined>;
  /** A record became final: the next randomness may be made. */
  look(): void;
  /** A message of a run from a peer, or tickets. */
  message(from: string, bytes: Uint8Array): void;
  tickets(from: string, bytes: Uint8Array): void;
}

/** Announcements are heard up to so many views ahead: a member may not have heard of the view-changes yet. */
const VIEWS_AHEAD = 3;

/** What is under way for one epoch. */
interface Making {
  readonly epoch: Epoch;
  readonly elections: Elections;
  readonly runs: Runs;
}

/**
 * The beacon (whitepaper sections 4 and 5): for each epoch a lottery says who leads, the leader runs DRP with all others, an even
 * height decides its selection, and the odd height after it what came of that: the output, or that the attempt failed and who
 * withheld. Work for rnd(e) begins when record e - 1 is final, so that all that rnd(e) chooses among is fixed before.
 */
export const createBeacon = async (options: BeaconOptions): Promise<Beacon> => {
  const { chain, committee, servers, log, member, policy, clock, notice } = options;
  const n = committee.length;
  const outputs = new Map<number, CertifiedValue>();
  /** Decided failures by epoch, in their order. */
  const failures = new Map<number, readonly CertifiedValue[]>();
  const randomness = new Map<number, Uint8Array>([[0, options.initialRandomness]]);
  let position = FIRST_POSITION;
  let making: Making | undefined;
  let view = 0;
  let outcome: Outcome | undefined;
  /** The session whose selection is to be opened, at odd heights. */
  let opening: Session | undefined;
  /** The attempt whose tickets were gathered last. */
  let drawn = -1;
  /** Selections of sessions that this node leads, by session in hex; and who waits for what. */
  const selections = new Map<string, Uint8Array>();
  let waiters: { readonly settle: () => boolean }[] = [];
  const checks = new Map<string, (valid: boolean) => void>();
  /** The view for which this node last asked for dealings, at this height. */
  let leading: { readonly height: number; readonly view: number } | undefined;
  let isProposed = false;
  let stopped = false;

  const advance = (decision: Decision): void => {
    const value = decodeBeaconValue(decision.value);
    position = afterDecision(position, decision, n);
    if (value === undefined || value.kind === 'selection') return;
    const certificate = encodeCertificate(decision.certificate);
    const certified = { height: decision.height, value: decision.value, certificate };
    if (value.kind === 'failed') {
      failures.set(value.epoch, [...(failures.get(value.epoch) ?? []), certified]);
      return;
    }
    outputs.set(value.epoch, certified);
    randomness.set(value.epoch, value.randomness);
  };
  for await (const decision of log.all()) advance(decision);

  /** Resolves with what `find` finds, now or after a change. */
  const when = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const settle = (): boolean => {
        const found = find();
        if (found !== undefined) resolve(found);
        return found !== undefined;
      };
      if (!settle()) waiters.push({ settle });
    });
  const changed = (): void => {
    waiters = waiters.filter(({ settle }) => !settle());
  };

  const start = async (): Promise<void> => {
    making?.elections.stop();
    making?.runs.stop();
    making = undefined;
    drawn = -1;
    if (member < 0) return;
    const epoch: Epoch = {
      scheme: options.scheme,
      chain,
      epoch: position.epoch,
      randomness: randomness.get(position.epoch - 1)!,
      roster: servers,
      policy: beaconPolicy(n),
    };
    const { certificates, isSigned, store } = options;
    const signOff = beaconSignOff({ epoch: epoch.epoch, chain, committee, certificates, isSigned });
    const part = (share: number): number => Math.max(1, Math.floor(policy.beaconTimeoutMs / share));
    const runs = await startRuns({
      epoch,
      self: member,
      timeouts: { ask: part(16), deal: part(4), fetch: part(16), decrypt: part(2) },
      clock,
      store,
      entropy: options.entropy,
      send: (peer, bytes) => options.send(peer, encodeBeaconMessage({ kind: 'machine', epoch: epoch.epoch, bytes })),
      sign: (kind, message) => options.keys.share(kind, message, signOff),
      output: onRun,
      fail: options.fail,
    });
    const elections = await startElections({
      context: {
        chain,
        epoch: epoch.epoch,
        randomness: epoch.randomness,
        seats: servers.map(({ identity }, seat) => ({ identity, vrfKey: options.vrfKeys[seat]! })),
      },
      self: member,
      peers: committee.map(({ peer }) => peer),
      vrf: options.vrf,
      delta: policy.lotteryMs,
      clock,
      store,
      publish: options.publish,
      prove: options.keys.prove,
      held: onHeld,
      fail: options.fail,
    });
    making = { epoch, elections, runs };
    turn();
  };

  /** Has elections and runs follow the position. */
  const turn = (): void => {
    opening = undefined;
    if (making === undefined) return;
    making.elections.turnTo({ attempt: position.attempt, barred: position.withheld });
    making.runs.endBefore(position.attempt);
    if (position.selection === undefined) return;
    const { decision, bytes } = position.selection;
    const named = decodeSelection(bytes)?.session;
    opening =
      (named && making.runs.session(named)) ?? findSession(making.epoch, position, decision.certificate.view, bytes);
    if (opening === undefined)
      throw new NodeError('diverged', 'the beacon signed off a selection of no session', { height: decision.height });
  };

  /** The lottery is over: at an even height the leader runs, at an odd one the selection is opened. */
  const onHeld = (attempt: number): void => {
    drawn = attempt;
    proceed();
  };
  const proceed = (): void => {
    if (stopped || drawn !== position.attempt) return;
    if (position.selection === undefined || outcome !== undefined) options.ready(position.height);
  };

  const onRun = (output: DrpOutput): void => {
    switch (output.type) {
      case 'selection':
        selections.set(bytesToHex(output.id), output.selection);
        return changed();
      case 'checked': {
        const name = bytesToHex(output.selection);
        checks.get(name)?.(output.valid);
        checks.delete(name);
        return;
      }
      case 'recovered': {
        const found = outcomeOf(output, position.selection);
        if (found === undefined) return;
        options.transcripts.keep(position.epoch, output.transcript).catch(options.fail);
        return settle(found);
      }
      case 'waiting': {
        if (output.phase === 'deal') return announce();
        const found = outcomeOf(output, position.selection);
        if (found !== undefined && outcome?.kind !== 'output') settle(found);
        return;
      }
      case 'evidence':
        return notice('warn', 'A validator dealt twice in one session.', { seat: output.server });
      case 'fault':
        return notice('warn', 'A validator did what no honest one does.', { seat: output.server, kind: output.kind });
      case 'refused':
        return notice('warn', 'A command to the run of a session was refused.', {
          command: output.command,
          reason: output.reason,
        });
      case 'closed':
        return;
    }
  };

  const settle = (found: Outcome): void => {
    outcome = found;
    proceed();
    changed();
  };

  /** Asks all for dealings to the session that this node leads. */
  const announce = (): void => {
    if (leading === undefined || leading.height !== position.height || leading.view !== view) return;
    const { epoch, attempt } = position;
    const bytes = encodeBeaconMessage({ kind: 'leads', epoch, attempt, view });
    for (const { peer } of committee) if (peer !== committee[member]?.peer) options.send(peer, bytes);
  };

  /** Opens the selection that was signed off. */
  const openSelection = (): void => {
    const { selection } = position;
    if (selection === undefined || making === undefined) return;
    const { decision, bytes } = selection;
    making.runs.signedOff(opening!, bytes, signOffProof(position.attempt, decision));
  };

  /** Whether all is fixed that the randomness chooses among. */
  const mayBegin = (): boolean => options.record().epoch >= position.epoch - 1;
  const begin = (): void => {
    if (stopped || making === undefined || !mayBegin()) return;
    making.elections.draw();
    openSelection();
  };

  const seatOf = (peer: string): number => committee.findIndex((one) => one.peer === peer);
  const onLeads = (from: string, message: { epoch: number; attempt: number; view: number }): void => {
    const client = seatOf(from);
    if (making === undefined || client < 0 || position.withheld.includes(client)) return;
    if (message.epoch !== position.epoch || message.attempt !== position.attempt) return;
    // A view that is over needs no dealing, and of views to come a few are believed.
    if (position.selection !== undefined || message.view < view || message.view > view + VIEWS_AHEAD) return;
    if (!mayBegin()) return;
    making.runs.open(sessionAt(position, message.view, client));
  };

  const encodeOutcome = (found: Outcome): Uint8Array => {
    const { epoch, attempt, selection } = position;
    const value: BeaconValue =
      found.kind === 'output'
        ? { kind: 'output', epoch, attempt, selection: selection!.digest, randomness: found.randomness }
        : { kind: 'failed', epoch, attempt, withholders: found.withholders };
    return encodeBeaconValue(value);
  };

  const checkSelection = async (
    selection: Uint8Array,
    inView: number,
    proposer: number,
  ): Promise<string | undefined> => {
    if (making === undefined) return 'this node takes no part';
    const session = sessionAt(position, inView, proposer);
    if (!isOf(making.epoch, session, selection)) return 'it is a selection of another session';
    const valid = new Promise<boolean>((resolve) => checks.set(bytesToHex(selection), resolve));
    making.runs.check(session, selection);
    return (await valid) ? undefined : 'a selected dealing does not hold';
  };

  /** An output is right if this node recovers the same; a failure, if it cannot either, and misses what is named. */
  const checkOutcome = async (value: Exclude<BeaconValue, { kind: 'selection' }>): Promise<string | undefined> => {
    const found = await when(() => (value.kind === 'output' && outcome?.kind === 'failed' ? undefined : outcome));
    if (value.kind === 'output') {
      const own = decodeBeaconValue(encodeOutcome(found));
      const isSame =
        own?.kind === 'output' &&
        Buffer.compare(own.randomness, value.randomness) === 0 &&
        Buffer.compare(own.selection, value.selection) === 0;
      return isSame ? undefined : 'the shares give another output';
    }
    if (found.kind === 'output') return 'the attempt did not fail';
    const isMissed =
      value.withholders.length > 0 && value.withholders.every((seat) => found.withholders.includes(seat));
    return isMissed ? undefined : 'it names who did not withhold';
  };

  await start();

  return {
    schedule: beaconSchedule({
      elections: () => making?.elections,
      client: (height) => (height === position.height ? opening?.client : undefined),
      ...policy,
    }),
    get position() {
      return position;
    },
    progress: () =>
      progressOf(committee, position, mayBegin() ? making?.elections : undefined, {
        view,
        client: opening?.client,
        isProposed,
        isSettled: outcome !== undefined,
      }),
    output: (epoch) => outputs.get(epoch),
    async proof(epoch) {
      const transcript = outputs.has(epoch) ? await options.transcripts.at(epoch) : undefined;
      return transcript && { failures: failures.get(epoch) ?? [], transcript };
    },
    look: begin,
    message(from, bytes) {
      const message = decodeBeaconMessage(bytes);
      if (message === undefined || message.epoch !== position.epoch) return;
      if (message.kind === 'machine') making?.runs.message(from, message.bytes);
      else onLeads(from, message);
    },
    tickets: (from, bytes) => making?.elections.message(from, bytes),
    context: () => ({ epoch: position.epoch, stepEntry: NO_STEP_ENTRY, committee }),
    async prepare() {
      begin();
    },
    async propose(height, inView) {
      if (making === undefined || height !== position.height) return new Promise<never>(() => {});
      if (position.selection !== undefined) return encodeOutcome(await when(() => outcome));
      const { epoch, attempt } = position;
      const session = sessionAt(position, inView, member);
      leading = { height, view: inView };
      view = inView;
      making.runs.open(session);
      announce();
      const selection = await when(() =>
        [...selections.values()].find((bytes) => making !== undefined && isOf(making.epoch, session, bytes)),
      );
      return encodeBeaconValue({ kind: 'selection', epoch, attempt, selection });
    },
    async check(_height, inView, bytes, proposer) {
      const value = decodeBeaconValue(bytes);
      if (value === undefined || !follows(position, value)) return 'it is not what this height decides';
      return value.kind === 'selection' ? checkSelection(value.selection, inView, proposer) : checkOutcome(value);
    },
    async decided(decision) {
      const { epoch } = position;
      advance(decision);
      outcome = undefined;
      waiters = [];
      checks.clear();
      selections.clear();
      leading = undefined;
      view = 0;
      isProposed = false;
      if (position.epoch === epoch) {
        turn();
        return;
      }
      await start();
      options.onOutput(epoch);
    },
    onState(engine) {
      if (engine.height === position.height) {
        view = engine.record.view;
        isProposed = engine.proposal !== undefined;
      }
      making?.elections.onState(engine);
    },
    stop() {
      stopped = true;
      making?.elections.stop();
      making?.runs.stop();
    },
  };
};
