import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonFault } from '../../src/cli/json-place.ts';

describe('where a text stops being JSON', () => {
  test.each([
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, '"," or "}"'],
    ['{\n  "a": 1,\n}', 3, 1, 'a name in double quotes'],
    ['{a: 1}', 1, 2, 'a name in double quotes or "}"'],
    ['{"a" 1}', 1, 6, '":"'],
    ['{"a": }', 1, 7, 'a value'],
    ['{"a": "x\ny"}', 1, 7, 'a value'],
    ['[1 2]', 1, 4, '"," or "]"'],
    ['[,]', 1, 2, 'a value or "]"'],
    ['[1,]', 1, 4, 'a value'],
    ['{"a": [1}', 1, 9, '"," or "]"'],
    ['{"a": 1', 1, 8, '"," or "}"'],
    ['{} x', 1, 4, 'the end of the file'],
    ['01', 1, 2, 'the end of the file'],
    ['', 1, 1, 'a value'],
    ['// no\n{}', 1, 1, 'a value'],
  ])('%j', (text, line, column, wanted) => {
    expect(jsonFault(text)).toEqual({ line, column, wanted });
  });

  test('is nowhere exactly in what JSON.parse takes', () => {
    const pieces = fc.constantFrom(
      ...'{}[],:"\\ \n\t019-+.eE',
      'true',
      'null',
      '"a"',
      '"a":',
      '1',
      '\u0000',
      '\u00a0',
      '\\u00',
    );
    const damaged = fc
      .tuple(fc.json(), fc.nat(200), fc.nat(3), pieces)
      .map(([text, at, cut, piece]) => text.slice(0, at) + piece + text.slice(at + cut));
    const texts = fc.oneof(
      fc.json(),
      damaged,
      fc.array(pieces, { maxLength: 12 }).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        let parsed = true;
        try {
          JSON.parse(text);
        } catch {
          parsed = false;
        }
        expect(jsonFault(text) === undefined).toBe(parsed);
      }),
      { numRuns: 2000 },
    );
  });
});
