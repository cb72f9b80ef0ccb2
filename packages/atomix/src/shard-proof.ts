import { type BucketProof, type BucketTree, bucketProofCoder } from '@ios/crypto/bucket-tree';
import type { Delta } from '@ios/ledger';
import * as P from 'micro-packed';
import { AtomixError } from './error.ts';
import { MIN_LEAF_BYTES } from './leaf.ts';
import type { OutboxRun } from './outbox.ts';
import { strictDecode, strictEncode } from './tables.ts';

/** What stands behind every proof: a header of a shard, and the certificate that it is final; opaque here. */
export interface CertifiedHeader {
  /** 0..65535 bytes. */
  readonly header: Uint8Array;
  /** 0..65535 bytes. */
  readonly certificate: Uint8Array;
}

/** Leaves of an outbox under a final header. */
export interface OutboxProof extends CertifiedHeader, OutboxRun {
  readonly form: 'outbox';
}

/** An entry that is, or is not, in the state under the state root of a final header that ends an epoch. */
export interface StateProof extends CertifiedHeader {
  readonly form: 'state';
  /** Table (u8) and key (0..254 bytes) of the entry. */
  readonly table: number;
  readonly key: Uint8Array;
  /** Its value (0..65535 bytes), or `undefined` where there is none. */
  readonly value: Uint8Array | undefined;
  readonly proof: BucketProof;
}

/** A proof of what one shard says to others. */
export type ShardProof = OutboxProof | StateProof;

/** Bytes of the longest proof. */
export const MAX_PROOF_BYTES: number = 1024 * 1024;
/** The most leaves in one run. */
export const MAX_RUN = 4096;

const certified = { header: /* @__PURE__ */ P.bytes(P.U16BE), certificate: /* @__PURE__ */ P.bytes(P.U16BE) };

const leaves: P.CoderType<readonly Uint8Array[]> = /* @__PURE__ */ P.validate(
  P.array(
    P.U16BE,
    P.validate(P.bytes(P.U8), (leaf) => {
      if (leaf.length < MIN_LEAF_BYTES) throw new Error('a leaf that is too short');
      return leaf;
    }),
  ) as unknown as P.CoderType<readonly Uint8Array[]>,
  (leaves) => {
    if (leaves.length < 1 || leaves.length > MAX_RUN) throw new Error(`a run of ${leaves.length} leaves`);
    return leaves;
  },
);

const path = /* @__PURE__ */ P.array(P.U8, P.bytes(32)) as unknown as P.CoderType<readonly Uint8Array[]>;

/**
 * Tag u8, header (u16 length), certificate (u16 length), then 0 outbox: size u32, index u32, leaves (u16 number, each u8
 * length), siblings (u8 number) 32 each; 1 state: table u8, key (u8 length), value (flag u8; u16 length), proof of
 * crypto's bucket tree.
 */
export const shardProofWire: P.CoderType<ShardProof> = /* @__PURE__ */ P.apply(
  P.tag(P.U8, {
    0: P.struct({ ...certified, size: P.U32BE, index: P.U32BE, leaves, path }),
    1: P.struct({
      ...certified,
      table: P.U8,
      key: P.bytes(P.U8),
      value: P.optional(P.bool, P.bytes(P.U16BE)),
      proof: bucketProofCoder,
    }),
  }),
  {
    encode: (tagged): ShardProof =>
      tagged.TAG === 0
        ? { form: 'outbox', ...tagged.data }
        : { form: 'state', ...tagged.data, value: tagged.data.value },
    decode: (proof: ShardProof) =>
      proof.form === 'outbox' ? { TAG: 0 as const, data: proof } : { TAG: 1 as const, data: proof },
  },
);

/** The one encoding of a proof; throws `out-of-range` for what has none or is longer than 1 MiB. */
export function encodeShardProof(proof: ShardProof): Uint8Array {
  const bytes = strictEncode(shardProofWire, proof, 'proof');
  if (bytes.length > MAX_PROOF_BYTES) throw new AtomixError('out-of-range', `a proof of ${bytes.length} bytes`);
  return bytes;
}

/** The proof that `bytes` encode; throws `malformed` for what `encodeShardProof` never makes. */
export function decodeShardProof(bytes: Uint8Array): ShardProof {
  if (bytes.length > MAX_PROOF_BYTES) throw new AtomixError('malformed', `a proof of ${bytes.length} bytes`);
  return strictDecode(shardProofWire, bytes, 'proof');
}

/** The key of an entry in a shard's state tree: table u8 ‖ key. */
export function stateKey(table: number, key: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + key.length);
  bytes[0] = table;
  bytes.set(key, 1);
  return bytes;
}

/** Brings a shard's state tree, over the entries of all its tables, up to date with a delta. */
export function applyToTree(tree: BucketTree, delta: Delta): void {
  for (const change of delta) tree.set(stateKey(change.table, change.key), change.new);
}

/** What a state tree, or a snapshot of one, says about one entry, without a header. */
export function proveState(
  tree: Pick<BucketTree, 'get' | 'prove'>,
  table: number,
  key: Uint8Array,
): Omit<StateProof, keyof CertifiedHeader> {
  const whole = stateKey(table, key);
  return { form: 'state', table, key, value: tree.get(whole), proof: tree.prove(whole) };
}
