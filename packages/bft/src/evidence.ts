import { equalBytes } from './bytes.ts';
import type { HeightContext } from './committee.ts';
import type { SignatureClaim } from './host.ts';
import { endorsedBytes, type Phase, proposalBytes, type Scope } from './statements.ts';

/** One of the two statements that contradict each other. */
export interface SignedDigest {
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
}

/** Two proposals, or two endorsements, of one member for one slot: the only punishable facts. Silence is none. */
export interface Evidence {
  readonly kind: 'proposals' | 'endorsements';
  /** Index of the member in the committee of the height. */
  readonly member: number;
  readonly height: number;
  readonly view: number;
  /** The phase of two endorsements; `prepare` for two proposals. */
  readonly phase: Phase;
  readonly first: SignedDigest;
  readonly second: SignedDigest;
}

/** The two signatures that make {@link Evidence} true, or undefined where the statements do not contradict each other. */
export const evidenceClaims = (
  scope: Scope,
  context: HeightContext,
  evidence: Evidence,
): readonly SignatureClaim[] | undefined => {
  const key = context.committee[evidence.member]?.key;
  const { kind, height, view, phase, first, second } = evidence;
  if (key === undefined || equalBytes(first.digest, second.digest)) return undefined;
  const message = (digest: Uint8Array): Uint8Array =>
    kind === 'proposals'
      ? proposalBytes(scope, context, height, view, digest)
      : endorsedBytes(scope, context, { height, view, phase }, digest);
  return [first, second].map(({ digest, signature }) => ({ publicKey: key, message: message(digest), signature }));
};
