import { type Hasher, nobleHasher } from '@ios/crypto/merkle';
import { assertCanonical, type Delta } from './delta.ts';
import { encodeChanges } from './delta-codec.ts';
import { LedgerError } from './error.ts';
import { type TaggedHash, tagged } from './hash.ts';

const executionHash: TaggedHash = /* @__PURE__ */ tagged('execution');
const valueHash: TaggedHash = /* @__PURE__ */ tagged('value');

/** X(0), the execution digest before anything was executed: 32 zero bytes. */
export const INITIAL_EXECUTION_DIGEST: Uint8Array = /* @__PURE__ */ new Uint8Array(32);

/**
 * X(h) = taggedHash('ios/ledger/v1/execution', X(h-1), changes): the running hash of everything executed before height
 * h, 32 bytes. The changes are the delta of height h-1 (of genesis for h = 1), in a delta's encoding, each old value
 * replaced by taggedHash('ios/ledger/v1/value', old value). Replicas that diverge differ in the next header, without a
 * tree over the state for each block. Throws `out-of-range` if the delta is not canonical or X(h-1) is not 32 bytes.
 */
export function nextExecutionDigest(previous: Uint8Array, delta: Delta, hasher: Hasher = nobleHasher): Uint8Array {
  if (previous.length !== 32) throw new LedgerError('out-of-range', `digest: ${previous.length} bytes, 32 wanted`);
  assertCanonical(delta);
  const changes = delta.map((change) => ({ ...change, old: change.old && valueHash([change.old], hasher) }));
  return executionHash([previous, encodeChanges(changes)], hasher);
}
