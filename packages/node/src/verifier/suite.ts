import assert from 'node:assert/strict';
import { getPublicKey, type SignedMessage, sign } from '@ios/crypto/ed25519';
import type { RegisterTest } from '../testing.ts';
import type { BudgetRate } from './budget.ts';
import type { Verdict, Verifier } from './verifier.ts';

/** A verifier with the given budget, whose time stands still but for `advance`. */
export type MakeVerifier = (budget: BudgetRate) => { readonly verifier: Verifier; advance(ms: number): void };

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
      const { verifier, advance } = make(budget);
      try {
        await body(verifier, advance);
      } finally {
        await Promise.all([verifier.close(), verifier.close()]);
      }
    });

  run('answers every claim in its place', async (verifier) => {
    same(await verifier.verify([]), []);
    same(await verifier.verify([signed(1), forged(2), signed(3), forged(4), signed(0)]), [
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
    same(await verifier.verify([smallOrder, signed(1)]), ['valid', 'valid']);
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
      same(await verifier.verify([forged(8)]), ['invalid']);
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
    const answers = await Promise.all(calls.map((claims) => verifier.verify(claims)));
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
    same(await verifier.verify(claims), expected);
    assert.ok(
      parts.every((claim) => claim.message.length > 0),
      'what was handed in stays usable',
    );
  });
}
