import { equalBytes } from '../bytes.ts';
import { type Certificate, membersOf } from '../certificate.ts';
import type { CertificateClaim, SignatureClaim, Statement } from '../host.ts';
import {
  type Certified,
  type Claim,
  encodeUnsigned,
  type Prepared,
  type Proposal,
  type ViewChange,
} from '../messages.ts';
import { type Phase, proposalBytes, viewChangeBytes } from '../statements.ts';
import type { Draft } from './draft.ts';

const certificateClaim = (
  { config, state }: Draft,
  phase: Phase,
  { digest, certificate }: Pick<Certified, 'digest' | 'certificate'>,
): CertificateClaim | undefined => {
  const context = state.context!;
  const n = context.committee.length;
  const members = membersOf(certificate.mask, n);
  if (members === undefined || members.length < config.rules.quorum(n)) return undefined;
  const slot = { height: state.height, view: certificate.view, phase };
  const endorsed = config.rules.endorsedBytes(config.scope, context, slot, digest);
  return { certificate, endorsed, committee: context.committee };
};

/** What must hold for a certificate of this height, or undefined where its mask is malformed or too small. */
export const certificateStatement = (
  draft: Draft,
  certified: Pick<Certified, 'phase' | 'digest' | 'certificate'>,
): Statement | undefined => {
  const claim = certificateClaim(draft, certified.phase, certified);
  return claim === undefined ? undefined : { signatures: [], certificates: [claim] };
};

/** Whether what a view-change claims is proven by a certificate that was verified here, or is below it. */
export const isCovered = (claim: Claim | undefined, highest: Prepared | undefined): boolean => {
  if (claim === undefined) return true;
  if (highest === undefined) return false;
  const { digest, certificate } = highest;
  return claim.view < certificate.view || (claim.view === certificate.view && equalBytes(claim.digest, digest));
};

const viewChangeSignature = ({ config, state }: Draft, change: ViewChange): SignatureClaim | undefined => {
  const context = state.context!;
  const { height, view, member, prepared, attachment, signature } = change;
  const key = context.committee[member]?.key;
  if (key === undefined || (prepared !== undefined && prepared.view >= view)) return undefined;
  if (!config.schedule.checkAttachment(height, view, member, attachment)) return undefined;
  const message = viewChangeBytes(config.scope, context, height, view, encodeUnsigned(change));
  return { publicKey: key, message, signature };
};

/** What must hold for a view-change to count, with the certificate of its claim if there is one, or undefined where it is malformed. */
export const viewChangeStatement = (
  draft: Draft,
  change: ViewChange,
  proof: Certificate | undefined,
): Statement | undefined => {
  const signature = viewChangeSignature(draft, change);
  if (signature === undefined) return undefined;
  const { prepared } = change;
  if (proof === undefined) return { signatures: [signature], certificates: [] };
  if (proof.view !== prepared?.view) return undefined;
  const claim = certificateClaim(draft, 'prepare', { digest: prepared.digest, certificate: proof });
  return claim === undefined ? undefined : { signatures: [signature], certificates: [claim] };
};

/**
 * Whether these are the view-changes, as many as a quorum and no more, one a member in ascending order, that a view above 0
 * needs. Whether they are signed is not looked at.
 */
export const opens = ({ config, state }: Draft, { height, view, opening }: Proposal): boolean => {
  if (view === 0) return opening.length === 0;
  const n = state.context!.committee.length;
  if (opening.length !== config.rules.quorum(n)) return false;
  return opening.every(
    (change, i) =>
      change.height === height && change.view === view && (i === 0 || change.member > opening[i - 1]!.member),
  );
};

/** What must hold for a proposal whose view-changes {@link opens}, or undefined where it is malformed. */
export const proposalStatement = (draft: Draft, proposal: Proposal): Statement | undefined => {
  const { config, state } = draft;
  const context = state.context!;
  const { height, view, digest, opening, proof, signature } = proposal;
  if (proof !== undefined && proof.view >= view) return undefined;
  const signatures: SignatureClaim[] = [];
  for (const change of opening) {
    const claim = viewChangeSignature(draft, change);
    if (claim === undefined) return undefined;
    signatures.push(claim);
  }
  // Only now, since a schedule may draw the leader from the attachments.
  const leader = context.committee[config.schedule.leader(height, view, opening)];
  if (leader === undefined) return undefined;
  const message = proposalBytes(config.scope, context, height, view, digest);
  signatures.unshift({ publicKey: leader.key, message, signature });
  if (proof === undefined) return { signatures, certificates: [] };
  const claim = certificateClaim(draft, 'prepare', { digest, certificate: proof });
  return claim === undefined ? undefined : { signatures, certificates: [claim] };
};

/**
 * Whether the view-changes that open the view allow what it proposes: its proof covers each of their claims, so that its
 * value is the highest prepared that a quorum knows; with no claim, any value is allowed (PBFT, section 4.4).
 */
export const isAllowed = ({ config }: Draft, { digest, opening, proof }: Proposal): boolean =>
  config.rules
    .claims(opening)
    .every((claim) => isCovered(claim, proof === undefined ? undefined : { digest, certificate: proof }));
