import { createHash } from 'node:crypto';
import {
  applyToTree,
  createAtomixOverlay,
  createHeldTables,
  cursorLeaves,
  type Entry,
  type Executed,
  executeEntry,
  type FinalHeader,
  type HeldTables,
  joinViews,
  type Leaf,
  outboxOf,
  outboxRoot,
  type Placement,
  type Rejected,
  type ShardContext,
  type Shown,
  stateKey,
  verifyEntry,
} from '@ios/atomix';
import { decodeFinalHeader, type HeaderClaim } from '@ios/client';
import { decodeShardEntry, encodeShardEntry } from '@ios/client/epochs';
import { createBucketTree } from '@ios/crypto/bucket-tree';
import { merkleRoot } from '@ios/crypto/merkle';
import {
  type BlockHeader,
  canonicalDelta,
  createUtxoSet,
  encodeBlock,
  encodeHeader,
  feeDelta,
  type StateEntry,
  type Transaction,
  transactionId,
  type UtxoSet,
} from '@ios/ledger';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { expect } from 'vitest';
import type { CarriedBlock, CarriedChain } from '../../src/carriage/chain.ts';
import type { ReadyEntry } from '../../src/carriage/ready.ts';
import { nodeHasher as hasher } from '../../src/hasher.ts';
import type { Step, StoredStep } from '../../src/shard/steps.ts';

export const bytes32 = (text: string): Uint8Array => new Uint8Array(createHash('sha256').update(text).digest());
export const CHAIN = bytes32('a chain');
const ZERO = new Uint8Array(32);

/** How shards certify is another test's subject: here whoever knows the word can, each validator in its own way. */
export const certify = (header: Uint8Array, seat: number): Uint8Array =>
  Uint8Array.from([seat, ...bytes32(`final ${seat} ${bytesToHex(header)}`)]);

/** What a header says; undefined where it is none. */
export const finalOf = (bytes: Uint8Array): FinalHeader | undefined => decodeFinalHeader(bytes)?.final;

export const claimOf = (header: Uint8Array, certificate: Uint8Array): HeaderClaim | undefined => {
  const final = finalOf(header);
  if (final === undefined || certificate.length !== 33) return undefined;
  return {
    final,
    certificate: { view: 0, mask: certificate.slice(0, 1), signature: certificate.slice() },
    endorsed: header.slice(),
    committee: [],
  };
};
export const claimHolds = ({ certificate, endorsed }: HeaderClaim): boolean =>
  Buffer.compare(certificate.signature, certify(endorsed, certificate.signature[0]!)) === 0;

