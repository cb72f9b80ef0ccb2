import { equalBytes } from '@noble/curves/utils.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { treeOf } from '../config.ts';
import { equalEntries } from '../entry.ts';
import type { Message } from '../messages.ts';
import { encodeRespondRequest } from '../requests.ts';
import { messageDigest, refusalStatement } from '../statements.ts';
import { branchOf, parentOf } from '../tree.ts';
import { sendRefusal, showEntry } from './commit.ts';
import { passResponses } from './relay.ts';
import { type CheckedList, type CosignerSession, type Draft, sendTo, sign } from './state.ts';

type List = Extract<Message, { TAG: 'list' }>;

/** A list that the coordinator signed: pass it on, and answer it. */
export const onList = (draft: Draft, session: CosignerSession, checked: CheckedList): void => {
  if (checked.message.data.attempt === 0) {
    session.carried ??= checked.statement;
    forward(draft, session, checked);
  }
  if (session.role === 'refused') return sendRefusal(draft, session);
  if (session.role === 'open') answer(draft, session, checked.from, checked.statement, checked.message.data);
};

/** Whether this very list was answered already; then what was answered is sent again. */
export const answerAgain = (
  draft: Draft,
  session: CosignerSession,
  from: number,
  attempt: number,
  statement: Uint8Array,
): boolean => {
  const known = session.answers.get(attempt);
  if (known === undefined || !equalBytes(known.list, statement)) return false;
  known.direct ||= from === session.coordinator;
  if (known.direct) deliver(draft, session, attempt);
  return true;
};

/** Never in this session: the reason is signed, and what was committed is erased. */
export const refuse = (draft: Draft, session: CosignerSession, reason: Uint8Array): void => {
  session.role = 'refused';
  session.reason = reason;
  session.entry = undefined;
  session.answers.clear();
  sign(draft, 'erase', session.session);
  sign(draft, 'refusal', refusalStatement(session.session, reason), { for: 'refusal', key: session.key });
};

/** The key has answered: s, 32 bytes, or nothing where it refuses. */
export const onResponse = (draft: Draft, session: CosignerSession, attempt: number, s: Uint8Array): void => {
  const known = session.answers.get(attempt);
  if (known === undefined) return;
  if (s.length === 32) known.s = s;
  else session.answers.delete(attempt);
  deliver(draft, session, attempt);
};

/** The identity key has endorsed the message: 64 bytes. */
export const onEndorsed = (draft: Draft, session: CosignerSession, endorsement: Uint8Array): void => {
  session.endorsing = false;
  if (endorsement.length !== 64 || session.role !== 'open') return;
  session.endorsement = endorsement;
  for (const attempt of session.answers.keys()) deliver(draft, session, attempt);
};

/** Down the tree, to each child in whose subtree somebody has to answer. */
const forward = (draft: Draft, session: CosignerSession, { message, bytes }: CheckedList): void => {
  const { self, peers } = draft.config;
  if (session.expected !== undefined || session.coordinator === self) return;
  const tree = treeOf(draft.config, session.coordinator);
  const children = new Set<number>();
  session.expected = 0;
  for (const { index } of message.data.list) {
    const child = branchOf(tree, self, index);
    if (child !== undefined) children.add(child);
    if (child !== undefined || index === self) session.expected++;
  }
  for (const child of children) draft.effects.push({ type: 'send', to: peers[child]!, bytes });
  passResponses(draft, session, []);
};

const answer = (
  draft: Draft,
  session: CosignerSession,
  from: number,
  statement: Uint8Array,
  { attempt, digest, list }: List['data'],
): void => {
  if (!equalBytes(digest, messageDigest(session.message)))
    return refuse(draft, session, utf8ToBytes('opened for another message'));
  if (answerAgain(draft, session, from, attempt, statement)) return;
  const { keepsToEntry } = draft.rules;
  const mine = list.find(({ index }) => index === draft.config.self);
  if (mine === undefined) return showOutstanding(draft, session, attempt);
  if (keepsToEntry && (session.entry === undefined || !equalEntries(mine, session.entry)))
    return showEntry(draft, session, attempt);
  // The nonces are spent from here on, whether the key answers or not.
  if (keepsToEntry) session.entry = undefined;
  // What came down the tree goes up the tree; whom the coordinator calls past its relay answers past it.
  const above = parentOf(treeOf(draft.config, session.coordinator), draft.config.self);
  const carried = session.carried !== undefined && equalBytes(session.carried, statement);
  const direct = attempt > 0 || from !== above || !carried;
  session.answers.set(attempt, { list: statement, s: undefined, direct });
  const request = { session: session.session, attempt: session.serial, message: session.message, list };
  sign(draft, 'respond', encodeRespondRequest(request), { for: 'respond', key: session.key, attempt });
  if (session.endorsement !== undefined || session.endorsing) return;
  session.endorsing = true;
  sign(draft, 'endorsement', session.message, { for: 'endorsement', key: session.key });
};

/** A list without us costs no nonces; but if we have an entry that answered nothing, the coordinator should have it. */
const showOutstanding = (draft: Draft, session: CosignerSession, attempt: number): void => {
  if (session.entry !== undefined) showEntry(draft, session, attempt);
};

const deliver = (draft: Draft, own: CosignerSession, attempt: number): void => {
  const { session, coordinator, endorsement } = own;
  const known = own.answers.get(attempt);
  if (known?.s === undefined || endorsement === undefined) return;
  const responses = [{ index: draft.config.self, s: known.s, endorsement }];
  if (!known.direct) return passResponses(draft, own, responses);
  const data = { session, coordinator, attempt, statement: known.list, responses };
  sendTo(draft, coordinator, { TAG: 'responses', data });
};
