/**
 * Proofs that two discrete logarithms are equal (Chaum and Pedersen, "Wallet databases with observers", CRYPTO '92), made
 * non-interactive by a challenge over the whole statement.
 *
 * The prover knows x with values = (x·g, x·h) for bases = (g, h).
 *
 * 1. Draw w; commit to a1 = w·g, a2 = w·h. 2. c = H(tag ‖ group ‖ g ‖ h ‖ x·g ‖ x·h ‖ a1 ‖ a2 ‖ context).
 * 3. Respond r = w - c·x. The proof is (a1, a2, r). 4. Verify a1 = r·g + c·(x·g) and a2 = r·h + c·(x·h).
 *
 * The commitments, rather than the challenge, are in the proof, so that many proofs fold into one multi-scalar
 * multiplication ({@link verifyBatch}, {@link equations}). The identity is refused as base, value and commitment.
 * @module
 */
import { randomBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import { assertLength, CryptoError } from './error.ts';
import { elementCoder, scalarCoder } from './group/coders.ts';
import { encodeScalar, type Rng } from './group/scalar.ts';
import type { Element, Group } from './group.ts';
import { hedgedNonce } from './nonce.ts';
import { hashToScalar, nonZeroWeight, weightStream } from './transcript.ts';

export { CryptoError, type CryptoErrorCode } from './error.ts';

/** What a proof is about. All of it is bound by the challenge. */
export interface Statement {
  /** The group of all elements below. */
  readonly group: Group;
  /** Purpose, as in `taggedHash` of `@ios/crypto/transcript`. */
  readonly tag: string;
  /** Whatever else the proof must be bound to: session, indices, prover. */
  readonly context: readonly Uint8Array[];
  /** g and h. */
  readonly bases: readonly [Element, Element];
  /** x·g and x·h. */
  readonly values: readonly [Element, Element];
}

/** A proof for a {@link Statement}. */
export interface Proof {
  /** First commitment, w·g. */
  readonly a1: Element;
  /** Second commitment, w·h. */
  readonly a2: Element;
  /** Response, w - c·x modulo the order. */
  readonly r: bigint;
}

/**
 * Proves a statement. A false statement gives a proof that does not verify; the secret stays hidden all the same.
 * @param statement - what is proved
 * @param secret - x, from 1 to `order - 1`
 * @param rng - source of 32 random bytes; the nonce is hedged, so that a poor source repeats no nonce
 * @throws CryptoError `zero-scalar`, `out-of-range`, `identity-element` or `bad-tag`
 */
export const prove = (statement: Statement, secret: bigint, rng: Rng = randomBytes): Proof => {
  const { group, tag, bases } = statement;
  if (secret === 0n) throw new CryptoError('zero-scalar', 'the secret must not be zero');
  if (hasIdentity(statement)) throw new CryptoError('identity-element', 'no base and no value may be the identity');
  const bound = [utf8ToBytes(tag), ...statementParts(statement)];
  const w = hedgedNonce(group.order, 'ios/crypto/v1/dleq-nonce', secret, rng, ...bound);
  const a1 = bases[0].multiply(w);
  const a2 = bases[1].multiply(w);
  const c = challenge(statement, a1, a2);
  return { a1, a2, r: modulo(w - c * secret, group.order) };
};

/** Whether a proof holds; false for an identity anywhere and for a response that is not reduced. */
export const verify = (statement: Statement, proof: Proof): boolean =>
  equations(statement, proof)?.every((equation) => vanishes(statement.group, equation)) ?? false;

/** A sum of multiples that is the identity if the proof holds. */
export interface Equation {
  /** Commitment, base, value. */
  readonly elements: readonly [Element, Element, Element];
  /** 1, -r and -c modulo the order. */
  readonly scalars: readonly [bigint, bigint, bigint];
}

/**
 * The two equations of a proof, for verifiers that fold them into a larger sum. Each needs its own non-zero random weight
 * (`nonZeroWeight` of `@ios/crypto/transcript`).
 * @returns `undefined` for a proof that is wrong already: an identity, or a response that is not reduced
 */
export const equations = (statement: Statement, proof: Proof): [Equation, Equation] | undefined => {
  const { group, bases, values } = statement;
  const { a1, a2, r } = proof;
  const { order, identity } = group;
  if (r < 0n || r >= order || hasIdentity(statement)) return undefined;
  if (identity.equals(a1) || identity.equals(a2)) return undefined;
  const minusR = modulo(-r, order);
  const minusC = modulo(-challenge(statement, a1, a2), order);
  return [
    { elements: [a1, bases[0], values[0]], scalars: [1n, minusR, minusC] },
    { elements: [a2, bases[1], values[1]], scalars: [1n, minusR, minusC] },
  ];
};

/**
 * Whether all proofs of a batch hold, by one multi-scalar multiplication; true for an empty batch. Errs with probability
 * 2^-128 (in groups smaller than that, one in their order).
 * @param batch - statements of one group, with their proofs
 * @param freshBytes - 32 bytes that the host draws after it holds the batch
 * @throws CryptoError `bad-length`, or `wrong-group` for statements of several groups
 */
export const verifyBatch = (
  batch: readonly { readonly statement: Statement; readonly proof: Proof }[],
  freshBytes: Uint8Array,
): boolean => {
  assertLength(freshBytes, 32, 'fresh bytes');
  const group = batch[0]?.statement.group;
  if (group === undefined) return true;
  const all: Equation[] = [];
  const bound: Uint8Array[] = [];
  for (const { statement, proof } of batch) {
    if (statement.group !== group) throw new CryptoError('wrong-group', 'a batch is over one group');
    const own = equations(statement, proof);
    if (own === undefined) return false;
    all.push(own[0], own[1]);
    // The challenge -c binds the statement and the commitments.
    for (const scalar of own[0].scalars) bound.push(encodeScalar(group.order, scalar));
  }
  const weights = weightStream('ios/crypto/v1/dleq-weight', freshBytes, bound);
  const weighted = all.map(({ elements, scalars }) => {
    const z = nonZeroWeight(weights, group.order);
    return { elements, scalars: scalars.map((scalar) => (scalar * z) % group.order) };
  });
  return vanishes(group, {
    elements: weighted.flatMap(({ elements }) => elements),
    scalars: weighted.flatMap(({ scalars }) => scalars),
  });
};

/**
 * The challenge of a proof.
 * @returns from 0 to `order - 1`
 * @throws CryptoError `bad-tag`
 */
export const challenge = (statement: Statement, a1: Element, a2: Element): bigint => {
  const { group, tag, context } = statement;
  const parts = [a1.toBytes(), a2.toBytes(), ...context];
  return hashToScalar(group.order, tag, ...elementParts(statement), ...parts);
};

/** The wire format of a proof: a1 ‖ a2 ‖ r, two elements and a scalar, each in its one encoding. */
export const proofCoder = (group: Group): P.CoderType<Proof> =>
  P.struct({ a1: elementCoder(group), a2: elementCoder(group), r: scalarCoder(group.order) });

/**
 * The bytes of a proof, `2 · elementLength` and a scalar: 96 bytes over ristretto255.
 * @throws CryptoError `bad-encoding` for a response that is not reduced
 */
export const encodeProof = (group: Group, proof: Proof): Uint8Array => strictly(() => proofCoder(group).encode(proof));

/**
 * The proof that bytes encode; strict.
 * @throws CryptoError `bad-encoding` for wrong lengths, elements or scalars
 */
export const decodeProof = (group: Group, bytes: Uint8Array): Proof => strictly(() => proofCoder(group).decode(bytes));

const strictly = <T>(code: () => T): T => {
  try {
    return code();
  } catch (cause) {
    throw new CryptoError('bad-encoding', 'not the encoding of a proof', {}, cause);
  }
};

const vanishes = (group: Group, sum: { elements: readonly Element[]; scalars: readonly bigint[] }): boolean =>
  group.identity.equals(group.multiScalarMultiply(sum.elements, sum.scalars));

const hasIdentity = ({ group, bases, values }: Statement): boolean =>
  [...bases, ...values].some((element) => group.identity.equals(element));

const elementParts = ({ group, bases, values }: Statement): Uint8Array[] => [
  utf8ToBytes(group.name),
  ...[...bases, ...values].map((element) => element.toBytes()),
];

const statementParts = (statement: Statement): Uint8Array[] => [...elementParts(statement), ...statement.context];

const modulo = (value: bigint, order: bigint): bigint => ((value % order) + order) % order;
