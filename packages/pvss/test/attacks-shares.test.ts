import { challenge, encodeProof } from '@ios/crypto/dleq';
import type { Element } from '@ios/crypto/group';
import { schnorrGroup62 } from '@ios/crypto/testing';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import type { Construction } from '../src/construction.ts';
import { createScheme } from '../src/create.ts';
import { dhpvss } from '../src/dhpvss.ts';
import { schoenmakers } from '../src/schoenmakers.ts';
import { seats } from '../src/testing.ts';
import { contextDigest, inverse } from './reference.ts';

const group = schnorrGroup62;
const { base: g, order, elementLength } = group;

describe.each<[string, Construction]>([
  ['schoenmakers', schoenmakers(group)],
  ['dhpvss', dhpvss(group)],
])('cheating holders of shares: %s', (name, construction) => {
  const scheme = createScheme(group, construction);
  const { context, secretKeys } = seats(scheme, 4, 2);
  const dealing = scheme.deal(context);
  const index = 1;
  const x = secretKeys[index]!;
  const digest = contextDigest(name, group, context);
  const keys = context.publicKeys.map((bytes) => group.fromBytes(bytes));
  const encrypted = construction.encryptedShare({ keys, digest, threshold: context.threshold }, dealing, index)!;
  const honest = encrypted.decrypt(x, (length) => new Uint8Array(length));
  const statement = (share: Element, at = index) => ({
    group,
    tag: 'ios/pvss/v1/share',
    context: [utf8ToBytes(name), digest, Uint8Array.of(0, 0, 0, at), share.toBytes()],
    ...encrypted.statement(share)!,
  });
  const w = 4711n;
  const response = (c: bigint): bigint => (((w - c * x) % order) + order) % order;
  const refused = (share: Uint8Array): void => {
    expect(scheme.verifyShare(context, dealing, index, share)).toBe(false);
    const good = { context, dealing, index: 0, share: scheme.decryptShare(context, dealing, 0, secretKeys[0]!) };
    const claims = [good, { context, dealing, index, share }, good];
    expect(scheme.verifyShares(claims, new Uint8Array(32))).toEqual([1]);
  };
  /** A share with a proof whose hash names `hashed` and index `at`. */
  const shown = (share: Element, hashed: Element, at = index): Uint8Array => {
    const own = statement(hashed, at);
    const [a1, a2] = own.bases.map((base) => base.multiply(w)) as [Element, Element];
    const c = challenge(own, a1, a2);
    return concatBytes(share.toBytes(), encodeProof(group, { a1, a2, r: response(c) }));
  };

  test('the honest share with a proof made by hand holds', () => {
    const share = shown(honest, honest);
    expect(scheme.verifyShare(context, dealing, index, share)).toBe(true);
    expect(scheme.verifyShares([{ context, dealing, index, share }], new Uint8Array(32))).toEqual([]);
  });

  test('another element, under a proof of the true one or of itself', () => {
    const other = honest.add(g);
    refused(shown(other, honest));
    refused(shown(other, other));
    refused(shown(honest, other));
    refused(shown(honest, honest, 2));
  });

  test('an element that was solved for once the challenge was known', () => {
    const own = statement(honest);
    const a1 = g.multiply(w);
    const a2 = g.multiply(1234n);
    const c = challenge(own, a1, a2);
    const r = response(c);
    // a2 = r·S + c·Y in Schoenmakers' scheme, a2 = r·D + c·(Y - A) in DHPVSS: solved for S and for A.
    const [B, V] = [own.bases[1], own.values[1]];
    const solved =
      name === 'schoenmakers'
        ? a2.subtract(V.multiply(c)).multiply(inverse(order, r))
        : V.add(honest).subtract(a2.subtract(B.multiply(r)).multiply(inverse(order, c)));
    const late = encrypted.statement(solved)!;
    expect(late.bases[1].multiply(r).add(late.values[1].multiply(c)).equals(a2)).toBe(true);
    refused(concatBytes(solved.toBytes(), encodeProof(group, { a1, a2, r })));
  });

  test('errors of the two equations of a share that cancel under one weight for both', () => {
    const own = statement(honest);
    const shift = g.multiply(99n);
    const a1 = own.bases[0].multiply(w).add(shift);
    const a2 = own.bases[1].multiply(w).subtract(shift);
    const c = challenge(own, a1, a2);
    const r = response(c);
    const sum = (i: 0 | 1): Element => own.bases[i].multiply(r).add(own.values[i].multiply(c));
    expect(sum(0).add(sum(1)).equals(a1.add(a2))).toBe(true);
    refused(concatBytes(honest.toBytes(), encodeProof(group, { a1, a2, r })));
  });

  test('a share cut together of two', () => {
    const [first, second] = [scheme.decryptShare(context, dealing, 1, x), scheme.decryptShare(context, dealing, 1, x)];
    expect(first).not.toEqual(second);
    for (const cut of [2, 3].map((place) => place * elementLength)) {
      refused(concatBytes(first.slice(0, cut), second.slice(cut)));
    }
    refused(
      concatBytes(
        scheme.decryptShare(context, dealing, 0, secretKeys[0]!).slice(0, elementLength),
        first.slice(elementLength),
      ),
    );
  });
});
