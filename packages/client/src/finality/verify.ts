import { BftError, type Certificate, decodeCertificate, verifyCertificate } from '@ios/bft';
import { type BlockHeader, blockHash, headerMismatch, verifyTransactionInclusion } from '@ios/ledger';
import { NO_STEP_ENTRY, type TrustedNetwork } from './committee.ts';
import type { FinalityProof } from './proof.ts';

/**
 * Whether a quorum of the committee of the header's shard committed to its block. `certificate` is the encoded commit
 * certificate. Any bytes are answered.
 */
export function verifyBlock(header: BlockHeader, certificate: Uint8Array, { chain, shards }: TrustedNetwork): boolean {
  const shard = shards[header.shard];
  if (shard === undefined || headerMismatch(header, { chain, stepEntry: NO_STEP_ENTRY }) !== undefined) return false;
  const { scope, committee, scheme } = shard;
  const decoded = certificateIn(certificate);
  if (decoded === undefined) return false;
  // The committee is the same in every epoch, so that the header may name the epoch: what was signed binds it.
  const context = { epoch: header.epoch, stepEntry: NO_STEP_ENTRY, committee };
  const slot = { scope, context, height: header.height, phase: 'commit' } as const;
  return verifyCertificate(scheme, slot, blockHash(header), decoded);
}

/**
 * Whether `proof` shows its transaction final in the network, by nothing but genesis:
 *
 * 1. The header is of this chain, shard and committee.
 * 2. A quorum of that committee signed the commit to this header's hash in the header's epoch (whitepaper section 8).
 * 3. The transaction, witnesses included, is under the header's transaction root (RFC 6962).
 *
 * What is shown is presence: `inclusion.index` and `inclusion.size` are the prover's word. At most f of the committee's
 * n >= 3f + 1 members may be faulty for it to mean anything. Takes some milliseconds.
 */
export const verifyFinality = (proof: FinalityProof, network: TrustedNetwork): boolean =>
  verifyTransactionInclusion(proof.header, proof.transaction, proof.inclusion) &&
  verifyBlock(proof.header, proof.certificate, network);

function certificateIn(bytes: Uint8Array): Certificate | undefined {
  try {
    return decodeCertificate(bytes);
  } catch (error) {
    if (error instanceof BftError) return undefined;
    throw error;
  }
}
