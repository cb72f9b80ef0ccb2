import assert from 'node:assert/strict';
import { getPublicKey, type SignedMessage, sign } from '@ios/crypto/ed25519';
import type { RegisterTest } from '../testing.ts';
import type { BudgetRate } from './budget.ts';
import type { Verdict, Verifier } from './verifier.ts';

/** A verifier with the given budgets, whose time stands still but for `advance`. */
export type MakeVerifier = (
  budget: BudgetRate,
  keyBudget: BudgetRate,
) => { readonly verifier: Verifier; advance(ms: number): void };

const seed = new Uint8Array(32).fill(5);
const publicKey = getPublicKey(seed);
const signed = (number: number): SignedMessage => {
  const message = new Uint8Array(number % 200).fill(number);
  return { publicKey, message, signature: sign(message, seed) };
};
const forged = (number: number): SignedMessage => {
  const good = signed(number);
  return { ...good, message: Uint8Array.of(...good.message, 1) };
};

/**
 * Valid under ZIP215 and refused by OpenSSL: key and R are points of order 4 (y = 0), S is 0, so that the equation holds
 * only with the cofactor.
 */
const smallOrder: SignedMessage = {
  publicKey: new Uint8Array(32),
  message: new Uint8Array(0),
  signature: new Uint8Array(64),
};

const same = (actual: readonly Verdict[], expected: readonly Verdict[]): void =>
  assert.deepEqual([...actual], [...expected]);

