import { describe, expect, test } from 'vitest';
import { type CosiScheme, type Curve, createCosi } from '../src/index.ts';
import { cosiSuite, FAKE_TORSION, fakeCosi, fakeCurve } from '../src/testing.ts';

/** The tests of the suite that fail for a scheme. */
const failures = (scheme: CosiScheme, curve: Curve = fakeCurve): string[] => {
  const failed: string[] = [];
  cosiSuite(
    (name, run) => {
      try {
        run();
      } catch {
        failed.push(name);
      }
    },
    { scheme, curve, torsion: FAKE_TORSION[1]! },
  );
  return failed;
};

const over = (change: Partial<Curve>): string[] => {
  const curve = { ...fakeCurve, ...change };
  return failures(createCosi({ curve }), curve);
};
const scheme = (change: Partial<CosiScheme>): string[] => failures({ ...fakeCosi, ...change });

describe('the suite', () => {
  test('passes what is right', () => {
    expect(failures(fakeCosi)).toEqual([]);
  });

  test.each<[string, () => string[]]>([
    ['a last check with the cofactor', () => scheme({ isSignature: ({ M, A }, s) => fakeCurve.verify(s, M, A) })],
    ['a last check that anything passes', () => scheme({ isSignature: () => true })],
    ['responses that are not checked', () => scheme({ isResponse: () => true })],
    [
      'responses of anyone',
      () => scheme({ isResponse: (r, c, _, s) => c.list.some((e) => fakeCosi.isResponse(r, c, e.index, s)) }),
    ],
    ['entries that are always sound', () => scheme({ isEntrySound: () => true })],
    [
      'entries whose E is not looked at',
      () => scheme({ isEntrySound: (e) => fakeCosi.isEntrySound({ ...e, E: e.D }) }),
    ],
    ['signatures that always hold', () => scheme({ verify: () => true })],
    [
      'lists put in order',
      () =>
        scheme({
          challenge: (r, m, l) =>
            fakeCosi.challenge(
              r,
              m,
              [...l].sort((a, b) => a.index - b.index),
            ),
        }),
    ],
    [
      'responses that are left out',
      () =>
        scheme({
          combine: (c, s) => fakeCosi.combine({ ...c, list: c.list.slice(0, s.length) }, s.slice(0, c.list.length)),
        }),
    ],
    ['keys of any order', () => over({ isPrimeOrder: (point) => !point.is0() })],
    [
      'points with many encodings',
      () =>
        over({ fromBytes: (bytes) => fakeCurve.fromBytes(bytes.map((byte, i) => (i === 31 ? byte & 0x3f : byte))) }),
    ],
    ['no signature that holds', () => over({ verify: () => false })],
  ])('fails %s', (_, run) => {
    expect(run()).not.toEqual([]);
  });
});
