import { transactionId } from '@ios/ledger';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { ClientError } from '../error.ts';
import type { CallOptions, RpcClient } from '../rpc/client.ts';
import type { TrustedNetwork } from './committee.ts';
import { decodeFinalityProof, type FinalityProof } from './proof.ts';
import { verifyFinality } from './verify.ts';

/**
 * The proof that a transaction is final, from a node that need not be trusted; undefined while the node shows none. Throws
 * `ClientError`: `rpc-answer` where what the node gives proves nothing, or another transaction; else as a call does.
 */
export async function fetchFinalityProof(
  client: RpcClient,
  id: string,
  network: TrustedNetwork,
  options: CallOptions = {},
): Promise<FinalityProof | undefined> {
  const answer = await client.call('getFinalityProof', { id }, options);
  if (answer === null) return undefined;
  const proof = decoded(answer.proof, client.url);
  const proved = bytesToHex(transactionId(proof.transaction.body));
  if (proved === id && verifyFinality(proof, network)) return proof;
  throw new ClientError('rpc-answer', `${client.url} shows ${id} final with a proof that does not hold.`, { id });
}

function decoded(hex: string, url: string): FinalityProof {
  try {
    return decodeFinalityProof(hexToBytes(hex));
  } catch (cause) {
    throw new ClientError('rpc-answer', `${url} answered something that is no finality proof.`, { url }, cause);
  }
}
