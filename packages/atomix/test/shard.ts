import { type BucketTree, createBucketTree } from '@ios/crypto/bucket-tree';
import {
  canonicalDelta,
  createUtxoSet,
  type Delta,
  decodeHeader,
  encodeHeader,
  feeDelta,
  HEADER_BYTES,
  type StateEntry,
  type UtxoSet,
  undo,
} from '@ios/ledger';
import { expect } from 'vitest';
import {
  applyToTree,
  type CertifiedHeader,
  CURSOR_TABLE,
  createAtomixOverlay,
  createHeldTables,
  cursorLeaves,
  decodeEntry,
  decodeLeaf,
  type Entry,
  type EntryContext,
  type Evidence,
  encodeEntry,
  encodeQueueKey,
  encodeShard,
  executeEntries,
  executeEntry,
  type FinalHeader,
  HELD_TABLE,
  type HeldTables,
  joinViews,
  type Leaf,
  outboxOf,
  outboxProver,
  outboxRoot,
  type Placement,
  proveState,
  QUEUE_TABLE,
  type ShardContext,
  type ShardProof,
  type Shown,
  type VerifiedEntry,
  verifyEntry,
  verifyShardProof,
} from '../src/index.ts';
import { bytes32, chain } from './model/scenario.ts';

/** Who certifies is the caller's business: here a header is final if its certificate is a hash of it. */
const certificateOf = (header: Uint8Array): Uint8Array => bytes32(`final ${Buffer.from(header).toString('hex')}`);

/** A header as a node could send it: the ledger's, and behind it the state root of one that ends an epoch. */
export const certify = (final: FinalHeader, height: number): CertifiedHeader => {
  const zero = new Uint8Array(32);
  const header = encodeHeader({
    chain: final.chain,
    shard: final.shard,
    epoch: final.epoch,
    stepEntry: zero,
    height,
    previous: zero,
    parentCertificate: zero,
    executionDigest: zero,
    transactionRoot: zero,
    entryRoot: zero,
    outboxRoot: final.outboxRoot,
    proposer: 0,
  });
  const whole = Uint8Array.from([...header, ...(final.stateRoot ?? [])]);
  return { header: whole, certificate: certificateOf(whole) };
};

export const verifyHeader = (header: Uint8Array, certificate: Uint8Array): FinalHeader | undefined => {
  if (Buffer.compare(certificate, certificateOf(header)) !== 0) return undefined;
  const { chain, shard, epoch, outboxRoot } = decodeHeader(header.subarray(0, HEADER_BYTES));
  const stateRoot = header.subarray(HEADER_BYTES);
  return { chain, shard, epoch, outboxRoot, ...(stateRoot.length === 32 && { stateRoot }) };
};

/** Signatures are another test's subject. */
export const entryContext: EntryContext = { chain, verifyHeader, verifyClaim: () => true, isValidOwner: () => true };

/** One shard that makes blocks alone: its tables, its state tree, and every proof that it has ever given. */
export class Shard {
  readonly number: number;
  readonly place: Placement;
  readonly lockFee: bigint;
  readonly utxos: UtxoSet;
  readonly held: HeldTables;
  readonly tree: BucketTree = createBucketTree();
  readonly shown: Shown[] = [];
  epoch = 1;
  height = 0;

  constructor(number: number, place: Placement, lockFee: bigint, genesis: readonly StateEntry[]) {
    this.number = number;
    this.place = place;
    this.lockFee = lockFee;
    this.utxos = createUtxoSet(genesis);
    this.held = createHeldTables((owner) => place(owner) === number);
    for (const { table, key, value } of genesis) applyToTree(this.tree, [{ table, key, old: undefined, new: value }]);
  }

  entries(): StateEntry[] {
    return [...this.utxos.entries(), ...this.held.entries()];
  }

