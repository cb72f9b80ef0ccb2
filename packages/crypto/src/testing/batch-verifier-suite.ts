import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { type BatchVerifier, getPublicKey, type SignedMessage, sign, verify } from '../ed25519.ts';
import { edwards25519, ORDER } from '../edwards25519.ts';
import { xof } from '../transcript.ts';
import { NO_POINT, SMALL_ORDER, signWithTorsion, TORSION } from './mixed-order.ts';
import { assert, assertThrows, type TestFunction } from './test-function.ts';

/**
 * What every {@link BatchVerifier} must do: say yes exactly if ZIP215 says yes to each signature alone.
 * @param test - `test` of the runner
 * @param verifier - the implementation
 */
export const batchVerifierSuite = (test: TestFunction, verifier: BatchVerifier): void => {
  const fresh = xof('ios/crypto/v1/batch-verifier-suite');
  const accepts = (...batch: SignedMessage[]): boolean => verifier.verify(batch, fresh.read(32));

  test('an empty batch holds', () => {
    assert(accepts(), 'nothing is wrong');
  });

  test('fresh bytes of a wrong length are refused', () => {
    for (const length of [0, 31, 33]) {
      for (const batch of [[], honest(1), [{ ...honest(1)[0]!, signature: new Uint8Array(0) }]]) {
        assertThrows('bad-length', () => verifier.verify(batch, new Uint8Array(length)), `${length} fresh bytes`);
      }
    }
  });

  test('honest batches of several sizes hold, whatever the fresh bytes', () => {
    for (const size of [1, 2, 3, 8, 17]) assert(accepts(...honest(size)), `${size} signatures`);
    for (const byte of [0, 255]) assert(verifier.verify(honest(3), new Uint8Array(32).fill(byte)), `all ${byte}`);
  });

  test('repeated keys and repeated signatures hold', () => {
    const seed = seedOf(1);
    const batch = [0, 1, 2].map((i) => signed(seed, Uint8Array.of(i)));
    assert(accepts(...batch, ...batch), 'six signatures by one key');
  });

  test('messages of any length are signed as they are', () => {
    const batch = [0, 1, 63, 64, 65, 5000].map((length) => signed(seedOf(2), new Uint8Array(length).fill(9)));
    assert(accepts(...batch), 'six lengths');
    const [first, ...rest] = batch;
    assert(!accepts({ ...first!, message: new Uint8Array(1) }, ...rest), 'one zero byte more');
  });

  for (const [what, spoil] of spoils) {
    test(`one bad signature spoils a batch at any place: ${what}`, () => {
      const batch = honest(3);
      batch.forEach((own, place) => {
        const bad = spoil(own);
        assert(!verify(bad.signature, bad.message, bad.publicKey), 'it is bad alone');
        assert(!accepts(...replaced(batch, place, bad)), `at place ${place}`);
      });
      assert(!accepts(spoil(batch[0]!)), 'alone in a batch');
    });
  }

  test('errors that cancel in an unweighted sum do not cancel', () => {
    const [a, b, c] = honest(3) as [SignedMessage, SignedMessage, SignedMessage];
    assert(!accepts(shifted(a, 1n), shifted(b, ORDER - 1n)), 'S + 1 and S - 1');
    assert(!accepts(shifted(a, 1n), shifted(b, 1n), shifted(c, ORDER - 2n)), 'S + 1, S + 1, S - 2');
    assert(!accepts(shifted(a, 5n), shifted(a, ORDER - 5n)), 'the same signature twice');
    assert(!accepts(a, { ...b, message: c.message }, { ...c, message: b.message }), 'messages exchanged');
    assert(!accepts({ ...a, signature: b.signature }, { ...b, signature: a.signature }), 'signatures exchanged');
  });

  test('torsion in keys and nonces changes nothing, alone and together', () => {
    const all = TORSION.flatMap((inKey, i) =>
      TORSION.map((inNonce, j) => signWithTorsion(Uint8Array.of(i, j), seedOf(3), inKey, inNonce)),
    );
    for (const own of all) assert(accepts(own), 'one of mixed order');
    assert(accepts(...all), 'all of them together');
    assert(!accepts(...replaced(all, 20, shifted(all[20]!, 1n))), 'all of them with one wrong');
  });

  test('small-order points in any encoding hold with S = 0', () => {
    const all = SMALL_ORDER.flatMap((publicKey) =>
      SMALL_ORDER.map((R) => ({ publicKey, message: Uint8Array.of(1), signature: concatBytes(R, new Uint8Array(32)) })),
    );
    for (const { signature, message, publicKey } of all.slice(0, SMALL_ORDER.length)) {
      assert(verify(signature, message, publicKey), 'ZIP215 holds them valid');
    }
    assert(accepts(...all), 'all of them together');
    assert(!accepts(...replaced(all, 7, shifted(all[7]!, 1n))), 'all of them with S = 1 once');
  });

  test('it agrees with single verification on mutated signatures', () => {
    const random = xof('ios/crypto/v1/batch-verifier-suite-mutations');
    for (const own of honest(24)) {
      const bytes = concatBytes(own.publicKey, own.signature, own.message);
      const [place, flip] = random.read(2) as unknown as [number, number];
      bytes[place % bytes.length]! ^= 1 << (flip % 8);
      const bad = { publicKey: bytes.slice(0, 32), signature: bytes.slice(32, 96), message: bytes.slice(96) };
      assert(accepts(bad) === verify(bad.signature, bad.message, bad.publicKey), 'single and batch agree');
    }
  });
};

