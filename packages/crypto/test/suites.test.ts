import { createHash } from 'node:crypto';
import { invert } from '@noble/curves/abstract/modular.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { type BatchVerifier, nobleBatchVerifier, type SignedMessage, verify } from '../src/ed25519.ts';
import { type Curve, edwards25519, ORDER } from '../src/edwards25519.ts';
import { type Element, type Group, ristretto255 } from '../src/group.ts';
import { createHasher, type Hasher, nobleHasher } from '../src/merkle.ts';
import {
  batchVerifierSuite,
  curveSuite,
  groupSuite,
  hasherSuite,
  schnorrGroup62,
  type TestFunction,
  toyGroup,
} from '../src/testing.ts';
import { nodeAccepts } from './node-crypto.ts';

for (const group of [ristretto255, toyGroup, schnorrGroup62]) {
  describe(`the group ${group.name}`, () => groupSuite(test, group));
}

describe('edwards25519 over noble', () => curveSuite(test, edwards25519));

/** A native verifier may say yes; its no is asked again. */
const nodeBatchVerifier: BatchVerifier = {
  verify: (batch, freshBytes) => {
    const open = batch.filter((own) => !nodeAccepts(own));
    return nobleBatchVerifier.verify(open, freshBytes);
  },
};
describe('the batch verifier over noble', () => batchVerifierSuite(test, nobleBatchVerifier));
describe('a batch verifier over node:crypto, then noble', () => batchVerifierSuite(test, nodeBatchVerifier));

/** 1/8 modulo ℓ. */
const EIGHTH = invert(8n, ORDER);

const nodeHasher = createHasher((bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()));
describe('the hasher of noble', () => hasherSuite(test, nobleHasher));
describe('a hasher over node:crypto', () => hasherSuite(test, nodeHasher));

/** The first test of a suite that fails. */
const failure = (suite: (test: TestFunction) => void): string | undefined => {
  let failed: string | undefined;
  suite((name, run) => {
    if (failed !== undefined) return;
    try {
      run();
    } catch {
      failed = name;
    }
  });
  return failed;
};

/** Whether Σ ([S]B - R - [k]A) vanishes, without weights: what a batch verifier must not be. */
const sumOfEquations = (batch: readonly SignedMessage[], cofactor: boolean): boolean => {
  try {
    const terms = batch.map(({ publicKey, message, signature }) => {
      const R = ed25519.Point.fromBytes(signature.slice(0, 32), true);
      const A = ed25519.Point.fromBytes(publicKey, true);
      const k = bytesToNumberLE(sha512(concatBytes(signature.slice(0, 32), publicKey, message))) % ORDER;
      return ed25519.Point.BASE.multiplyUnsafe(bytesToNumberLE(signature.slice(32)))
        .subtract(R)
        .subtract(A.multiplyUnsafe(k));
    });
    const sum = terms.reduce((all, own) => all.add(own), ed25519.Point.ZERO);
    return (cofactor ? sum.clearCofactor() : sum).is0();
  } catch {
    return false;
  }
};

