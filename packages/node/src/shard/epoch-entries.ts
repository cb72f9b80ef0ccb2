import type { Committee } from '@ios/bft';
import {
  type CertifiedValue,
  encodeShardEntry,
  type OutputClaim,
  outputClaim,
  type ShardEntry,
} from '@ios/client/epochs';
import type { Hasher } from '@ios/crypto/merkle';
import { closedBy, closing, type EpochPolicy, type EpochState, lastHeight, microStateEntry } from './epoch-state.ts';
import type { StateTree } from './state.ts';
import type { KnownBlock } from './values.ts';

/** Where the decided outputs of the beacon come from. */
export interface Outputs {
  /** The decided output for an epoch, as soon as this node holds it. */
  output(epoch: number): CertifiedValue | undefined;
}

/** What the entries of a block that speak of its epoch depend on. */
export interface EntryRules {
  readonly chain: Uint8Array;
  /** All validators: they decide the outputs of the beacon. */
  readonly roster: Committee;
  /** The seats of the shard's committee, in its order. */
  readonly seats: readonly number[];
  readonly epoch: EpochState;
  readonly tree: Pick<StateTree, 'root'>;
  readonly policy: EpochPolicy;
  readonly outputs: Outputs;
  readonly hasher: Hasher;
}

/** The entry of the block at this height that speaks of its epoch, if it has one; `isLast` says that it ends it. */
export const epochEntryAt = (
  { seats, epoch, tree, policy, outputs, hasher }: EntryRules,
  height: number,
): { readonly entry: ShardEntry | undefined; readonly isLast: boolean } => {
  if (height === lastHeight(epoch, policy))
    return { entry: microStateEntry(epoch, tree.root(), seats, hasher), isLast: true };
  const output = closing(epoch, policy, height).allowed ? outputs.output(epoch.epoch + 1) : undefined;
  return { entry: output && { kind: 'close', output }, isLast: false };
};

/**
 * Whether the entries of a block are those that its place allows: why not, or the claim that is still to be verified, if
 * there is one. The block that ends an epoch has the entry that follows and nothing else; in others `close` stands first.
 * Whether a proposer that leaves out a `close` that is due holds the output, nobody can know; who holds it itself refuses.
 */
export const checkEntries = (
  rules: EntryRules,
  { block, entries }: Pick<KnownBlock, 'block' | 'entries'>,
): { readonly refusal: string } | { readonly refusal?: undefined; readonly claim: OutputClaim | undefined } => {
  const { chain, roster, epoch, policy, outputs } = rules;
  const { height } = block.header;
  const { entry: wanted, isLast } = epochEntryAt(rules, height);
  if (isLast) {
    const isRight =
      block.entries.length === 1 &&
      block.transactions.length === 0 &&
      Buffer.compare(block.entries[0]!, encodeShardEntry(wanted!)) === 0;
    return isRight ? { claim: undefined } : { refusal: 'it does not end the epoch as the blocks before do' };
  }
  const output = closedBy(entries);
  const others = output === undefined ? entries : entries.slice(1);
  if (others.some(({ entry }) => entry.kind !== 'atomix')) return { refusal: 'it has an entry that it may not have' };
  const { allowed, due } = closing(epoch, policy, height);
  if (output === undefined)
    return due && outputs.output(epoch.epoch + 1) !== undefined
      ? { refusal: 'the end of the epoch is due' }
      : { claim: undefined };
  if (!allowed) return { refusal: 'it tells the epoch to end too early, or again' };
  const claim = outputClaim({ chain, committee: roster }, epoch.epoch + 1, output);
  return claim === undefined ? { refusal: 'it tells the epoch to end with no output of the beacon' } : { claim };
};
