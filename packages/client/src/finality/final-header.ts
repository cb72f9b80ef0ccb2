import type { FinalHeader, HeaderVerifier } from '@ios/atomix';
import { merkleRoot } from '@ios/crypto/merkle';
import { type BlockHeader, blockHash, decodeHeader, encodeHeader, HEADER_BYTES, headerMismatch } from '@ios/ledger';
import { equalBytes } from '@noble/curves/utils.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { type Claimed, claimOf, holds } from '../epochs/certified.ts';
import { strictly } from '../epochs/coders.ts';
import { decodeShardEntry, encodeShardEntry } from '../epochs/entry.ts';
import type { MicroState } from '../epochs/micro-state.ts';
import { NO_STEP_ENTRY, type TrustedNetwork, type TrustedShard } from './committee.ts';

/** A header as proofs between shards carry it. */
export interface DecodedHeader {
  readonly header: BlockHeader;
  /** Hash of the block, 32 bytes. */
  readonly hash: Uint8Array;
  /** What it says, if it is final; with the state root where it ends an epoch and shows how. */
  readonly final: FinalHeader;
}

/** Header (268) ‖ the entry of the micro state, where the block ends its epoch and its state is to be shown. */
export const encodeFinalHeader = ({
  header,
  microState,
}: {
  readonly header: BlockHeader;
  readonly microState?: MicroState;
}): Uint8Array =>
  concatBytes(
    encodeHeader(header),
    microState === undefined ? new Uint8Array(0) : encodeShardEntry({ kind: 'microState', microState }),
  );

/** Decodes it strictly, or undefined: the micro state is that of the header's epoch, and the only entry of its block. */
export function decodeFinalHeader(bytes: Uint8Array): DecodedHeader | undefined {
  const header = strictly(() => decodeHeader(bytes.slice(0, HEADER_BYTES)));
  if (header === undefined) return undefined;
  const { chain, shard, epoch, outboxRoot, entryRoot } = header;
  const hash = blockHash(header);
  const final = { chain, shard, epoch, outboxRoot };
  if (bytes.length === HEADER_BYTES) return { header, hash, final };
  const entry = bytes.slice(HEADER_BYTES);
  const decoded = decodeShardEntry(entry);
  if (decoded?.kind !== 'microState' || decoded.microState.epoch !== epoch) return undefined;
  if (!equalBytes(merkleRoot([entry]), entryRoot)) return undefined;
  return { header, hash, final: { ...final, stateRoot: decoded.microState.stateRoot } };
}

/** What a header is held against, without its signature: chain and committees. */
export interface CertifyingNetwork {
  /** Genesis hash, 32 bytes. */
  readonly chain: Uint8Array;
  /** By their numbers. */
  readonly shards: readonly Pick<TrustedShard, 'scope' | 'committee'>[];
}

/** A header, and what has to be verified for it to be final. */
export interface HeaderClaim extends Claimed {
  readonly final: FinalHeader;
}

/**
 * What has to hold for a header to be final, so that the signature can be verified elsewhere; undefined where it cannot be: it is
 * of another chain, of no shard of the network, or `certificate` (encoded) is not that of a quorum of this shard's committee.
 * @param bytes - as {@link encodeFinalHeader} makes them
 */
export function headerClaim(
  network: CertifyingNetwork,
  bytes: Uint8Array,
  certificate: Uint8Array,
): HeaderClaim | undefined {
  const decoded = decodeFinalHeader(bytes);
  const claim = decoded && blockClaim(network, decoded.header, decoded.hash, certificate);
  return claim && { ...claim, final: decoded.final };
}

/** The verifier of headers that proofs between shards ask for, by nothing but genesis. A signature takes some milliseconds. */
export const headerVerifier =
  (network: Pick<TrustedNetwork, 'chain' | 'shards'>): HeaderVerifier =>
  (bytes, certificate) => {
    const claim = headerClaim(network, bytes, certificate);
    return claim && holds(claim, network.shards[claim.final.shard]!) ? claim.final : undefined;
  };

/** What has to hold for the block of a header with this hash (32 bytes) to be final; undefined where it cannot be. */
export function blockClaim(
  { chain, shards }: CertifyingNetwork,
  header: BlockHeader,
  hash: Uint8Array,
  certificate: Uint8Array,
): Claimed | undefined {
  const shard = shards[header.shard];
  if (shard === undefined || headerMismatch(header, { chain, stepEntry: NO_STEP_ENTRY }) !== undefined)
    return undefined;
  // The committee is the same in every epoch, so that the header may name the epoch: what was signed binds it.
  const { epoch, height } = header;
  const decided = { instance: shard.scope.instance, epoch, height, digest: hash };
  return claimOf({ chain, committee: shard.committee }, decided, certificate);
}
