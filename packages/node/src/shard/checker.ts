import { BftError, type Committee, decodeCertificate, endorsedBytes, membersOf, quorum, type Scope } from '@ios/bft';
import type { SignedMessage } from '@ios/crypto/ed25519';
import type { Hasher } from '@ios/crypto/merkle';
import {
  type Applied,
  applyBlock,
  type Context,
  headerMismatch,
  type LedgerView,
  type Output,
  witnessClaims,
} from '@ios/ledger';
import type { Verifier } from '../verifier/verifier.ts';
import type { Certificates } from './certificates.ts';
import type { ChainHead } from './chain-store.ts';
import { NO_STEP_ENTRY } from './committee.ts';
import { checkEntries, type EntryRules } from './epoch-entries.ts';
import { epochAt } from './epoch-state.ts';
import type { Mempool } from './mempool.ts';
import type { OwnerCache } from './owner-cache.ts';
import { nextPosition } from './position.ts';
import type { KnownBlock } from './values.ts';

/** What a block is executed with. */
export interface Executing {
  readonly state: LedgerView;
  readonly context: Context;
  readonly committee: Committee;
  /** Payout keys of the committee's members, 32 bytes each. */
  readonly owners: readonly Uint8Array[];
}

/** What a block is checked against. */
export interface Checking {
  readonly rules: EntryRules;
  readonly head: ChainHead;
  readonly mempool: Mempool;
  readonly context: Context;
  readonly scope: Scope;
  readonly committee: Committee;
  readonly certificates: Pick<Certificates, 'claims'>;
  /** What the block does on this head, {@link execute}. */
  readonly execute: (known: KnownBlock) => Applied | undefined;
  readonly limits: { readonly blockBytes: number; readonly blockTransactions: number };
  readonly verifier: Verifier;
  readonly ownerCache: OwnerCache;
  readonly hasher: Hasher;
}

/** Why a proposal is refused, in words for the log; undefined for an acceptable one. */
export type Refusal = string | undefined;

/**
 * Whether a fresh proposal of `proposer` is acceptable on the head: its header, the certificate of its parent, the
 * structure of its transactions, and their witnesses and owners as far as they are not already known to be good. The
 * first of these that is bad ends the work. Rejects with the reason of `signal`.
 */
export const checkBlock = async (
  checking: Checking,
  known: KnownBlock,
  proposer: number,
  signal?: AbortSignal,
): Promise<Refusal> => {
  const { head, context, limits, hasher, mempool, verifier, ownerCache: owners } = checking;
  const { block, bytes, ids } = known;
  const field = headerMismatch(block.header, nextPosition(head, context, hasher, proposer));
  if (field !== undefined) return `the header's ${field} is wrong`;
  if (bytes.length > limits.blockBytes || block.transactions.length > limits.blockTransactions)
    return 'it is too large';
  const entries = checkEntries(checking.rules, block);
  if (entries.refusal !== undefined) return entries.refusal;
  const certified = parentClaims(checking, known);
  if (certified === undefined) return "its parent's certificate is malformed or too small";
  if (checking.execute(known) === undefined) return 'a transaction does not apply';
  const signatures = [...certified];
  if (entries.claim !== undefined) {
    const { certificate, endorsed, committee } = entries.claim;
    const output = checking.certificates.claims(certificate, endorsed, committee);
    if (output === undefined) return 'it tells the epoch to end with no output of the beacon';
    signatures.push(...output);
  }
  const unchecked: Output[] = [];
  for (const [i, transaction] of block.transactions.entries()) {
    const known = mempool.known(ids[i]!, transaction);
    if (known === 'nothing') signatures.push(...witnessClaims(transaction, hasher));
    if (known !== 'everything') unchecked.push(...transaction.body.outputs);
  }
  const keys = owners.unknown(unchecked);
  if (!(await verifier.holds({ signatures, keys }, signal))) return 'a signature or an owner is not valid';
  owners.remember(keys);
  return undefined;
};

/** The signatures of the parent's certificate; none at height 1. */
const parentClaims = (
  { head, scope, committee, certificates, rules }: Checking,
  { block }: KnownBlock,
): readonly SignedMessage[] | undefined => {
  if (head.height === 0) return [];
  const certificate = certificateOf(block.certificate);
  const members = certificate && membersOf(certificate.mask, committee.length);
  if (certificate === undefined || members === undefined || members.length < quorum(committee.length)) return undefined;
  const height = { epoch: epochAt(rules.epoch, head.height), stepEntry: NO_STEP_ENTRY, committee };
  const slot = { height: head.height, view: certificate.view, phase: 'commit' as const };
  return certificates.claims(certificate, endorsedBytes(scope, height, slot, head.hash), committee);
};

const certificateOf = (bytes: Uint8Array): ReturnType<typeof decodeCertificate> | undefined => {
  try {
    return decodeCertificate(bytes);
  } catch (error) {
    if (error instanceof BftError) return undefined;
    throw error;
  }
};

/**
 * What the block does to the state, or undefined where it does not apply. The fees of the parent go to the members in
 * the parent's certificate as this block carries it, the one account of who worked that all replicas share.
 */
export const execute = (
  { state, context, committee, owners }: Executing,
  { block }: KnownBlock,
): Applied | undefined => {
  const mask = certificateOf(block.certificate)?.mask;
  const members = mask === undefined ? [] : membersOf(mask, committee.length);
  if (members === undefined) return undefined;
  const applied = applyBlock(
    state,
    block,
    context,
    members.map((member) => owners[member]!),
  );
  return applied.valid ? (applied as Applied) : undefined;
};
