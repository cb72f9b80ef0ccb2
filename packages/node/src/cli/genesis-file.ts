import { NodeError } from '../errors.ts';
import { checkGenesis } from '../genesis/check.ts';
import { decodeGenesisFile } from '../genesis/file.ts';
import type { Genesis } from '../genesis/genesis.ts';
import { readText } from './files.ts';

const REMEDY = 'Copy the file that all nodes of the network share, or correct the configuration.';

/**
 * Reads a genesis file and checks it. Throws `NodeError`: `missing`, `genesis-malformed`, `genesis-invalid`, each with the
 * path and the remedy; else what the file system throws.
 */
export async function readGenesis(path: string): Promise<Genesis> {
  const text = await readText(path, 'genesis', REMEDY);
  try {
    const genesis = decodeGenesisFile(text);
    checkGenesis(genesis);
    return genesis;
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    throw new NodeError(error.code, `${path}: ${error.message} ${REMEDY}`, { ...error.facts, path }, error);
  }
}