describe('the suites have teeth', () => {
  const leafless: Hasher = createHasher((bytes) => sha256(bytes[0] === 0 ? bytes.subarray(1) : bytes));
  const padding: Hasher = {
    sha256,
    merkleRoot: (leaves) => nobleHasher.merkleRoot(leaves.length % 2 === 1 ? [...leaves, ...leaves.slice(-1)] : leaves),
  };
  const scratch = new Uint8Array(32);
  const sharing: Hasher = createHasher((bytes) => {
    scratch.set(sha256(bytes));
    return scratch;
  });
  test.each(Object.entries({ leafless, padding, sharing }))('a hasher that is %s fails', (_, hasher) => {
    expect(failure((own) => hasherSuite(own, hasher))).toBeDefined();
  });

  const strict: BatchVerifier = { verify: (batch) => batch.every(nodeAccepts) };
  const anyLength: BatchVerifier = {
    verify: (batch) => batch.every((own) => verify(own.signature, own.message, own.publicKey)),
  };
  const firstOnly: BatchVerifier = { verify: (batch, fresh) => nobleBatchVerifier.verify(batch.slice(0, 2), fresh) };
  const unweighted: BatchVerifier = { verify: (batch) => sumOfEquations(batch, true) };
  const cofactorless: BatchVerifier = { verify: (batch) => sumOfEquations(batch, false) };
  const always: BatchVerifier = { verify: () => true };
  test.each(Object.entries({ strict, anyLength, firstOnly, unweighted, cofactorless, always }))(
    'a batch verifier that is %s fails',
    (_, verifier) => {
      expect(failure((own) => batchVerifierSuite(own, verifier))).toBeDefined();
    },
  );

  const broken = (change: Partial<Group>): Group => ({ ...toyGroup, ...change });
  const brokenGroups: Record<string, Group> = {
    lenient: broken({
      fromBytes: (bytes) => toyGroup.fromBytes(bytes[0] === 0 ? Uint8Array.of(1) : bytes),
    }),
    orderOffByOne: broken({ order: toyGroup.order + 1n }),
    unframed: {
      ...ristretto255,
      hashToElement: (tag, ...parts) => ristretto255.hashToElement(tag, concatBytes(...parts)),
    },
    constantHash: { ...ristretto255, hashToElement: () => ristretto255.base },
    forgetful: broken({
      multiScalarMultiply: (elements, scalars) =>
        toyGroup.multiScalarMultiply(elements.slice(0, 50), scalars.slice(0, 50)),
    }),
    unchecked: broken({
      multiScalarMultiply: (elements, scalars) =>
        toyGroup.multiScalarMultiply(
          elements,
          scalars.map((scalar): bigint => ((scalar % 23n) + 23n) % 23n),
        ),
    }),
    weakBase: broken({ base: toyGroup.identity as Element }),
  };
  test.each(Object.entries(brokenGroups))('a group that is %s fails', (_, group) => {
    expect(failure((own) => groupSuite(own, group))).toBeDefined();
  });
  test('and a group with nothing wrong does not', () => {
    expect(failure((own) => groupSuite(own, broken({})))).toBeUndefined();
  });

  const { fromBytes, multiScalarMultiply, mapToCurve, verify: zip215 } = edwards25519;
  const lenient = (bytes: Uint8Array) => {
    try {
      return ed25519.Point.fromBytes(bytes, true);
    } catch {
      return undefined;
    }
  };
  const brokenCurves: Record<string, Partial<Curve>> = {
    lenient: { fromBytes: lenient },
    choosy: {
      fromBytes: (bytes) => [fromBytes(bytes)].find((own) => own !== undefined && edwards25519.isPrimeOrder(own)),
    },
    orderless: { isPrimeOrder: (point) => !point.is0() },
    smallOrderOnly: { isPrimeOrder: (point) => !(point as typeof ed25519.Point.BASE).isSmallOrder() },
    'able to multiply by zero': { multiplyBase: (s) => multiScalarMultiply([edwards25519.base], [s]) },
    'clearing torsion': {
      multiScalarMultiply: (points, scalars) =>
        multiScalarMultiply(
          points.map((point) => multiScalarMultiply([multiScalarMultiply([point], [8n])], [EIGHTH])),
          scalars,
        ),
    },
    unchecked: {
      multiScalarMultiply: (points, scalars) =>
        multiScalarMultiply(
          points,
          scalars.map((s) => ((s % ORDER) + ORDER) % ORDER),
        ),
    },
    'mapping into the subgroup': { mapToCurve: (u) => multiScalarMultiply([mapToCurve(u)], [8n]) },
    'mapping anything': {
      mapToCurve: (u) =>
        mapToCurve(u.length === 32 ? numberToBytesLE(bytesToNumberLE(u) % ed25519.Point.Fp.ORDER, 32) : u),
    },
    'verifying by RFC 8032': {
      verify: (signature, message, publicKey) =>
        zip215(signature, message, publicKey) && ed25519.verify(signature, message, publicKey, { zip215: false }),
    },
    'throwing at lengths': {
      verify: (signature, message, publicKey) => ed25519.verify(signature, message, publicKey, { zip215: true }),
    },
  };
  test.each(Object.entries(brokenCurves))('a curve that is %s fails', (_, change) => {
    expect(failure((own) => curveSuite(own, { ...edwards25519, ...change }))).toBeDefined();
  });
});
