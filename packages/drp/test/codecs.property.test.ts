import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeEndorsements,
  decodeEvidence,
  decodeMessage,
  decodeSelection,
  decodeTranscript,
  encodeEndorsements,
  encodeEvidence,
  encodeMessage,
  encodeSelection,
  encodeTranscript,
  type Message,
  type Selected,
} from '../src/index.ts';

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const u16 = fc.integer({ min: 0, max: 65_535 });
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const some = fc.uint8Array({ maxLength: 40 });

const orderOf = ({ group, dealer }: Selected): number => group * 65_536 + dealer;
const selection = fc.record({
  session: bytes(32),
  entries: fc
    .uniqueArray(fc.record({ group: u16, dealer: u16, digest: bytes(32) }), { maxLength: 8, selector: orderOf })
    .map((entries) => entries.sort((a, b) => orderOf(a) - orderOf(b))),
});
const endorsements = fc
  .uniqueArray(fc.record({ server: u16, signature: bytes(64) }), { maxLength: 8, selector: ({ server }) => server })
  .map((list) => list.sort((a, b) => a.server - b.server));
const evidence = fc
  .record({ session: bytes(32), dealer: bytes(32), low: bytes(31), signatures: fc.tuple(bytes(64), bytes(64)) })
  .map(({ session, dealer, low, signatures: [a, b] }) => ({
    session,
    dealer,
    dealings: [
      { digest: Uint8Array.of(...low, 0), signature: a },
      { digest: Uint8Array.of(...low, 1), signature: b },
    ] as const,
  }));
const transcript = fc.record({
  attempt: u32,
  view: u32,
  client: u16,
  proof: some,
  secrets: fc.array(
    fc.record({
      dealer: u16,
      signedDealing: some,
      shares: fc.array(fc.record({ index: u16, share: some }), { maxLength: 3 }),
    }),
    { maxLength: 3 },
  ),
  output: bytes(32),
});
const wanted = fc.array(fc.record({ dealer: u16, digest: bytes(32) }), { minLength: 1, maxLength: 64 });
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ TAG: fc.constant('ask' as const), data: fc.record({ session: bytes(32) }) }),
  fc.record({
    TAG: fc.constant('dealing' as const),
    data: fc.record({ session: bytes(32), dealer: u16, signedDealing: some }),
  }),
  fc.record({ TAG: fc.constant('want' as const), data: fc.record({ session: bytes(32), dealings: wanted }) }),
  fc.record({
    TAG: fc.constant('shares' as const),
    data: fc.record({ session: bytes(32), digest: bytes(32), shares: some }),
  }),
  fc.record({ TAG: fc.constant('askShares' as const), data: fc.record({ session: bytes(32), digest: bytes(32) }) }),
);

const codecs: readonly {
  readonly name: string;
  readonly values: fc.Arbitrary<unknown>;
  readonly encode: (value: never) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => unknown;
}[] = [
  { name: 'selection', values: selection, encode: encodeSelection, decode: decodeSelection },
  { name: 'endorsements', values: endorsements, encode: encodeEndorsements, decode: decodeEndorsements },
  { name: 'evidence', values: evidence, encode: encodeEvidence, decode: decodeEvidence },
  { name: 'transcript', values: transcript, encode: encodeTranscript, decode: decodeTranscript },
  { name: 'message', values: message, encode: encodeMessage, decode: decodeMessage },
];

for (const { name, values, encode, decode } of codecs) {
  test(`${name}: what is encoded is decoded, and what is decoded has that one encoding`, () => {
    fc.assert(
      fc.property(values, some, fc.nat(), (value, tail, seed) => {
        const encoded = encode(value as never);
        expect(decode(encoded)).toEqual(value);
        expect(decode(encoded.slice(0, -1))).toBeUndefined();
        if (tail.length > 0) expect(decode(Uint8Array.of(...encoded, ...tail))).toBeUndefined();
        const changed = encoded.map((byte, i) => (i === seed % encoded.length ? byte ^ (1 << (seed % 8)) : byte));
        const other = decode(changed);
        if (other !== undefined) expect(encode(other as never)).toEqual(changed);
      }),
      { numRuns: 60 },
    );
  });
}

test('lists that repeat, or are not in order, are no encodings', () => {
  const entry = { group: 0, dealer: 1, digest: new Uint8Array(32) };
  expect(() => encodeSelection({ session: new Uint8Array(32), entries: [entry, entry] })).toThrow();
  const endorsement = { server: 1, signature: new Uint8Array(64) };
  expect(() => encodeEndorsements([endorsement, endorsement])).toThrow();
  const pair = Uint8Array.of(0, 2, ...[1, 1].flatMap((server) => [0, server, ...new Uint8Array(64)]));
  expect(decodeEndorsements(pair)).toBeUndefined();
  const none: Message = { TAG: 'want', data: { session: new Uint8Array(32), dealings: [] } };
  expect(() => encodeMessage(none)).toThrow();
  const many = Array.from({ length: 65 }, () => ({ dealer: 1, digest: new Uint8Array(32) }));
  expect(() => encodeMessage({ TAG: 'want', data: { session: new Uint8Array(32), dealings: many } })).toThrow();
});
