import type { HeaderVerifier, ShardContext } from '@ios/atomix';
import {
  BftError,
  type Certificate,
  decodeCertificate,
  type HeightContext,
  membersOf,
  verifyCertificate,
} from '@ios/bft';
import { chainName, collectiveScheme, type Genesis, headerVerifier, rosterOf, trustGenesis } from '@ios/client';
import { verify as verifyZip215 } from '@ios/crypto/ed25519';
import { isValidKey } from '@ios/crypto/edwards25519';
import type { Hasher } from '@ios/crypto/merkle';
import {
  type Block,
  type ClaimVerifier,
  checkWitnesses,
  headerMismatch,
  INITIAL_EXECUTION_DIGEST,
  nextExecutionDigest,
} from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { NodeError } from '../errors.ts';
import { layoutOf } from '../layout.ts';
import { genesisOf } from '../shard/chain-store.ts';
import { NO_STEP_ENTRY } from '../shard/committee.ts';
import { checkEntries } from '../shard/epoch-entries.ts';
import { afterBlock, epochAt, firstEpoch } from '../shard/epoch-state.ts';
import { type Execution, executeBlock } from '../shard/execution.ts';
import { createOwnerCache } from '../shard/owner-cache.ts';
import { createShardState, type ShardState } from '../shard/state.ts';
import type { StepKind, StoredStep } from '../shard/steps.ts';
import { createValues, type KnownBlock } from '../shard/values.ts';
import { acceptsNatively } from '../verifier/native.ts';

/** A step of a transaction in the shard, and the hash of the block that took it, in hex. */
export interface AuditedStep extends StoredStep {
  readonly block: string;
  /** Of an abort: the shard whose proof decided it, and what that showed. */
  readonly why?: { readonly reason: 'rejected' | 'absent'; readonly shard: number };
}

/** The steps of one transaction in the shard, the last of each kind. */
export type AuditedSteps = ReadonlyMap<StepKind, AuditedStep>;

