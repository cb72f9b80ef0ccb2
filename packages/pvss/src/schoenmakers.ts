/*
 * Schoenmakers, "A simple publicly verifiable secret sharing scheme and its application to electronic voting" (CRYPTO '99),
 * with the proofs in the form (a1, a2, r), so that they fold. g is the base of the group, under which share keys
 * pk_i = x_i·g live; h is an element whose logarithm nobody knows. Share i belongs to the point i + 1.
 */
import { type Element, type Group, randomScalar, scalarCoder } from '@ios/crypto/group';
import { hashToScalar, taggedHash } from '@ios/crypto/transcript';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import type { Claim } from './claims.ts';
import { decodeExactly, properElement, u32 } from './codec.ts';
import type { Construction } from './construction.ts';
import type { Bound } from './context.ts';
import { blindedInverse } from './inverse.ts';
import { evaluate, modulo, moments, pointOf } from './polynomial.ts';

/** A dealing as it goes over the wire: (t + 3n) elements and n scalars, each in its one encoding. */
interface Dealing {
  /** C_j, commitments to the coefficients. */
  readonly commitments: Element[];
  /** Y_i, encrypted shares. */
  readonly shares: Element[];
  /** For each share, that the logarithm of X_i to h is that of Y_i to pk_i. */
  readonly proofs: Proof[];
}

interface Proof {
  readonly a1: Element;
  readonly a2: Element;
  readonly r: bigint;
}

/** The scheme's own part. */
export interface Schoenmakers extends Construction {
  /** The indices of the shares whose proofs do not hold, each checked exactly; all of them for bytes that are no dealing. */
  wrongShares(bound: Bound, dealing: Uint8Array): number[];
}

