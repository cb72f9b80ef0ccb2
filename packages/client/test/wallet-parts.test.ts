import { checkBody, checkWitnesses, encodeAddress, type Input } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildTransfer, deriveOwnerKey, ownerKey, selectCoins, type TransferPlan } from '../src/index.ts';

const failure = (code: string): unknown => expect.objectContaining({ name: 'ClientError', code });
const master = new Uint8Array(32).fill(3);
const [alice, bob, carol] = [0, 1, 2].map((i) => deriveOwnerKey(master, i)) as [
  ReturnType<typeof ownerKey>,
  ReturnType<typeof ownerKey>,
  ReturnType<typeof ownerKey>,
];
const chain = new Uint8Array(32).fill(1);

const coin = (i: number, amount: bigint, owner = alice.publicKey): Input => {
  const id = new Uint8Array(32);
  new DataView(id.buffer).setUint32(0, i);
  return { outpoint: { id, index: i % 256 }, amount, owner };
};

describe('keys', () => {
  test('are derived apart, and the same again', () => {
    expect(new Set([alice, bob, carol].map(({ address }) => address)).size).toBe(3);
    expect(deriveOwnerKey(master, 0).address).toBe(alice.address);
    // Made with HKDF and Ed25519 of OpenSSL.
    expect(bytesToHex(alice.publicKey)).toBe('9e2c6014e3f8b72eed539ce47c8cb9639a433bae86cd2757242405f6a1b2d142');
    expect(bytesToHex(deriveOwnerKey(master, 0xffffffff).publicKey)).toBe(
      '56233522c157e570f6644943aabfe57c079df7621bc91ed23ea572d265dd33f1',
    );
    expect(JSON.stringify(alice)).not.toContain('seed');
  });

  test('refuse what is no index, seed or master secret', () => {
    for (const index of [-1, 0.5, 2 ** 32, Number.NaN]) {
      expect(() => deriveOwnerKey(master, index)).toThrow(failure('out-of-range'));
    }
    expect(() => deriveOwnerKey(master.subarray(1), 0)).toThrow(failure('out-of-range'));
    expect(() => ownerKey(master.subarray(1))).toThrow(failure('out-of-range'));
  });

  test('keep a copy of their seed', () => {
    const seed = Uint8Array.from(master);
    const key = ownerKey(seed);
    const before = key.sign(chain);
    seed.fill(0);
    expect(key.sign(chain)).toEqual(before);
  });
});

describe('selection', () => {
  test('takes the fewest, the largest first, equal ones by outpoint', () => {
    const coins = [coin(3, 5n), coin(1, 5n), coin(2, 9n), coin(4, 1n)];
    expect(selectCoins(coins, 9n)).toEqual({ coins: [coin(2, 9n)], sum: 9n });
    expect(selectCoins(coins, 10n)).toEqual({ coins: [coin(2, 9n), coin(1, 5n)], sum: 14n });
    expect(selectCoins(coins.toReversed(), 10n)).toEqual(selectCoins(coins, 10n));
    expect(selectCoins(coins, 20n).sum).toBe(20n);
  });

  test('says what is lacking', () => {
    expect(() => selectCoins([coin(1, 150_000_000n)], 200_000_000n)).toThrow(
      expect.objectContaining({
        code: 'insufficient-funds',
        facts: { have: 150_000_000n, need: 200_000_000n },
        message: 'Insufficient funds: have 1.5 IOS, need 2 IOS.',
      }),
    );
    expect(() => selectCoins([], 1n)).toThrow(failure('insufficient-funds'));
  });

  test('spends at most 256 outputs', () => {
    const coins = Array.from({ length: 257 }, (_, i) => coin(i, 2n));
    expect(selectCoins(coins, 512n).coins).toHaveLength(256);
    expect(() => selectCoins(coins, 513n)).toThrow(
      expect.objectContaining({ code: 'too-many-inputs', facts: { most: 512n, need: 513n } }),
    );
  });

  test('is exact, for any coins', () => {
    const amounts = fc.array(fc.bigInt({ min: 1n, max: 2n ** 53n }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(amounts, fc.bigInt({ min: 1n, max: 2n ** 54n }), (list, need) => {
        const coins = list.map((amount, i) => coin(i, amount));
        const total = list.reduce((a, b) => a + b, 0n);
        if (total < need) {
          expect(() => selectCoins(coins, need)).toThrow(failure('insufficient-funds'));
          return;
        }
        const { coins: chosen, sum } = selectCoins(coins, need);
        expect(chosen.reduce((a, { amount }) => a + amount, 0n)).toBe(sum);
        expect(sum).toBeGreaterThanOrEqual(need);
        expect(sum - chosen.at(-1)!.amount).toBeLessThan(need);
        expect(new Set(chosen).size).toBe(chosen.length);
      }),
    );
  });
});

describe('transfer', () => {
  const plan = (more: Partial<TransferPlan>): TransferPlan => ({
    chain,
    expiry: 2,
    coins: [coin(1, 100n), coin(2, 50n, bob.publicKey)],
    payments: [{ to: carol.address, amount: 120n }],
    fee: 7n,
    keys: [alice, bob],
    ...more,
  });

  test('pays, leaves the fee, gives the change to the first key, and passes the rules of the ledger', () => {
    const { transaction, fee } = buildTransfer(plan({}));
    expect(transaction.body.outputs).toEqual([
      { amount: 120n, owner: carol.publicKey },
      { amount: 23n, owner: alice.publicKey },
    ]);
    expect(fee).toBe(7n);
    expect(checkBody(transaction.body, { chain, epoch: 0 })).toEqual({ valid: true, fee: 7n });
    expect(transaction.witnesses).toHaveLength(2);
    expect(checkWitnesses(transaction)).toBeUndefined();
    expect(buildTransfer(plan({}))).toEqual(buildTransfer(plan({})));
  });

  test('makes no output of nothing', () => {
    const { transaction } = buildTransfer(plan({ payments: [{ to: carol.address, amount: 143n }] }));
    expect(transaction.body.outputs).toHaveLength(1);
  });

  test.each<[string, Partial<TransferPlan>, string]>([
    ['no payment', { payments: [] }, 'out-of-range'],
    ['256 payments', { payments: Array(256).fill({ to: alice.address, amount: 1n }) }, 'out-of-range'],
    ['a payment of nothing', { payments: [{ to: alice.address, amount: 0n }] }, 'out-of-range'],
    ['a negative payment', { payments: [{ to: alice.address, amount: -1n }] }, 'out-of-range'],
    ['more than there can be', { payments: [{ to: alice.address, amount: 2n ** 64n }] }, 'out-of-range'],
    ['a sum above the bound', { payments: Array(2).fill({ to: alice.address, amount: 2n ** 63n }) }, 'out-of-range'],
    ['a negative fee', { fee: -1n }, 'out-of-range'],
    ['no key', { keys: [] }, 'out-of-range'],
    ['another alphabet', { payments: [{ to: 'bitcoin', amount: 1n }] }, 'out-of-range'],
    ['a small order key', { payments: [{ to: encodeAddress(new Uint8Array(32)), amount: 1n }] }, 'out-of-range'],
    ['more than it has', { fee: 31n }, 'insufficient-funds'],
  ])('refuses %s', (_, more, code) => {
    expect(() => buildTransfer(plan(more))).toThrow(failure(code));
  });
});
