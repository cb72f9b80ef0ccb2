/**
 * Randomness of the beacon, verified from genesis: files that need no network, and a client that believes no node.
 * @module
 */
export {
  type BeaconBundle,
  decodeBeaconBundle,
  encodeBeaconBundle,
  MAX_BEACON_BUNDLE_BYTES,
} from './beacon/bundle.ts';
export { type BeaconClient, type BeaconSource, createBeaconClient, type FetchedBeacon } from './beacon/fetch.ts';
export { describeBeaconFlaw } from './beacon/flaws.ts';
export { type BeaconNetwork, trustBeacon } from './beacon/network.ts';
export { type BeaconProof, decodeBeaconProof, encodeBeaconProof, MAX_BEACON_PROOF_BYTES } from './beacon/proof.ts';
export {
  type BeaconFlaw,
  type BeaconVerdict,
  type BeaconVerification,
  type RecordedRandomness,
  type VerifiedBeacon,
  verifyBeaconBundle,
  verifyBeaconProof,
} from './beacon/verify.ts';
