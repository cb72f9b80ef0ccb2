import assert from 'node:assert/strict';
import { getPublicKey, type SignedMessage, sign } from '@ios/crypto/ed25519';
import type { RegisterTest } from '../testing.ts';
import { knownBad, knownGood, knownKeys, knownNoKeys } from './known-answers.ts';
import type { Verifier } from './verifier.ts';

/** Makes a verifier. */
export type MakeVerifier = () => Verifier;

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

const same = (actual: readonly boolean[], expected: readonly boolean[]): void =>
  assert.deepEqual([...actual], [...expected]);

/** Registers what every `Verifier` must do; `make` gives a new one for each test, which closes it. */
export function verifierSuite(test: RegisterTest, make: MakeVerifier): void {
  const run = (name: string, body: (verifier: Verifier) => Promise<void>): void =>
    test(name, async () => {
      const verifier = make();
      try {
        await body(verifier);
      } finally {
        await Promise.all([verifier.close(), verifier.close()]);
      }
    });

  run('answers every claim in its place', async (verifier) => {
    same(await verifier.verify([], 'p'), []);
    same(await verifier.verify([signed(1), forged(2), signed(3), forged(4), signed(0)], 'p'), [
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  run('calls bytes of a wrong length invalid', async (verifier) => {
    const good = signed(7);
    const wrong: SignedMessage[] = [0, 31, 33].map((length) => ({ ...good, publicKey: new Uint8Array(length) }));
    wrong.push(...[0, 63, 65].map((length) => ({ ...good, signature: new Uint8Array(length) })));
    const none = wrong.map(() => false);
    same(await verifier.verify(wrong, 'p'), none);
    same(await verifier.verify([...wrong, good, ...wrong], 'p'), [...none, true, ...none]);
  });

  run('decides by ZIP215, whatever other verifiers say', async (verifier) => {
    same(
      await verifier.verify(knownGood, 'p'),
      knownGood.map(() => true),
    );
    for (const one of [...knownGood, signed(1)]) same(await verifier.verify([one], 'p'), [true]);
    assert.equal(await verifier.holds({ signatures: knownGood }), true);
    for (const one of knownBad) {
      same(await verifier.verify([one], 'p'), [false]);
      same(await verifier.verify([...knownGood, one], 'p'), [...knownGood.map(() => true), false]);
      assert.equal(await verifier.holds({ signatures: [...knownGood, one] }), false);
    }
  });

  run('names the forgeries among the claims of many senders, the first time and later', async (verifier) => {
    for (let turn = 0; turn < 3; turn++) {
      const calls = Array.from({ length: 30 }, (_, call) =>
        Array.from({ length: 7 }, (_, number) =>
          call % 10 === 4 && number === turn ? forged(number) : signed(number),
        ),
      );
      const answers = await Promise.all(calls.map((claims, call) => verifier.verify(claims, `sender ${call}`)));
      for (const [call, verdicts] of answers.entries())
        same(
          verdicts,
          calls[call]!.map((_, number) => call % 10 !== 4 || number !== turn),
        );
    }
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
        calls[call]!.map((_, number) => number !== call % 3 || call % 4 !== 0),
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
    const expected = claims.map((_, number) => number !== 123 && number !== 250);
    same(await verifier.verify(claims, 'p'), expected);
    assert.ok(
      parts.every((claim) => claim.message.length > 0),
      'what was handed in stays usable',
    );
  });

  const points = [1, 2, 3, 4, 5].map((i) => getPublicKey(new Uint8Array(32).fill(i)));
  const [ada, bob, cyd, dee, eve] = points as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];

  run('says which keys may own something', async (verifier) => {
    const none = new Uint8Array(32).fill(0xff);
    same(await verifier.verifyKeys([], 'a'), []);
    const asked = [ada, none, ...knownNoKeys, bob, new Uint8Array(31), ...knownKeys, new Uint8Array(0), cyd, dee];
    const valid = new Set([ada, bob, cyd, dee, ...knownKeys]);
    for (const payer of ['a', 'b']) {
      same(
        await verifier.verifyKeys(asked, payer),
        asked.map((key) => valid.has(key)),
      );
    }
    const many = Array.from({ length: 100 }, (_, i) => (i % 9 === 0 ? none : points[i % 5]!));
    same(
      await verifier.verifyKeys(many, 'a'),
      many.map((key) => key !== none),
    );
  });

  run('decides whether all of an assertion holds', async (verifier) => {
    const good = Array.from({ length: 150 }, (_, number) => signed(number % 9));
    const keys = Array.from({ length: 70 }, (_, number) => points[number % 5]!);
    const at = <T>(list: readonly T[], place: number, other: T): T[] =>
      list.map((one, i) => (i === place ? other : one));
    assert.equal(await verifier.holds({ signatures: [] }), true);
    assert.equal(await verifier.holds({ signatures: good, keys }), true);
    assert.equal(await verifier.holds({ signatures: [], keys: [eve] }), true);
    for (const place of [0, 127, 128, 149])
      assert.equal(await verifier.holds({ signatures: at(good, place, forged(1)), keys }), false);
    for (const place of [0, 31, 32, 69])
      assert.equal(await verifier.holds({ signatures: good, keys: at(keys, place, new Uint8Array(32)) }), false);
    assert.equal(await verifier.holds({ signatures: [], keys: [ada.subarray(1)] }), false);
    assert.equal(await verifier.holds({ signatures: [{ ...signed(1), signature: new Uint8Array(63) }] }), false);
  });

  run('gives an assertion up when it is told to', async (verifier) => {
    const end = new AbortController();
    const reason = new Error('over');
    const asked = verifier.holds({ signatures: Array(5_000).fill(signed(1)) }, end.signal);
    end.abort(reason);
    await assert.rejects(asked, reason);
    await assert.rejects(verifier.holds({ signatures: [signed(1)] }, end.signal), reason);
  });
}
