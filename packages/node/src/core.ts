import { type Curve, edwards25519, isValidKey } from '@ios/crypto/edwards25519';
import { ristretto255 } from '@ios/crypto/group';
import type { KeyGroups } from '@ios/crypto/keys';
import type { Hasher } from '@ios/crypto/merkle';
import { type Curve25519, createCurve25519 } from '@ios/curve25519-wasm';
import { bytesToHex } from '@noble/hashes/utils.js';
import { fastestHasher, nodeHasher } from './hasher.ts';
import { knownBad, knownGood, knownKeys, knownNoKeys, unweighted } from './verifier/known-answers.ts';

/** The parts of the core that a node uses. */
export type CoreParts = Pick<Curve25519, 'batchVerifier' | 'edwards25519' | 'ristretto255' | 'hasher'>;

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

/** What the main thread of a node computes with. */
export interface Primitives {
  readonly hasher: Hasher;
  readonly curve: Curve;
  /** That curve, and the group of the share keys. */
  readonly groups: KeyGroups;
}

/** The core's where there is one, else Node's hash and noble's curves. */
export const bestPrimitives = (opened: OpenedCore = openCore()): Primitives => {
  const { hasher, ...groups } = 'core' in opened ? opened.core : { hasher: undefined, edwards25519, ristretto255 };
  return {
    hasher: hasher === undefined ? nodeHasher : fastestHasher(hasher),
    curve: groups.edwards25519,
    groups: { edwards25519: groups.edwards25519, ristretto255: groups.ristretto255 },
  };
};

let best: Primitives | undefined;

/** {@link bestPrimitives}, found once in a thread: compiling and asking the core takes some milliseconds. */
export const primitives = (): Primitives => {
  best ??= bestPrimitives();
  return best;
};

/** Whether a core judges the known signatures right, one by one and in batches, and computes like others. */
export const answersRight = (core: CoreParts): boolean =>
  judgesRight(core) && addsRight(core.edwards25519) && encodesRight(core.ristretto255) && hashesRight(core.hasher);

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

/** 3 B by two ways, and the encodings of B and of 2 B (RFC 9496, appendix A.1). */
const encodesRight = ({ base, fromBytes, multiScalarMultiply }: Curve25519['ristretto255']): boolean =>
  bytesToHex(base.toBytes()) === 'e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76' &&
  bytesToHex(base.add(base).toBytes()) === '6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919' &&
  multiScalarMultiply([base, fromBytes(base.toBytes())], [1n, 2n]).equals(base.multiply(3n));

const hashesRight = (hasher: Hasher): boolean => {
  const leaves = Array.from({ length: 11 }, (_, i) => new Uint8Array(i * 30).fill(i));
  return (
    Buffer.compare(hasher.merkleRoot(leaves), nodeHasher.merkleRoot(leaves)) === 0 &&
    Buffer.compare(hasher.merkleRoot([]), nodeHasher.merkleRoot([])) === 0
  );
};
