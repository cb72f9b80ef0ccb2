import { createReadStream } from 'node:fs';
import { missing } from '../cli/files.ts';
import { NodeError } from '../errors.ts';
import { shippedFile } from '../shipped.ts';
import { type BitcoinBlock, displayHash, parseBitcoinBlock } from './bitcoin-block.ts';
import { parseBitcoinUndo } from './bitcoin-undo.ts';
import { buildWorkload, type Progress, type Workload } from './workload.ts';

/** Which block to replay. */
export interface BlockFiles {
  /** File of a raw Bitcoin block; left out, block 300 025, which comes with the package. */
  readonly block?: string | undefined;
  /** File of the block's undo data, in the form that `data/README.md` describes. */
  readonly undo?: string | undefined;
}

/** A block as transfers. */
export interface BlockWorkload {
  readonly workload: Workload;
  /** Hash of the Bitcoin block as explorers print it. */
  readonly name: string;
  /** Without undo data the amounts, and some owners, are assumed. */
  readonly assumed: boolean;
}

const SHIPPED_BLOCK = 'mainnet-300025.raw';
const SHIPPED_UNDO = 'mainnet-300025-undo.raw';

/** More than any block and any block's undo data: 4 million weight units, and an output for each input. */
const MAX_FILE_BYTES = 16_000_000;

const BLOCK_REMEDY = 'Wanted is a raw block, as "bitcoin-cli getblock HASH 0 | xxd -r -p" writes it.';
const UNDO_REMEDY = 'Without --undo the amounts are assumed.';

/**
 * Reads a block, and turns it into transfers. Throws `NodeError`: `missing`, `bitcoin-block`, `bitcoin-undo` or
 * `workload`, each with the file and the remedy; else what the file system throws.
 */
export const loadWorkload = async ({ block, undo }: BlockFiles, onProgress: Progress): Promise<BlockWorkload> => {
  const blockFile = block ?? shippedFile(SHIPPED_BLOCK);
  const undoFile = undo ?? (block === undefined ? shippedFile(SHIPPED_UNDO) : undefined);
  const blockBytes = await read(blockFile, 'block', BLOCK_REMEDY);
  const parsed = explain(blockFile, BLOCK_REMEDY, () => parseBitcoinBlock(blockBytes));
  const undoBytes = undoFile === undefined ? undefined : await read(undoFile, 'undo data', UNDO_REMEDY);
  const spent = undoBytes && explain(undoFile!, UNDO_REMEDY, () => parseBitcoinUndo(undoBytes, parsed));
  const workload = explain(undoFile ?? blockFile, 'Choose another block.', () => build(parsed, spent, onProgress));
  return { workload, name: displayHash(parsed.header.hash), assumed: spent === undefined };
};

const build = (
  block: BitcoinBlock,
  undo: ReturnType<typeof parseBitcoinUndo> | undefined,
  onProgress: Progress,
): Workload => {
  const workload = buildWorkload({ block, ...(undo !== undefined && { undo }), seedTag: 'devnet', onProgress });
  if (workload.transfers.length === 0) throw new NodeError('workload', 'the block has no transaction to replay');
  return workload;
};

/** A file whole, unless it is longer than any that could be meant. */
const read = async (path: string, what: string, remedy: string): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of createReadStream(path, { end: MAX_FILE_BYTES })) chunks.push(chunk);
  } catch (error) {
    // Not every error of the file system names its file.
    throw missing(error instanceof Error ? Object.assign(error, { path }) : error, path, what, remedy);
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length <= MAX_FILE_BYTES) return bytes;
  throw new NodeError('bitcoin-block', `${path}: more than ${MAX_FILE_BYTES} bytes. ${remedy}`, { path });
};

/** Names the file and the remedy in what `parse` throws. */
const explain = <T>(path: string, remedy: string, parse: () => T): T => {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    throw new NodeError(error.code, `${path}: ${error.message}. ${remedy}`, { ...error.facts, path }, error);
  }
};
