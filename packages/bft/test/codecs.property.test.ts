import { createRng } from '@ios/simulator';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCertificate, encodeCertificate, maskOf, membersOf } from '../src/index.ts';
import { decodeMessage, decodeRecord, decodeShare, encodeMessage, encodeRecord, encodeShare } from '../src/testing.ts';
import { certificates, messages, records, shares } from './arbitrary.ts';
import { hex } from './driver.ts';
import { mutate } from './mutation.ts';

const orUndefined =
  <T>(decode: (bytes: Uint8Array) => T) =>
  (bytes: Uint8Array): T | undefined => {
    try {
      return decode(bytes);
    } catch (error) {
      expect(error).toMatchObject({ name: 'BftError', code: 'malformed' });
      return undefined;
    }
  };

const codecs = {
  message: { arbitrary: messages, encode: encodeMessage, decode: decodeMessage },
  certificate: { arbitrary: certificates, encode: encodeCertificate, decode: orUndefined(decodeCertificate) },
  share: { arbitrary: shares, encode: encodeShare, decode: decodeShare },
  record: { arbitrary: records, encode: encodeRecord, decode: orUndefined(decodeRecord) },
};

for (const [name, codec] of Object.entries(codecs)) {
  const { arbitrary, encode, decode } = codec as {
    arbitrary: fc.Arbitrary<unknown>;
    encode: (value: unknown) => Uint8Array;
    decode: (bytes: Uint8Array) => unknown;
  };
  describe(name, () => {
    test('what is encoded decodes to the same', () => {
      fc.assert(fc.property(arbitrary, (value) => void expect(decode(encode(value))).toEqual(value)));
    });

    test('whatever is accepted is the encoding of what it was decoded to', () => {
      fc.assert(
        fc.property(arbitrary, fc.nat(), (value, seed) => {
          const rng = createRng(seed);
          let bytes = encode(value);
          for (let i = 0; i < 8; i++) {
            bytes = mutate(bytes, rng);
            const decoded = decode(bytes);
            if (decoded !== undefined) expect(hex(encode(decoded))).toBe(hex(bytes));
          }
        }),
      );
    });

    test('nothing after the end, nothing missing', () => {
      fc.assert(
        fc.property(arbitrary, fc.nat(), (value, cut) => {
          const bytes = encode(value);
          expect(decode(new Uint8Array([...bytes, 0]))).toBeUndefined();
          expect(decode(bytes.subarray(0, cut % bytes.length))).toBeUndefined();
        }),
      );
    });

    test('random bytes do no harm', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
          const decoded = decode(bytes);
          if (decoded !== undefined) expect(hex(encode(decoded))).toBe(hex(bytes));
        }),
        { numRuns: 500 },
      );
    });
  });
}

describe('mask', () => {
  test('members to mask and back', () => {
    const committees = fc
      .integer({ min: 1, max: 100 })
      .chain((n) => fc.tuple(fc.constant(n), fc.subarray([...Array(n).keys()])));
    fc.assert(
      fc.property(committees, ([n, members]) => void expect(membersOf(maskOf(members, n), n)).toEqual(members)),
    );
  });

  test('whatever is accepted is the mask of what it was read as', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), fc.uint8Array({ maxLength: 4 }), (n, mask) => {
        const members = membersOf(mask, n);
        if (members !== undefined) expect(maskOf(members, n)).toEqual(mask);
        else expect(mask.length !== Math.ceil(n / 8) || mask.at(-1)! >> (((n - 1) & 7) + 1) !== 0).toBe(true);
      }),
    );
  });

  test('nobody outside of the committee has a bit', () => {
    for (const i of [-1, 4, 1.5, Number.NaN])
      expect(() => maskOf([i], 4)).toThrow(expect.objectContaining({ name: 'BftError', code: 'bounds' }));
    expect(membersOf(Uint8Array.of(0b10000), 4)).toBeUndefined();
    expect(membersOf(Uint8Array.of(0b1000), 4)).toEqual([3]);
  });
});
