import type { Schedule } from '@ios/bft';
import { NO_STEP_ENTRY } from '@ios/client';
import { type BeaconNetwork, type BeaconProof, verifyBeaconProof } from '@ios/client/beacon';
import { type CertifiedValue, decodeBeaconValue, encodeBeaconValue } from '@ios/client/epochs';
import type { DrpOutput } from '@ios/drp';
import type { DecisionLog } from '../instance/decision-log.ts';
import type { Decider } from '../instance/log-application.ts';
import type { NodeLog } from '../node.ts';
import type { RecordPlace } from '../records/place.ts';
import type { BeaconProgress } from '../service.ts';
import { readDecided } from './decided.ts';
import { beaconSchedule } from './elections.ts';
import { startLateTranscripts } from './late-transcripts.ts';
import { type Making, type MakingOptions, startMaking } from './making.ts';
import { type Meeting, startMeeting } from './meeting.ts';
import { decodeBeaconMessage } from './messages.ts';
import { createOpening } from './opening.ts';
import { type BeaconPosition, follows } from './position.ts';
import { progressOf } from './progress.ts';
import { noticeRun } from './run-notices.ts';
import { createSelecting } from './selecting.ts';
import type { Standing } from './standing.ts';
import type { Transcripts } from './transcripts.ts';

/** What the beacon is made of; `member` is -1 for an observer. */
export interface BeaconOptions extends MakingOptions {
  readonly initialRandomness: Uint8Array;
  readonly log: DecisionLog;
  readonly transcripts: Transcripts;
  /** What transcripts of others are verified against. */
  readonly network: BeaconNetwork;
  /** Connected validators. */
  peers(): readonly string[];
  readonly policy: MakingOptions['policy'] & { readonly maxTimeoutMs: number };
  /** View 0 of a height may begin. */
  ready(height: number): void;
  /** The last record. */
  record(): RecordPlace;
  /** An output was decided. */
  onOutput(epoch: number): void;
  /** Told after whatever may have changed it. */
  onProgress(progress: BeaconProgress, height: number): void;
  readonly notice: NodeLog;
}

/** The beacon of a node: which randomness was decided, and what it takes to decide more. */
export interface Beacon extends Decider {
  readonly schedule: Schedule;
  readonly position: BeaconPosition;
  progress(): BeaconProgress;
  /** The decided output for an epoch. */
  output(epoch: number): CertifiedValue | undefined;
  /** How it came about; undefined until this node has recovered it, or fetched that from another. */
  proof(epoch: number): Promise<BeaconProof | undefined>;
  /** A record became final: the next randomness may be made. */
  look(): void;
  /** One more validator is connected. */
  connected(): void;
  /** A message of a run from a peer, or tickets. */
  message(from: string, bytes: Uint8Array): void;
  tickets(from: string, bytes: Uint8Array): void;
}

/**
 * The beacon (whitepaper sections 4 and 5): for each epoch a lottery says who leads, the leader runs DRP with all others, an even
 * height decides its selection, and the odd height after it what came of that: the output, or that the attempt failed and who
 * withheld. Work for rnd(e) begins when record e - 1 is final, so that all that rnd(e) chooses among is fixed before.
 */
