import { bytesToHex } from '@noble/hashes/utils.js';
import type { Wanted } from '../messages.ts';
import { dealingMessage } from './dealings.ts';
import { ownShares } from './decrypt.ts';
import { heldOf } from './held.ts';
import { at, put } from './per-server.ts';
import { type Draft, type Run, sendTo } from './state.ts';

/** Whether a server may be sent one more message on its request: each as often as all dealings `limits.serves` times. */
const mayServe = ({ config }: Draft, run: Run, server: number): boolean => {
  const served = at(run.served, server) ?? 0;
  if (served >= config.limits.serves * config.roster.length) return false;
  run.served = put(run.served, server, served + 1);
  return true;
};

/** Sends the own dealing to the client of the session. */
export const serveDealing = (draft: Draft, run: Run, from: number): void => {
  if (run.own === undefined || from !== run.layout.session.client || !mayServe(draft, run, from)) return;
  sendTo(draft, from, dealingMessage(run, draft.config.self, run.own.bytes));
};

/** Sends dealings to whoever wants them, of those that are here. */
export const serveWanted = (draft: Draft, run: Run, from: number, wanted: readonly Wanted[]): void => {
  for (const one of wanted) {
    const held = heldOf(run, one);
    if (held === undefined || held.status === 'bad' || !mayServe(draft, run, from)) continue;
    sendTo(draft, from, dealingMessage(run, held.dealer, held.bytes));
  }
};

/** Sends the own shares of what is signed off. */
export const serveShares = (draft: Draft, run: Run, from: number, digest: Uint8Array): void => {
  if (!draft.rules.sharesWithAll && from !== run.layout.session.client) return;
  const message = ownShares(draft, run);
  if (message === undefined || run.decided?.digest !== bytesToHex(digest) || !mayServe(draft, run, from)) return;
  sendTo(draft, from, message);
};