  /** A block of those of the entries that fit, one after another; what it shows goes to `shown`. Returns how many fitted. */
  block(candidates: readonly Entry[]): { readonly fitted: readonly Entry[]; readonly leaves: readonly Leaf[] } {
    this.height++;
    const { number: shard, epoch, height, place, lockFee } = this;
    const context: ShardContext = { chain, epoch, shard, height, place, lockFee };
    const view = joinViews(this.utxos, this.held);
    const overlay = createAtomixOverlay(view, (owner) => place(owner) === shard);
    const fitted: Entry[] = [];
    const verified: VerifiedEntry[] = [];
    const leaves: Leaf[] = [];
    for (const candidate of candidates) {
      const bytes = encodeEntry(candidate);
      const entry = decodeEntry(bytes);
      expect(encodeEntry(entry)).toEqual(bytes);
      const checked = verifyEntry(entry, entryContext);
      if (!checked.valid) throw new Error(checked.rejection.code);
      const executed = executeEntry(overlay, checked.entry, context);
      if (!executed.valid) continue;
      fitted.push(entry);
      verified.push(checked.entry);
      leaves.push(...executed.leaves);
    }
    const execution = executeEntries(view, verified, context);
    if (!execution.valid) throw new Error(`entry ${execution.index}: ${execution.rejection.code}`);
    expect(execution.delta).toEqual(overlay.delta());
    expect(execution.leaves).toEqual([...leaves, ...cursorLeaves(overlay)]);
    this.#apply(canonicalDelta([...execution.delta, ...feeDelta(this.utxos, [], execution.fees)]));
    this.#showOutbox(outboxOf(execution.leaves));
    return { fitted, leaves: execution.leaves };
  }

  /** The epoch ends: what of the state others may want to see goes to `shown`. */
  close(ids: readonly Uint8Array[]): void {
    this.height++;
    const { number: shard, epoch, height } = this;
    const final = { chain, shard, epoch, outboxRoot: outboxRoot([]), stateRoot: this.tree.root() };
    const header = certify(final, height);
    const show = (table: number, key: Uint8Array): void =>
      this.#show({ ...header, ...proveState(this.tree, table, key) });
    for (const id of ids) show(HELD_TABLE, id);
    for (let other = 0; other < 16; other++) {
      const { first, end } = this.held.span(other);
      for (let number = first; number < end; number++) show(QUEUE_TABLE, encodeQueueKey(other, number));
      if (this.held.cursor(other).next > 0n) show(CURSOR_TABLE, encodeShard(other));
    }
    this.epoch++;
  }

  #showOutbox(outbox: readonly Uint8Array[]): void {
    const final = { chain, shard: this.number, epoch: this.epoch, outboxRoot: outboxRoot(outbox) };
    const header = certify(final, this.height);
    const prove = outboxProver(outbox);
    const kinds = outbox.map((leaf) => decodeLeaf(leaf));
    outbox.forEach((_, index) => {
      for (let count = 1; index + count <= outbox.length && count <= 4; count++) {
        const [first, ...rest] = kinds.slice(index, index + count);
        const isRun = rest.every(
          (leaf) => leaf.type === 'credit' && first!.type === 'credit' && leaf.receiver === first!.receiver,
        );
        if (isRun) this.#show({ form: 'outbox', ...header, ...prove(index, count) });
      }
    });
  }

  #show(proof: ShardProof): void {
    const evidence: Evidence | undefined = verifyShardProof(proof, entryContext);
    if (evidence === undefined) throw new Error('a proof of an honest shard does not verify');
    this.shown.push({ proof, evidence });
  }

  /** Forward, back and forward again: the undo of a delta restores every table and the tree. */
  #apply(delta: Delta): void {
    const before = this.entries();
    const root = this.tree.root();
    const to = (changes: Delta): void => {
      this.utxos.apply(changes);
      this.held.apply(changes);
      applyToTree(this.tree, changes);
    };
    to(delta);
    to(undo(delta));
    expect(this.entries()).toEqual(before);
    expect(this.tree.root()).toEqual(root);
    to(delta);
  }
}
