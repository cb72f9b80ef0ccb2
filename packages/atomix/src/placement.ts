import { taggedHash } from '@ios/crypto/transcript';
import { AtomixError } from './error.ts';

/** The most shards: their numbers are u16. */
export const MAX_SHARDS = 65_536;

/** The shard (u16) in which the outputs of an owner (32 bytes) live. */
export type Placement = (owner: Uint8Array) => number;

/**
 * The placement over `shards` shards (1..65536) of equal ranges: with h the first four bytes of
 * taggedHash('ios/atomix/v1/placement', owner) as an integer, shard floor(h * shards / 2^32). All coins of one owner are
 * together, and doubling the shards splits each in two. Throws `out-of-range`.
 */
export function placementOver(shards: number): Placement {
  if (!Number.isInteger(shards) || shards < 1 || shards > MAX_SHARDS) {
    throw new AtomixError('out-of-range', `${shards} shards, 1..${MAX_SHARDS} wanted`);
  }
  if (shards === 1) return () => 0;
  return (owner) => {
    const hash = taggedHash('ios/atomix/v1/placement', owner);
    const first = ((hash[0]! << 24) | (hash[1]! << 16) | (hash[2]! << 8) | hash[3]!) >>> 0;
    return Math.floor((first * shards) / 0x1_0000_0000);
  };
}
