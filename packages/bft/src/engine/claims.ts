import { bytesToHex } from '@noble/hashes/utils.js';
import { membersOf } from '../certificate.ts';
import type { CertificateClaim, Statement } from '../host.ts';
import { type Certified, encodeUnsigned, type Proposal, type ViewChange } from '../messages.ts';
import { type Phase, proposalBytes, viewChangeBytes } from '../statements.ts';
import type { Draft } from './state.ts';

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

/** What must hold for a view-change to count, or undefined where it is malformed. */
export const viewChangeStatement = (draft: Draft, change: ViewChange): Statement | undefined => {
  const { config, state } = draft;
  const context = state.context!;
  const { height, view, member, prepared, attachment, signature } = change;
  const key = context.committee[member]?.key;
  if (key === undefined || view === 0) return undefined;
  if (!config.schedule.checkAttachment(height, view, member, attachment)) return undefined;
  const message = viewChangeBytes(config.scope, context, height, view, encodeUnsigned(change));
  const signatures = [{ publicKey: key, message, signature }];
  if (prepared === undefined) return { signatures, certificates: [] };
  const claim = prepared.certificate.view < view ? certificateClaim(draft, 'prepare', prepared) : undefined;
  return claim === undefined ? undefined : { signatures, certificates: [claim] };
};

/** Whether these are the quorum of view-changes, one a member in ascending order, that a view above 0 needs. */
const opens = ({ config, state }: Draft, { height, view, opening }: Proposal): boolean => {
  if (view === 0) return opening.length === 0;
  const n = state.context!.committee.length;
  if (opening.length < config.rules.quorum(n) || opening.length > n) return false;
  return opening.every(
    (change, i) =>
      change.height === height && change.view === view && (i === 0 || change.member > opening[i - 1]!.member),
  );
};

/** What must hold for a proposal with its opening view-changes, or undefined where it is malformed. */
export const proposalStatement = (draft: Draft, proposal: Proposal): Statement | undefined => {
  const { config, state } = draft;
  const context = state.context!;
  const { height, view, digest, opening, signature } = proposal;
  if (!opens(draft, proposal)) return undefined;
  const leader = context.committee[config.schedule.leader(height, view, opening)];
  if (leader === undefined) return undefined;
  const message = proposalBytes(config.scope, context, height, view, digest);
  const signatures = [{ publicKey: leader.key, message, signature }];
  const certificates: CertificateClaim[] = [];
  const shown = new Set<string>();
  for (const change of opening) {
    const statement = viewChangeStatement(draft, change);
    if (statement === undefined) return undefined;
    signatures.push(...statement.signatures);
    if (change.prepared === undefined) continue;
    // One certificate shows that a value was prepared in a view; the others may carry a different one for the same fact.
    const fact = `${change.prepared.certificate.view}/${bytesToHex(change.prepared.digest)}`;
    if (!shown.has(fact)) certificates.push(...statement.certificates);
    shown.add(fact);
  }
  return { signatures, certificates };
};
