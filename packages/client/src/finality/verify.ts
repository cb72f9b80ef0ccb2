import { partiesOf, verifyShardProof } from '@ios/atomix';
import { type BlockHeader, blockHash, checkWitnesses, transactionId, verifyTransactionInclusion } from '@ios/ledger';
import { equalBytes } from '@noble/curves/utils.js';
import { holds } from '../epochs/certified.ts';
import type { TrustedNetwork } from './committee.ts';
import { blockClaim, headerVerifier } from './final-header.ts';
import type { FinalityProof } from './proof.ts';

/**
 * Whether a quorum of the committee of the header's shard committed to its block. `certificate` is the encoded commit
 * certificate. Any bytes are answered.
 */
export function verifyBlock(header: BlockHeader, certificate: Uint8Array, network: TrustedNetwork): boolean {
  const claim = blockClaim(network, header, blockHash(header), certificate);
  return claim !== undefined && holds(claim, network.shards[header.shard]!);
}

/**
 * Whether `proof` shows its transaction final in the network, by nothing but genesis. Who votes on a transaction follows from
 * its body: the shards of its inputs.
 *
 * `included`, for one voter alone, since several may still abort what each of them has included:
 *
 * 1. The header is of this chain, of the voter and of its committee.
 * 2. A quorum of that committee signed the commit to this header's hash in the header's epoch (whitepaper section 8).
 * 3. The transaction, witnesses included, is under the header's transaction root (RFC 6962).
 *
 * `committed`, for several voters (whitepaper section 7): one of them says, by a leaf under a header of which 1. and 2. hold, that
 * it has committed the transaction, for which all of them had accepted it; and its owners signed it.
 *
 * What is shown is presence: `inclusion.index` and `inclusion.size` are the prover's word. At most f of each voter's
 * n >= 3f + 1 members may be faulty for it to mean anything. Takes some milliseconds.
 */
export function verifyFinality(proof: FinalityProof, network: TrustedNetwork): boolean {
  const { transaction } = proof;
  const { voters } = partiesOf(transaction.body, network.place);
  if (proof.kind === 'included') {
    const { header, certificate, inclusion } = proof;
    if (voters.length !== 1 || voters[0] !== header.shard) return false;
    return verifyTransactionInclusion(header, transaction, inclusion) && verifyBlock(header, certificate, network);
  }
  const { chain } = network;
  const shown = verifyShardProof(proof.proof, { chain, verifyHeader: headerVerifier(network) });
  if (shown?.type !== 'commit' || !voters.includes(shown.shard)) return false;
  return equalBytes(shown.id, transactionId(transaction.body)) && checkWitnesses(transaction) === undefined;
}
