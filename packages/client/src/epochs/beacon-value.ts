import { taggedHash } from '@ios/crypto/transcript';
import * as P from 'micro-packed';
import { ascending, strictly } from './coders.ts';

/** The instance that decides randomness. */
export const BEACON_INSTANCE = 'beacon';

/** What the beacon decides for an epoch and an attempt, both u32: at even heights a selection, at odd ones what came of it. */
export type BeaconValue =
  /** The inputs of a run of DRP, as its client selected them; the decision signs them off. */
  | {
      readonly kind: 'selection';
      readonly epoch: number;
      readonly attempt: number;
      /** Encoded as `@ios/drp` does. */
      readonly selection: Uint8Array;
    }
  /** rnd(epoch). */
  | {
      readonly kind: 'output';
      readonly epoch: number;
      readonly attempt: number;
      /** H(session, selection) as `@ios/drp` computes it, 32 bytes. */
      readonly selection: Uint8Array;
      /** 32 bytes. */
      readonly randomness: Uint8Array;
    }
  /** The selection cannot be opened: the next attempt follows, without those who withheld. */
  | {
      readonly kind: 'failed';
      readonly epoch: number;
      readonly attempt: number;
      /** Seats in the roster, ascending. */
      readonly withholders: readonly number[];
    };

const place = { epoch: P.U32BE, attempt: P.U32BE };

const value = P.mappedTag(P.U8, {
  selection: [1, P.struct({ ...place, selection: P.bytes(P.U32BE) })],
  output: [2, P.struct({ ...place, selection: P.bytes(32), randomness: P.bytes(32) })],
  failed: [3, P.struct({ ...place, withholders: ascending(P.U16BE) })],
}) as unknown as P.CoderType<{ TAG: BeaconValue['kind']; data: Omit<BeaconValue, 'kind'> }>;

/** The one encoding: kind u8 (1 selection, 2 output, 3 failed), epoch u32, attempt u32, then what the kind has. */
export const encodeBeaconValue = ({ kind, ...data }: BeaconValue): Uint8Array => value.encode({ TAG: kind, data });

/** Decodes a value strictly, or undefined. Never allocates more than `bytes` justifies. */
export const decodeBeaconValue = (bytes: Uint8Array): BeaconValue | undefined =>
  strictly(() => {
    const { TAG: kind, data } = value.decode(bytes);
    return { kind, ...data } as BeaconValue;
  });

/** What a decision about a selection signs, 32 bytes: H(tag ‖ u32 epoch ‖ u32 attempt ‖ H(session, selection)). */
export const signOffDigest = (epoch: number, attempt: number, selectionDigest: Uint8Array): Uint8Array =>
  taggedHash('ios/node/v1/sign-off', P.U32BE.encode(epoch), P.U32BE.encode(attempt), selectionDigest);

/**
 * The digest of a value, 32 bytes, or undefined for bytes that are none: of a selection what signs it off, of the others
 * H(tag ‖ value).
 * @param selectionDigest - H(session, selection) of an encoded selection, as `@ios/drp` computes it
 */
export const beaconDigest = (
  bytes: Uint8Array,
  selectionDigest: (selection: Uint8Array) => Uint8Array,
): Uint8Array | undefined => {
  const decoded = decodeBeaconValue(bytes);
  if (decoded === undefined) return undefined;
  if (decoded.kind !== 'selection') return resultDigest(bytes);
  return signOffDigest(decoded.epoch, decoded.attempt, selectionDigest(decoded.selection));
};

/** The digest of an encoded `output` or `failed`, 32 bytes. */
export const resultDigest = (bytes: Uint8Array): Uint8Array => taggedHash('ios/node/v1/beacon', bytes);
