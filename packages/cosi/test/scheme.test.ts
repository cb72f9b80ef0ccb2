import { edwards25519 } from '@ios/crypto/edwards25519';
import { TORSION } from '@ios/crypto/testing';
import { describe, test } from 'vitest';
import { edwardsCosi } from '../src/index.ts';
import { cosiSuite, FAKE_TORSION, fakeCosi, fakeCurve } from '../src/testing.ts';

describe('edwards25519', () => {
  cosiSuite(test, { scheme: edwardsCosi, curve: edwards25519, torsion: TORSION[1]! });
});

describe('the group without secrets', () => {
  cosiSuite(test, { scheme: fakeCosi, curve: fakeCurve, torsion: FAKE_TORSION[1]! });
});
