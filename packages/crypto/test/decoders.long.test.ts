import { randomInt } from 'node:crypto';
import { numberToBytesBE } from '@noble/curves/utils.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { decodeProof, encodeProof, prove } from '../src/dleq.ts';
import { type CurvePoint, edwards25519 } from '../src/edwards25519.ts';
import { CryptoError, decodeScalar, encodeScalar, type Group, ristretto255 } from '../src/group.ts';
import { schnorrGroup62, TORSION, toyGroup } from '../src/testing.ts';
import { type Xof, xof } from '../src/transcript.ts';

/** Run again with `SEED=<the printed one>`. */
const seed = Number(process.env['SEED'] ?? randomInt(2 ** 32));
console.log(`decoders.long: SEED=${seed}`);

/** Random bytes in cheap portions. */
const source = (tag: string): Xof => {
  const stream = xof(tag, numberToBytesBE(seed, 4));
  let pool = new Uint8Array(0);
  let at = 0;
  return {
    read: (length) => {
      if (at + length > pool.length) {
        pool = Uint8Array.from(stream.read(1 << 16));
        at = 0;
      }
      at += length;
      return pool.subarray(at - length, at);
    },
  };
};

/** One of: random bytes, a few bits flipped, bytes set to a border, cut, lengthened, a piece copied elsewhere. */
const mutate = (valid: Uint8Array, random: Xof): Uint8Array => {
  const bytes = valid.slice();
  const pick = (bound: number): number => new DataView(random.read(4).slice().buffer).getUint32(0) % bound;
  const edits = 1 + pick(3);
  switch (pick(6)) {
    case 0:
      return random.read(valid.length).slice();
    case 1:
      return bytes.subarray(0, pick(bytes.length + 1));
    case 2:
      return concatBytes(bytes, random.read(1 + pick(3)));
    case 3:
      bytes.copyWithin(pick(bytes.length), pick(bytes.length), pick(bytes.length + 1));
      return bytes;
    case 4:
      for (let i = 0; i < edits; i++) bytes[pick(bytes.length)] = [0, 1, 0x7f, 0x80, 0xec, 0xed, 0xff][pick(7)]!;
      return bytes;
    default:
      for (let i = 0; i < edits; i++) bytes[pick(bytes.length)]! ^= 1 << pick(8);
      return bytes;
  }
};

/** Each mutated input decodes to what encodes to the same bytes, or is refused with a CryptoError; both happen. */
const campaign = <T>(
  runs: number,
  valid: readonly Uint8Array[],
  decode: (bytes: Uint8Array) => T,
  encode: (value: T) => Uint8Array,
): void => {
  const random = source('ios/crypto/v1/decoders-long');
  let accepted = 0;
  for (let run = 0; run < runs; run++) {
    const bytes = mutate(valid[run % valid.length]!, random);
    let value: T;
    try {
      value = decode(bytes);
    } catch (error) {
      if (error instanceof CryptoError) continue;
      throw new Error(`seed ${seed}, run ${run}: ${Buffer.from(bytes).toString('hex')}`, { cause: error });
    }
    accepted++;
    if (Buffer.compare(encode(value), bytes) !== 0) {
      throw new Error(`seed ${seed}, run ${run}: two encodings, one of them ${Buffer.from(bytes).toString('hex')}`);
    }
  }
  expect(accepted).toBeGreaterThan(0);
  expect(accepted).toBeLessThan(runs);
};

const statement = (group: Group, secret: bigint) => {
  const h = group.hashToElement('ios/crypto/v1/decoders-long');
  const values = [group.base.multiply(secret), h.multiply(secret)] as const;
  return { group, tag: 'ios/crypto/v1/decoders-long', context: [], bases: [group.base, h] as const, values };
};

for (const [group, runs] of [
  [toyGroup, 1_000_000],
  [schnorrGroup62, 1_000_000],
  [ristretto255, 20_000],
] as const) {
  describe(group.name, () => {
    const secrets = [1n, 2n, 3n, group.order - 1n];
    test(`${runs} mutated elements`, () => {
      const valid = [group.identity, ...secrets.map((secret) => group.base.multiply(secret))];
      campaign(
        runs,
        valid.map((element) => element.toBytes()),
        // Built anew, so that no encoding is remembered.
        (bytes) => group.fromBytes(bytes).add(group.base).subtract(group.base),
        (element) => element.toBytes(),
      );
    });
    test('a million mutated scalars', () => {
      campaign(
        1_000_000,
        [0n, ...secrets].map((scalar) => encodeScalar(group.order, scalar)),
        (bytes) => decodeScalar(group.order, bytes),
        (scalar) => encodeScalar(group.order, scalar),
      );
    });
    test(`${runs} mutated proofs of equal logarithms`, () => {
      campaign(
        runs,
        secrets.map((secret) => encodeProof(group, prove(statement(group, secret), secret))),
        (bytes) => decodeProof(group, bytes),
        (proof) => encodeProof(group, proof),
      );
    });
  });
}

test('20000 mutated points of edwards25519', () => {
  const valid = [...TORSION, edwards25519.base, edwards25519.multiplyBase(2n), edwards25519.base.add(TORSION[1]!)].map(
    (point) => point.toBytes(),
  );
  const decode = (bytes: Uint8Array): CurvePoint => {
    const point = edwards25519.fromBytes(bytes);
    if (point === undefined) throw new CryptoError('bad-encoding', 'not the canonical encoding of a point');
    return point;
  };
  campaign(20_000, valid, decode, (point) => point.toBytes());
});
