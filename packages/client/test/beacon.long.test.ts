import { expect, test } from 'vitest';
import { verifyBeaconBundle } from '../src/beacon.ts';
import { bundles, flip, network } from './beacon-vector.ts';

test('a bundle does not hold with any one of its bytes changed', () => {
  const { bytes } = bundles.at(-1)!;
  const kept: number[] = [];
  for (let place = 0; place < bytes.length; place++)
    for (const bit of [1, 0x80]) if (verifyBeaconBundle(network, flip(bytes, place, bit)).valid) kept.push(place);
  expect(kept).toEqual([]);
}, 1_800_000);
