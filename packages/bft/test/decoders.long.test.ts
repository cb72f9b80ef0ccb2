import { createRng } from '@ios/simulator';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCertificate, encodeCertificate } from '../src/index.ts';
import { decodeMessage, decodeRecord, decodeShare, encodeMessage, encodeRecord, encodeShare } from '../src/testing.ts';
import { certificates, messages, records, shares } from './arbitrary.ts';
import { hex } from './driver.ts';
import { mutate } from './mutation.ts';

const INPUTS = 1_000_000;
const SEEDS = 2_000;

const orUndefined =
  <T>(decode: (bytes: Uint8Array) => T) =>
  (bytes: Uint8Array): T | undefined => {
    try {
      return decode(bytes);
    } catch (error) {
      if ((error as Error).name === 'BftError') return undefined;
      throw error;
    }
  };

const codecs = [
  ['message', messages, encodeMessage, decodeMessage],
  ['certificate', certificates, encodeCertificate, orUndefined(decodeCertificate)],
  ['share', shares, encodeShare, decodeShare],
  ['record', records, encodeRecord, orUndefined(decodeRecord)],
] as const;

for (const [name, arbitrary, encode, decode] of codecs as unknown as [
  string,
  fc.Arbitrary<unknown>,
  (value: unknown) => Uint8Array,
  (bytes: Uint8Array) => unknown,
][])
  test(`${name}: a million mutated inputs are refused, or are the encoding of what they decode to`, () => {
    const corpus = fc.sample(arbitrary, { numRuns: SEEDS, seed: 1 }).map(encode);
    const rng = createRng(`decoders ${name}`);
    let accepted = 0;
    for (let i = 0; i < INPUTS; i++) {
      let bytes = mutate(rng.pick(corpus), rng);
      while (rng.chance(0.3)) bytes = mutate(bytes, rng);
      const decoded = decode(bytes);
      if (decoded === undefined) continue;
      accepted++;
      if (hex(encode(decoded)) !== hex(bytes)) expect(hex(encode(decoded))).toBe(hex(bytes));
    }
    expect(accepted).toBeGreaterThan(1000);
  });
