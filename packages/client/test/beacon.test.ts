import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import {
  type BeaconBundle,
  decodeBeaconBundle,
  decodeBeaconProof,
  describeBeaconFlaw,
  encodeBeaconBundle,
  encodeBeaconProof,
  verifyBeaconBundle,
} from '../src/beacon.ts';
import { bundles, flip, network } from './beacon-vector.ts';

const [first, second] = bundles as [(typeof bundles)[0], (typeof bundles)[0]];
const decoded = bundles.map(({ bytes }) => decodeBeaconBundle(bytes));

describe('a bundle', () => {
  test('is verified from genesis alone, and says how its randomness came about', () => {
    for (const { epoch, randomness, leader, contributors, bytes } of bundles)
      expect(verifyBeaconBundle(network, bytes)).toEqual({
        ...{ valid: true, epoch, randomness, attempt: 0, leader, contributors, excluded: [] },
        view: expect.any(Number),
      });
  });

  test('has one encoding', () => {
    for (const { bytes } of bundles) expect(encodeBeaconBundle(decodeBeaconBundle(bytes))).toEqual(bytes);
    const { proof } = decoded[0]!;
    expect(decodeBeaconProof(encodeBeaconProof(proof))).toEqual(proof);
    for (const bytes of [new Uint8Array(0), first.bytes.subarray(1), Uint8Array.of(...first.bytes, 0)]) {
      expect(() => decodeBeaconBundle(bytes)).toThrow(expect.objectContaining({ code: 'beacon-malformed' }));
      expect(verifyBeaconBundle(network, bytes)).toEqual({ valid: false, reason: 'malformed' });
    }
    for (let length = 0; length < first.bytes.length; length += 13)
      expect(verifyBeaconBundle(network, first.bytes.subarray(0, length))).toMatchObject({ reason: 'malformed' });
  });

  // All bytes: beacon.long.test.ts.
  test('does not hold with any one of its bytes changed, for a reason that has words', () => {
    const reasons = new Set<string>();
    for (let place = 0; place < second.bytes.length; place += 29) {
      const verdict = verifyBeaconBundle(network, flip(second.bytes, place));
      if (verdict.valid) throw new Error(`byte ${place} changes nothing`);
      reasons.add(verdict.reason);
      expect(describeBeaconFlaw(verdict)).toMatch(/^[a-z].+[a-z)]$/);
    }
    expect([...reasons]).toEqual(expect.arrayContaining(['other-chain', 'bad-record', 'not-signed-off']));
  }, 60_000);

  const changes: readonly [string, string, (one: BeaconBundle, two: BeaconBundle) => BeaconBundle][] = [
    ['of another chain', 'other-chain', (one) => ({ ...one, chain: new Uint8Array(32) })],
    ['with no record', 'malformed', (one) => ({ ...one, records: [] })],
    ['without its first record', 'bad-record', (_, two) => ({ ...two, records: two.records.slice(1) })],
    ['with a record twice', 'bad-record', (one) => ({ ...one, records: [...one.records, ...one.records] })],
    ['with the transcript of another epoch', 'not-signed-off', (one, two) => ({ ...one, proof: two.proof })],
    [
      'that calls something else a failure',
      'bad-failure',
      (one) => ({ ...one, proof: { ...one.proof, failures: one.records } }),
    ],
  ];
  test.each(changes)('%s is refused as %s', (_, reason, change) => {
    expect(verifyBeaconBundle(network, change(decoded[0]!, decoded[1]!))).toMatchObject({ valid: false, reason });
  });

  test('holds under no other share keys', () => {
    const { servers } = network;
    const [{ share }, { share: other }, ...rest] = servers as [(typeof servers)[0], (typeof servers)[0]];
    const swapped = [{ ...servers[0]!, share: other }, { ...servers[1]!, share }, ...rest];
    const verdict = verifyBeaconBundle({ ...network, servers: swapped }, decoded[0]!);
    expect(verdict).toEqual({ valid: false, reason: 'not-signed-off' });
  });

  test('a record that does not follow is named', () => {
    const { records } = decoded[1]!;
    const forged = { ...decoded[1]!, records: [records[0]!, { ...records[1]!, certificate: records[0]!.certificate }] };
    const verdict = verifyBeaconBundle(network, forged);
    expect(verdict).toEqual({ valid: false, reason: 'bad-record', epoch: 2 });
    expect(describeBeaconFlaw(verdict as never)).toBe('a record does not follow from those before it (record 2)');
  });

  test('records of epochs are chained: each has other randomness', () => {
    expect(new Set(bundles.map(({ randomness }) => bytesToHex(randomness))).size).toBe(bundles.length);
  });
});
