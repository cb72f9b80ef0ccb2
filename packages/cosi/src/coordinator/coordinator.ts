import { bytesToHex } from '@noble/hashes/utils.js';
import { type CoordinatorConfig, checkConfig } from '../config.ts';
import type { Input, Machine } from '../host.ts';
import { encodeMessage, longestMessage, type Message } from '../messages.ts';
import { type Rules, soundRules } from '../rules.ts';
import { announcementStatement, messageDigest } from '../statements.ts';
import { advance, end, fail, onLate, onListSigned } from './attempts.ts';
import { exclude } from './blame.ts';
import { checkEach } from './checks.ts';
import { acceptEntry, acceptRefusal, onBadEntry, onEntries, onMismatch, onRefusal } from './gather.ts';
import { acceptResponse, onBadEndorsement, onResponses } from './respond.ts';
import { askPastRelays, askSilent, remind, spreadAnnouncement } from './spread.ts';
import {
  type CoordinatorCommand,
  type CoordinatorOutput,
  type CoordinatorState,
  type Draft,
  type Item,
  indicesWhere,
  type Member,
  output,
  type Session,
  score,
  sign,
  touch,
} from './state.ts';

/**
 * The machine of one who has a message signed.
 *
 * 1. It announces the message down the tree, where its caller gave a payload, and gathers entries; the silent it contacts itself.
 * 2. It sends the list of the entries, signed, down the tree, and gathers responses with endorsements.
 * 3. The sum that holds is the signature. One that fails is opened response by response: who answered wrong is at fault if
 *    it said so itself, and is asked itself where another passed it on.
 * 4. Attempts after the first are stars over as few cosigners as the policy takes, of those that owe no response.
 *
 * A step computes the challenge of a list, one sum of two points for each key and entry, and one check of the result; with
 * edwards25519 in JavaScript some milliseconds for 100 cosigners. Single responses are checked only once a sum failed or an
 * attempt is late.
 *
 * @throws CosiError `out-of-range` for a configuration that cannot be
 */
export const createCoordinator = (
  config: CoordinatorConfig,
): Machine<CoordinatorState, CoordinatorCommand, CoordinatorOutput> => assembleCoordinator(config, soundRules);

/** {@link createCoordinator} with the rules as a parameter, for tests that break one. @throws CosiError `out-of-range` */
export const assembleCoordinator = (
  config: CoordinatorConfig,
  rules: Rules,
): Machine<CoordinatorState, CoordinatorCommand, CoordinatorOutput> => {
  checkConfig(config);
  const indices = new Map(config.peers.map((peer, index) => [peer, index]));
  return {
    init: () => ({ sessions: new Map(), scores: config.peers.map(() => 0), waiting: new Map(), nextId: 0 }),
    step(state, input) {
      const { scores, nextId } = state;
      const sessions = new Map(state.sessions);
      const waiting = new Map(state.waiting);
      const draft: Draft = {
        config,
        rules,
        sessions,
        touched: new Set(),
        changed: new Set(),
        scores,
        waiting,
        nextId,
        effects: [],
      };
      dispatch(draft, input, indices);
      return { state: { sessions, scores: draft.scores, waiting, nextId: draft.nextId }, effects: draft.effects };
    },
  };
};

const dispatch = (draft: Draft, input: Input<CoordinatorCommand>, indices: ReadonlyMap<string, number>): void => {
  switch (input.type) {
    case 'start':
      return;
    case 'message': {
      const from = indices.get(input.from);
      const { messageBytes, payloadBytes } = draft.config.limits;
      const longest = longestMessage(draft.config.peers.length, messageBytes, payloadBytes);
      if (from === undefined || input.bytes.length > longest) return;
      const message = draft.rules.decode(input.bytes);
      if (message !== undefined) onMessage(draft, from, message);
      return;
    }
    case 'timer':
      return onTimer(draft, input.id);
    case 'verified':
    case 'signed':
      return onAnswer(draft, input);
    case 'command':
      return onCommand(draft, input.value);
  }
};

const onMessage = (draft: Draft, from: number, { TAG, data }: Message): void => {
  const session = data.coordinator === draft.config.self ? touch(draft, bytesToHex(data.session)) : undefined;
  if (session === undefined || session.members[from]!.standing === 'excluded') return;
  if (TAG === 'entries') onEntries(draft, session, from, data.commitments);
  else if (TAG === 'responses') onResponses(draft, session, from, data);
  else if (TAG === 'mismatch') onMismatch(draft, session, from, data.attempt, data.commitment);
  else if (TAG === 'refusal') onRefusal(draft, session, from, data.reason, data.signature);
  advance(draft, session);
};