/** The chain of one shard, which all its validators hold. */
export class ShardChain {
  readonly shard: number;
  readonly place: Placement;
  readonly lockFee: bigint;
  readonly utxos: UtxoSet;
  readonly held: HeldTables;
  readonly #tree = createBucketTree(hasher);
  readonly #blocks: {
    readonly bytes: Uint8Array;
    /** As a proof has it. */
    readonly header: Uint8Array;
    readonly outbox: readonly Uint8Array[];
  }[] = [];
  readonly #steps = new Map<string, StoredStep[]>();
  readonly #credits = new Map<string, number>();
  readonly #closings: number[] = [];
  readonly transactions = new Map<string, Transaction>();
  #ended: ReturnType<CarriedChain['ended']>;

  constructor(shard: number, place: Placement, lockFee: bigint, genesis: readonly StateEntry[]) {
    this.shard = shard;
    this.place = place;
    this.lockFee = lockFee;
    this.utxos = createUtxoSet(genesis);
    this.held = createHeldTables((owner) => place(owner) === shard);
    for (const { table, key, value } of genesis) applyToTree(this.#tree, [{ table, key, old: undefined, new: value }]);
  }

  get height(): number {
    return this.#blocks.length;
  }
  get epoch(): { readonly epoch: number } {
    return { epoch: this.#closings.length };
  }

  /** The chain as a validator holds it: with certificates of its own. */
  seenBy(seat: number): CarriedChain {
    const chain = this;
    return {
      get epoch() {
        return chain.epoch;
      },
      held: this.held,
      block: async (height) => {
        const found = this.#blocks[height - 1];
        if (found === undefined) return undefined;
        return { bytes: found.bytes, hash: ZERO, certificate: certify(found.header, seat) };
      },
      outbox: async (height) => this.#blocks[height - 1]?.outbox,
      steps: async (id) => this.#steps.get(bytesToHex(id)) ?? [],
      creditHeight: async (receiver, number) => this.#credits.get(`${receiver}/${number}`),
      ended: () => this.#ended,
      lastOf: async (epoch) => {
        const height = this.#closings[epoch];
        return height === undefined ? undefined : { height };
      },
    };
  }
  stepsOf(id: Uint8Array): readonly StoredStep[] {
    return this.#steps.get(bytesToHex(id)) ?? [];
  }

  /** A block of what fits. `wants` says whether a vote may be in it. */
  append(
    ready: Iterable<ReadyEntry>,
    pool: readonly Transaction[],
    wants: (leaf: Leaf) => boolean = () => true,
  ): CarriedBlock {
    const height = this.height + 1;
    const { shard, place, lockFee } = this;
    const context: ShardContext = { chain: CHAIN, epoch: this.epoch.epoch, shard, height, place, lockFee, hasher };
    const overlay = createAtomixOverlay(joinViews(this.utxos, this.held), (owner) => place(owner) === shard);
    const entries: Uint8Array[] = [];
    const transactions: Transaction[] = [];
    const ids: Uint8Array[] = [];
    const steps: Step[] = [];
    const leaves: Leaf[] = [];
    let fees = 0n;
    const done = ({ fee, leaves: made }: Executed): void => {
      fees += fee;
      leaves.push(...made);
    };
    for (const { bytes, verified } of ready) {
      if (entries.length === 200) break;
      const executed: Executed | Rejected = executeEntry(overlay, verified, context);
      if (!executed.valid) continue;
      expectVerifies(bytes, verified);
      done(executed);
      const kind = DECISIONS[verified.kind];
      if (kind !== undefined && 'id' in verified) steps.push({ kind, id: verified.id, height, index: entries.length });
      entries.push(bytes);
    }
    for (const transaction of pool) {
      const id = transactionId(transaction.body, hasher);
      const executed = executeEntry(overlay, { kind: 'transaction', body: transaction.body }, context);
      if (!executed.valid || !executed.leaves.every(wants)) continue;
      const [leaf] = executed.leaves;
      const kind = leaf?.type !== 'vote' ? 'included' : leaf.verdict === 'accept' ? 'accepted' : 'rejected';
      done(executed);
      steps.push({ kind, id, height, index: transactions.length });
      transactions.push(transaction);
      ids.push(id);
      this.transactions.set(bytesToHex(id), transaction);
    }
    const delta = canonicalDelta([...overlay.delta(), ...feeDelta(this.utxos, [], fees)]);
    const all = [...leaves, ...cursorLeaves(overlay)];
    this.utxos.apply(delta);
    this.held.apply(delta);
    applyToTree(this.#tree, delta);
    for (const leaf of all) if (leaf.type === 'credit') this.#credits.set(`${leaf.receiver}/${leaf.number}`, height);
    for (const step of steps) {
      const before = this.#steps.get(bytesToHex(step.id)) ?? [];
      this.#steps.set(bytesToHex(step.id), [...before, step]);
    }
    const outbox = outboxOf(all);
    const block = this.#push(transactions, entries, outbox);
    return { known: { block, ids }, delta, outbox, steps, epochEnded: false };
  }

  /** The block that ends the epoch. */
  close(): CarriedBlock {
    const epoch = this.epoch.epoch;
    const stateRoot = this.#tree.root();
    const root = merkleRoot([]);
    const microState = {
      epoch,
      first: (this.#closings.at(-1) ?? 0) + 1,
      before: [],
      headerRoot: root,
      transactionRoot: root,
      stateRoot,
      registryRoot: root,
      committee: [],
    };
    const entry = encodeShardEntry({ kind: 'microState', microState });
    const block = this.#push([], [entry], [], entry);
    const tree = createBucketTree(hasher);
    for (const { table, key, value } of [...this.utxos.entries(), ...this.held.entries()])
      tree.set(stateKey(table, key), value);
    expect(tree.root()).toEqual(stateRoot);
    this.#closings.push(this.height);
    this.#ended = { epoch, height: this.height, tree };
    return { known: { block, ids: [] }, delta: [], outbox: [], steps: [], epochEnded: true };
  }

  /** A restart: the state at the last end of an epoch is not at hand any more. */
  forgetEnded(): void {
    this.#ended = undefined;
  }

  #push(
    transactions: readonly Transaction[],
    entries: readonly Uint8Array[],
    outbox: readonly Uint8Array[],
    behind: Uint8Array = new Uint8Array(),
  ) {
    const header: BlockHeader = {
      chain: CHAIN,
      shard: this.shard,
      epoch: this.epoch.epoch,
      stepEntry: ZERO,
      height: this.height + 1,
      previous: ZERO,
      parentCertificate: ZERO,
      executionDigest: ZERO,
      transactionRoot: ZERO,
      entryRoot: merkleRoot(entries),
      outboxRoot: outboxRoot(outbox, hasher),
      proposer: 0,
    };
    const block = { header, certificate: new Uint8Array(), transactions: [...transactions], entries: [...entries] };
    this.#blocks.push({ bytes: encodeBlock(block), header: concatBytes(encodeHeader(header), behind), outbox });
    return block;
  }
}

const DECISIONS: Readonly<Partial<Record<Entry['kind'], Step['kind']>>> = {
  commit: 'committed',
  abort: 'aborted',
  release: 'released',
};

/** Whoever gets the block verifies its entries by themselves, and finds the same. */
function expectVerifies(bytes: Uint8Array, verified: ReadyEntry['verified']): void {
  const decoded = decodeShardEntry(bytes);
  if (decoded?.kind !== 'atomix') throw new Error('an entry of another kind');
  const verifyHeader = (header: Uint8Array, certificate: Uint8Array): FinalHeader | undefined => {
    const claim = claimOf(header, certificate);
    return claim && claimHolds(claim) ? claim.final : undefined;
  };
  const checked = verifyEntry(decoded.entry, { chain: CHAIN, verifyHeader, hasher });
  expect(checked).toEqual({ valid: true, entry: verified });
}

/** A proof that shows nothing, where what it is said to show is all that matters. */
export const noProof: Shown['proof'] = {
  form: 'outbox',
  header: new Uint8Array(),
  certificate: new Uint8Array(),
  size: 1,
  index: 0,
  leaves: [new Uint8Array(15)],
  path: [],
};
