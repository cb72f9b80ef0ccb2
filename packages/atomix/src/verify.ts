import { verifyBucketProof } from '@ios/crypto/bucket-tree';
import { type Hasher, runRoot } from '@ios/crypto/merkle';
import { sameBytes } from './bytes.ts';
import { AtomixError } from './error.ts';
import type { Evidence } from './evidence.ts';
import { decodeLeaf, type Leaf } from './leaf.ts';
import { outboxCommitment } from './outbox.ts';
import { MAX_RUN, type OutboxProof, type ShardProof, type StateProof, stateKey } from './shard-proof.ts';
import {
  CURSOR_TABLE,
  decodeCredit,
  decodeCursor,
  decodeQueueKey,
  decodeRecord,
  decodeShard,
  HELD_TABLE,
  QUEUE_TABLE,
} from './tables.ts';

/** What a header that is final says. */
export interface FinalHeader {
  /** Hash of genesis (32 bytes). */
  readonly chain: Uint8Array;
  /** Number of the shard (u16). */
  readonly shard: number;
  /** Epoch (u32); of a header with a state root, the epoch that it ends. */
  readonly epoch: number;
  /** As `outboxRoot` makes it (32 bytes). */
  readonly outboxRoot: Uint8Array;
  /**
   * Root of the state tree when the epoch ended (32 bytes), in headers that end one: over all tables, after the last entry
   * of the epoch.
   */
  readonly stateRoot?: Uint8Array;
}

/**
 * What a header says, if its certificate shows that it is final: the commit phase, by a quorum of the committee that the
 * verifier itself has for that shard and epoch. `undefined` if it does not. Never throws on a prover's bytes.
 */
export type HeaderVerifier = (header: Uint8Array, certificate: Uint8Array) => FinalHeader | undefined;

/** What a verifier of proofs brings along. */
export interface ProofContext {
  /** Hash of genesis (32 bytes). */
  readonly chain: Uint8Array;
  readonly verifyHeader: HeaderVerifier;
  readonly hasher?: Hasher;
}

/**
 * What a proof shows, or `undefined` if it shows nothing: its header is not final or not of this chain, its path leads
 * elsewhere, or what it proves is no evidence. Never throws on a prover's bytes.
 */
export function verifyShardProof(proof: ShardProof, context: ProofContext): Evidence | undefined {
  const header = context.verifyHeader(proof.header, proof.certificate);
  if (header === undefined || !sameBytes(header.chain, context.chain)) return undefined;
  return orUndefined(() =>
    proof.form === 'outbox' ? outboxEvidence(proof, header, context) : stateEvidence(proof, header, context),
  );
}

function outboxEvidence(proof: OutboxProof, header: FinalHeader, { hasher }: ProofContext): Evidence | undefined {
  if (proof.leaves.length > MAX_RUN) return undefined;
  const root = runRoot({ ...proof, proof: proof.path }, hasher);
  if (root === undefined || !sameBytes(outboxCommitment(proof.size, root), header.outboxRoot)) return undefined;
  const leaves = proof.leaves.map(decodeLeaf);
  const first = leaves[0]!;
  const { shard } = header;
  if (first.type === 'credit') return creditRun(shard, first, leaves.slice(1));
  if (leaves.length > 1) return undefined;
  switch (first.type) {
    case 'vote':
      return { type: 'vote', shard, id: first.id, verdict: first.verdict };
    case 'commit':
    case 'release':
      return { type: first.type, shard, id: first.id };
    case 'cursor':
      return { type: 'cursor', shard, carrier: first.carrier, next: first.next };
  }
}

type CreditLeaf = Extract<Leaf, { readonly type: 'credit' }>;

/** Credits of one receiver by ascending numbers without a gap. */
function creditRun(shard: number, first: CreditLeaf, rest: readonly Leaf[]): Evidence | undefined {
  const { receiver, number } = first;
  const credits = [first.credit];
  for (const [i, leaf] of rest.entries()) {
    if (leaf.type !== 'credit' || leaf.receiver !== receiver || leaf.number !== number + BigInt(i + 1))
      return undefined;
    credits.push(leaf.credit);
  }
  return { type: 'credits', shard, receiver, first: number, credits };
}

function stateEvidence(proof: StateProof, header: FinalHeader, { hasher }: ProofContext): Evidence | undefined {
  const { stateRoot: root, shard, epoch } = header;
  const { table, key, value } = proof;
  if (root === undefined) return undefined;
  if (!verifyBucketProof({ key: stateKey(table, key), value, proof: proof.proof, root }, hasher)) return undefined;
  if (table === HELD_TABLE && key.length === 32) {
    if (value === undefined) return { type: 'absent', shard, epoch, id: key };
    return { type: 'held', shard, epoch, id: key, status: decodeRecord(value).status };
  }
  if (value === undefined) return undefined;
  if (table === QUEUE_TABLE) {
    const { receiver, number } = decodeQueueKey(key);
    return { type: 'credits', shard, receiver, first: number, credits: [decodeCredit(value)] };
  }
  if (table === CURSOR_TABLE)
    return { type: 'cursor', shard, carrier: decodeShard(key), next: decodeCursor(value).next };
  return undefined;
}

/** Bytes that a lying shard has put under its roots are no evidence, and no error either. */
function orUndefined<Value>(act: () => Value | undefined): Value | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof AtomixError) return undefined;
    throw error;
  }
}
