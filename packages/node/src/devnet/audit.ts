import {
  BftError,
  type Certificate,
  decodeCertificate,
  type HeightContext,
  membersOf,
  type Scope,
  verifyCertificate,
} from '@ios/bft';
import type { Genesis } from '@ios/client';
import { chainName, collectiveScheme, genesisHash, rosterOf } from '@ios/client';
import { verify as verifyZip215 } from '@ios/crypto/ed25519';
import { isValidKey } from '@ios/crypto/edwards25519';
import type { Hasher } from '@ios/crypto/merkle';
import {
  applyBlock,
  type Block,
  type BoundBlock,
  bindBlock,
  type ClaimVerifier,
  type Context,
  checkWitnesses,
  createUtxoSet,
  type Delta,
  genesisDelta,
  headerMismatch,
  INITIAL_EXECUTION_DIGEST,
  LedgerError,
  nextExecutionDigest,
  transactionId,
  type UtxoSet,
} from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { NodeError } from '../errors.ts';
import { committeeOf, NO_STEP_ENTRY, SHARD } from '../shard/committee.ts';
import { checkEntries } from '../shard/epoch-entries.ts';
import { afterBlock, epochAt, firstEpoch } from '../shard/epoch-state.ts';
import { createOwnerCache } from '../shard/owner-cache.ts';
import { emptyOutboxRoot } from '../shard/position.ts';
import { acceptsNatively } from '../verifier/native.ts';

/** Where a transaction stands in the chain. */
export interface Place {
  readonly height: number;
  /** Among the transactions of its block, from 0. */
  readonly index: number;
  /** Hash of the block in hex. */
  readonly block: string;
}

/** A chain that is replayed from genesis, block by block, trusting nobody. */
export interface Audit {
  /** Height of the last block taken. */
  readonly height: number;
  /** Epoch of the block that follows. */
  readonly epoch: number;
  /** X(height + 1), 32 bytes. */
  readonly executionDigest: Uint8Array;
  /** Hash of the last block, at height 0 that of genesis; 32 bytes. */
  readonly hash: Uint8Array;
  readonly state: UtxoSet;
  /** How many certificates were shown and found good; those within blocks are not counted. */
  readonly certificates: number;
  /** How many of them `node:crypto` accepts by itself: all but those with a nonce that has torsion, which ZIP215 lets pass. */
  readonly nativeCertificates: number;
  /** How many signatures of owners were found good. */
  readonly witnesses: number;
  /** Where each transaction stands, by id in hex. */
  readonly places: ReadonlyMap<string, Place>;
  /**
   * Takes the block that follows: header, contents, witnesses, owners, the certificate of its parent, execution, and
   * commit certificates for it, one or more. After a refusal the audit is of no more use.
   * @throws NodeError `audit` with what is wrong.
   */
  take(bytes: Uint8Array, certificates: readonly Uint8Array[]): void;
}

/** A certificate that holds, and whether `node:crypto` says so by itself. */
interface Commit {
  readonly certificate: Certificate;
  readonly natively: boolean;
}

/** Whether a signature holds under ZIP215: what OpenSSL accepts does, the rest is looked at again. */
const claimHolds: ClaimVerifier = (claim) =>
  acceptsNatively(claim) || verifyZip215(claim.signature, claim.message, claim.publicKey);

