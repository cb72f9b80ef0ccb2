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
  const genesis = decodeGenesisFile(await download(url, node));
  checkGenesis(genesis);
  return genesis;
}

async function download(url: string, node: string): Promise<string> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) });
    if (!response.ok) throw strange(url, `HTTP ${response.status}`);
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > MAX_BYTES) throw strange(url, `more than ${MAX_BYTES} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  } catch (error) {
    if (error instanceof NodeError) throw error;
    throw new ClientError('rpc-unreachable', `The node at ${node} does not answer. Is it running?`, { url }, error);
  }
}

const strange = (url: string, what: string): NodeError =>
  new NodeError('rpc-answer', `${url} answered ${what}. Is it a node of this version?`, { url });
