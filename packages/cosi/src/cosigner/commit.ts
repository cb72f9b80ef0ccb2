import type { Commitment } from '../messages.ts';
import { encodeCommitRequest } from '../requests.ts';
import { passEntries } from './relay.ts';
import { type CosignerSession, type Draft, sendTo, sign } from './state.ts';

/** Asks the cosigning key for the next entry, of this number at least; entries of a session are bounded in number. */
export const commit = (draft: Draft, session: CosignerSession, atLeast: number): void => {
  const serial = Math.max(atLeast, session.serial + 1);
  if (session.committing || serial >= draft.config.limits.entries) return;
  session.committing = true;
  session.entry = undefined;
  session.serial = serial;
  sign(draft, 'commit', encodeCommitRequest(session.session, serial), { for: 'commit', key: session.key, serial });
};

/** The key has committed: D ‖ E ‖ signature, 128 bytes. */
export const onCommitted = (draft: Draft, session: CosignerSession, serial: number, answer: Uint8Array): void => {
  session.committing = false;
  if (answer.length !== 128 || session.role !== 'open' || serial !== session.serial) return;
  const [D, E, signature] = [answer.slice(0, 32), answer.slice(32, 64), answer.slice(64)];
  session.entry = { index: draft.config.self, D, E, signature };
  const { shows } = session;
  session.shows = undefined;
  if (shows !== undefined) return showEntry(draft, session, shows);
  // The tree carries the first entries alone: later ones are asked for one by one.
  if (serial === 0) passEntries(draft, session, [commitmentOf(session)!]);
  if (session.direct || serial > 0) sendEntry(draft, session);
};

/** The coordinator asks for an entry itself. */
export const onAsk = (draft: Draft, session: CosignerSession, serial: number): void => {
  session.direct = true;
  if (session.role === 'refused') return sendRefusal(draft, session);
  if (session.role !== 'open') return;
  if (session.entry !== undefined && session.serial >= serial) return sendEntry(draft, session);
  commit(draft, session, serial);
};

/** Tells the coordinator that the list of an attempt does not have our entry, by showing it. */
export const showEntry = (draft: Draft, own: CosignerSession, attempt: number): void => {
  const commitment = commitmentOf(own);
  if (commitment === undefined) {
    own.shows = attempt;
    return commit(draft, own, 0);
  }
  const { session, coordinator } = own;
  sendTo(draft, coordinator, { TAG: 'mismatch', data: { session, coordinator, attempt, commitment } });
};

/** Sends our refusal to the coordinator, once it is signed. */
export const sendRefusal = (draft: Draft, { session, coordinator, reason, refusal }: CosignerSession): void => {
  if (reason === undefined || refusal === undefined) return;
  sendTo(draft, coordinator, { TAG: 'refusal', data: { session, coordinator, reason, signature: refusal } });
};

const commitmentOf = ({ entry, serial }: CosignerSession): Commitment | undefined =>
  entry === undefined ? undefined : { serial, entry };

const sendEntry = (draft: Draft, own: CosignerSession): void => {
  const { session, coordinator } = own;
  const commitment = commitmentOf(own);
  if (commitment === undefined) return;
  sendTo(draft, coordinator, { TAG: 'entries', data: { session, coordinator, commitments: [commitment] } });
};
