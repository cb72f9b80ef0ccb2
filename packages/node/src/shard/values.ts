import { type Evidence, type VerifiedEntry, verifyShardProof } from '@ios/atomix';
import { decodeFinalHeader } from '@ios/client';
import { decodeShardEntry, type ShardEntry } from '@ios/client/epochs';
import type { Hasher } from '@ios/crypto/merkle';
import { type Block, type BoundBlock, bindBlock, encodeBlock, LedgerError, transactionId } from '@ios/ledger';
import type { CarriedEntry, ReadyEntry } from '../carriage/ready.ts';

/** An entry of a block, decoded. */
export interface KnownEntry {
  readonly entry: ShardEntry;
  /** What its proofs show, if their headers are final: what the machine of atomix acts on. Of other entries nothing. */
  readonly verified: VerifiedEntry | undefined;
}

/** A block in all its forms. */
export interface KnownBlock extends BoundBlock {
  readonly bytes: Uint8Array;
  /** Ids of its transactions, in order. */
  readonly ids: readonly Uint8Array[];
  readonly entries: readonly KnownEntry[];
}

/** Decodes each value once: the engine asks for its digest, the application for its contents. */
export interface Values {
  /**
   * The block that these bytes are, or undefined where they are none, its header does not bind its contents, or an entry is
   * none or shows nothing.
   */
  decode(value: Uint8Array): KnownBlock | undefined;
  /** Registers a block of one's own making. */
  encode(block: Block, hash: Uint8Array, ids: readonly Uint8Array[], entries: readonly KnownEntry[]): KnownBlock;
}

/**
 * An empty memory of blocks of a chain (32 bytes); it keeps none alive.
 * @param ready - entries that could stand in a block, made here of proofs that were verified here: those of a block that are
 * the same, byte for byte, are not decoded, nor their proofs verified, again
 */
export const createValues = (
  chain: Uint8Array,
  hasher: Hasher,
  ready: () => Iterable<ReadyEntry> = () => [],
): Values => {
  const known = new WeakMap<Uint8Array, KnownBlock | 'none'>();
  const names = new WeakMap<ReadyEntry, string>();
  const nameOf = (encoded: Uint8Array): string => Buffer.from(hasher.sha256(encoded)).toString('latin1');

  /** What is ready, by the hash of its bytes, each hashed once. */
  const readyByName = (): ReadonlyMap<string, ReadyEntry> => {
    const found = new Map<string, ReadyEntry>();
    for (const made of ready()) {
      const name = names.get(made) ?? nameOf(made.bytes);
      names.set(made, name);
      found.set(name, made);
    }
    return found;
  };

  const entriesOf = (encoded: readonly Uint8Array[]): KnownEntry[] | undefined => {
    if (encoded.length === 0) return [];
    const before = readyByName();
    const entries: KnownEntry[] = [];
    for (const bytes of encoded) {
      const made = before.size === 0 ? undefined : before.get(nameOf(bytes));
      const entry = made === undefined ? parseEntry(bytes, chain, hasher) : knownEntry(made);
      if (entry === undefined) return undefined;
      entries.push(entry);
    }
    return entries;
  };

  const parse = (bytes: Uint8Array): KnownBlock | undefined => {
    const bound = bindBlock(bytes, hasher);
    const entries = entriesOf(bound.block.entries);
    if (entries === undefined) return undefined;
    return { ...bound, bytes, ids: bound.block.transactions.map(({ body }) => transactionId(body, hasher)), entries };
  };

  const decode = (bytes: Uint8Array): KnownBlock | undefined => {
    const before = known.get(bytes);
    if (before !== undefined) return before === 'none' ? undefined : before;
    try {
      const block = parse(bytes);
      known.set(bytes, block ?? 'none');
      return block;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      known.set(bytes, 'none');
      return undefined;
    }
  };

  return {
    decode,
    encode(block, hash, ids, entries) {
      const bytes = encodeBlock(block);
      const made = { block, hash, bytes, ids, entries };
      known.set(bytes, made);
      return made;
    },
  };
};

const knownEntry = ({ entry, verified }: ReadyEntry): KnownEntry => ({ entry: { kind: 'atomix', entry }, verified });

/** An entry of a block; undefined where the bytes are none, or show nothing. */
const parseEntry = (bytes: Uint8Array, chain: Uint8Array, hasher: Hasher): KnownEntry | undefined => {
  const entry = decodeShardEntry(bytes);
  if (entry?.kind !== 'atomix') return entry && { entry, verified: undefined };
  const verified = shownBy(entry.entry, chain, hasher);
  return verified && { entry, verified };
};

/** What an entry's proofs show if their headers are final, which is not looked at here; undefined where one shows nothing. */
const shownBy = (entry: CarriedEntry, chain: Uint8Array, hasher: Hasher): VerifiedEntry | undefined => {
  const context = { chain, hasher, verifyHeader: (header: Uint8Array) => decodeFinalHeader(header)?.final };
  const evidence: Evidence[] = [];
  for (const proof of entry.proofs) {
    const piece = verifyShardProof(proof, context);
    if (piece === undefined) return undefined;
    evidence.push(piece);
  }
  return 'id' in entry ? { kind: entry.kind, id: entry.id, evidence } : { kind: entry.kind, evidence };
};
