/*
 * DHPVSS of Cascudo, David, Garms and Konring, "YOLO YOSO: fast and simple encryption and secret sharing in the YOSO
 * model" (ASIACRYPT 2022). Shares are encrypted under Diffie–Hellman keys of share key and dealer key, and one proof of
 * equal logarithms covers all of them. g is the base of the group; share i belongs to the point i + 1.
 */
import { type Element, elementCoder, type Group, randomScalar, scalarCoder } from '@ios/crypto/group';
import { hashToScalar, taggedHash, xof } from '@ios/crypto/transcript';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { concatBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import { decodeExactly, properElement } from './codec.ts';
import type { Construction } from './construction.ts';
import type { Bound } from './context.ts';
import { dualCode, evaluate, modulo } from './polynomial.ts';

/** A dealing as it goes over the wire: n + 3 elements and a scalar, each in its one encoding. */
interface Dealing {
  /** D = d·g, fresh for each dealing. */
  readonly dealerKey: Element;
  /** Y_i, encrypted shares. */
  readonly shares: Element[];
  readonly a1: Element;
  readonly a2: Element;
  readonly r: bigint;
}

/** DHPVSS over a group. */
export const dhpvss = (group: Group): Construction => {
  const { base: g, order, elementLength, identity } = group;
  const element = properElement(group);
  const scalar = scalarCoder(order);
  const scalarLength = scalar.size ?? 0;

  const dealingLength = (n: number): number => elementLength * (n + 3) + scalarLength;

  // Where t = n there is no degree to test, and the second equation demands that a2 is the identity.
  const coderOf = (n: number): P.CoderType<Dealing> =>
    P.struct({
      dealerKey: element,
      shares: P.array(n, element),
      a1: element,
      a2: elementCoder(group),
      r: scalar,
    });

  /** One digest for all that the test of the degree and the challenge bind: the context, D, all Y_i. */
  const statementOf = ({ digest }: Bound, dealt: Uint8Array): Uint8Array =>
    taggedHash('ios/pvss/v1/dhpvss-statement', digest, dealt);

  const challenge = (statement: Uint8Array, a1: Element, a2: Element): bigint =>
    hashToScalar(order, 'ios/pvss/v1/dhpvss-challenge', statement, a1.toBytes(), a2.toBytes());

  /**
   * Factors under which the shares of any polynomial of degree t - 1 sum up to nothing: those of the dual code times the
   * values of a polynomial m of degree n - t - 1, which is a hash of the statement.
   */
  const degreeTest = (statement: Uint8Array, n: number, t: number): bigint[] => {
    const stream = xof('ios/pvss/v1/dhpvss-degree-test', statement);
    const coefficients = Array.from({ length: n - t }, () => bytesToNumberLE(stream.read(scalarLength + 16)) % order);
    return dualCode(order, n).map((own, i) => (own * evaluate(order, coefficients, i)) % order);
  };

  return {
    name: 'dhpvss',
    dealingLength,

    draw: (bound, stream) => {
      const { keys, threshold } = bound;
      const n = keys.length;
      const random = (): bigint => randomScalar(order, (length) => stream.read(length));
      // 1. A polynomial f of degree t - 1; f(0)·g is the secret, A_i = f(i + 1)·g the share of key i.
      const coefficients = Array.from({ length: threshold }, random);
      // 2. A fresh dealer key D = d·g; Y_i = d·pk_i + A_i. Both f and d end with this call.
      const d = random();
      const dealerKey = g.multiply(d);
      const shares = keys.map((key, i) => key.multiply(d).add(g.multiply(evaluate(order, coefficients, i))));
      if (shares.some((share) => share.equals(identity))) return undefined;
      const dealt = concatBytes(...[dealerKey, ...shares].map((own) => own.toBytes()));
      const statement = statementOf(bound, dealt);
      // 3. s_i from the hash; U = Σ s_i·pk_i. Since Σ s_i·A_i is the identity, Σ s_i·Y_i = d·U.
      const U = group.multiScalarMultiply(keys, degreeTest(statement, n, threshold));
      // 4. One proof that d is the logarithm of D to g and of Σ s_i·Y_i to U: a1 = w·g, a2 = w·U, r = w - c·d.
      const w = random();
      const [a1, a2] = [g.multiply(w), U.multiply(w)];
      const r = modulo(w - challenge(statement, a1, a2) * d, order);
      return { dealing: coderOf(n).encode({ dealerKey, shares, a1, a2, r }), secret: g.multiply(coefficients[0]!) };
    },

    /*
     * 5. The dealing holds if a1 = r·g + c·D  and  a2 = Σ (r·s_i)·pk_i + Σ (c·s_i)·Y_i, U and Σ s_i·Y_i never being
     * computed. For all but one in ℓ of the possible s_i, the Y_i - d·pk_i then lie on a polynomial of degree t - 1.
     */
    claim: (bound, bytes) => {
      const { keys, threshold } = bound;
      const n = keys.length;
      const dealing = decodeExactly(coderOf(n), dealingLength(n), bytes);
      if (dealing === undefined) return undefined;
      const { dealerKey, shares, a1, a2, r } = dealing;
      const statement = statementOf(bound, bytes.subarray(0, elementLength * (n + 1)));
      const factors = degreeTest(statement, n, threshold);
      const c = challenge(statement, a1, a2);
      return {
        digest: taggedHash('ios/pvss/v1/dealing', bound.digest, bytes),
        addTo: (sum, weight) => {
          const [w, z] = [weight(), weight()];
          sum.add(a1, w);
          sum.merge(g, -w * r);
          sum.add(dealerKey, -w * c);
          sum.add(a2, z);
          const [zr, zc] = [(z * r) % order, (z * c) % order];
          factors.forEach((factor, i) => {
            sum.merge(keys[i]!, -zr * factor);
            sum.add(shares[i]!, -zc * factor);
          });
        },
      };
    },

    encryptedShare: ({ keys }, bytes, index) => {
      if (!(bytes instanceof Uint8Array) || bytes.length !== dealingLength(keys.length)) return undefined;
      const at = (place: number): Element | undefined =>
        decodeExactly(element, elementLength, bytes.subarray(place * elementLength, (place + 1) * elementLength));
      const [D, Y] = [at(0), at(index + 1)];
      if (D === undefined || Y === undefined) return undefined;
      return {
        // 6. A_i = Y_i - x_i·D, with the proof that x_i is the logarithm of pk_i to g and of Y_i - A_i to D. A dealer
        // can make A_i the identity, so that one is a share like any other.
        decrypt: (secretKey) => Y.subtract(D.multiply(secretKey)),
        statement: (A) => ({ bases: [g, D], values: [keys[index]!, Y.subtract(A)] }),
      };
    },
  };
};
