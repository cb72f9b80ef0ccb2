import { decodeScalar, encodeScalar } from '@ios/crypto/group';
import { taggedHash, xof } from '@ios/crypto/transcript';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { concatBytes } from '@noble/hashes/utils.js';
import type { DealingContext, PvssScheme } from '../scheme.ts';
import { repeatable, seats } from './seats.ts';
import { assert, type TestFunction } from './test-function.ts';

/** What peers may send and no scheme may pass. */
export const refusalSuite = (test: TestFunction, scheme: PvssScheme): void => {
  const { group } = scheme;
  const { elementLength } = group;
  const scalarLength = encodeScalar(group.order, 0n).length;
  const fresh = taggedHash('ios/pvss/v1/suite-fresh');
  const { context, secretKeys } = seats(scheme, 5, 3);
  const dealing = scheme.deal(context, repeatable('refusals'));
  const shareOf = (index: number, of: Uint8Array = dealing, own: DealingContext = context): Uint8Array =>
    scheme.decryptShare(own, of, index, secretKeys[index]!, repeatable(`share-${index}`));

  /** Not alone, and not between good ones, where it is named. */
  const refuseDealing = (own: DealingContext, bytes: Uint8Array, what: string): void => {
    assert(!scheme.verifyDealing(own, bytes), `${what}: alone`);
    const good = { context, dealing };
    const named = scheme.verifyDealings([good, { context: own, dealing: bytes }, good], fresh);
    assert(named.join() === '1', `${what}: in a batch, named ${named.join()}`);
  };
  /** Each of them, in a batch with a good one. */
  const refuseDealings = (all: readonly (readonly [string, Uint8Array])[]): void => {
    const batch = [dealing, ...all.map(([, bytes]) => bytes)].map((own) => ({ context, dealing: own }));
    const named = new Set(scheme.verifyDealings(batch, fresh));
    assert(!named.has(0), 'the good one is not named');
    all.forEach(([what], i) => {
      assert(named.has(i + 1), what);
    });
  };
  const refuseShare = (
    index: number,
    share: Uint8Array,
    what: string,
    of: Uint8Array = dealing,
    own: DealingContext = context,
  ): void => {
    assert(!scheme.verifyShare(own, of, index, share), `${what}: alone`);
    const good = { context, dealing, index: 4, share: shareOf(4) };
    const named = scheme.verifyShares([good, { context: own, dealing: of, index, share }, good], fresh);
    assert(named.join() === '1', `${what}: in a batch, named ${named.join()}`);
  };
  const others: readonly (readonly [string, DealingContext])[] = [
    ['another session', { ...context, session: taggedHash('ios/pvss/v1/suite-other') }],
    ['another dealer: a copied dealing', { ...context, dealer: taggedHash('ios/pvss/v1/suite-other') }],
    ['two keys exchanged', { ...context, publicKeys: [1, 0, 2, 3, 4].map((i) => context.publicKeys[i]!) }],
    ['another roster', { ...context, publicKeys: seats(scheme, 5, 3, 'other').context.publicKeys }],
  ];
  const ofThreshold = [1, 2, 4, 5].map((threshold) => [`threshold ${threshold}`, { ...context, threshold }] as const);

  for (const [what, own] of [...others, ...ofThreshold]) {
    test(`a dealing is refused in another context: ${what}`, () => refuseDealing(own, dealing, what));
  }

  test('a dealing of wrong length is refused', () => {
    for (const length of [0, 1, dealing.length - 1])
      refuseDealing(context, dealing.slice(0, length), `${length} bytes`);
    refuseDealing(context, concatBytes(dealing, new Uint8Array(1)), 'one byte more');
    refuseDealing(context, concatBytes(dealing, dealing), 'twice');
  });

  test('a dealing with a bit flipped anywhere is refused', () => {
    const random = xof('ios/pvss/v1/suite-flips');
    const flipped: [string, Uint8Array][] = [];
    for (let at = 0; at < dealing.length; at += 8) {
      const bytes = dealing.slice();
      bytes[at + (random.read(1)[0]! % Math.min(8, dealing.length - at))]! ^= 1 << (random.read(1)[0]! % 8);
      flipped.push([`near byte ${at}`, bytes]);
    }
    refuseDealings(flipped);
  });

  test('a dealing with the identity, or another element, in any place is refused', () => {
    const replaced: [string, Uint8Array][] = [];
    for (const element of [group.identity, group.base]) {
      for (let at = 0; at + elementLength <= dealing.length; at += elementLength) {
        const bytes = dealing.slice();
        bytes.set(element.toBytes(), at);
        replaced.push([`at byte ${at}`, bytes]);
      }
    }
    refuseDealings(replaced);
  });

  test('a dealing with a response that is not reduced is refused', () => {
    const r = decodeScalar(group.order, dealing.slice(-scalarLength));
    refuseDealing(context, withLast(dealing, numberToBytesLE(r + group.order, scalarLength)), 'r + order');
    refuseDealing(context, withLast(dealing, encodeScalar(group.order, (r + 1n) % group.order)), 'r + 1');
  });

  test('a dealing with two places exchanged is refused', () => {
    const at = (place: number): Uint8Array => dealing.slice(place * elementLength, (place + 1) * elementLength);
    const pairs = [0, 1, 2, 3, 4, 5, 6, 7].map((place) => [place, place + 1] as const);
    refuseDealings(
      pairs.map(([a, b]) => {
        const bytes = dealing.slice();
        bytes.set(at(a), b * elementLength);
        bytes.set(at(b), a * elementLength);
        return [`${a} and ${b}`, bytes];
      }),
    );
  });

  test('all wrong dealings of a batch are named, and no other', () => {
    const bad = scheme.deal({ ...context, session: context.dealer });
    const batch = [bad, dealing, bad, new Uint8Array(3), dealing, bad].map((own) => ({ context, dealing: own }));
    assert(scheme.verifyDealings(batch, fresh).join() === '0,2,3,5', 'four of six');
    assert(scheme.verifyDealings(batch.slice(3, 4), fresh).join() === '0', 'no equation at all');
  });

  for (const [what, own] of [...others]) {
    test(`a share is refused in another context: ${what}`, () => refuseShare(0, shareOf(0), what, dealing, own));
  }

  test('a share is refused at another index, and of another dealing', () => {
    const other = scheme.deal(context);
    for (const index of [1, 2, 3, 4]) refuseShare(index, shareOf(0), `at ${index}`);
    refuseShare(0, shareOf(0, other), 'of another dealing');
    const session = taggedHash('ios/pvss/v1/suite-other');
    const second = { ...context, session };
    refuseShare(0, shareOf(0), 'of another session', scheme.deal(second), second);
    refuseShare(0, shareOf(0), 'of a dealing that is none', dealing.slice(1));
  });

  test('a share that was changed is refused', () => {
    const share = shareOf(0);
    const parts = [0, 1, 2].map((place) => share.slice(place * elementLength, (place + 1) * elementLength));
    const element = group.fromBytes(parts[0]!);
    const replaced = (place: number, bytes: Uint8Array): Uint8Array => {
      const changed = share.slice();
      changed.set(bytes, place * elementLength);
      return changed;
    };
    refuseShare(0, replaced(0, element.add(group.base).toBytes()), 'another element under its proof');
    refuseShare(0, replaced(0, element.negate().toBytes()), 'the inverse');
    for (const place of [0, 1, 2]) {
      refuseShare(0, replaced(place, group.identity.toBytes()), `the identity at ${place}`);
      refuseShare(0, replaced(place, group.base.toBytes()), `the base at ${place}`);
      refuseShare(
        0,
        replaced(place, shareOf(1).slice(place * elementLength)).slice(0, share.length),
        `another's, ${place}`,
      );
    }
    const r = bytesToNumberLE(share.slice(-scalarLength));
    refuseShare(0, withLast(share, numberToBytesLE(r + group.order, scalarLength)), 'r + order');
    refuseShare(0, withLast(share, encodeScalar(group.order, (r + 1n) % group.order)), 'r + 1');
    for (const length of [0, 1, share.length - 1]) refuseShare(0, share.slice(0, length), `${length} bytes`);
    refuseShare(0, concatBytes(share, new Uint8Array(1)), 'one byte more');
  });

  test('errors of shares that cancel in an unweighted sum do not cancel', () => {
    const raised = (index: number, by: bigint): Uint8Array => {
      const share = shareOf(index);
      const r = decodeScalar(group.order, share.slice(-scalarLength));
      return withLast(share, encodeScalar(group.order, (r + by) % group.order));
    };
    const batch = [raised(0, 1n), shareOf(1), raised(0, group.order - 1n)];
    const claims = batch.map((share, i) => ({ context, dealing, index: i === 1 ? 1 : 0, share }));
    assert(scheme.verifyShares(claims, fresh).join() === '0,2', 'r + 1 and r - 1 of one share');
  });

  test('errors of dealings that cancel in an unweighted sum do not cancel', () => {
    const raised = (by: bigint): Uint8Array => {
      const r = decodeScalar(group.order, dealing.slice(-scalarLength));
      return withLast(dealing, encodeScalar(group.order, (r + by) % group.order));
    };
    const batch = [raised(1n), dealing, raised(group.order - 1n)].map((own) => ({ context, dealing: own }));
    assert(scheme.verifyDealings(batch, fresh).join() === '0,2', 'r + 1 and r - 1 of one dealing');
  });
};

const withLast = (bytes: Uint8Array, end: Uint8Array): Uint8Array => concatBytes(bytes.slice(0, -end.length), end);