/** The chain of one shard that is replayed from genesis, block by block, trusting nobody. */
export interface Audit {
  /** Height of the last block taken. */
  readonly height: number;
  /** Epoch of the block that follows. */
  readonly epoch: number;
  /** X(height + 1), 32 bytes. */
  readonly executionDigest: Uint8Array;
  /** Hash of the last block, at height 0 that of genesis; 32 bytes. */
  readonly hash: Uint8Array;
  /** The whole state of the shard. */
  readonly state: ShardState;
  /** How many certificates were shown and found good; those within blocks are not counted. */
  readonly certificates: number;
  /** How many of them `node:crypto` accepts by itself: all but those with a nonce that has torsion, which ZIP215 lets pass. */
  readonly nativeCertificates: number;
  /** How many signatures of owners were found good. */
  readonly witnesses: number;
  /** What the shard did about each transaction, by id in hex. */
  readonly steps: ReadonlyMap<string, AuditedSteps>;
  /**
   * Takes the block that follows: header, contents, witnesses, owners, proofs from other shards, the certificate of its
   * parent, execution, and commit certificates for it, one or more. After a refusal the audit is of no more use.
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

/** An audit of a shard at genesis. */
export const createAudit = (genesis: Genesis, shard: number, hasher: Hasher): Audit => {
  const { chain, roster, shards, place } = layoutOf(genesis);
  const { scope, committee, seats } = shards[shard]!;
  const keys = rosterOf({ validators: seats.map((seat) => genesis.validators[seat]!) });
  const scheme = collectiveScheme(keys);
  const native = collectiveScheme(keys, (signature, message, publicKey) =>
    acceptsNatively({ signature, message, publicKey }),
  );
  const network = trustGenesis(genesis, (signature, message, publicKey) =>
    claimHolds({ signature, message, publicKey }),
  );
  const isFinal = remembering(headerVerifier(network));
  const owners = createOwnerCache();
  const values = createValues(chain, hasher);
  const steps = new Map<string, Map<StepKind, AuditedStep>>();
  const first = genesisOf({ outputs: genesis.outputs, chainName: chainName(genesis), shard, place });
  const state = createShardState(
    first.map(({ table, key, new: value }) => ({ table, key, value: value! })),
    { shard, place },
    hasher,
  );
  /** Where the shard stands, by the blocks taken alone. */
  let epoch = firstEpoch(chain);
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

  const context = (): ShardContext => ({
    chain,
    epoch: epoch.epoch,
    shard,
    height: height + 1,
    place,
    lockFee: genesis.policy.lockFee,
    hasher,
  });

  const refuse = (what: string): never => {
    throw new NodeError('audit', `Block ${height + 1} of shard ${shard}: ${what}.`, { shard, height: height + 1 });
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

  const checkHeader = ({ header }: Block): void => {
    const field = headerMismatch(header, {
      chain,
      shard,
      epoch: epoch.epoch,
      stepEntry: NO_STEP_ENTRY,
      height: height + 1,
      previous: hash,
      executionDigest,
    });
    if (field !== undefined) refuse(`the header's ${field} is not what follows from the blocks before`);
    if (header.proposer >= committee.length) refuse(`it has proposer ${header.proposer} of ${committee.length}`);
  };

  /** What the block says of epochs is what its place allows; an output that it carries was decided by the beacon. */
  const checkEpoch = (known: KnownBlock): void => {
    const outputs = { output: () => undefined };
    const { policy } = genesis;
    const found = checkEntries({ chain, roster, seats, epoch, tree: state.tree, policy, outputs, hasher }, known);
    if (found.refusal !== undefined) return refuse(found.refusal);
    const { claim } = found;
    if (claim !== undefined && !network.scheme.verify(claim.certificate, claim.endorsed, claim.committee))
      refuse('the output that it carries was not decided');
  };

  /** What other shards say is under headers that their committees have certified. */
  const checkProofs = ({ entries }: KnownBlock): void => {
    for (const { entry } of entries) {
      if (entry.kind !== 'atomix' || !('proofs' in entry.entry)) continue;
      for (const proof of entry.entry.proofs)
        if (isFinal(proof.header, proof.certificate) === undefined)
          refuse('a proof from another shard is not certified');
    }
  };

  const checkTransactions = ({ transactions }: Block): void => {
    for (const transaction of transactions) {
      if (checkWitnesses(transaction, claimHolds, hasher) !== undefined)
        refuse('a transaction is not signed by its owners');
      const fresh = owners.unknown(transaction.body.outputs);
      if (!fresh.every((owner) => isValidKey(owner))) refuse('an output has no valid owner');
      owners.remember(fresh);
    }
  };

  const execute = (known: KnownBlock): Execution => {
    if (height > 0) {
      const parent = commitOf(known.block.certificate, height, hash, "the parent's commit certificate");
      if (membersOf(parent.certificate.mask, committee.length) === undefined)
        refuse('nobody earns the fees of its parent');
    }
    const earners = seats.map((seat) => genesis.validators[seat]!.owner);
    const execution = executeBlock({ view: state.view, context: context(), committee, owners: earners }, known);
    return typeof execution === 'string' ? refuse(execution) : execution;
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
    steps,
    take(bytes, encoded) {
      const known = values.decode(bytes) ?? refuse('its bytes are no block, or its header does not bind its contents');
      const { block, hash: found } = known;
      checkHeader(block);
      checkEpoch(known);
      checkProofs(known);
      const { delta, steps: taken } = execute(known);
      checkTransactions(block);
      if (encoded.length === 0) refuse('no commit certificate is shown');
      const commits = encoded.map((certificate) => commitOf(certificate, height + 1, found, 'a commit certificate'));
      state.apply(delta);
      epoch = afterBlock(epoch, genesis.policy, known);
      height += 1;
      executionDigest = nextExecutionDigest(executionDigest, delta, hasher);
      hash = found;
      certificates += encoded.length;
      nativeCertificates += commits.filter(({ natively }) => natively).length;
      const name = bytesToHex(found);
      for (const transaction of block.transactions) witnesses += transaction.witnesses.length;
      for (const { id, kind, index } of taken) {
        const before = steps.get(bytesToHex(id)) ?? new Map<StepKind, AuditedStep>();
        steps.set(bytesToHex(id), before);
        const why = kind === 'aborted' ? { why: shownTo(known, index) } : {};
        before.set(kind, { kind, height, index, block: name, ...why });
      }
    },
  };
};

/** What an abort was decided by. */
const shownTo = ({ entries }: KnownBlock, index: number): AuditedStep['why'] & object => {
  const verified = entries[index]?.verified;
  if (verified?.kind !== 'abort') throw new Error('an abort was executed that is none');
  const { type, shard } = verified.evidence[0]!;
  return { reason: type === 'vote' ? 'rejected' : 'absent', shard };
};

/** Each header and certificate is looked at once. */
const remembering = (verify: HeaderVerifier): HeaderVerifier => {
  const known = new Map<string, ReturnType<HeaderVerifier>>();
  return (header, certificate) => {
    const name = `${bytesToHex(header)}.${bytesToHex(certificate)}`;
    if (!known.has(name)) known.set(name, verify(header, certificate));
    return known.get(name);
  };
};