const onTimer = (draft: Draft, id: string): void => {
  const [timer, name = '', number = ''] = id.split('/');
  const session = touch(draft, name);
  if (session === undefined) return;
  const attempt = session.attempts[Number(number)];
  const again = (ms: number): void => {
    draft.effects.push({ type: 'setTimer', id, ms });
  };
  switch (timer) {
    case 'ask':
      askSilent(draft, session);
      again(draft.config.timeouts.ask);
      return advance(draft, session);
    case 'commit':
      session.commitOver = true;
      for (const index of indicesWhere(session, ({ standing, serial }) => standing === 'in' && serial < 0))
        score(draft, index, -1);
      return advance(draft, session);
    case 'remind':
      if (attempt !== undefined && remind(draft, session, attempt)) again(draft.config.timeouts.ask);
      return;
    case 'late':
      if (attempt !== undefined) onLate(draft, session, attempt);
      return advance(draft, session);
    case 'session':
      return fail(draft, session, 'timeout');
  }
};

const onAnswer = (draft: Draft, input: Extract<Input<never>, { type: 'verified' | 'signed' }>): void => {
  const waiting = draft.waiting.get(input.id);
  const session = waiting === undefined ? undefined : touch(draft, waiting.name);
  if (waiting === undefined || session === undefined) return;
  if (waiting.for === 'items' && input.type === 'verified') {
    draft.waiting.delete(input.id);
    onVerdict(draft, session, waiting.from, waiting.items, input.valid);
    return advance(draft, session);
  }
  if (input.type !== 'signed' || waiting.for === 'items') return;
  draft.waiting.delete(input.id);
  if (waiting.for === 'list') return onListSigned(draft, session, waiting.attempt, input.signature);
  if (input.signature.length !== 64) return;
  const { message, payload } = session;
  const data = { session: session.session, coordinator: draft.config.self, message, payload: payload! };
  session.announcement = encodeMessage({ TAG: 'announcement', data: { ...data, signature: input.signature } });
  spreadAnnouncement(draft, session);
};

/** The verdict on a batch; one that fails is asked about again, item by item. */
const onVerdict = (draft: Draft, session: Session, from: number, items: readonly Item[], valid: boolean): void => {
  if (!valid && items.length > 1) return checkEach(draft, session, from, items);
  for (const item of items) {
    if (item.of === 'entry') (valid ? acceptEntry : onBadEntry)(draft, session, from, item);
    else if (item.of === 'response')
      (valid ? acceptResponse : onBadEndorsement)(draft, session, from, item.attempt, item.response);
    else if (valid) acceptRefusal(draft, session, from, item);
    else exclude(draft, session, from, 'refusal');
  }
};

const onCommand = (draft: Draft, command: CoordinatorCommand): void => {
  const name = bytesToHex(command.session);
  const known = touch(draft, name);
  if (command.type === 'begin') {
    if (known === undefined) begin(draft, name, command);
    return;
  }
  if (known !== undefined) end(draft, known);
};

const begin = (draft: Draft, name: string, command: Extract<CoordinatorCommand, { type: 'begin' }>): void => {
  const { session, message, payload } = command;
  const { limits, timeouts, peers } = draft.config;
  const fits = message.length <= limits.messageBytes && (payload?.length ?? 0) <= limits.payloadBytes;
  if (session.length !== 32 || !fits || draft.sessions.size >= limits.sessions)
    return output(draft, { type: 'failed', session, reason: 'limits' });
  const begun: Session = {
    name,
    session,
    message,
    digest: messageDigest(message),
    payload,
    announcement: undefined,
    members: peers.map(
      (): Member => ({
        standing: 'in',
        entry: undefined,
        serial: -1,
        pending: undefined,
        lapsed: false,
        asked: -1,
        suspect: undefined,
        arrival: 0,
      }),
    ),
    attempts: [],
    commitOver: false,
    wanting: false,
    arrivals: 0,
    endorsements: new Map(),
  };
  draft.sessions.set(name, begun);
  draft.touched.add(name);
  const timers = { ask: timeouts.ask, commit: timeouts.commit, session: timeouts.session };
  for (const [id, ms] of Object.entries(timers)) draft.effects.push({ type: 'setTimer', id: `${id}/${name}`, ms });
  if (payload !== undefined)
    sign(draft, 'announcement', announcementStatement(session, message, payload), { for: 'announcement', name });
  askPastRelays(draft, begun);
  advance(draft, begun);
};
