import {
  type ClaimVerifier,
  checkOwners,
  checkWitnesses,
  decodeTransaction,
  encodeTransaction,
  type Transaction,
} from '@ios/ledger';
import * as P from 'micro-packed';
import { AtomixError } from './error.ts';
import type { Evidence } from './evidence.ts';
import type { VerifiedEntry } from './execute.ts';
import { type Rejected, rejected } from './rejection.ts';
import { type ShardProof, shardProofWire } from './shard-proof.ts';
import { strictDecode, strictEncode } from './tables.ts';
import { type ProofContext, verifyShardProof } from './verify.ts';

/** What a block of a shard contains: transactions, and what is done about those that several shards have a part in. */
export type Entry =
  /** Spends in the only shard of its inputs, or votes. */
  | { readonly kind: 'transaction'; readonly transaction: Transaction }
  /** Decides a pending transaction (id, 32 bytes), or drops a committed one: a proof for each other voter, ascending, or one of one of them. */
  | { readonly kind: 'commit' | 'abort' | 'release'; readonly id: Uint8Array; readonly proofs: readonly ShardProof[] }
  /** Applies a run of credits, or drops the part of a queue that was applied: one proof. */
  | { readonly kind: 'credits' | 'trim'; readonly proofs: readonly ShardProof[] };

/** Bytes of the longest entry, 4 MiB: no block of the ledger is longer. */
export const MAX_ENTRY_BYTES: number = 4 * 1024 * 1024;

const transaction: P.CoderType<Transaction> = /* @__PURE__ */ P.apply(P.bytes(P.U32BE), {
  encode: decodeTransaction,
  decode: encodeTransaction,
});
const proofs = /* @__PURE__ */ P.array(P.U8, shardProofWire) as unknown as P.CoderType<readonly ShardProof[]>;
const decision = /* @__PURE__ */ P.struct({ id: P.bytes(32), proofs });
const single = /* @__PURE__ */ P.struct({ proofs });

const kinds = ['transaction', 'commit', 'abort', 'release', 'credits', 'trim'] as const;

/**
 * Tag u8, then 0 transaction: (u32 length); 1 commit, 2 abort, 3 release: id 32, proofs (u8 number); 4 credits, 5 trim:
 * proofs (u8 number).
 */
const entryWire: P.CoderType<Entry> = /* @__PURE__ */ P.apply(
  P.tag(P.U8, {
    0: P.struct({ transaction }),
    1: decision,
    2: decision,
    3: decision,
    4: single,
    5: single,
  }),
  {
    encode: ({ TAG, data }) => ({ kind: kinds[TAG], ...data }) as Entry,
    decode: (entry: Entry) => ({ TAG: kinds.indexOf(entry.kind), data: entry }) as never,
  },
);

/** The one encoding of an entry; throws `out-of-range` for what has none or is longer than 4 MiB. */
export function encodeEntry(entry: Entry): Uint8Array {
  const bytes = strictEncode(entryWire, entry, 'entry');
  if (bytes.length > MAX_ENTRY_BYTES) throw new AtomixError('out-of-range', `an entry of ${bytes.length} bytes`);
  return bytes;
}

/** The entry that `bytes` encode; throws `malformed` for what `encodeEntry` never makes. */
export function decodeEntry(bytes: Uint8Array): Entry {
  if (bytes.length > MAX_ENTRY_BYTES) throw new AtomixError('malformed', `an entry of ${bytes.length} bytes`);
  return strictDecode(entryWire, bytes, 'entry');
}

/** What the checks that cost need: headers of other shards, signatures, keys. Each has a place for a faster one or a cache. */
export interface EntryContext extends ProofContext {
  /** Whether a signature holds; noble's ZIP215 by default. */
  readonly verifyClaim?: ClaimVerifier;
  /** Whether a key may own an output; a point decompression by default. */
  readonly isValidOwner?: (owner: Uint8Array) => boolean;
}

/**
 * The checks of an entry that cost: every witness and every owner of a transaction, in each of its voters (else one could
 * kill it by showing it with a bad signature, and output shards, which have no vote, would have to refuse); every proof.
 */
export function verifyEntry(entry: Entry, context: EntryContext): { valid: true; entry: VerifiedEntry } | Rejected {
  if (entry.kind === 'transaction') {
    const { transaction } = entry;
    const problem =
      checkOwners(transaction.body.outputs, context.isValidOwner) ??
      checkWitnesses(transaction, context.verifyClaim, context.hasher);
    return problem ?? { valid: true, entry: { kind: 'transaction', body: transaction.body } };
  }
  const evidence: Evidence[] = [];
  for (const [index, proof] of entry.proofs.entries()) {
    const piece = verifyShardProof(proof, context);
    if (piece === undefined) return rejected({ code: 'bad-proof', index });
    evidence.push(piece);
  }
  return {
    valid: true,
    entry: 'id' in entry ? { kind: entry.kind, id: entry.id, evidence } : { kind: entry.kind, evidence },
  };
}
