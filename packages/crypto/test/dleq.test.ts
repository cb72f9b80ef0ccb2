import { describe, expect, test } from 'vitest';
import {
  challenge,
  decodeProof,
  encodeProof,
  equations,
  type Proof,
  prove,
  type Statement,
  verify,
  verifyBatch,
} from '../src/dleq.ts';
import { randomScalar, ristretto255 } from '../src/group.ts';
import { schnorrGroup62 } from '../src/testing.ts';
import { statementOf } from './dleq-statement.ts';

const fresh = new Uint8Array(32).fill(3);
const noRandomness = (length: number): Uint8Array => new Uint8Array(length);
const refused = (code: string) => expect.objectContaining({ name: 'CryptoError', code });

for (const group of [ristretto255, schnorrGroup62]) {
  describe(`over ${group.name}`, () => {
    const secret = randomScalar(group.order);
    const statement = statementOf(group, secret, 1, 2);
    const proof = prove(statement, secret);
    const { base, identity } = group;
    const [g, h] = statement.bases;
    const [x, y] = statement.values;

    test('an honest proof holds', () => {
      expect(verify(statement, proof)).toBe(true);
      expect(verifyBatch([{ statement, proof }], fresh)).toBe(true);
    });

    const other = base.multiply(12345n);
    const statements: Record<string, Statement> = {
      'another tag': { ...statement, tag: 'ios/crypto/v1/other' },
      'no context': { ...statement, context: [] },
      'context cut differently': { ...statement, context: [Uint8Array.of(1, 2)] },
      'context in another order': { ...statement, context: [Uint8Array.of(2), Uint8Array.of(1)] },
      'another first base': { ...statement, bases: [other, h] },
      'another second base': { ...statement, bases: [g, other] },
      'another first value': { ...statement, values: [other, y] },
      'another second value': { ...statement, values: [x, other] },
      'bases exchanged': { ...statement, bases: [h, g] },
      'values exchanged': { ...statement, values: [y, x] },
      'bases and values exchanged': { ...statement, bases: [h, g], values: [y, x] },
      'another group of the same elements': { ...statement, group: { ...group, name: 'other' } },
      'a base that is the identity': { ...statement, bases: [identity, h] },
      'a value that is the identity': { ...statement, values: [x, identity] },
    };
    test.each(Object.entries(statements))('a proof is bound to its statement: %s', (_, wrong) => {
      expect(verify(wrong, proof)).toBe(false);
      expect(verifyBatch([{ statement: wrong, proof }], fresh)).toBe(false);
      expect(challenge(wrong, proof.a1, proof.a2)).not.toBe(challenge(statement, proof.a1, proof.a2));
    });

    const proofs: Record<string, Proof> = {
      'another a1': { ...proof, a1: proof.a1.add(base) },
      'another a2': { ...proof, a2: proof.a2.add(base) },
      'commitments exchanged': { ...proof, a1: proof.a2, a2: proof.a1 },
      'another r': { ...proof, r: (proof.r + 1n) % group.order },
      'an r not reduced': { ...proof, r: proof.r + group.order },
      'a negative r': { ...proof, r: proof.r - group.order },
      'a1 the identity': { ...proof, a1: identity },
      'a2 the identity': { ...proof, a2: identity },
    };
    test.each(Object.entries(proofs))('a changed proof does not hold: %s', (_, wrong) => {
      expect(verify(statement, wrong)).toBe(false);
      expect(verifyBatch([{ statement, proof: wrong }], fresh)).toBe(false);
      expect(
        verifyBatch(
          [
            { statement, proof },
            { statement, proof: wrong },
          ],
          fresh,
        ),
      ).toBe(false);
    });

    test('two different logarithms have no proof', () => {
      const wrong = { ...statement, values: [x, y.add(h)] } as const;
      for (const own of [secret, (secret + 1n) % group.order]) expect(verify(wrong, prove(wrong, own))).toBe(false);
    });

    test('an identity as base or value has no proof, even where the equation would hold', () => {
      // values = 0·bases: the response w with a = w·g satisfies both equations.
      const zero = { ...statement, values: [identity, identity] } as const;
      const w = 5n;
      const forged = { a1: g.multiply(w), a2: h.multiply(w), r: w };
      expect(verify(zero, forged)).toBe(false);
      expect(() => prove(zero, 1n)).toThrow(refused('identity-element'));
    });

    test('commitments of the identity are refused though the equation holds', () => {
      // w = 0 gives r = -c·x, from which anyone reads x.
      const c = challenge(statement, identity, identity);
      const r = (((-c * secret) % group.order) + group.order) % group.order;
      expect(g.multiply(r).add(x.multiply(c)).equals(identity)).toBe(true);
      expect(verify(statement, { a1: identity, a2: identity, r })).toBe(false);
    });

    test('commitments computed from a challenge fixed before them do not hold', () => {
      // Were a challenge not over both commitments, any r would give a proof of anything.
      const wrong = { ...statement, values: [x, y.add(h)] } as const;
      const r = 99n;
      for (const [first, second] of [
        [base, base],
        [undefined, base],
        [base, undefined],
      ] as const) {
        let c = 1n;
        for (let round = 0; round < 2; round++) {
          const a1 = g.multiply(r).add(wrong.values[0].multiply(c));
          const a2 = h.multiply(r).add(wrong.values[1].multiply(c));
          expect(verify(wrong, { a1, a2, r })).toBe(false);
          c = challenge(wrong, first ?? a1, second ?? a2);
        }
      }
    });

    test('errors that cancel in an unweighted sum do not cancel', () => {
      const [own, more] = equations(statement, proof)!;
      expect(own.scalars[0]).toBe(1n);
      expect(more.elements[0]).toBe(proof.a2);
      // One statement under two challenges, the commitments shifted against each other before the response is made.
      const shifted = (by: bigint, ...context: number[]) => {
        const bound = { ...statement, context: context.map((byte) => Uint8Array.of(byte)) };
        const a1 = proof.a1.add(base.multiply(by));
        const c = challenge(bound, a1, proof.a2);
        const w = (proof.r + challenge(statement, proof.a1, proof.a2) * secret) % group.order;
        const r = (((w - c * secret) % group.order) + group.order) % group.order;
        return { statement: bound, proof: { a1, a2: proof.a2, r } };
      };
      const batch = [shifted(1n, 8), shifted(group.order - 1n, 9)];
      const sum = batch.flatMap((claim) => equations(claim.statement, claim.proof)!);
      const elements = sum.flatMap((equation) => equation.elements);
      const scalars = sum.flatMap((equation) => equation.scalars);
      expect(group.multiScalarMultiply(elements, scalars).equals(identity)).toBe(true);
      expect(verifyBatch(batch, fresh)).toBe(false);
    });

    test('encodings are strict', () => {
      const bytes = encodeProof(group, proof);
      const back = decodeProof(group, bytes);
      expect(verify(statement, back)).toBe(true);
      expect(encodeProof(group, back)).toEqual(bytes);
      const unreduced = bytes.slice().fill(255, 2 * group.elementLength);
      const noElement = bytes.slice().fill(255, 0, group.elementLength);
      for (const wrong of [bytes.slice(1), Uint8Array.of(...bytes, 0), new Uint8Array(0), unreduced, noElement]) {
        expect(() => decodeProof(group, wrong)).toThrow(refused('bad-encoding'));
      }
      expect(() => encodeProof(group, { ...proof, r: group.order })).toThrow(refused('bad-encoding'));
    });

    test('secrets that no honest prover has are refused', () => {
      expect(() => prove(statement, 0n)).toThrow(refused('zero-scalar'));
      for (const wrong of [-1n, group.order]) expect(() => prove(statement, wrong)).toThrow(refused('out-of-range'));
      expect(() => prove({ ...statement, tag: '' }, secret)).toThrow(refused('bad-tag'));
    });

    test('without randomness the nonce still differs from statement to statement', () => {
      const same = prove(statement, secret, noRandomness);
      expect(prove(statement, secret, noRandomness).r).toBe(same.r);
      const nonces = [
        same,
        ...Object.values(statements)
          .slice(0, 4)
          .map((own) => prove(own, secret, noRandomness)),
      ];
      const seen = new Set(nonces.map(({ a1 }) => String(a1.toBytes())));
      expect(seen.size).toBe(nonces.length);
      expect(prove(statement, secret).r).not.toBe(same.r);
    });
  });
}