/** An audit at genesis. */
export const createAudit = (genesis: Genesis, hasher: Hasher): Audit => {
  const chain = genesisHash(genesis);
  const scope: Scope = { chain, instance: `shard/${SHARD}` };
  const committee = committeeOf(genesis.validators.map(({ identity }) => identity));
  const outboxRoot = emptyOutboxRoot(hasher);
  const roster = rosterOf(genesis);
  const native = collectiveScheme(roster, (signature, message, publicKey) =>
    acceptsNatively({ signature, message, publicKey }),
  );
  const scheme = collectiveScheme(roster);
  const owners = createOwnerCache();
  const places = new Map<string, Place>();
  const state = createUtxoSet();
  const first = genesisDelta(genesis.outputs, chainName(genesis));
  state.apply(first);
  /** Where the shard stands, by the blocks taken alone. */
  let epoch = firstEpoch(chain);
  const context = (): Context => ({ chain, epoch: epoch.epoch, hasher });
  const contextAt = (at: number): HeightContext => ({
    epoch: epochAt(epoch, at),
    stepEntry: NO_STEP_ENTRY,
    committee,
  });
  let height = 0;
  let hash = chain;
  let executionDigest = nextExecutionDigest(INITIAL_EXECUTION_DIGEST, first, hasher);
  let certificates = 0;
  let nativeCertificates = 0;
  let witnesses = 0;

  const refuse = (what: string): never => {
    throw new NodeError('audit', `Block ${height + 1}: ${what}.`, { height: height + 1 });
  };

  const bind = (bytes: Uint8Array): BoundBlock => {
    try {
      return bindBlock(bytes, hasher);
    } catch (error) {
      if (error instanceof LedgerError) return refuse(error.message);
      throw error;
    }
  };

  /** The certificate, if a quorum endorsed `digest` as the block at `at`. */
  const commitOf = (encoded: Uint8Array, at: number, digest: Uint8Array, whose: string): Commit => {
    try {
      const certificate = decodeCertificate(encoded);
      const slot = { scope, context: contextAt(at), height: at, phase: 'commit' as const };
      if (verifyCertificate(native, slot, digest, certificate)) return { certificate, natively: true };
      if (verifyCertificate(scheme, slot, digest, certificate)) return { certificate, natively: false };
    } catch (error) {
      if (!(error instanceof BftError)) throw error;
    }
    return refuse(`${whose} does not hold`);
  };

  /** Who earns the fees of the parent: the members in its certificate, as this block carries it. */
  const beneficiaries = ({ certificate }: Block): Uint8Array[] => {
    if (height === 0) return [];
    const parent = commitOf(certificate, height, hash, "the parent's commit certificate");
    return membersOf(parent.certificate.mask, committee.length)!.map((member) => genesis.validators[member]!.owner);
  };

  const checkHeader = ({ header }: Block): void => {
    const field = headerMismatch(header, {
      chain,
      shard: SHARD,
      epoch: epoch.epoch,
      stepEntry: NO_STEP_ENTRY,
      height: height + 1,
      previous: hash,
      executionDigest,
      outboxRoot,
    });
    if (field !== undefined) refuse(`the header's ${field} is not what follows from the blocks before`);
    if (header.proposer >= committee.length) refuse(`it has proposer ${header.proposer} of ${committee.length}`);
  };

  /** What the block says of epochs is what its place allows; an output that it carries was decided by the beacon. */
  const checkEpoch = (block: Block): void => {
    const outputs = { output: () => undefined };
    const found = checkEntries({ chain, committee, epoch, policy: genesis.policy, outputs, hasher }, block);
    if (found.refusal !== undefined) return refuse(found.refusal);
    const { claim } = found;
    if (claim === undefined) return;
    const { certificate, endorsed } = claim;
    if (!native.verify(certificate, endorsed, committee) && !scheme.verify(certificate, endorsed, committee))
      refuse('the output that it carries was not decided');
  };

  const execute = (block: Block): Delta => {
    const applied = applyBlock(state, block, context(), beneficiaries(block));
    if (!applied.valid) return refuse('a transaction does not apply');
    for (const transaction of block.transactions) {
      if (checkWitnesses(transaction, claimHolds, hasher) !== undefined)
        refuse('a transaction is not signed by its owners');
      const fresh = owners.unknown(transaction.body.outputs);
      if (!fresh.every((owner) => isValidKey(owner))) refuse('an output has no valid owner');
      owners.remember(fresh);
    }
    return applied.delta;
  };

  return {
    get height() {
      return height;
    },
    get epoch() {
      return epoch.epoch;
    },
    get executionDigest() {
      return executionDigest;
    },
    get hash() {
      return hash;
    },
    get certificates() {
      return certificates;
    },
    get nativeCertificates() {
      return nativeCertificates;
    },
    get witnesses() {
      return witnesses;
    },
    state,
    places,
    take(bytes, encoded) {
      const { block, hash: found } = bind(bytes);
      checkHeader(block);
      checkEpoch(block);
      const delta = execute(block);
      if (encoded.length === 0) refuse('no commit certificate is shown');
      const commits = encoded.map((certificate) => commitOf(certificate, height + 1, found, 'a commit certificate'));
      state.apply(delta);
      epoch = afterBlock(epoch, genesis.policy, { header: block.header, hash: found, entries: block.entries });
      height += 1;
      executionDigest = nextExecutionDigest(executionDigest, delta, hasher);
      hash = found;
      certificates += encoded.length;
      nativeCertificates += commits.filter(({ natively }) => natively).length;
      const name = bytesToHex(found);
      for (const [index, transaction] of block.transactions.entries()) {
        witnesses += transaction.witnesses.length;
        places.set(bytesToHex(transactionId(transaction.body, hasher)), { height, index, block: name });
      }
    },
  };
};
