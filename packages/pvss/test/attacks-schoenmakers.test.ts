import type { Element } from '@ios/crypto/group';
import { schnorrGroup62 } from '@ios/crypto/testing';
import { createCurve25519 } from '@ios/curve25519-wasm';
import { describe, expect, test } from 'vitest';
import { contextBinder } from '../src/context.ts';
import { createSchoenmakersPvss } from '../src/index.ts';
import { schoenmakers } from '../src/schoenmakers.ts';
import { seats } from '../src/testing.ts';
import { vanishesUnder } from './collect.ts';
import { type Cheat, inverse, schoenmakersDealing, secondGenerator, valueAt } from './reference.ts';

describe.each([schnorrGroup62, createCurve25519().ristretto255])(
  'cheating dealers of Schoenmakers over $name',
  (group) => {
    const scheme = createSchoenmakersPvss({ group });
    const { context } = seats(scheme, 4, 2);
    const { base: g, order } = group;
    const h = secondGenerator(group);
    const keys = context.publicKeys.map((bytes) => group.fromBytes(bytes));
    const f = [12345n, 67890n];
    const w = [11n, 22n, 33n, 44n];
    const fresh = new Uint8Array(32).fill(1);
    const error = g.multiply(99n);
    const none = group.identity;
    const construction = schoenmakers(group);
    const claim = (dealing: Uint8Array) => construction.claim(contextBinder('schoenmakers', group)(context), dealing);
    const deal = (cheat: Cheat = {}, own = context): Uint8Array => schoenmakersDealing(group, own, f, w, cheat);

    /** Refused in any company, and the shares at fault are named. */
    const refused = (dealing: Uint8Array, wrong: readonly number[]): void => {
      expect(scheme.verifyDealing(context, dealing)).toBe(false);
      const honest = { context, dealing: deal() };
      expect(scheme.verifyDealings([honest, { context, dealing }, honest], fresh)).toEqual([1]);
      expect(scheme.wrongShares(context, dealing)).toEqual(wrong);
    };

    test('an honest dealing by the reference holds', () => {
      expect(scheme.verifyDealing(context, deal())).toBe(true);
      expect(scheme.wrongShares(context, deal())).toEqual([]);
    });

    test('a share that is not on the polynomial', () => {
      refused(deal({ value: (i, own) => (i === 2 ? own + 1n : own) }), [2]);
      refused(deal({ value: (i, own) => own + BigInt(i + 1) ** 2n }), [0, 1, 2, 3]);
    });

    test('errors of the two equations of a share that cancel under one weight for both', () => {
      const dealing = deal({ shift: (i) => (i === 1 ? [error, error.negate()] : [none, none]) });
      expect(vanishesUnder(group, claim(dealing), [5n])).toBe(true);
      refused(dealing, [1]);
    });

    test('errors of two shares that cancel under one weight for all first equations', () => {
      const shifts: readonly Element[] = [error, none, error.negate(), none];
      const first = deal({ shift: (i) => [shifts[i]!, none] });
      expect(vanishesUnder(group, claim(first), [5n, 7n])).toBe(true);
      refused(first, [0, 2]);
      const second = deal({ shift: (i) => [none, shifts[i]!] });
      expect(vanishesUnder(group, claim(second), [5n, 7n])).toBe(true);
      refused(second, [0, 2]);
    });

    test('a weight of zero would leave an equation out', () => {
      const dealing = deal({ shift: (i) => (i === 0 ? [error, none] : [none, none]) });
      expect(vanishesUnder(group, claim(dealing), [0n, 7n])).toBe(true);
      refused(dealing, [0]);
    });

    test('errors of two dealings that cancel under the same weights for both', () => {
      const dealings = [error, error.negate()].map((own) => deal({ shift: (i) => [i === 0 ? own : none, none] }));
      const batch = dealings.map((dealing) => ({ context, dealing }));
      expect(scheme.verifyDealings(batch, fresh)).toEqual([0, 1]);
    });

    test('a proof whose challenge was chosen before its commitments', () => {
      const c = 7n;
      // A wrong value v: a1 = r·h + c·X holds for r = w - c·v if a1 is shifted by c·(f(i + 1) - v)·h.
      const dealing = deal({
        value: (i, own) => (i === 0 ? own + 1n : own),
        challenge: (i, own) => (i === 0 ? c : own),
        shift: (i) => (i === 0 ? [h.multiply(order - c), none] : [none, none]),
      });
      const at = group.elementLength;
      const part = (place: number): Uint8Array => dealing.slice(place * at, (place + 1) * at);
      const [C0, C1, Y, a1, a2] = [0, 1, 2, 6, 7].map((place) => group.fromBytes(part(place))) as Element[];
      const v = valueAt(order, f, 1) + 1n;
      const r = (((w[0]! - c * v) % order) + order) % order;
      expect(h.multiply(r).add(C0!.add(C1!).multiply(c)).equals(a1!)).toBe(true);
      expect(keys[0]!.multiply(r).add(Y!.multiply(c)).equals(a2!)).toBe(true);
      refused(dealing, [0]);
    });

    test('a share encrypted to another base, with a proof about that one', () => {
      refused(deal({ base: (i) => keys[i === 1 ? 2 : i]! }), [1]);
      refused(deal({ base: (i) => (i === 1 ? g : keys[i]!) }), [1]);
      refused(deal({ base: (i) => (i === 1 ? h : keys[i]!) }), [1]);
    });

    test('a share that was solved for once the challenge was known', () => {
      // Y = v·pk + error / c fits a2 = w·pk + error, for whoever hashes no Y.
      const late: Cheat = {
        shift: (i) => [none, i === 3 ? error : none],
        lateShare: (i, share, c) => (i === 3 ? share.add(error.multiply(inverse(order, c))) : share),
      };
      refused(deal({ ...late, hashedShare: [] }), [0, 1, 2, 3]);
      refused(deal(late), [3]);
    });

    test('a commitment that was solved for once the challenge was known', () => {
      const single = { ...context, threshold: 1, publicKeys: context.publicKeys.slice(0, 1) };
      const late: Cheat = {
        shift: () => [error, none],
        lateCommitment: (commitment, c) => commitment.add(error.multiply(inverse(order, c))),
      };
      for (const cheat of [late, { ...late, hashedCommitments: [] }]) {
        const dealing = schoenmakersDealing(group, single, [5n], [6n], cheat);
        expect(scheme.verifyDealing(single, dealing)).toBe(false);
        expect(scheme.wrongShares(single, dealing)).toEqual([0]);
      }
      expect(scheme.verifyDealing(single, schoenmakersDealing(group, single, [5n], [6n]))).toBe(true);
    });

    test('a proof of another index, session, dealer or threshold', () => {
      refused(deal({ index: (i) => (i === 2 ? 1 : i) }), [2]);
      refused(deal({}, { ...context, session: context.dealer }), [0, 1, 2, 3]);
      refused(deal({}, { ...context, dealer: context.session }), [0, 1, 2, 3]);
      refused(deal({}, { ...context, threshold: 1 }), [0, 1, 2, 3]);
    });

    test('identities: a coefficient, a value, a nonce of zero', () => {
      for (const own of [
        [0n, 5n],
        [5n, 0n],
        [order - 2n, 2n],
      ]) {
        refused(schoenmakersDealing(group, context, own, w), [0, 1, 2, 3]);
      }
      refused(schoenmakersDealing(group, context, f, [0n, 1n, 2n, 3n]), [0, 1, 2, 3]);
    });

    test('more or fewer coefficients than the threshold', () => {
      for (const own of [[1n], [1n, 2n, 3n]]) refused(schoenmakersDealing(group, context, own, w), [0, 1, 2, 3]);
    });
  },
);