const seedOf = (i: number): Uint8Array => new Uint8Array(32).fill(i + 1);

const signed = (seed: Uint8Array, message: Uint8Array): SignedMessage => ({
  publicKey: getPublicKey(seed),
  message,
  signature: sign(message, seed),
});

const honest = (size: number): SignedMessage[] =>
  Array.from({ length: size }, (_, i) => signed(seedOf(i), Uint8Array.of(i, size)));

/** The signature with its S raised modulo the order. */
const shifted = (own: SignedMessage, by: bigint): SignedMessage => {
  const S = (bytesToNumberLE(own.signature.subarray(32)) + by) % ORDER;
  return { ...own, signature: concatBytes(own.signature.subarray(0, 32), numberToBytesLE(S, 32)) };
};

const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

const replaced = (batch: readonly SignedMessage[], place: number, by: SignedMessage): SignedMessage[] =>
  batch.map((own, i) => (i === place ? by : own));

/** Ways to make a good signature bad. */
const spoils: readonly (readonly [string, (own: SignedMessage) => SignedMessage])[] = [
  ['R', (own) => ({ ...own, signature: flipped(own.signature, 3) })],
  ['S', (own) => ({ ...own, signature: flipped(own.signature, 35) })],
  ['the message', (own) => ({ ...own, message: flipped(own.message, 0) })],
  ['the key', (own) => ({ ...own, publicKey: getPublicKey(seedOf(99)) })],
  ['R is no point', (own) => ({ ...own, signature: concatBytes(NO_POINT, own.signature.subarray(32)) })],
  ['the key is no point', (own) => ({ ...own, publicKey: NO_POINT })],
  [
    'R is the identity',
    (own) => ({ ...own, signature: concatBytes(edwards25519.identity.toBytes(), own.signature.subarray(32)) }),
  ],
  ['the key is the identity', (own) => ({ ...own, publicKey: edwards25519.identity.toBytes() })],
  [
    'S is not reduced',
    ({ signature, ...own }) => {
      const S = bytesToNumberLE(signature.subarray(32)) + ORDER;
      return { ...own, signature: concatBytes(signature.subarray(0, 32), numberToBytesLE(S, 32)) };
    },
  ],
  ['a signature without bytes', (own) => ({ ...own, signature: new Uint8Array(0) })],
  ['a signature too short', (own) => ({ ...own, signature: own.signature.slice(0, 63) })],
  ['a signature too long', (own) => ({ ...own, signature: concatBytes(own.signature, new Uint8Array(1)) })],
  ['a key too short', (own) => ({ ...own, publicKey: own.publicKey.slice(0, 31) })],
  ['a key too long', (own) => ({ ...own, publicKey: concatBytes(own.publicKey, new Uint8Array(1)) })],
];
