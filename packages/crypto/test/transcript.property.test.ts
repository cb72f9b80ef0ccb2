import { bytesToHex } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { taggedHash } from '../src/transcript.ts';

const parts = fc.array(fc.uint8Array({ maxLength: 6, max: 2 }), { maxLength: 4 });
const spell = (list: readonly Uint8Array[]): string => list.map((part) => bytesToHex(part)).join(',');

test('two lists of parts have one hash only if they are the same list', () => {
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      const same = a.length === b.length && spell(a) === spell(b);
      expect(bytesToHex(taggedHash('t', ...a)) === bytesToHex(taggedHash('t', ...b))).toBe(same);
    }),
    { numRuns: 2000 },
  );
});

test('what is hashed is neither changed nor kept', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (part) => {
      const before = part.slice();
      const hash = taggedHash('t', part);
      expect(part).toEqual(before);
      part[0]! ^= 1;
      expect(taggedHash('t', before)).toEqual(hash);
      expect(taggedHash('t', part)).not.toEqual(hash);
    }),
  );
});
