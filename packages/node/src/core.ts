import { type Curve, edwards25519, isValidKey } from '@ios/crypto/edwards25519';
import type { Hasher } from '@ios/crypto/merkle';
import { type Curve25519, createCurve25519 } from '@ios/curve25519-wasm';
import { fastestHasher, nodeHasher } from './hasher.ts';
import { knownBad, knownGood, knownKeys, knownNoKeys, unweighted } from './verifier/known-answers.ts';

/** The parts of the core that a node uses. */
export type CoreParts = Pick<Curve25519, 'batchVerifier' | 'edwards25519' | 'hasher'>;

/** The WebAssembly core, or why there is none to be used. */
export type OpenedCore = { readonly core: Curve25519 } | { readonly why: string };

/** A new core that gave the known answers; a stray engine must not decide for the network. */
export const openCore = (create: () => Curve25519 = createCurve25519): OpenedCore => {
  try {
    const core = create();
    return answersRight(core) ? { core } : { why: 'the WebAssembly core gives wrong answers on this machine' };
  } catch (cause) {
    return { why: cause instanceof Error ? cause.message : String(cause) };
  }
};

/** What the main thread of a node computes with: the core where there is one, else Node's hash and noble's curve. */
export const bestPrimitives = (opened: OpenedCore = openCore()): { readonly hasher: Hasher; readonly curve: Curve } =>
  'core' in opened
    ? { hasher: fastestHasher(opened.core.hasher), curve: opened.core.edwards25519 }
    : { hasher: nodeHasher, curve: edwards25519 };

/** Whether a core judges the known signatures right, one by one and in batches, and computes like others. */
export const answersRight = (core: CoreParts): boolean =>
  judgesRight(core) && addsRight(core.edwards25519) && hashesRight(core.hasher);

const judgesRight = ({ batchVerifier, edwards25519 }: CoreParts): boolean => {
  // The answers are known beforehand: nobody can have chosen them to suit these weights.
  const weights = new Uint8Array(32).fill(1);
  const holds = ({ signature, message, publicKey }: (typeof knownGood)[number]): boolean =>
    batchVerifier.verifyVartime(signature, message, publicKey);
  return (
    knownGood.every(holds) &&
    !knownBad.some(holds) &&
    batchVerifier.verify(knownGood, weights) &&
    knownBad.every((one) => !batchVerifier.verify([...knownGood, one], weights)) &&
    !batchVerifier.verify(unweighted, weights) &&
    knownKeys.every((key) => isValidKey(key, edwards25519)) &&
    !knownNoKeys.some((key) => isValidKey(key, edwards25519))
  );
};

/** Sums by other ways than multiplication, with torsion in one of the points. */
const addsRight = (curve: Curve25519['edwards25519']): boolean => {
  const { base, order } = curve;
  const [prime, mixed] = knownKeys.map((key) => curve.fromBytes(key)) as [typeof base, typeof base];
  const three = base.add(base).add(base);
  return (
    curve.multiplyBase(3n).equals(three) &&
    curve
      .multiplyBase(order - 3n)
      .add(three)
      .is0() &&
    curve.multiScalarMultiply([base, mixed], [3n, 2n]).equals(three.add(mixed).add(mixed)) &&
    curve.isPrimeOrder(prime) &&
    !curve.isPrimeOrder(mixed)
  );
};

const hashesRight = (hasher: Hasher): boolean => {
  const leaves = Array.from({ length: 11 }, (_, i) => new Uint8Array(i * 30).fill(i));
  return (
    Buffer.compare(hasher.merkleRoot(leaves), nodeHasher.merkleRoot(leaves)) === 0 &&
    Buffer.compare(hasher.merkleRoot([]), nodeHasher.merkleRoot([])) === 0
  );
};
