import type { ShardContext } from '@ios/atomix';
import { type Committee, endorsedBytes, membersOf, quorum, type Scope } from '@ios/bft';
import type { SignedMessage } from '@ios/crypto/ed25519';
import type { Hasher } from '@ios/crypto/merkle';
import { headerMismatch, type Output, witnessClaims } from '@ios/ledger';
import type { Verifier } from '../verifier/verifier.ts';
import type { Certificates } from './certificates.ts';
import type { ChainHead } from './chain-store.ts';
import { NO_STEP_ENTRY } from './committee.ts';
import { checkEntries, type EntryRules } from './epoch-entries.ts';
import { epochAt } from './epoch-state.ts';
import type { Execution } from './execution.ts';
import type { ForeignHeaders } from './foreign-headers.ts';
import type { Mempool } from './mempool.ts';
import type { OwnerCache } from './owner-cache.ts';
import { parentCertificate } from './parent.ts';
import { nextPosition } from './position.ts';
import type { KnownBlock } from './values.ts';

/** What a block is checked against. */
export interface Checking {
  readonly rules: EntryRules;
  readonly head: ChainHead;
  readonly mempool: Mempool;
  readonly context: ShardContext;
  readonly scope: Scope;
  readonly committee: Committee;
  /** How this shard certifies, and how all validators do. */
  readonly certificates: Pick<Certificates, 'claims'>;
  readonly rosterCertificates: Pick<Certificates, 'claims'>;
  readonly headers: ForeignHeaders;
  /** What the block does on this head, or why it does not apply. */
  readonly execute: (known: KnownBlock) => Execution | string;
  readonly limits: { readonly blockBytes: number; readonly blockTransactions: number };
  readonly verifier: Verifier;
  readonly ownerCache: OwnerCache;
  readonly hasher: Hasher;
}

/** Why a proposal is refused, in words for the log; undefined for an acceptable one. */
export type Refusal = string | undefined;

/**
 * Whether a fresh proposal of `proposer` is acceptable on the head: its header, the certificate of its parent, what it does,
 * and then the signatures: those of the proofs from other shards, and witnesses and owners of its transactions, as far as
 * they are not already known to be good. The first of these that is bad ends the work. Rejects with the reason of `signal`.
 */
export const checkBlock = async (
  checking: Checking,
  known: KnownBlock,
  proposer: number,
  signal?: AbortSignal,
): Promise<Refusal> => {
  const { head, context, limits, hasher, mempool, verifier, headers, ownerCache: owners } = checking;
  const { block, bytes, ids } = known;
  const field = headerMismatch(block.header, nextPosition(head, context, proposer));
  if (field !== undefined) return `the header's ${field} is wrong`;
  if (bytes.length > limits.blockBytes || block.transactions.length > limits.blockTransactions)
    return 'it is too large';
  const entries = checkEntries(checking.rules, known);
  if (entries.refusal !== undefined) return entries.refusal;
  const certified = parentClaims(checking, known);
  if (certified === undefined) return "its parent's certificate is malformed or too small";
  const execution = checking.execute(known);
  if (typeof execution === 'string') return execution;
  const signatures = [...certified];
  if (entries.claim !== undefined) {
    const { certificate, endorsed, committee } = entries.claim;
    const output = checking.rosterCertificates.claims(certificate, endorsed, committee);
    if (output === undefined) return 'it tells the epoch to end with no output of the beacon';
    signatures.push(...output);
  }
  const shown = headers.claims(proofsIn(known));
  if (shown === undefined) return 'a proof from another shard is not certified';
  signatures.push(...shown.signatures);
  const unchecked: Output[] = [];
  for (const [i, transaction] of block.transactions.entries()) {
    const known = mempool.known(ids[i]!, transaction);
    if (known === 'nothing') signatures.push(...witnessClaims(transaction, hasher));
    if (known !== 'everything') unchecked.push(...transaction.body.outputs);
  }
  const keys = owners.unknown(unchecked);
  if (!(await verifier.holds({ signatures, keys }, signal))) return 'a signature or an owner is not valid';
  owners.remember(keys);
  headers.remember(shown);
  return undefined;
};

/** The certified headers behind the proofs of a block. */
const proofsIn = ({ entries }: KnownBlock): { readonly header: Uint8Array; readonly certificate: Uint8Array }[] =>
  entries.flatMap(({ entry }) => (entry.kind === 'atomix' && 'proofs' in entry.entry ? entry.entry.proofs : []));

/** The signatures of the parent's certificate; none at height 1. */
const parentClaims = (
  { head, scope, committee, certificates, rules }: Checking,
  { block }: KnownBlock,
): readonly SignedMessage[] | undefined => {
  if (head.height === 0) return [];
  const certificate = parentCertificate(block);
  const members = certificate && membersOf(certificate.mask, committee.length);
  if (certificate === undefined || members === undefined || members.length < quorum(committee.length)) return undefined;
  const height = { epoch: epochAt(rules.epoch, head.height), stepEntry: NO_STEP_ENTRY, committee };
  const slot = { height: head.height, view: certificate.view, phase: 'commit' as const };
  return certificates.claims(certificate, endorsedBytes(scope, height, slot, head.hash), committee);
};
