import { MAX_SHARES } from '../context.ts';
import type { DealingContext, PvssScheme } from '../scheme.ts';
import { repeatable, seats } from './seats.ts';
import { assert, assertThrows, same, type TestFunction } from './test-function.ts';

/** What callers may not pass. */
export const argumentSuite = (test: TestFunction, scheme: PvssScheme): void => {
  const { group } = scheme;
  const { context, secretKeys } = seats(scheme, 4, 2);
  const dealing = scheme.deal(context, repeatable('arguments'));
  const share = (index: number): { index: number; share: Uint8Array } => ({
    index,
    share: scheme.decryptShare(context, dealing, index, secretKeys[index]!),
  });
  const { publicKeys } = context;
  const tooMany = Array.from({ length: MAX_SHARES + 1 }, () => publicKeys[0]!);
  const short = new Uint8Array(31);

  const malformed: readonly (readonly [string, string, Partial<DealingContext>])[] = [
    ['a session of 31 bytes', 'bad-length', { session: short }],
    ['a dealer of 31 bytes', 'bad-length', { dealer: short }],
    ['threshold 0', 'out-of-range', { threshold: 0 }],
    ['threshold n + 1', 'out-of-range', { threshold: 5 }],
    ['threshold 1.5', 'out-of-range', { threshold: 1.5 }],
    ['no keys', 'out-of-range', { publicKeys: [] }],
    ['too many keys', 'out-of-range', { publicKeys: tooMany }],
    ['a key too short', 'bad-length', { publicKeys: publicKeys.map((key) => key.slice(1)) }],
    ['a key that is no element', 'bad-key', { publicKeys: [...publicKeys, publicKeys[0]!.map(() => 255)] }],
    ['the identity as a key', 'bad-key', { publicKeys: [...publicKeys, group.identity.toBytes()] }],
    ['a repeated key', 'repeated-key', { publicKeys: [...publicKeys, publicKeys[1]!.slice()] }],
  ];
  for (const [what, code, change] of malformed) {
    test(`a malformed context is an error: ${what}`, () => {
      const own = { ...context, ...change };
      const fresh = new Uint8Array(32);
      for (const run of [
        () => scheme.deal(own),
        () => scheme.verifyDealing(own, dealing),
        () =>
          scheme.verifyDealings(
            [
              { context, dealing },
              { context: own, dealing },
            ],
            fresh,
          ),
        () => scheme.decryptShare(own, dealing, 0, secretKeys[0]!),
        () => scheme.verifyShare(own, dealing, 0, new Uint8Array(scheme.shareLength)),
        () => scheme.verifyShares([{ context: own, dealing, ...share(0) }], fresh),
        () => scheme.recover(own, dealing, [share(0), share(1)]),
      ]) {
        assertThrows(code, run, what);
      }
    });
  }

  test('an index that is none is an error', () => {
    for (const index of [-1, 4, 0.5, Number.NaN, 2 ** 32]) {
      const own = share(0).share;
      assertThrows('out-of-range', () => scheme.decryptShare(context, dealing, index, secretKeys[0]!), 'decrypt');
      assertThrows('out-of-range', () => scheme.verifyShare(context, dealing, index, own), 'verify');
      const claim = { context, dealing, index, share: own };
      assertThrows('out-of-range', () => scheme.verifyShares([claim], new Uint8Array(32)), 'verify a batch');
      assertThrows(
        'out-of-range',
        () => scheme.recover(context, dealing, [share(0), { index, share: own }]),
        'recover',
      );
    }
  });

  test('recovery takes exactly t shares with different indices', () => {
    const recover = (...shares: { index: number; share: Uint8Array }[]) => scheme.recover(context, dealing, shares);
    assertThrows('wrong-count', () => recover(), 'none');
    assertThrows('wrong-count', () => recover(share(0)), 'one too few');
    assertThrows('wrong-count', () => recover(share(0), share(1), share(2)), 'one too many');
    assertThrows('repeated-index', () => recover(share(0), share(0)), 'one twice');
    assertThrows('bad-share', () => recover(share(0), { index: 1, share: new Uint8Array(3) }), 'a share too short');
    const wild = new Uint8Array(scheme.shareLength).fill(255);
    assertThrows('bad-share', () => recover(share(0), { index: 1, share: wild }), 'no element');
    assertThrows('bad-length', () => scheme.recover(context, dealing.slice(1), [share(0), share(1)]), 'no dealing');
    same(recover(share(3), share(0)), recover(share(1), share(2)), 'the secret');
  });

  test('only the owner of a key decrypts, and only from a dealing', () => {
    const [first, second] = secretKeys as [bigint, bigint];
    assertThrows('wrong-secret', () => scheme.decryptShare(context, dealing, 0, second), "another's secret");
    for (const secret of [0n, -1n, group.order, group.order + first]) {
      assertThrows('out-of-range', () => scheme.decryptShare(context, dealing, 0, secret), 'no secret key');
      assertThrows('out-of-range', () => scheme.publicKey(secret), 'no secret key');
    }
    for (const bytes of [new Uint8Array(0), dealing.slice(1), dealing.map(() => 255)]) {
      assertThrows('bad-dealing', () => scheme.decryptShare(context, bytes, 0, first), 'no dealing');
    }
  });

  test('sources of too few bytes are refused', () => {
    const poor = (length: number): Uint8Array => new Uint8Array(length - 1);
    const first = secretKeys[0]!;
    assertThrows('bad-length', () => scheme.deal(context, poor), 'deal');
    assertThrows('bad-length', () => scheme.generateKey(poor), 'generateKey');
    assertThrows('bad-length', () => scheme.decryptShare(context, dealing, 0, first, poor), 'decryptShare');
    assertThrows('bad-length', () => scheme.verifyDealing(context, dealing, poor), 'verifyDealing');
    for (const fresh of [new Uint8Array(0), new Uint8Array(31), new Uint8Array(33)]) {
      for (const batch of [[], [{ context, dealing }]]) {
        assertThrows('bad-length', () => scheme.verifyDealings(batch, fresh), 'verifyDealings');
      }
      assertThrows('bad-length', () => scheme.verifyShares([], fresh), 'verifyShares');
    }
  });

  test('lengths are those of sizes that can be', () => {
    for (const [n, t] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [2, 3],
      [MAX_SHARES + 1, 1],
      [1.5, 1],
    ] as const) {
      assertThrows('out-of-range', () => scheme.dealingLength(n, t), `${t} of ${n}`);
    }
    assert(scheme.dealingLength(MAX_SHARES, MAX_SHARES) > 0, 'the most');
  });
};
