import { createPublicKey, verify as verifySignature } from 'node:crypto';
import { type Committee, decodeCertificate, membersOf, type Scope, signatureList, verifyCertificate } from '@ios/bft';
import type { Hasher } from '@ios/crypto/merkle';
import {
  applyBlock,
  bindBlock,
  type ClaimVerifier,
  type Context,
  checkWitnesses,
  createUtxoSet,
  genesisDelta,
  headerMismatch,
  INITIAL_EXECUTION_DIGEST,
  nextExecutionDigest,
  type UtxoSet,
} from '@ios/ledger';
import { NodeError } from '../errors.ts';
import type { Genesis } from '../genesis/genesis.ts';
import { chainName, genesisHash } from '../genesis/identity.ts';
import { committeeOf, EPOCH, NO_STEP_ENTRY, SHARD } from '../shard/committee.ts';

/** What stands before a key in SubjectPublicKeyInfo (RFC 8410, section 4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Ed25519 by Node's own cryptography: the auditor shares no verification code with the validators' consensus rule. */
const verifyNatively = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean => {
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
  return verifySignature(null, message, key, signature);
};

const claimHolds: ClaimVerifier = ({ signature, message, publicKey }) => verifyNatively(signature, message, publicKey);

/** A chain that is replayed from genesis, block by block, trusting nobody. */
export interface Audit {
  /** Height of the last block taken. */
  readonly height: number;
  /** X(height + 1), 32 bytes. */
  readonly executionDigest: Uint8Array;
  /** Hash of the last block, 32 bytes. */
  readonly hash: Uint8Array;
  readonly state: UtxoSet;
  /** How many certificates were found good. */
  readonly certificates: number;
  /**
   * Takes the block that follows: header, contents, witnesses, execution, and commit certificates for it, one or more.
   * @throws NodeError `audit` with what is wrong.
   */
  take(bytes: Uint8Array, certificates: readonly Uint8Array[]): void;
}

/** An audit at genesis. */
export const createAudit = (genesis: Genesis, hasher: Hasher): Audit => {
  const chain = genesisHash(genesis);
  const scope: Scope = { chain, instance: `shard/${SHARD}` };
  const committee: Committee = committeeOf(genesis.validators.map(({ identity }) => identity));
  const context: Context = { chain, epoch: EPOCH, hasher };
  const scheme = signatureList(verifyNatively);
  const state = createUtxoSet();
  const first = genesisDelta(genesis.outputs, chainName(genesis));
  state.apply(first);
  let height = 0;
  let hash = chain;
  let executionDigest = nextExecutionDigest(INITIAL_EXECUTION_DIGEST, first, hasher);
  let certificates = 0;

  const refuse = (what: string): never => {
    throw new NodeError('audit', `block ${height}: ${what}`, { height });
  };

  const certify = (certificate: Uint8Array): void => {
    const at = {
      scope,
      context: { epoch: EPOCH, stepEntry: NO_STEP_ENTRY, committee },
      height,
      phase: 'commit' as const,
    };
    if (!verifyCertificate(scheme, at, hash, decodeCertificate(certificate)))
      refuse('the commit certificate does not hold');
    certificates++;
  };

  return {
    get height() {
      return height;
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
    state,
    take(bytes, encoded) {
      const { block, hash: found } = bindBlock(bytes, hasher);
      const expected = { chain, shard: SHARD, epoch: EPOCH, height: height + 1, previous: hash, executionDigest };
      height += 1;
      const field = headerMismatch(block.header, expected);
      if (field !== undefined) refuse(`the header's ${field} is not what follows from the blocks before`);
      const mask = height === 1 ? undefined : decodeCertificate(block.certificate).mask;
      const members = mask === undefined ? [] : membersOf(mask, committee.length);
      const beneficiaries = members?.map((member) => genesis.validators[member]!.owner);
      if (beneficiaries === undefined) return refuse("the parent's certificate has a malformed mask");
      const applied = applyBlock(state, block, context, beneficiaries);
      if (!applied.valid) return refuse('a transaction does not apply');
      for (const transaction of block.transactions) {
        if (checkWitnesses(transaction, claimHolds, hasher) !== undefined)
          refuse('a transaction is not signed by its owners');
      }
      state.apply(applied.delta);
      executionDigest = nextExecutionDigest(executionDigest, applied.delta, hasher);
      hash = found;
      if (encoded.length === 0) refuse('no commit certificate is shown');
      for (const certificate of encoded) certify(certificate);
    },
  };
};
