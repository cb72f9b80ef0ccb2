import { equalBytes } from '@noble/curves/utils.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { checkConfig, type MachineConfig, treeOf } from '../config.ts';
import type { Input, Machine, SignatureClaim } from '../host.ts';
import { type Head, longestMessage, type Message } from '../messages.ts';
import { type Rules, soundRules } from '../rules.ts';
import { announcementStatement, listStatement } from '../statements.ts';
import { childrenOf, parentOf } from '../tree.ts';
import { forget, onCommand } from './commands.ts';
import { onAsk, onCommitted, sendRefusal } from './commit.ts';
import { mayPass, onRelayTimer, passEntries, passResponses } from './relay.ts';
import { answerAgain, onEndorsed, onList, onResponse } from './respond.ts';
import {
  addSession,
  type CosignerCommand,
  type CosignerOutput,
  type CosignerSession,
  type CosignerState,
  type CosignerWaiting,
  type Draft,
  keyOf,
  touch,
} from './state.ts';

/** How many announcements and lists of one peer are verified at a time. */
const VERIFYING_PER_PEER = 8;

/**
 * The machine of one who signs. It passes on for others whatever its place in the tree asks for; it signs only what it was
 * opened for.
 *
 * 1. Opened, it commits at once: its entry goes up the tree, together with those of its subtree.
 * 2. A list that the coordinator signed, and that has exactly the entry that it committed last, it answers once with its
 *    response and its endorsement; asked again, it sends the same again. Any other list it answers by showing its entry.
 * 3. Closed, it has the nonces erased and says nothing more.
 *
 * @throws CosiError `out-of-range` for a configuration that cannot be
 */
export const createCosigner = (config: MachineConfig): Machine<CosignerState, CosignerCommand, CosignerOutput> =>
  assembleCosigner(config, soundRules);

/** {@link createCosigner} with the rules as a parameter, for tests that break one. @throws CosiError `out-of-range` */
export const assembleCosigner = (
  config: MachineConfig,
  rules: Rules,
): Machine<CosignerState, CosignerCommand, CosignerOutput> => {
  checkConfig(config);
  const indices = new Map(config.peers.map((peer, index) => [peer, index]));
  return {
    init: () => ({ sessions: new Map(), closed: [], waiting: new Map(), liars: new Set(), nextId: 0 }),
    step(state, input) {
      const { closed, liars, nextId } = state;
      const sessions = new Map(state.sessions);
      const waiting = new Map(state.waiting);
      const draft: Draft = { config, rules, sessions, touched: new Set(), closed, waiting, liars, nextId, effects: [] };
      dispatch(draft, input, indices);
      const next = { sessions, closed: draft.closed, waiting, liars: draft.liars, nextId: draft.nextId };
      return { state: next, effects: draft.effects };
    },
  };
};

const dispatch = (draft: Draft, input: Input<CosignerCommand>, indices: ReadonlyMap<string, number>): void => {
  switch (input.type) {
    case 'start':
      return;
    case 'message': {
      const from = indices.get(input.from);
      const { messageBytes, payloadBytes } = draft.config.limits;
      const longest = longestMessage(draft.config.peers.length, messageBytes, payloadBytes);
      if (from === undefined || input.bytes.length > longest) return;
      const message = draft.rules.decode(input.bytes);
      if (message !== undefined) onMessage(draft, from, message, input.bytes);
      return;
    }
    case 'timer': {
      const [kind, ...key] = input.id.split('/');
      const session = touch(draft, key.join('/'));
      if (session !== undefined && (kind === 'entries' || kind === 'responses')) onRelayTimer(draft, session, kind);
      return;
    }
    case 'verified':
      return onVerified(draft, input.id, input.valid);
    case 'signed':
      return onSigned(draft, input.id, input.signature);
    case 'command':
      return onCommand(draft, input.value);
  }
};

const onMessage = (draft: Draft, from: number, message: Message, bytes: Uint8Array): void => {
  const { session, coordinator } = message.data;
  if (coordinator >= draft.config.peers.length || draft.closed.includes(bytesToHex(session))) return;
  const tree = treeOf(draft.config, coordinator);
  const fromAbove = from === coordinator || from === parentOf(tree, draft.config.self);
  switch (message.TAG) {
    case 'announcement':
      if (fromAbove) checkAnnouncement(draft, from, message, bytes);
      return;
    case 'ask': {
      const known = from === coordinator ? knownOr(draft, from, message.data) : undefined;
      if (known !== undefined) onAsk(draft, known, message.data.serial);
      return;
    }
    case 'list':
      if (from === coordinator || (fromAbove && message.data.attempt === 0)) checkList(draft, from, message, bytes);
      return;
    case 'entries': {
      const { commitments } = message.data;
      const fits = commitments.every(
        ({ serial, entry }) => serial === 0 && mayPass(draft, coordinator, from, entry.index),
      );
      const known = fits ? knownOr(draft, from, message.data) : undefined;
      if (known !== undefined) passEntries(draft, known, commitments);
      return;
    }
    case 'responses': {
      const { attempt, statement, responses } = message.data;
      const known = touch(draft, keyOf(message.data));
      const carried = known?.carried !== undefined && equalBytes(known.carried, statement);
      const fits = attempt === 0 && responses.every(({ index }) => mayPass(draft, coordinator, from, index));
      if (known !== undefined && carried && fits) passResponses(draft, known, responses);
      return;
    }
    default:
      return;
  }
};

