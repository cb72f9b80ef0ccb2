import { TORSION } from '@ios/crypto/testing';
import { describe, test } from 'vitest';
import { cosiSuite, FAKE_TORSION, fakeCosi, fakeCurve } from '../src/testing.ts';
import { compiled, real } from './committee.ts';

describe('edwards25519', () => {
  cosiSuite(test, { ...real, torsion: TORSION[1]! });
});

describe('edwards25519 in WebAssembly', () => {
  cosiSuite(test, { ...compiled, torsion: compiled.curve.fromBytes(TORSION[1]!.toBytes())! });
});

describe('the group without secrets', () => {
  cosiSuite(test, { scheme: fakeCosi, curve: fakeCurve, torsion: FAKE_TORSION[1]! });
});
