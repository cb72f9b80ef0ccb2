import { bytesToHex } from '@noble/hashes/utils.js';
import { equalBytes } from '../bytes.ts';
import { valueKey } from '../record.ts';
import type { Phase } from '../statements.ts';
import { contextOf, type Draft, emit, leaderOf, mayVote, persistRecord } from './draft.ts';

/** Records that this replica vouches for a value at its height: the bytes are durable before the vote is. */
export const vouch = (draft: Draft, digest: Uint8Array): readonly Uint8Array[] => {
  const { record, values } = draft.state;
  const hex = bytesToHex(digest);
  if (record.values.some((kept) => equalBytes(kept, digest))) return record.values;
  emit(draft, { type: 'persist', key: valueKey(hex), bytes: values.get(hex)! });
  return [...record.values, digest];
};

/**
 * Endorses `digest` in the current view: the vote is durable first, together with `lock` where one is taken, and a
 * second digest in the same slot is never endorsed. Asking again for the same digest only signs and sends again.
 */
export const endorse = (
  draft: Draft,
  phase: Phase,
  digest: Uint8Array,
  lock: Draft['state']['record']['lock'] = draft.state.record.lock,
): void => {
  const { state, config } = draft;
  if (!mayVote(draft)) return;
  const voted = state.record.votes[phase];
  if (voted !== undefined && !equalBytes(voted, digest)) return;
  if (voted === undefined) {
    const values = phase === 'prepare' ? vouch(draft, digest) : state.record.values;
    persistRecord(draft, { lock, values, votes: { ...state.record.votes, [phase]: digest } });
  }
  const slot = { height: state.height, view: state.record.view, phase };
  const leader = leaderOf(draft, state.proposal?.opening ?? []);
  // Whoever does not know who gathers leaves it to the others.
  if (leader < 0) return;
  emit(draft, {
    type: 'endorse',
    slot,
    digest,
    endorsed: config.rules.endorsedBytes(config.scope, contextOf(draft), slot, digest),
    leader,
  });
};