/** Registers what every `Verifier` must do; `make` gives a new one for each test, which closes it. */
export function verifierSuite(test: RegisterTest, make: MakeVerifier): void {
  const run = (
    name: string,
    body: (verifier: Verifier, advance: (ms: number) => void) => Promise<void>,
    budget: BudgetRate = { burst: 4, perSecond: 2 },
  ): void =>
    test(name, async () => {
      const { verifier, advance } = make(budget, { burst: 3, perSecond: 2 });
      try {
        await body(verifier, advance);
      } finally {
        await Promise.all([verifier.close(), verifier.close()]);
      }
    });

  run('answers every claim in its place', async (verifier) => {
    same(await verifier.verify([], 'p'), []);
    same(await verifier.verify([signed(1), forged(2), signed(3), forged(4), signed(0)], 'p'), [
      'valid',
      'invalid',
      'valid',
      'invalid',
      'valid',
    ]);
  });

  run('calls bytes of a wrong length invalid, at nobody’s cost', async (verifier) => {
    const good = signed(7);
    const wrong: SignedMessage[] = [0, 31, 33].map((length) => ({ ...good, publicKey: new Uint8Array(length) }));
    wrong.push(...[0, 63, 65].map((length) => ({ ...good, signature: new Uint8Array(length) })));
    const verdicts = await verifier.verify([...wrong, good, ...wrong, ...wrong], 'payer');
    same(verdicts, [
      ...wrong.map((): Verdict => 'invalid'),
      'valid',
      ...[...wrong, ...wrong].map((): Verdict => 'invalid'),
    ]);
    same(await verifier.verify([forged(1)], 'payer'), ['invalid']);
  });

  run('decides by ZIP215, whatever a faster verifier says', async (verifier) => {
    same(await verifier.verify([smallOrder, signed(1)], 'p'), ['valid', 'valid']);
    assert.equal(await verifier.holds({ signatures: [smallOrder, signed(1)] }), true);
  });

  run(
    'leaves claims undecided once the payer’s budget is spent, and never calls them invalid',
    async (verifier, advance) => {
      same(await verifier.verify([forged(1), signed(2), forged(3), forged(4)], 'a'), [
        'invalid',
        'valid',
        'invalid',
        'invalid',
      ]);
      same(await verifier.verify([forged(5), smallOrder, forged(6), signed(7)], 'a'), [
        'invalid',
        'undecided',
        'undecided',
        'valid',
      ]);
      same(await verifier.verify([forged(8)], 'b'), ['invalid']);
      advance(1_000);
      same(await verifier.verify([smallOrder, forged(9), forged(10)], 'a'), ['valid', 'invalid', 'undecided']);
      advance(3_600_000);
      const again = await verifier.verify([1, 2, 3, 4, 5].map(forged), 'a');
      same(again, ['invalid', 'invalid', 'invalid', 'invalid', 'undecided']);
    },
  );

  run('charges nobody for what holds', async (verifier) => {
    const good = Array.from({ length: 20 }, (_, number) => signed(number));
    for (let turn = 0; turn < 3; turn++)
      same(
        await verifier.verify(good, 'payer'),
        good.map(() => 'valid'),
      );
    same(await verifier.verify([1, 2, 3, 4, 5].map(forged), 'payer'), [
      'invalid',
      'invalid',
      'invalid',
      'invalid',
      'undecided',
    ]);
  });

  run('answers many calls at once, each with its own', async (verifier) => {
    const calls = Array.from({ length: 40 }, (_, call) =>
      Array.from({ length: call % 5 }, (_, number) =>
        number === call % 3 && call % 4 === 0 ? forged(call) : signed(call + number),
      ),
    );
    const answers = await Promise.all(calls.map((claims, call) => verifier.verify(claims, `${call}`)));
    for (const [call, verdicts] of answers.entries()) {
      same(
        verdicts,
        calls[call]!.map((_, number) => (number === call % 3 && call % 4 === 0 ? 'invalid' : 'valid')),
      );
    }
  });

  run('takes more claims than fit in one job, and views of larger buffers', async (verifier) => {
    const parts = [signed(150), forged(151)].map(({ publicKey: key, message, signature }) => {
      const buffer = new Uint8Array(1000).fill(0xee);
      buffer.set(key, 10);
      buffer.set(signature, 100);
      buffer.set(message, 300);
      return {
        publicKey: buffer.subarray(10, 42),
        signature: buffer.subarray(100, 164),
        message: buffer.subarray(300, 300 + message.length),
      };
    });
    const claims = Array.from({ length: 300 }, (_, number) => parts[number === 123 || number === 250 ? 1 : 0]!);
    const expected = claims.map((_, number): Verdict => (number === 123 || number === 250 ? 'invalid' : 'valid'));
    same(await verifier.verify(claims, 'p'), expected);
    assert.ok(
      parts.every((claim) => claim.message.length > 0),
      'what was handed in stays usable',
    );
  });

  const points = [1, 2, 3, 4, 5].map((i) => getPublicKey(new Uint8Array(32).fill(i)));
  const [ada, bob, cyd, dee, eve] = points as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];

  run('says which keys may own something, each at its payer’s expense', async (verifier, advance) => {
    const none = new Uint8Array(32).fill(0xff);
    const small = new Uint8Array(32);
    small[0] = 1;
    same(await verifier.verifyKeys([], 'a'), []);
    same(await verifier.verifyKeys([ada, none, small, bob], 'a'), ['valid', 'invalid', 'invalid', 'undecided']);
    same(await verifier.verifyKeys([cyd], 'b'), ['valid']);
    same(await verifier.verifyKeys([new Uint8Array(31), dee, new Uint8Array(0)], 'a'), [
      'invalid',
      'undecided',
      'invalid',
    ]);
    advance(1_000);
    same(await verifier.verifyKeys([bob, cyd, dee], 'a'), ['valid', 'valid', 'undecided']);
    // Keys and signatures have budgets of their own.
    same(await verifier.verify([forged(1), forged(2), forged(3), forged(4)], 'a'), Array(4).fill('invalid'));
  });

  run('decides whether all of an assertion holds, at nobody’s expense', async (verifier) => {
    const good = Array.from({ length: 150 }, (_, number) => signed(number % 9));
    const keys = Array.from({ length: 70 }, (_, number) => points[number % 5]!);
    const at = <T>(list: readonly T[], place: number, other: T): T[] =>
      list.map((one, i) => (i === place ? other : one));
    assert.equal(await verifier.holds({ signatures: [] }), true);
    assert.equal(await verifier.holds({ signatures: good, keys }), true);
    assert.equal(await verifier.holds({ signatures: [], keys: [eve] }), true);
    for (const place of [0, 63, 64, 149])
      assert.equal(await verifier.holds({ signatures: at(good, place, forged(1)), keys }), false);
    for (const place of [0, 31, 32, 69])
      assert.equal(await verifier.holds({ signatures: good, keys: at(keys, place, new Uint8Array(32)) }), false);
    assert.equal(await verifier.holds({ signatures: [], keys: [ada.subarray(1)] }), false);
    assert.equal(await verifier.holds({ signatures: [{ ...signed(1), signature: new Uint8Array(63) }] }), false);
  });

  run('gives an assertion up when it is told to', async (verifier) => {
    const end = new AbortController();
    const reason = new Error('over');
    const asked = verifier.holds({ signatures: Array.from({ length: 2_000 }, () => smallOrder) }, end.signal);
    end.abort(reason);
    await assert.rejects(asked, reason);
    await assert.rejects(verifier.holds({ signatures: [signed(1)] }, end.signal), reason);
  });
}
