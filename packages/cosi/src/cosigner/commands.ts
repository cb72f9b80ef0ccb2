import { equalBytes } from '@noble/curves/utils.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { commit } from './commit.ts';
import { refuse } from './respond.ts';
import { addSession, type CosignerCommand, type CosignerSession, type Draft, keyOf, sign, touch } from './state.ts';

/** How many closed sessions a cosigner remembers. */
const CLOSED_SESSIONS = 1024;

/** What the caller decides: to sign, not to, or nothing more. A session is opened or refused once, and closed for ever. */
export const onCommand = (draft: Draft, command: CosignerCommand): void => {
  const name = bytesToHex(command.session);
  if (command.session.length !== 32 || draft.closed.includes(name)) return;
  if (command.type === 'close') return close(draft, command.session);
  if (command.coordinator >= draft.config.peers.length) return;
  const known = [...draft.sessions.values()].find(
    ({ session, role }) => role !== 'relayed' && equalBytes(session, command.session),
  );
  if (command.type === 'open') {
    if (known === undefined && command.message.length <= draft.config.limits.messageBytes) open(draft, command);
    return;
  }
  if (command.reason.length > 256 || known?.role === 'refused') return;
  if (known !== undefined && known.coordinator !== command.coordinator) return;
  makeRoom(draft, known === undefined);
  refuse(draft, touch(draft, keyOf(command)) ?? addSession(draft, command, draft.config.self), command.reason);
};

const open = (draft: Draft, { session, coordinator, message }: CosignerCommand & { type: 'open' }): void => {
  const head = { session, coordinator };
  makeRoom(draft, true);
  const opened = touch(draft, keyOf(head)) ?? addSession(draft, head, draft.config.self);
  opened.role = 'open';
  opened.message = message;
  commit(draft, opened, 0);
};

/** Closes the oldest session that was opened or refused, if there are as many as there may be. */
const makeRoom = (draft: Draft, needed: boolean): void => {
  const own = [...draft.sessions.values()].filter(({ role }) => role !== 'relayed');
  if (!needed || own.length < draft.config.limits.sessions) return;
  const { session } = own[0]!;
  close(draft, session);
  draft.effects.push({ type: 'output', value: { type: 'closed', session } });
};

const close = (draft: Draft, session: Uint8Array): void => {
  draft.closed = [...draft.closed, bytesToHex(session)].slice(-CLOSED_SESSIONS);
  for (const known of [...draft.sessions.values()]) if (equalBytes(known.session, session)) forget(draft, known);
  sign(draft, 'erase', session);
};

/** Drops a session with everything that waits for it. */
export const forget = (draft: Draft, { key, entries, responses }: CosignerSession): void => {
  if (entries.timed && !entries.passed) draft.effects.push({ type: 'clearTimer', id: `entries/${key}` });
  if (responses.timed && !responses.passed) draft.effects.push({ type: 'clearTimer', id: `responses/${key}` });
  draft.sessions.delete(key);
  for (const [id, waiting] of draft.waiting) if ('key' in waiting && waiting.key === key) draft.waiting.delete(id);
};
