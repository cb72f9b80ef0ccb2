import { decodeGenesisFile, type Genesis } from '@ios/client';
import { checkGenesis } from '../genesis/check.ts';
import { located, readText } from './files.ts';

const REMEDY = 'Copy the file that all nodes of the network share, or correct the configuration.';

/**
 * Reads a genesis file and checks it. Throws `NodeError` (`missing`, `genesis-invalid`) or `ClientError`
 * (`genesis-malformed`), each with the path and the remedy; else what the file system throws.
 */
export async function readGenesis(path: string): Promise<Genesis> {
  const text = await readText(path, 'genesis', REMEDY);
  try {
    const genesis = decodeGenesisFile(text);
    checkGenesis(genesis);
    return genesis;
  } catch (error) {
    throw located(error, path, ` ${REMEDY}`);
  }
}
