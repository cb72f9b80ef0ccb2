/**
 * Collective Schnorr signatures that any Ed25519 library checks.
 * @module
 */
export { createCosi, edwardsCosi, signatureClaim } from './cosi.ts';
export { type Curve, type CurvePoint, edwards25519 } from './curve.ts';
export {
  decodeEntry,
  decodeList,
  encodeEntry,
  encodeList,
  entryCoder,
  entryMessage,
  equalEntries,
  listCoder,
} from './entry.ts';
export { CosiError, type CosiErrorCode } from './errors.ts';
export { indicesOf, maskOf } from './mask.ts';
export { allOf, mustInclude, type Policy, quorum, weighted } from './policy.ts';
export { MAX_COSIGNERS } from './roster.ts';
export type { Challenge, Cosigner, CosiScheme, Entry, Roster } from './scheme.ts';
export { createSigner, type ResponseRequest, type Signer, type SignerOptions } from './signer.ts';
