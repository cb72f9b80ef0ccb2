import { bytesToHex } from '@noble/hashes/utils.js';
import type { Decision } from '../application.ts';
import type { Certified } from '../messages.ts';
import { certificateStatement } from './claims.ts';
import { ask, broadcast, type Draft, emit, holdValue, learn, send, verify } from './draft.ts';
import { endorse } from './endorse.ts';
import { fetchValue } from './values.ts';
import { enterView } from './view.ts';

/** A peer's certificate for this height. */
export const onCertified = (draft: Draft, from: string, certified: Certified): void => {
  const { state } = draft;
  const { phase, certificate } = certified;
  if (state.stage === 'decided') return;
  if (
    phase === 'prepare' &&
    (certificate.view < state.record.view || state.certified?.certificate.view === certificate.view)
  )
    return;
  verify(draft, { kind: 'certified', from, certified }, () => certificateStatement(draft, certified));
};

/** A certificate of one's own gathering goes to all; then it counts here. */
export const onGathered = (draft: Draft, certified: Certified): void => {
  const { state } = draft;
  if (certified.height !== state.height || state.stage === 'decided') return;
  broadcast(draft, { TAG: 'certified', data: certified });
  acceptCertified(draft, certified);
};

/** A certificate that holds: `prepare` locks and is followed by the endorsement to commit; `commit` decides. */
export const acceptCertified = (draft: Draft, certified: Certified): void => {
  const { state, config } = draft;
  const { height, phase, digest, certificate } = certified;
  if (height !== state.height || state.stage === 'decided') return;
  if (phase === config.rules.finality) return decide(draft, digest, certificate);
  learn(draft, { digest, certificate });
  if (certificate.view < state.record.view) return;
  // A quorum endorsed in that view, so it is open, whether its proposal came here or not.
  if (certificate.view > state.record.view || state.stage === 'changing') enterView(draft, certificate.view);
  state.certified = certified;
  const lock = config.rules.locked(state.record.lock, { digest, certificate });
  endorse(draft, 'commit', digest, lock);
};

/** A final digest. Nothing is endorsed at this height any more; the value follows if it is not here. */
const decide = (draft: Draft, digest: Uint8Array, certificate: Certified['certificate']): void => {
  const { state } = draft;
  state.stage = 'decided';
  state.decision = { digest, certificate, handed: false };
  emit(draft, { type: 'clearTimer', id: 'view' });
  if (!state.values.has(bytesToHex(digest))) fetchValue(draft, digest, undefined);
};

/** Shows a peer that is at this height what decided it. */
export const showDecision = (draft: Draft, to: string): void => {
  const { config, state } = draft;
  const { digest, certificate } = state.decision!;
  send(draft, to, {
    TAG: 'certified',
    data: { height: state.height, phase: config.rules.finality, digest, certificate },
  });
};

/** Hands the decision to the application, once, when its value is here. */
export const handDecision = (draft: Draft): void => {
  const { state } = draft;
  const { decision } = state;
  if (decision === undefined || decision.handed) return;
  const value = state.values.get(bytesToHex(decision.digest));
  if (value === undefined) return;
  state.decision = { ...decision, handed: true };
  emit(draft, { type: 'clearTimer', id: 'fetch' });
  const { digest, certificate } = decision;
  ask(draft, { type: 'decide', height: state.height, digest, certificate, value });
};

/** A decision that a peer sent, certificate verified: taken with its value. */
export const acceptDecision = (draft: Draft, decision: Decision): void => {
  const { state } = draft;
  if (decision.height !== state.height) return;
  holdValue(draft, bytesToHex(decision.digest), decision.value);
  if (state.stage !== 'decided') decide(draft, decision.digest, decision.certificate);
};