/** Schoenmakers' scheme over a group. */
export const schoenmakers = (group: Group): Schoenmakers => {
  const { base: g, order, elementLength } = group;
  const h = group.hashToElement('ios/pvss/v1/schoenmakers-h', utf8ToBytes(group.name));
  const element = properElement(group);
  const scalar = scalarCoder(order);
  const proofLength = 2 * elementLength + (scalar.size ?? 0);

  const dealingLength = (n: number, t: number): number => elementLength * (t + n) + proofLength * n;

  const coderOf = (n: number, t: number): P.CoderType<Dealing> =>
    P.struct({
      commitments: P.array(t, element),
      shares: P.array(n, element),
      proofs: P.array(n, P.struct({ a1: element, a2: element, r: scalar })),
    });

  /** One digest for what all challenges of a dealing bind: the context, share keys among it, h and all C_j. */
  const statementOf = ({ digest }: Bound, commitments: Uint8Array): Uint8Array =>
    taggedHash('ios/pvss/v1/schoenmakers-statement', digest, h.toBytes(), commitments);

  const challenge = (
    statement: Uint8Array,
    index: number,
    ...elements: readonly [Element, Element, Element]
  ): bigint => {
    const parts = elements.map((own) => own.toBytes());
    return hashToScalar(order, 'ios/pvss/v1/schoenmakers-challenge', statement, u32(index), ...parts);
  };

  /** A dealing whose bytes are in order, with its challenges. */
  const opened = (bound: Bound, bytes: Uint8Array): (Dealing & { challenges: readonly bigint[] }) | undefined => {
    const { keys, threshold: t } = bound;
    const n = keys.length;
    const dealing = decodeExactly(coderOf(n, t), dealingLength(n, t), bytes);
    if (dealing === undefined) return undefined;
    const statement = statementOf(bound, bytes.subarray(0, elementLength * t));
    const challenges = dealing.proofs.map(({ a1, a2 }, i) => challenge(statement, i, dealing.shares[i]!, a1, a2));
    return { ...dealing, challenges };
  };

  return {
    name: 'schoenmakers',
    dealingLength,

    draw: (bound, stream) => {
      const { keys, threshold } = bound;
      const random = (): bigint => randomScalar(order, (length) => stream.read(length));
      // 1. A polynomial f of degree t - 1; f(0)·g is the secret, f(i + 1) the share of key i.
      const coefficients = Array.from({ length: threshold }, random);
      const values = keys.map((_, i) => evaluate(order, coefficients, i));
      if (values.includes(0n)) return undefined;
      // 2. C_j = (coefficient j)·h; Y_i = f(i + 1)·pk_i.
      const commitments = coefficients.map((coefficient) => h.multiply(coefficient));
      const shares = keys.map((key, i) => key.multiply(values[i]!));
      const statement = statementOf(bound, concatBytes(...commitments.map((own) => own.toBytes())));
      // 3. For each share: a1 = w·h, a2 = w·pk_i, c = H(context ‖ h ‖ all C_j ‖ i ‖ Y_i ‖ a1 ‖ a2), r = w - c·f(i + 1).
      const proofs = keys.map((key, i) => {
        const w = random();
        const [a1, a2] = [h.multiply(w), key.multiply(w)];
        return { a1, a2, r: modulo(w - challenge(statement, i, shares[i]!, a1, a2) * values[i]!, order) };
      });
      const dealing = coderOf(keys.length, threshold).encode({ commitments, shares, proofs });
      return { dealing, secret: g.multiply(coefficients[0]!) };
    },

    /*
     * 4. With X_i = Σ_j (i + 1)^j·C_j, the commitment to f(i + 1), share i is right if
     *      a1_i = r_i·h + c_i·X_i  and  a2_i = r_i·pk_i + c_i·Y_i.
     * Weighted by w_i and z_i, and summed over all i, each base has one scalar: C_j has -Σ_i w_i·c_i·(i + 1)^j.
     */
    claim: (bound, bytes): Claim | undefined => {
      const dealing = opened(bound, bytes);
      if (dealing === undefined) return undefined;
      const { commitments, shares, proofs, challenges } = dealing;
      return {
        digest: taggedHash('ios/pvss/v1/dealing', bound.digest, bytes),
        addTo: (sum, weight) => {
          let ofH = 0n;
          const weighted = proofs.map(({ a1, a2, r }, i) => {
            const [w, z] = [weight(), weight()];
            const c = challenges[i]!;
            sum.add(a1, w);
            sum.add(a2, z);
            sum.merge(bound.keys[i]!, -z * r);
            sum.add(shares[i]!, -z * c);
            ofH += w * r;
            return (w * c) % order;
          });
          sum.merge(h, -ofH);
          moments(order, weighted, commitments.length).forEach((moment, j) => {
            sum.add(commitments[j]!, -moment);
          });
        },
      };
    },

    wrongShares: (bound, bytes) => {
      const all = [...bound.keys.keys()];
      const dealing = opened(bound, bytes);
      if (dealing === undefined) return all;
      const { commitments, shares, proofs, challenges } = dealing;
      return all.filter((i) => {
        const { a1, a2, r } = proofs[i]!;
        const c = challenges[i]!;
        // X_i by Horner: the scalars stay short.
        const X = commitments.reduceRight((value, own) => group.multiScalarMultiply([value, own], [pointOf(i), 1n]));
        return !(
          group.multiScalarMultiply([h, X], [r, c]).equals(a1) &&
          group.multiScalarMultiply([bound.keys[i]!, shares[i]!], [r, c]).equals(a2)
        );
      });
    },

    encryptedShare: ({ keys, threshold }, bytes, index) => {
      if (!(bytes instanceof Uint8Array) || bytes.length !== dealingLength(keys.length, threshold)) return undefined;
      const at = elementLength * (threshold + index);
      const Y = decodeExactly(element, elementLength, bytes.subarray(at, at + elementLength));
      if (Y === undefined) return undefined;
      return {
        // 5. S = (1/x)·Y = f(i + 1)·g, with the proof that x is the logarithm of pk_i to g and of Y to S.
        decrypt: (secretKey, rng) => Y.multiply(blindedInverse(order, secretKey, rng)),
        statement: (S) => ({ bases: [g, S], values: [keys[index]!, Y] }),
      };
    },
  };
};
