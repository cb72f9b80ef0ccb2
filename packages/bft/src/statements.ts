import * as P from 'micro-packed';
import { taggedHash } from './bytes.ts';
import type { HeightContext } from './committee.ts';

/** `prepare` locks a value, `commit` decides it; only a `commit` certificate is finality. */
export type Phase = 'prepare' | 'commit';

/** What one vote is about: at most one digest ever for each slot of a chain, instance and epoch. */
export interface Slot {
  readonly height: number;
  readonly view: number;
  readonly phase: Phase;
}

/** Which ledger and which of its BFT instances (`shard/0`, `beacon`, `record`) a statement belongs to. */
export interface Scope {
  /** Genesis hash, 32 bytes. */
  readonly chain: Uint8Array;
  readonly instance: string;
}

const scoped = P.struct({
  chain: P.bytes(32),
  instance: P.string(P.U16BE),
  epoch: P.U32BE,
  stepEntry: P.bytes(32),
  height: P.U32BE,
  view: P.U32BE,
});

const scopedBytes = (scope: Scope, context: HeightContext, height: number, view: number): Uint8Array =>
  scoped.encode({ ...scope, epoch: context.epoch, stepEntry: context.stepEntry, height, view });

/**
 * The 32 bytes that an endorsement signs: H(chain, instance, epoch, step entry, height, view, phase, digest).
 *
 * A verifier takes committee, instance and phase from its own context, never from the message (whitepaper section 8,
 * ByzCoin section 3.2: a prepare signature must not pass for a commit signature).
 */
export const endorsedBytes = (scope: Scope, context: HeightContext, slot: Slot, digest: Uint8Array): Uint8Array =>
  taggedHash(
    'endorsement',
    scopedBytes(scope, context, slot.height, slot.view),
    Uint8Array.of(slot.phase === 'prepare' ? 1 : 2),
    digest,
  );

/** The 32 bytes that a leader signs to propose `digest` (32 bytes) in a view. */
export const proposalBytes = (
  scope: Scope,
  context: HeightContext,
  height: number,
  view: number,
  digest: Uint8Array,
): Uint8Array => taggedHash('proposal', scopedBytes(scope, context, height, view), digest);

/** The 32 bytes that a member signs to move to a view; `body` is the encoded view-change without its signature. */
export const viewChangeBytes = (
  scope: Scope,
  context: HeightContext,
  height: number,
  view: number,
  body: Uint8Array,
): Uint8Array => taggedHash('view-change', scopedBytes(scope, context, height, view), body);
