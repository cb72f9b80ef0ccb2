import type { Element } from '@ios/crypto/group';
import { schnorrGroup62 } from '@ios/crypto/testing';
import { taggedHash } from '@ios/crypto/transcript';
import { createCurve25519 } from '@ios/curve25519-wasm';
import { concatBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { contextBinder } from '../src/context.ts';
import { dhpvss } from '../src/dhpvss.ts';
import { createDhPvss } from '../src/index.ts';
import { seats } from '../src/testing.ts';
import { vanishesUnder } from './collect.ts';
import { contextDigest, type DhCheat, degreeFactors, dhDealing, inverse, valueAt } from './reference.ts';

describe.each([schnorrGroup62, createCurve25519().ristretto255])('cheating dealers of DHPVSS over $name', (group) => {
  const scheme = createDhPvss({ group });
  const { context, secretKeys } = seats(scheme, 5, 3);
  const { base: g, order, elementLength } = group;
  const keys = context.publicKeys.map((bytes) => group.fromBytes(bytes));
  const f = [12345n, 67890n, 424242n];
  const [d, w] = [987654321n, 55555n];
  const fresh = new Uint8Array(32).fill(1);
  const error = g.multiply(99n);
  const deal = (cheat: DhCheat = {}, own = context): Uint8Array => dhDealing(group, own, f, d, w, cheat);
  const at = (dealing: Uint8Array, place: number): Element =>
    group.fromBytes(dealing.slice(place * elementLength, (place + 1) * elementLength));

  const refused = (dealing: Uint8Array): void => {
    expect(scheme.verifyDealing(context, dealing)).toBe(false);
    const honest = { context, dealing: deal() };
    expect(scheme.verifyDealings([honest, { context, dealing }, honest], fresh)).toEqual([1]);
  };
  const statementOf = (dealt: Uint8Array): Uint8Array =>
    taggedHash('ios/pvss/v1/dhpvss-statement', contextDigest('dhpvss', group, context), dealt);

  test('an honest dealing by the reference holds', () => {
    expect(scheme.verifyDealing(context, deal())).toBe(true);
    const all = { ...context, threshold: 5 };
    expect(scheme.verifyDealing(all, dhDealing(group, all, [1n, 2n, 3n, 4n, 5n], d, w))).toBe(true);
  });

  test('a share that is not on the polynomial, and a degree too high', () => {
    refused(deal({ share: (i, own) => (i === 2 ? own.add(error) : own) }));
    refused(dhDealing(group, context, [...f, 1n], d, w));
    // A lower degree is within the bound, as a dealer may draw it.
    expect(scheme.verifyDealing(context, dhDealing(group, context, [5n], d, w))).toBe(true);
  });

  test('errors of the two equations that cancel under one weight for both', () => {
    const dealing = deal({ shift: [error, error.negate()] });
    const claim = dhpvss(group).claim(contextBinder('dhpvss', group)(context), dealing);
    expect(vanishesUnder(group, claim, [5n])).toBe(true);
    refused(dealing);
  });

  test('errors of two dealings that cancel under the same weights for both', () => {
    for (const place of [0, 1]) {
      const dealings = [error, error.negate()].map((own) =>
        deal({ shift: place === 0 ? [own, group.identity] : [group.identity, own] }),
      );
      expect(
        scheme.verifyDealings(
          dealings.map((dealing) => ({ context, dealing })),
          fresh,
        ),
      ).toEqual([0, 1]);
    }
  });

  test('a proof whose challenge was chosen before its commitments', () => {
    const share = (i: number, own: Element): Element => (i === 0 ? own.add(error) : own);
    const dealt = deal({ share }).slice(0, 6 * elementLength);
    const [factor] = degreeFactors(group, statementOf(dealt), 5, 3);
    // Σ s_i·Y_i is d·U and s_0·error too much; a2 = r·U + c·Σ s_i·Y_i holds if a2 is shifted by c·s_0·error.
    const c = 7n;
    refused(deal({ share, challenge: () => c, shift: [group.identity, error.multiply((c * factor!) % order)] }));
  });

  test('shares in the kernel of factors that were known before them', () => {
    // For whoever hashes no Y: s_0·e_0 + s_1·e_1 = 0.
    const head = g.multiply(d).toBytes();
    const factors = degreeFactors(group, statementOf(head), 5, 3);
    const e1 = (order - ((factors[0]! * inverse(order, factors[1]!)) % order)) % order;
    const share = (i: number, own: Element): Element => own.add(g.multiply([1n, e1, 0n, 0n, 0n][i]!));
    const foreseen: DhCheat = { share, hashed: () => [] };
    const V = [0, 1, 2, 3, 4].reduce(
      (sum, i) => sum.add(at(deal(foreseen), i + 1).multiply(factors[i]!)),
      group.identity,
    );
    const U = keys.reduce((sum, key, i) => sum.add(key.multiply(factors[i]!)), group.identity);
    expect(V.equals(U.multiply(d))).toBe(true);
    refused(deal(foreseen));
    refused(deal({ share, factors: () => factors }));
  });

  test('a proof over other factors, in another session, of another dealer or threshold', () => {
    refused(deal({ factors: (own) => own.map((one) => (2n * one) % order) }));
    refused(deal({}, { ...context, session: context.dealer }));
    refused(deal({}, { ...context, dealer: context.session }));
    refused(deal({}, { ...context, threshold: 2 }));
    refused(deal({}, { ...context, threshold: 4 }));
  });

  test('identities: a dealer key, an encrypted share, a nonce of zero', () => {
    refused(dhDealing(group, context, f, 0n, w));
    refused(dhDealing(group, context, f, d, 0n));
    const shareOf = (i: number, own: Element): Element => (i === 1 ? keys[1]!.multiply(d).negate() : own);
    refused(deal({ share: shareOf }));
  });

  test('a second commitment, where t = n leaves nothing for it to commit to', () => {
    const all = { ...context, threshold: 5 };
    const dealing = dhDealing(group, all, [1n, 2n, 3n, 4n, 5n], d, w, { shift: [group.identity, error] });
    expect(scheme.verifyDealing(all, dealing)).toBe(false);
  });

  test('a share that is the identity is recovered like any other: its dealer can make one', () => {
    // f(2) = 0, and the secret of the second dealing is the identity.
    for (const own of [
      [order - 4n, 0n, 1n],
      [0n, 1n, 1n],
    ]) {
      const dealing = dhDealing(group, context, own, d, w);
      expect(scheme.verifyDealing(context, dealing)).toBe(true);
      const shares = secretKeys.map((secretKey, index) => ({
        index,
        share: scheme.decryptShare(context, dealing, index, secretKey),
      }));
      for (const { index, share } of shares) expect(scheme.verifyShare(context, dealing, index, share)).toBe(true);
      const claims = shares.map((one) => ({ context, dealing, ...one }));
      expect(scheme.verifyShares(claims, fresh)).toEqual([]);
      const secret = g.multiply(own[0]!).toBytes();
      expect(scheme.recover(context, dealing, shares.slice(0, 3))).toEqual(secret);
      expect(scheme.recover(context, dealing, shares.slice(1, 4))).toEqual(secret);
    }
  });

  test('a dealer key that is used twice, or a key made from another, shows how shares differ', () => {
    // Why dealer keys are fresh for each dealing, and share keys need proofs of possession.
    const [first, second] = [f, [1n, 2n, 3n]].map((own) => dhDealing(group, context, own, d, w)) as [
      Uint8Array,
      Uint8Array,
    ];
    const gap = g.multiply(valueAt(order, f, 1)).subtract(g.multiply(valueAt(order, [1n, 2n, 3n], 1)));
    expect(at(first, 1).subtract(at(second, 1)).equals(gap)).toBe(true);
    const related = [...context.publicKeys.slice(0, 4), keys[0]!.multiply(2n).toBytes()];
    const dealing = dhDealing(group, { ...context, publicKeys: related }, f, d, w);
    const leak = g.multiply(valueAt(order, f, 5)).subtract(g.multiply((2n * valueAt(order, f, 1)) % order));
    expect(at(dealing, 5).subtract(at(dealing, 1).multiply(2n)).equals(leak)).toBe(true);
  });

  test('what is cut together of two dealings is none', () => {
    const other = scheme.deal(context);
    for (let place = 1; place < 9; place++) {
      const cut = place * elementLength;
      refused(concatBytes(deal().slice(0, cut), other.slice(cut)));
    }
  });
});
