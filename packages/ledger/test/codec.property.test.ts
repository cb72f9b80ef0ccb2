import fc from 'fast-check';
import type { CoderType } from 'micro-packed';
import { expect, test } from 'vitest';
import {
  blockWire,
  bodyWire,
  decodeBlock,
  decodeDelta,
  decodeHeader,
  decodeTransaction,
  deltaWire,
  encodeBlock,
  encodeBody,
  encodeDelta,
  encodeHeader,
  encodeTransaction,
  headerWire,
  LedgerError,
  transactionWire,
} from '../src/index.ts';
import * as arbitrary from './arbitrary.ts';

interface Codec<Value> {
  name: string;
  values: fc.Arbitrary<Value>;
  wire: CoderType<Value>;
  encode(value: Value): Uint8Array;
  decode(bytes: Uint8Array): Value;
}

/** The result of a decoder, `undefined` for bytes that it refuses in the way it has to. */
function attempt<Value>(decode: (bytes: Uint8Array) => Value, bytes: Uint8Array): Value | undefined {
  try {
    return decode(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(LedgerError);
    expect((error as LedgerError).code).toBe('malformed');
    return undefined;
  }
}

function holds<Value>({ name, values, wire, encode, decode }: Codec<Value>): void {
  test(`${name}: the codec makes the bytes that are declared, and reads them back`, () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encode(value);
        expect(bytes).toEqual(wire.encode(value));
        expect(decode(bytes)).toEqual(value);
        expect(wire.decode(bytes)).toEqual(value);
      }),
      { numRuns: 100 },
    );
  });

  test(`${name}: what is accepted near an encoding is an encoding, and is what the declaration accepts`, () => {
    fc.assert(
      fc.property(
        values.chain((value) => arbitrary.mutation(encode(value))),
        (bytes) => {
          const value = attempt(decode, bytes);
          if (value === undefined) return;
          expect(encode(value)).toEqual(bytes);
          expect(wire.decode(bytes)).toEqual(value);
        },
      ),
      { numRuns: 400 },
    );
  });

  test(`${name}: what is decoded shares no memory with its bytes`, () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encode(value);
        const decoded = decode(bytes);
        bytes.fill(0xee);
        expect(decoded).toEqual(value);
      }),
      { numRuns: 20 },
    );
  });
}

holds({
  name: 'transaction',
  values: arbitrary.transaction,
  wire: transactionWire,
  encode: encodeTransaction,
  decode: decodeTransaction,
});
holds({ name: 'header', values: arbitrary.header, wire: headerWire, encode: encodeHeader, decode: decodeHeader });
holds({ name: 'block', values: arbitrary.block, wire: blockWire, encode: encodeBlock, decode: decodeBlock });
holds({ name: 'delta', values: arbitrary.delta, wire: deltaWire, encode: encodeDelta, decode: decodeDelta });

test('whatever the declaration of a transaction or a block accepts, the codec accepts', () => {
  const accepts = (decode: () => unknown): boolean => {
    try {
      decode();
      return true;
    } catch {
      return false;
    }
  };
  const near = fc.oneof(
    arbitrary.transaction.chain((value) => arbitrary.mutation(encodeTransaction(value))),
    arbitrary.block.chain((value) => arbitrary.mutation(encodeBlock(value))),
  );
  fc.assert(
    fc.property(near, (bytes) => {
      expect(accepts(() => decodeTransaction(bytes))).toBe(accepts(() => transactionWire.decode(bytes)));
      expect(accepts(() => decodeBlock(bytes))).toBe(accepts(() => blockWire.decode(bytes)));
    }),
    { numRuns: 400 },
  );
});

test('a body is encoded as declared', () => {
  fc.assert(
    fc.property(arbitrary.body, (body) => {
      expect(encodeBody(body)).toEqual(bodyWire.encode(body));
    }),
  );
});
