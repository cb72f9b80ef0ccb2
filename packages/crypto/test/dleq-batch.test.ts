import { utf8ToBytes } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import { challenge, prove, verify, verifyBatch } from '../src/dleq.ts';
import { schnorrGroup62, toyGroup } from '../src/testing.ts';
import { statementOf } from './dleq-statement.ts';

const fresh = new Uint8Array(32).fill(3);
const refused = (code: string) => expect.objectContaining({ name: 'CryptoError', code });

test('batches', () => {
  const claims = [1n, 2n, 3n].map((secret) => {
    const statement = statementOf(schnorrGroup62, secret, Number(secret));
    return { statement, proof: prove(statement, secret) };
  });
  expect(verifyBatch([], fresh)).toBe(true);
  expect(verifyBatch(claims, fresh)).toBe(true);
  expect(verifyBatch([...claims, { ...claims[0]!, proof: claims[1]!.proof }], fresh)).toBe(false);
  const foreign = { statement: statementOf(toyGroup, 2n), proof: prove(statementOf(toyGroup, 2n), 2n) };
  expect(() => verifyBatch([...claims, foreign], fresh)).toThrow(refused('wrong-group'));
  expect(() => verifyBatch([foreign, ...claims], fresh)).toThrow(refused('wrong-group'));
  for (const batch of [claims, []]) {
    expect(() => verifyBatch(batch, new Uint8Array(31))).toThrow(refused('bad-length'));
  }
});

test('the weights come from the fresh bytes: a wrong batch over the toy group passes by luck, and not always the same', () => {
  const statement = statementOf(toyGroup, 5n);
  const proof = prove(statement, 5n);
  const wrong = { statement, proof: { ...proof, r: (proof.r + 1n) % toyGroup.order } };
  const passed = Array.from({ length: 200 }, (_, i) => verifyBatch([wrong], new Uint8Array(32).fill(i)));
  expect(passed).toContain(true);
  expect(passed.filter((own) => own).length).toBeLessThan(40);
});

test('one commitment that is the identity is refused even where a lucky challenge satisfies both equations', () => {
  const { base, identity, order } = toyGroup;
  const plain = statementOf(toyGroup, 5n);
  const h = plain.bases[1];
  let found = 0;
  for (let i = 0; i < 256; i++) {
    for (const [a1, a2] of [
      [base, identity],
      [identity, h],
    ] as const) {
      const statement = { ...plain, values: [base.multiply(5n), h.multiply(4n)] as const, context: [Uint8Array.of(i)] };
      const c = challenge(statement, a1, a2);
      // r·h = -c·4·h, or r·g = -c·5·g; the other equation holds if the challenge is the right one of 23.
      const r = ((((a2 === identity ? -4n : -5n) * c) % order) + order) % order;
      const holds = (a: typeof a1, at: 0 | 1) =>
        plain.bases[at].multiply(r).add(statement.values[at].multiply(c)).equals(a);
      if (!holds(a1, 0) || !holds(a2, 1)) continue;
      found++;
      expect(verify(statement, { a1, a2, r })).toBe(false);
    }
  }
  expect(found).toBeGreaterThan(2);
});

test('exhaustively over the toy group: every secret proves, and a false statement only by a lucky challenge', () => {
  let lucky = 0;
  let tried = 0;
  for (let secret = 1n; secret < toyGroup.order; secret++) {
    const statement = statementOf(toyGroup, secret);
    expect(verify(statement, prove(statement, secret))).toBe(true);
    for (let other = 1n; other < toyGroup.order; other++) {
      if (other === secret) continue;
      const values = [statement.values[0], statement.bases[1].multiply(other)] as const;
      const wrong = { ...statement, values, context: [utf8ToBytes(String(other))] };
      tried++;
      if (verify(wrong, prove(wrong, secret))) lucky++;
    }
  }
  // One challenge in 23 is zero, and then nothing is asked of the values.
  expect(lucky / tried).toBeGreaterThan(0.5 / 23);
  expect(lucky / tried).toBeLessThan(2 / 23);
});
