import { ClientError, decodeGenesisFile, type Genesis } from '@ios/client';
import { NodeError } from '../../errors.ts';
import { checkGenesis } from '../../genesis/check.ts';

/** Where a node's RPC serves its genesis file. */
const GENESIS_PATH = '/genesis.json';
/** The longest genesis file, in bytes. */
const MAX_BYTES = 64 * 1024 * 1024;
const TIMEOUT = 30_000;

/**
 * The genesis that a node serves, checked; that it is the wanted one is for the caller to see, by its hash. Throws
 * `ClientError`: `rpc-unreachable`, `genesis-malformed`; `NodeError`: `rpc-answer`, `genesis-invalid`.
 */
export async function fetchGenesis(node: string): Promise<Genesis> {
  const url = new URL(GENESIS_PATH, node).href;
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) }).catch((cause) => {
    throw new ClientError('rpc-unreachable', `The node at ${node} does not answer. Is it running?`, { url }, cause);
  });
  if (!response.ok) {
    throw new NodeError('rpc-answer', `${url} answered HTTP ${response.status}. Is it a node of this version?`, {
      url,
    });
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new NodeError('rpc-answer', `${url} answered more than ${MAX_BYTES} bytes.`, { url });
    chunks.push(chunk);
  }
  const genesis = decodeGenesisFile(Buffer.concat(chunks).toString());
  checkGenesis(genesis);
  return genesis;
}
