import { decodeTranscript, type TranscriptFlaw, verifyTranscript } from '@ios/drp';
import { type PvssScheme, schoenmakersPvss } from '@ios/pvss';
import { equalBytes } from '@noble/curves/utils.js';
import { randomBytes } from '@noble/hashes/utils.js';
import { beaconPolicy, withheldAfter } from '../epochs/attempts.ts';
import { BEACON_INSTANCE, decodeBeaconValue, resultDigest } from '../epochs/beacon-value.ts';
import { type CertifiedValue, claimOf, holds } from '../epochs/certified.ts';
import { followRecord, recordZero } from '../epochs/follow.ts';
import type { EpochRecord } from '../epochs/record.ts';
import { decodeSelectionDecision, selectionClaim } from '../epochs/sign-off.ts';
import { type BeaconBundle, decodeBeaconBundle } from './bundle.ts';
import type { BeaconNetwork } from './network.ts';
import type { BeaconProof } from './proof.ts';

/** Randomness that was verified from genesis, and how it came about. */
export interface VerifiedBeacon {
  readonly epoch: number;
  /** rnd(epoch), 32 bytes. */
  readonly randomness: Uint8Array;
  /** How many attempts of the epoch failed before this one. */
  readonly attempt: number;
  /** In which view of the attempt it was led: how many leaders before this one were passed over. */
  readonly view: number;
  /** Seat of who led. */
  readonly leader: number;
  /** Seats whose secrets the randomness is made of, ascending. */
  readonly contributors: readonly number[];
  /** Seats that withheld in the failed attempts and neither led nor dealt, ascending. */
  readonly excluded: readonly number[];
}

/** Why a proof or a bundle is refused. */
export type BeaconFlaw =
  | TranscriptFlaw
  /** It is of a network with another genesis. */
  | 'other-chain'
  /** The record of `epoch` does not follow from those before it. */
  | 'bad-record'
  /** A decision that an attempt failed does not hold. */
  | 'bad-failure'
  /** The transcript is of another run than the one that the record names. */
  | 'other-run'
  /** The transcript gives another value than the record. */
  | 'other-randomness';

/** What came of a verification; `culprit` is the seat whose dealing or share is wrong, `epoch` that of the record. */
export type BeaconVerdict =
  | ({ readonly valid: true } & VerifiedBeacon)
  | { readonly valid: false; readonly reason: BeaconFlaw; readonly epoch?: number; readonly culprit?: number };

/** With what shares are verified. */
export interface BeaconVerification {
  /** Schoenmakers' over ristretto255 of noble by default: another group computes the same faster. */
  readonly scheme?: PvssScheme;
  /** 32 bytes that nobody could foresee; WebCrypto's by default. */
  readonly freshBytes?: Uint8Array;
}

/** Where in the chain of records a proof belongs; followed by the verifier. */
export interface RecordedRandomness extends Pick<EpochRecord, 'epoch' | 'randomness' | 'selection'> {
  /** rnd(epoch - 1), 32 bytes. */
  readonly before: Uint8Array;
}

/**
 * Verifies how recorded randomness came about: 1. the attempts that failed before were decided so; 2. the transcript is of the
 * attempt after them, without those who withheld; 3. its dealings were signed off by an even height of the beacon, and its shares
 * give its output (whitepaper section 5); 4. both are what the record says. Roster, thresholds and committee come from genesis.
 * Takes some milliseconds for each dealing and share. Any proof is answered.
 */
export function verifyBeaconProof(
  network: BeaconNetwork,
  { epoch, randomness, selection, before }: RecordedRandomness,
  { failures, transcript }: BeaconProof,
  { scheme = schoenmakersPvss, freshBytes = randomBytes(32) }: BeaconVerification = {},
): BeaconVerdict {
  const withheld = withheldIn(network, epoch, failures);
  if (withheld === undefined) return { valid: false, reason: 'bad-failure' };
  const excluded = [...withheld].sort((a, b) => a - b);
  const attempt = failures.length;
  const followsOn = (height: number): boolean => attempt === 0 || height === failures[attempt - 1]!.height + 1;
  const verdict = verifyTranscript(
    transcript,
    {
      scheme,
      chain: network.chain,
      epoch,
      randomness: before,
      roster: network.servers,
      policy: beaconPolicy(network.servers.length),
      excluded,
      signOff: {
        verify(proof, digest) {
          const decided = decodeSelectionDecision(proof);
          if (decided === undefined || decided.attempt !== attempt || !followsOn(decided.height)) return false;
          const claim = selectionClaim(network, epoch, decided, digest);
          return claim !== undefined && holds(claim, network);
        },
      },
    },
    freshBytes,
  );
  if (!verdict.valid) return verdict;
  const { session, digest, output } = verdict;
  if (session.attempt !== attempt) return { valid: false, reason: 'unexpected-session' };
  if (!equalBytes(digest, selection)) return { valid: false, reason: 'other-run' };
  if (!equalBytes(output, randomness)) return { valid: false, reason: 'other-randomness' };
  const contributors = decodeTranscript(transcript)!.secrets.map(({ dealer }) => dealer);
  contributors.sort((a, b) => a - b);
  return {
    valid: true,
    epoch,
    randomness,
    attempt,
    view: session.view,
    leader: session.client,
    contributors,
    excluded,
  };
}

/** Who withheld in the failed attempts, or undefined where one of the decisions does not hold. */
function withheldIn(
  network: BeaconNetwork,
  epoch: number,
  failures: readonly CertifiedValue[],
): readonly number[] | undefined {
  const { length } = network.committee;
  let withheld: readonly number[] = [];
  for (const [i, { height, value, certificate }] of failures.entries()) {
    const failed = decodeBeaconValue(value);
    if (failed?.kind !== 'failed' || failed.epoch !== epoch || failed.attempt !== i || height % 2 === 0)
      return undefined;
    if (i > 0 && height !== failures[i - 1]!.height + 2) return undefined;
    if (failed.withholders.some((seat) => seat >= length)) return undefined;
    const claim = claimOf(
      network,
      { instance: BEACON_INSTANCE, epoch, height, digest: resultDigest(value) },
      certificate,
    );
    if (claim === undefined || !holds(claim, network)) return undefined;
    withheld = withheldAfter(withheld, failed.withholders, length);
  }
  return withheld;
}

/**
 * Verifies a bundle by nothing but genesis: every record from the first follows from those before it, and the last one's
 * randomness came about as the proof says. A record takes some milliseconds.
 * @param bundle - decoded, or the bytes of a file; any bytes are answered
 */
export function verifyBeaconBundle(
  network: BeaconNetwork,
  bundle: BeaconBundle | Uint8Array,
  options?: BeaconVerification,
): BeaconVerdict {
  const decoded = bundle instanceof Uint8Array ? orUndefined(bundle) : bundle;
  if (decoded === undefined) return { valid: false, reason: 'malformed' };
  const { chain, records, proof } = decoded;
  if (!equalBytes(chain, network.chain)) return { valid: false, reason: 'other-chain' };
  let head = recordZero(network);
  let before = head.randomness;
  for (const certified of records) {
    const next = followRecord(network, head, certified);
    if (next === undefined) return { valid: false, reason: 'bad-record', epoch: head.epoch + 1 };
    before = head.randomness;
    head = next;
  }
  if (head.record === undefined) return { valid: false, reason: 'malformed' };
  return verifyBeaconProof(network, { ...head.record, before }, proof, options);
}

function orUndefined(bytes: Uint8Array): BeaconBundle | undefined {
  try {
    return decodeBeaconBundle(bytes);
  } catch {
    return undefined;
  }
}
