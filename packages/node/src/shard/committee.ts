import { type Committee, rotation, type Schedule } from '@ios/bft';
import { permutation } from '@ios/crypto/permutation';
import { bytesToHex } from '@noble/hashes/utils.js';

/** The only shard there is so far. */
export const SHARD = 0;

/** The epoch that never ends while there is no randomness beyond rnd(0). */
export const EPOCH = 0;

/** No step entry has replaced a member. */
export const NO_STEP_ENTRY: Uint8Array = new Uint8Array(32);

/** A committee of identity keys (32 bytes each) in the order of the roster, which is that of the keys. */
export const committeeOf = (identities: readonly Uint8Array[]): Committee =>
  identities.map((key) => ({ peer: bytesToHex(key), key }));

/** Leaders of a shard: permutation(rnd, shard)[(height + view) mod n] (whitepaper section 5). */
export const shardSchedule = (
  randomness: Uint8Array,
  members: number,
  { baseTimeoutMs, maxTimeoutMs }: { readonly baseTimeoutMs: number; readonly maxTimeoutMs: number },
): Schedule =>
  rotation({
    order: permutation(randomness, `ios/node/v1/leaders/${SHARD}`, members),
    baseTimeout: baseTimeoutMs,
    maxTimeout: maxTimeoutMs,
  });
