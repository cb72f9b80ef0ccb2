import type { Committee } from '@ios/bft';
import type { DrpOutput } from '@ios/drp';
import { bytesToHex } from '@noble/hashes/utils.js';
import { type BeaconMessage, encodeBeaconMessage } from './messages.ts';
import { createQuestions } from './questions.ts';
import { sessionAt } from './sessions.ts';
import type { Standing } from './standing.ts';

/** Announcements are heard up to so many views ahead: a member may not have heard of the view-changes yet. */
const VIEWS_AHEAD = 3;

/** What even heights are about: dealings, and the selection among them that the leader proposes. */
export interface Selecting {
  /** Leads a view: asks all for dealings, and resolves with the selection; pends where none comes about. */
  propose(view: number): Promise<Uint8Array>;
  /** Why a selection is refused, undefined where every dealing in it holds; pends until that is known. */
  check(selection: Uint8Array, view: number, proposer: number): Promise<string | undefined>;
  /** A peer says that it leads. */
  onLeads(from: string, message: Extract<BeaconMessage, { kind: 'leads' }>): void;
  onRun(output: DrpOutput): void;
  /** The height was decided. */
  end(): void;
}

/** @param send - to a peer, in the channel of the runs */
export const createSelecting = (
  now: Standing,
  committee: Committee,
  member: number,
  send: (peer: string, bytes: Uint8Array) => void,
): Selecting => {
  /** Selections of sessions that this node leads, by session in hex. */
  const selections = new Map<string, Uint8Array>();
  const questions = createQuestions();
  const checks = new Map<string, (valid: boolean) => void>();
  /** The view for which this node last asked for dealings, at this height. */
  let leading: number | undefined;

  /** Asks all for dealings to the session that this node leads. */
  const announce = (): void => {
    const { epoch, attempt } = now.position;
    if (leading === undefined || leading !== now.view) return;
    const bytes = encodeBeaconMessage({ kind: 'leads', epoch, attempt, view: leading });
    for (const { peer } of committee) if (peer !== committee[member]?.peer) send(peer, bytes);
  };

  return {
    propose(view) {
      const { making, position } = now;
      if (making === undefined) return new Promise<never>(() => {});
      const session = sessionAt(position, view, member);
      leading = view;
      making.runs.open(session);
      announce();
      return questions.when(() => selections.get(bytesToHex(making.sessions.idOf(session))));
    },
    async check(selection, view, proposer) {
      const { making, position } = now;
      if (making === undefined) return 'this node takes no part';
      const session = sessionAt(position, view, proposer);
      if (!making.sessions.isOf(session, selection)) return 'it is a selection of another session';
      const valid = new Promise<boolean>((resolve) => checks.set(bytesToHex(selection), resolve));
      making.runs.check(session, selection);
      return (await valid) ? undefined : 'a selected dealing does not hold';
    },
    onLeads(from, message) {
      const { making, position } = now;
      const client = committee.findIndex(({ peer }) => peer === from);
      if (making === undefined || client < 0 || position.withheld.includes(client)) return;
      if (message.attempt !== position.attempt || position.selection !== undefined || !now.mayBegin) return;
      // A view that is over needs no dealing, and of views to come a few are believed.
      if (message.view < now.view || message.view > now.view + VIEWS_AHEAD) return;
      making.runs.open(sessionAt(position, message.view, client));
    },
    onRun(output) {
      if (output.type === 'selection') {
        selections.set(bytesToHex(output.id), output.selection);
        questions.ask();
      } else if (output.type === 'checked') {
        const name = bytesToHex(output.selection);
        checks.get(name)?.(output.valid);
        checks.delete(name);
      } else if (output.type === 'waiting' && output.phase === 'deal') announce();
    },
    end() {
      selections.clear();
      questions.drop();
      checks.clear();
      leading = undefined;
    },
  };
};
