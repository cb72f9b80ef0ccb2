import { createHash } from 'node:crypto';
import { describe, test } from 'vitest';
import { nobleBatchVerifier } from '../src/ed25519.ts';
import { ristretto255 } from '../src/group.ts';
import { type Hasher, merkleRoot, nobleHasher } from '../src/merkle.ts';
import { batchVerifierSuite, groupSuite, hasherSuite, schnorrGroup62, toyGroup } from '../src/testing.ts';

for (const group of [ristretto255, toyGroup, schnorrGroup62]) {
  describe(`the group ${group.name}`, () => groupSuite(test, group));
}
describe('the batch verifier over noble', () => batchVerifierSuite(test, nobleBatchVerifier));
describe('the hasher of noble', () => hasherSuite(test, nobleHasher));
