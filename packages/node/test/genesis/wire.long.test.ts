import { ClientError, decodeGenesis, decodeGenesisFile, encodeGenesis, encodeGenesisFile } from '@ios/client';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleGenesis } from './sample.ts';

const genesis = sampleGenesis(2);
const encoded = encodeGenesis(genesis);
const file = encodeGenesisFile(genesis);

/** Calls a decoder; whatever it throws has to be its own error. */
function attempt<Value>(decode: () => Value): Value | undefined {
  try {
    return decode();
  } catch (error) {
    expect(error).toBeInstanceOf(ClientError);
    expect((error as ClientError).code).toBe('genesis-malformed');
    return undefined;
  }
}

const edits = fc.array(
  fc.record({
    at: fc.nat(encoded.length - 1),
    remove: fc.nat(4),
    insert: fc.uint8Array({ maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 4 },
);

test('edited bytes are refused, or are the one encoding of what they decode to', () => {
  let accepted = 0;
  fc.assert(
    fc.property(edits, (list) => {
      let bytes: number[] = [...encoded];
      for (const { at, remove, insert } of list) bytes = bytes.toSpliced(at, remove, ...insert);
      const candidate = Uint8Array.from(bytes);
      const decoded = attempt(() => decodeGenesis(candidate));
      if (decoded === undefined) return;
      accepted += 1;
      expect(encodeGenesis(decoded)).toEqual(candidate);
    }),
    { numRuns: 200_000 },
  );
  expect(accepted).toBeGreaterThan(100);
});

test('random bytes are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => {
      expect(attempt(() => decodeGenesis(bytes))).toBeUndefined();
    }),
    { numRuns: 200_000 },
  );
});

test('edited files are refused, or stand for a genesis with an encoding', () => {
  const edit = fc.record({ at: fc.nat(file.length - 1), remove: fc.nat(3), insert: fc.string({ maxLength: 3 }) });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (list) => {
      let text = file;
      for (const { at, remove, insert } of list) text = text.slice(0, at) + insert + text.slice(at + remove);
      const decoded = attempt(() => decodeGenesisFile(text));
      if (decoded !== undefined) expect(decodeGenesis(encodeGenesis(decoded))).toEqual(decoded);
    }),
    { numRuns: 50_000 },
  );
});
