import type { Committee } from '@ios/bft';
import { type CertifiedValue, encodeShardEntry, type OutputClaim, outputClaim } from '@ios/client/epochs';
import type { Hasher } from '@ios/crypto/merkle';
import type { Block } from '@ios/ledger';
import { closedBy, closing, type EpochPolicy, type EpochState, lastHeight, microStateEntry } from './epoch-state.ts';

/** Where the decided outputs of the beacon come from. */
export interface Outputs {
  /** The decided output for an epoch, as soon as this node holds it. */
  output(epoch: number): CertifiedValue | undefined;
}

/** What the entries of a block depend on. */
export interface EntryRules {
  readonly chain: Uint8Array;
  readonly committee: Committee;
  readonly epoch: EpochState;
  readonly policy: EpochPolicy;
  readonly outputs: Outputs;
  readonly hasher: Hasher;
}

/** The entries of the block that is proposed at this height; `isLast` says that it ends its epoch. */
export const entriesAt = (
  { committee, epoch, policy, outputs, hasher }: EntryRules,
  height: number,
): { readonly entries: readonly Uint8Array[]; readonly isLast: boolean } => {
  if (height === lastHeight(epoch, policy))
    return { entries: [microStateEntry(epoch, committee.length, hasher)], isLast: true };
  const output = closing(epoch, policy, height).allowed ? outputs.output(epoch.epoch + 1) : undefined;
  return { entries: output === undefined ? [] : [encodeShardEntry({ kind: 'close', output })], isLast: false };
};

/**
 * Whether the entries of a block are those that its place allows: why not, or the claim that is still to be verified, if
 * there is one. Whether a proposer that leaves out a `close` that is due holds the output, nobody can know; who holds it
 * itself refuses.
 */
export const checkEntries = (
  rules: EntryRules,
  { header: { height }, entries, transactions }: Block,
): { readonly refusal: string } | { readonly refusal?: undefined; readonly claim: OutputClaim | undefined } => {
  const { chain, committee, epoch, policy, outputs, hasher } = rules;
  if (height === lastHeight(epoch, policy)) {
    const wanted = microStateEntry(epoch, committee.length, hasher);
    const isRight = entries.length === 1 && Buffer.compare(entries[0]!, wanted) === 0 && transactions.length === 0;
    return isRight ? { claim: undefined } : { refusal: 'it does not end the epoch as the blocks before do' };
  }
  const { allowed, due } = closing(epoch, policy, height);
  if (entries.length === 0)
    return due && outputs.output(epoch.epoch + 1) !== undefined
      ? { refusal: 'the end of the epoch is due' }
      : { claim: undefined };
  const output = entries.length === 1 ? closedBy(entries) : undefined;
  if (output === undefined) return { refusal: 'it has an entry that it may not have' };
  if (!allowed) return { refusal: 'it tells the epoch to end too early, or again' };
  const claim = outputClaim({ chain, committee }, epoch.epoch + 1, output);
  return claim === undefined ? { refusal: 'it tells the epoch to end with no output of the beacon' } : { claim };
};
