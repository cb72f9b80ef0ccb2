import { utf8ToBytes } from '@noble/hashes/utils.js';
import { putU32, taggedHash } from './bytes.ts';
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
  /** At most 255 bytes of UTF-8. */
  readonly instance: string;
}

const hashEndorsement = /* @__PURE__ */ taggedHash('endorsement');
const hashProposal = /* @__PURE__ */ taggedHash('proposal');
const hashViewChange = /* @__PURE__ */ taggedHash('view-change');
const hashScope = /* @__PURE__ */ taggedHash('scope');

const PHASE = /* @__PURE__ */ (() => ({ prepare: Uint8Array.of(1), commit: Uint8Array.of(2) }))();

/** What all statements of a height begin with, kept while the height's context lives. */
const prefixes: WeakMap<HeightContext, { readonly scope: Scope; readonly bytes: Uint8Array }> =
  /* @__PURE__ */ new WeakMap();

/** Chain 32, instance (u16 length, text), epoch u32, step entry 32, and room for height u32 and view u32. */
const prefixOf = (scope: Scope, context: HeightContext): Uint8Array => {
  const kept = prefixes.get(context);
  if (kept?.scope === scope) return kept.bytes;
  const instance = utf8ToBytes(scope.instance);
  const bytes = new Uint8Array(78 + instance.length);
  bytes.set(scope.chain, 0);
  bytes[32] = instance.length >>> 8;
  bytes[33] = instance.length;
  bytes.set(instance, 34);
  putU32(bytes, 34 + instance.length, context.epoch);
  bytes.set(context.stepEntry, 38 + instance.length);
  prefixes.set(context, { scope, bytes });
  return bytes;
};

const scopedBytes = (scope: Scope, context: HeightContext, height: number, view: number): Uint8Array => {
  const bytes = prefixOf(scope, context).slice();
  putU32(bytes, bytes.length - 8, height);
  putU32(bytes, bytes.length - 4, view);
  return bytes;
};

/**
 * The 32 bytes that an endorsement signs: H(chain, instance, epoch, step entry, height, view, phase, digest).
 *
 * A verifier takes committee, instance and phase from its own context, never from the message (whitepaper section 8,
 * ByzCoin section 3.2: a prepare signature must not pass for a commit signature).
 */
export const endorsedBytes = (scope: Scope, context: HeightContext, slot: Slot, digest: Uint8Array): Uint8Array =>
  hashEndorsement(scopedBytes(scope, context, slot.height, slot.view), PHASE[slot.phase], digest);

/** The 32 bytes that a leader signs to propose `digest` (32 bytes) in a view. */
export const proposalBytes = (
  scope: Scope,
  context: HeightContext,
  height: number,
  view: number,
  digest: Uint8Array,
): Uint8Array => hashProposal(scopedBytes(scope, context, height, view), digest);

/** The 32 bytes that a member signs to move to a view; `body` is the encoded view-change without its signature. */
export const viewChangeBytes = (
  scope: Scope,
  context: HeightContext,
  height: number,
  view: number,
  body: Uint8Array,
): Uint8Array => hashViewChange(scopedBytes(scope, context, height, view), body);

/** H(chain, instance), 32 bytes: what a durable vote record is held against. */
export const scopeHash = ({ chain, instance }: Scope): Uint8Array => hashScope(chain, utf8ToBytes(instance));
