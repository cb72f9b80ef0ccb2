import { hexToBytes } from '@noble/hashes/utils.js';
import { type BeaconNetwork, trustBeacon } from '../src/beacon.ts';
import { decodeGenesisFile } from '../src/index.ts';
import vectors from './vectors/beacon.json' with { type: 'json' };

/** The network of four validators that made the bundles. */
export const network: BeaconNetwork = trustBeacon(decodeGenesisFile(JSON.stringify(vectors.genesis)));

/** What the bundles have to say, and their bytes. */
export const bundles: readonly {
  readonly epoch: number;
  readonly randomness: Uint8Array;
  readonly leader: number;
  readonly contributors: readonly number[];
  readonly bytes: Uint8Array;
}[] = vectors.bundles.map(({ randomness, bundle, ...facts }) => ({
  ...facts,
  randomness: hexToBytes(randomness),
  bytes: hexToBytes(bundle),
}));

/** A copy with one byte changed. */
export const flip = (bytes: Uint8Array, place: number, bit = 1 << (place % 8)): Uint8Array =>
  bytes.map((byte, i) => (i === place ? byte ^ bit : byte));