export const createBeacon = async (options: BeaconOptions): Promise<Beacon> => {
  const { committee, member, policy, transcripts } = options;
  const decided = await readDecided(options.log, options.initialRandomness, committee.length);
  let making: Making | undefined;
  let view = 0;
  /** Whether the view that is under way has a proposal. */
  let isProposed = false;
  /** The attempt whose tickets were gathered last. */
  let drawn = -1;
  let meeting: Meeting | undefined;
  let stopped = false;
  const now: Standing = {
    get position() {
      return decided.position;
    },
    get view() {
      return view;
    },
    get making() {
      return making;
    },
    get mayBegin() {
      return options.record().epoch >= decided.position.epoch - 1;
    },
  };

  /** Once the lottery is over, a selection is decided; once it was opened, what came of it. */
  const proceed = (): void => {
    if (stopped || drawn !== now.position.attempt) return;
    if (now.position.selection === undefined || opening.isSettled) options.ready(now.position.height);
  };
  const selecting = createSelecting(now, committee, member, options.send);
  const opening = createOpening(
    now,
    (transcript) => transcripts.keep(now.position.epoch, now.position.attempt, transcript),
    () => {
      proceed();
      report();
    },
    (cause) => {
      if (!stopped) options.fail(cause);
    },
  );
  const progress = (): BeaconProgress =>
    progressOf(committee, now.position, now.mayBegin ? making?.elections : undefined, {
      view,
      client: opening.client,
      isProposed,
      isSettled: opening.isSettled,
    });
  const report = (): void => options.onProgress(progress(), now.position.height);
  const onRun = (output: DrpOutput): void => {
    selecting.onRun(output);
    opening.onRun(output);
    noticeRun(options.notice, output);
    report();
  };
  const onHeld = (attempt: number): void => {
    drawn = attempt;
    proceed();
    report();
  };

  /** Has what makes the randomness of the position's epoch follow the position. */
  const turn = (): void => {
    making?.elections.turnTo({ attempt: now.position.attempt, barred: now.position.withheld });
    making?.runs.endBefore(now.position.attempt);
    opening.begin();
  };
  const start = async (): Promise<void> => {
    making?.stop();
    making = undefined;
    drawn = -1;
    if (member < 0) return;
    const number = now.position.epoch;
    const randomness = decided.randomness(number - 1)!;
    making = await startMaking(options, { number, randomness }, { onHeld, onRun });
    turn();
  };
  const begin = (): void => {
    if (stopped) return;
    meeting ??= startMeeting({
      validators: committee.length,
      peers: options.peers,
      clock: options.clock,
      limitMs: policy.beaconTimeoutMs,
      onMet: begin,
    });
    if (making !== undefined && now.mayBegin) {
      if (meeting?.isOver === true) making.elections.draw();
      opening.open();
    }
    report();
  };

  const isProof = (epoch: number, transcript: Uint8Array): boolean => {
    const value = decodeBeaconValue(decided.output(epoch)!.value);
    if (value?.kind !== 'output') return false;
    const recorded = { epoch, randomness: value.randomness, selection: value.selection };
    const before = decided.randomness(epoch - 1)!;
    const proof = { failures: decided.failures(epoch), transcript };
    const freshBytes = options.entropy(32);
    return verifyBeaconProof(options.network, { ...recorded, before }, proof, { scheme: options.scheme, freshBytes })
      .valid;
  };
  const late = await startLateTranscripts({
    transcripts,
    clock: options.clock,
    attemptOf: (epoch) => (decided.output(epoch) === undefined ? undefined : decided.failures(epoch).length),
    peers: options.peers,
    send: options.send,
    isProof,
    fail: options.fail,
  });
  // The node may have stopped between the decision and the note that its transcript is missing.
  if (now.position.epoch > 1) await late.decided(now.position.epoch - 1);
  await start();

  return {
    schedule: beaconSchedule({
      elections: () => making?.elections,
      client: (height) => (height === now.position.height ? opening.client : undefined),
      ...policy,
    }),
    get position() {
      return now.position;
    },
    progress,
    output: decided.output,
    async proof(epoch) {
      const failures = decided.failures(epoch);
      const transcript = decided.output(epoch) && (await transcripts.at(epoch, failures.length));
      return transcript && { failures, transcript };
    },
    look: begin,
    connected: () => meeting?.look(),
    message(from, bytes) {
      const message = decodeBeaconMessage(bytes);
      if (message === undefined) return;
      if (message.kind === 'want') return late.serve(from, message.epoch);
      if (message.kind === 'transcript') return late.take(from, message.epoch, message.bytes);
      if (message.epoch !== now.position.epoch) return;
      if (message.kind === 'machine') making?.runs.message(from, message.bytes);
      else selecting.onLeads(from, message);
    },
    tickets: (from, bytes) => making?.elections.message(from, bytes),
    context: () => ({ epoch: now.position.epoch, stepEntry: NO_STEP_ENTRY, committee }),
    async prepare() {
      begin();
    },
    async propose(height, inView) {
      const { epoch, attempt, selection } = now.position;
      if (making === undefined || height !== now.position.height) return new Promise<never>(() => {});
      if (selection !== undefined) return encodeBeaconValue(await opening.propose());
      return encodeBeaconValue({ kind: 'selection', epoch, attempt, selection: await selecting.propose(inView) });
    },
    async check(_height, inView, bytes, proposer) {
      const value = decodeBeaconValue(bytes);
      if (value === undefined || !follows(now.position, value)) return 'it is not what this height decides';
      return value.kind === 'selection' ? selecting.check(value.selection, inView, proposer) : opening.check(value);
    },
    async decided(decision) {
      const { epoch } = now.position;
      decided.advance(decision);
      selecting.end();
      opening.end();
      view = 0;
      isProposed = false;
      if (now.position.epoch === epoch) return turn();
      await late.decided(epoch);
      await start();
      options.onOutput(epoch);
    },
    onState(engine) {
      if (engine.height === now.position.height) {
        view = engine.record.view;
        isProposed = engine.proposal !== undefined;
      }
      making?.elections.onState(engine);
      report();
    },
    stop() {
      stopped = true;
      making?.stop();
      late.stop();
      meeting?.stop();
    },
  };
};
