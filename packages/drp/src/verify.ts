import { type BatchVerifier, nobleBatchVerifier } from '@ios/crypto/ed25519';
import { equalBytes } from '@noble/curves/utils.js';
import { randomBytes } from '@noble/hashes/utils.js';
import type { SignOff } from './config.ts';
import { dealingClaim, SIGNATURE_LENGTH, splitDealing } from './dealing.ts';
import { checkEpoch, type Epoch, isSession, type Session } from './epoch.ts';
import { type Layout, layoutOf } from './layout.ts';
import { recover, type SharedSecret } from './recover.ts';
import { encodeSelection, type SelectionFlaw, selectionDigest, selectionFlaw } from './selection.ts';
import { checkStatement, type Statement } from './statements.ts';
import { decodeTranscript, type Transcript, transcriptSelection } from './transcript.ts';

/** What a verifier knows by itself: nothing of it comes from the transcript. */
export interface TranscriptPolicy extends Epoch {
  readonly signOff: SignOff;
  /** Who was excluded from dealing in the attempt, ascending. */
  readonly excluded: readonly number[];
  /** Which attempt, view and client it must be of; any that was signed off when left out. */
  readonly expected?: Pick<Session, 'attempt' | 'view' | 'client'>;
  /** For signatures; noble's when left out. */
  readonly signatures?: BatchVerifier;
}

/** Why a transcript is refused. */
export type TranscriptFlaw =
  | SelectionFlaw
  /** The bytes encode no transcript. */
  | 'malformed'
  /** Its attempt, view or client are others than expected, or the client is not in the roster. */
  | 'unexpected-session'
  /** The dealings stand in another order than a selection's. */
  | 'wrong-order'
  /** The proof does not sign off these dealings. */
  | 'not-signed-off'
  | 'bad-dealing'
  /** Not exactly t shares of a secret, by ascending index. */
  | 'wrong-shares'
  | 'bad-share'
  /** The shares give another output. */
  | 'wrong-output';

/** What came of a verification; `culprit` is the index of the server whose dealing or share is wrong. */
export type TranscriptVerdict =
  | {
      readonly valid: true;
      readonly output: Uint8Array;
      readonly session: Session;
      /** Id of the session, 32 bytes. */
      readonly id: Uint8Array;
      /** `selectionDigest`, 32 bytes. */
      readonly digest: Uint8Array;
    }
  | { readonly valid: false; readonly reason: TranscriptFlaw; readonly culprit?: number };

/**
 * Verifies a transcript offline: that the servers of the roster dealt, that the selection was signed off, and that the
 * output is what its shares give.
 * @param bytes - an encoded transcript
 * @param freshBytes - 32 bytes that nobody could foresee; WebCrypto's when left out
 * @returns the output, or the first thing that is wrong
 * @throws DrpError for a policy that cannot be
 */
export const verifyTranscript = (
  bytes: Uint8Array,
  policy: TranscriptPolicy,
  freshBytes: Uint8Array = randomBytes(32),
): TranscriptVerdict => {
  checkEpoch(policy);
  const transcript = decodeTranscript(bytes);
  if (transcript === undefined) return flaw('malformed');
  const { attempt, view, client } = transcript;
  const session: Session = { attempt, view, client, excluded: policy.excluded };
  if (!isSession(policy, session) || !isExpected(policy, session)) return flaw('unexpected-session');
  const layout = layoutOf(policy, session);
  const selection = transcriptSelection(layout, transcript);
  if (selection === undefined) return flaw('wrong-group');
  const encoded = orUndefined(() => encodeSelection(selection));
  if (encoded === undefined) return flaw('wrong-order');
  const wrong = selectionFlaw(layout, selection);
  if (wrong !== undefined) return flaw(wrong);
  const digest = selectionDigest(encoded);
  if (!policy.signOff.verify(transcript.proof, digest)) return flaw('not-signed-off');
  const misshapen = wrongShape(policy, layout, transcript);
  if (misshapen !== undefined) return misshapen;
  const secrets = secretsOf(layout, transcript);
  return (
    wrongClaims(policy, layout, transcript, secrets, freshBytes) ??
    (equalBytes(recover(policy.scheme, secrets), transcript.output)
      ? { valid: true, output: transcript.output, session, id: layout.id, digest }
      : flaw('wrong-output'))
  );
};

const flaw = (reason: TranscriptFlaw, culprit?: number): TranscriptVerdict =>
  culprit === undefined ? { valid: false, reason } : { valid: false, reason, culprit };

const isExpected = ({ expected }: TranscriptPolicy, { attempt, view, client }: Session): boolean =>
  expected === undefined || (expected.attempt === attempt && expected.view === view && expected.client === client);

/** Lengths, and indices: exactly t, ascending, of the group. */
const wrongShape = (
  { scheme }: TranscriptPolicy,
  { groups, seats }: Layout,
  { secrets }: Transcript,
): TranscriptVerdict | undefined => {
  for (const { dealer, signedDealing, shares } of secrets) {
    const { members, threshold } = groups[seats[dealer]!.group]!;
    if (signedDealing.length !== scheme.dealingLength(members.length, threshold) + SIGNATURE_LENGTH)
      return flaw('bad-dealing', dealer);
    const ascending = shares.every(
      ({ index, share }, i) =>
        index < members.length && share.length === scheme.shareLength && (i === 0 || shares[i - 1]!.index < index),
    );
    if (shares.length !== threshold || !ascending) return flaw('wrong-shares');
  }
  return undefined;
};

const secretsOf = (layout: Layout, { secrets }: Transcript): SharedSecret[] =>
  secrets.map(({ dealer, signedDealing, shares }) => ({
    context: layout.contexts[dealer]!,
    dealing: splitDealing(signedDealing).dealing,
    shares,
  }));

/** All at once; where that fails, one after another to find the first culprit. */
const wrongClaims = (
  policy: TranscriptPolicy,
  { id, groups, seats }: Layout,
  { secrets: named }: Transcript,
  secrets: readonly SharedSecret[],
  freshBytes: Uint8Array,
): TranscriptVerdict | undefined => {
  const signatures = named.map(({ dealer, signedDealing }) =>
    dealingClaim(id, policy.roster[dealer]!.identity, signedDealing),
  );
  const shares = secrets.map(({ context, dealing, shares }) => shares.map((one) => ({ context, dealing, ...one })));
  const holds = (statement: Statement): boolean =>
    checkStatement(
      { scheme: policy.scheme, signatures: policy.signatures ?? nobleBatchVerifier },
      statement,
      freshBytes,
    );
  if (holds({ signatures, dealings: secrets, shares: shares.flat() })) return undefined;
  for (const [i, { dealer }] of named.entries()) {
    if (!holds({ signatures: [signatures[i]!], dealings: [secrets[i]!], shares: [] }))
      return flaw('bad-dealing', dealer);
    for (const share of shares[i]!) {
      if (!holds({ signatures: [], dealings: [], shares: [share] }))
        return flaw('bad-share', groups[seats[dealer]!.group]!.members[share.index]!);
    }
  }
  return flaw('bad-share');
};

const orUndefined = <T>(make: () => T): T | undefined => {
  try {
    return make();
  } catch {
    return undefined;
  }
};