/** The session of a message; one that is new is relayed for the peer that names it, whose oldest may have to go. */
const knownOr = (draft: Draft, from: number, head: Head): CosignerSession | undefined => {
  const known = touch(draft, keyOf(head));
  if (known !== undefined) return known;
  const { relayed } = draft.config.limits;
  if (relayed === 0) return undefined;
  const named = [...draft.sessions.values()].filter(({ role, by }) => role === 'relayed' && by === from);
  if (named.length >= relayed) forget(draft, named[0]!);
  return addSession(draft, head, from);
};

const checkAnnouncement = (
  draft: Draft,
  from: number,
  message: Message & { TAG: 'announcement' },
  bytes: Uint8Array,
): void => {
  const { limits } = draft.config;
  const { session, message: text, payload, signature, coordinator } = message.data;
  if (text.length > limits.messageBytes || payload.length > limits.payloadBytes) return;
  if (draft.sessions.get(keyOf(message.data))?.announced === true) return;
  const claim = claimOf(draft, coordinator, announcementStatement(session, text, payload), signature);
  verify(draft, from, claim, { for: 'announcement', from, message, bytes });
};

const checkList = (draft: Draft, from: number, message: Message & { TAG: 'list' }, bytes: Uint8Array): void => {
  const { session, coordinator, attempt, digest, list, signature } = message.data;
  const known = touch(draft, keyOf(message.data));
  // Whoever a list goes to, and through, has committed. Else a coordinator could have any bytes carried to everybody.
  if (known === undefined || known.role === 'relayed') return;
  const statement = listStatement(session, attempt, digest, list);
  if (answerAgain(draft, known, from, attempt, statement)) return;
  const claim = claimOf(draft, coordinator, statement, signature);
  verify(draft, from, claim, { for: 'list', from, statement, message, bytes });
};

const claimOf = (draft: Draft, signer: number, message: Uint8Array, signature: Uint8Array): SignatureClaim => ({
  publicKey: draft.config.roster.cosigners[signer]!.identity,
  message,
  signature,
});

/** Has a signature verified, unless its sender showed a false one before or has too many under way. */
const verify = (draft: Draft, from: number, claim: SignatureClaim, waiting: CosignerWaiting): void => {
  if (draft.liars.has(from)) return;
  let busy = 0;
  for (const other of draft.waiting.values()) if ('from' in other && other.from === from) busy++;
  if (busy >= VERIFYING_PER_PEER) return;
  const id = `verify/${draft.nextId++}`;
  draft.waiting.set(id, waiting);
  draft.effects.push({ type: 'verify', id, peer: draft.config.peers[from]!, statement: { signatures: [claim] } });
};

const onVerified = (draft: Draft, id: string, valid: boolean): void => {
  const waiting = draft.waiting.get(id);
  if (waiting === undefined || !('from' in waiting)) return;
  draft.waiting.delete(id);
  if (valid) return onChecked(draft, waiting);
  // Nobody honest signs wrong, or passes on what it did not verify; and a false signature costs the most to verify.
  draft.liars = new Set(draft.liars).add(waiting.from);
};

const onChecked = (draft: Draft, { from, ...checked }: Extract<CosignerWaiting, { from: number }>): void => {
  const { data } = checked.message;
  if (draft.closed.includes(bytesToHex(data.session))) return;
  const known = knownOr(draft, from, data);
  if (known === undefined) return;
  if (checked.for === 'list') return onList(draft, known, { from, ...checked });
  if (known.announced) return;
  known.announced = true;
  const { session, coordinator, message, payload } = checked.message.data;
  const { self, peers } = draft.config;
  // The coordinator sends to its children itself.
  if (coordinator !== self) {
    for (const child of childrenOf(treeOf(draft.config, coordinator), self))
      draft.effects.push({ type: 'send', to: peers[child]!, bytes: checked.bytes });
  }
  if (known.role !== 'relayed') return;
  draft.effects.push({ type: 'output', value: { type: 'announced', session, coordinator, message, payload } });
};

const onSigned = (draft: Draft, id: string, answer: Uint8Array): void => {
  const waiting = draft.waiting.get(id);
  if (waiting === undefined || !('key' in waiting)) return;
  draft.waiting.delete(id);
  const session = touch(draft, waiting.key);
  if (session === undefined) return;
  switch (waiting.for) {
    case 'commit':
      return onCommitted(draft, session, waiting.serial, answer);
    case 'respond':
      return onResponse(draft, session, waiting.attempt, answer);
    case 'endorsement':
      return onEndorsed(draft, session, answer);
    case 'refusal':
      session.refusal = answer.length === 64 ? answer : undefined;
      return sendRefusal(draft, session);
  }
};
