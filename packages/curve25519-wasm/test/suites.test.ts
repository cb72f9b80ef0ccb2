import { type BatchVerifier, type SignedMessage, verify } from '@ios/crypto/ed25519';
import type { Curve } from '@ios/crypto/edwards25519';
import type { Group } from '@ios/crypto/group';
import type { Hasher } from '@ios/crypto/merkle';
import { batchVerifierSuite, curveSuite, groupSuite, hasherSuite } from '@ios/crypto/testing';
import { describe, expect, test } from 'vitest';
import { createCurve25519, load } from '../src/index.ts';

const core = createCurve25519();
// The shapes are those of @ios/crypto: types are checked here, behaviour by its suites.
const group: Group = core.ristretto255;
const curve: Curve = core.edwards25519;
const verifier: BatchVerifier = core.batchVerifier;
const hasher: Hasher = core.hasher;

describe('the group', () => groupSuite(test, group));
describe('the curve', () => curveSuite(test, curve));
describe('the batch verifier', () => batchVerifierSuite(test, verifier));
describe('the hasher', () => hasherSuite(test, hasher));

describe('single verification as a batch verifier', () => {
  const single: BatchVerifier = {
    verify: (batch, freshBytes) =>
      verifier.verify([], freshBytes) &&
      batch.every(({ signature, message, publicKey }: SignedMessage) =>
        core.batchVerifier.verifyVartime(signature, message, publicKey),
      ),
  };
  batchVerifierSuite(test, single);
});

test('an instance that was loaded passes for one that was made at once', async () => {
  const other = (await load()).ristretto255;
  expect(other.base.equals(group.base)).toBe(true);
  expect(other.base.add(group.base).toBytes()).toEqual(group.base.multiply(2n).toBytes());
  expect(verify(new Uint8Array(64), new Uint8Array(0), new Uint8Array(32))).toBe(
    core.batchVerifier.verifyVartime(new Uint8Array(64), new Uint8Array(0), new Uint8Array(32)),
  );
});
