import type { CertifiedHeader } from '@ios/atomix';
import { type Closing, decodeShardEntry } from '@ios/client/epochs';
import { decodeBlock, decodeHeader, encodeHeader, HEADER_BYTES } from '@ios/ledger';
import { concatBytes } from '@noble/hashes/utils.js';
import type { CarriedChain } from './chain.ts';

/** The header of the last block of an epoch as a proof has it: with the entry that holds the micro state. */
export const finalHeaderAt = async (
  chain: Pick<CarriedChain, 'block'>,
  height: number,
): Promise<CertifiedHeader | undefined> => {
  const stored = await chain.block(height);
  if (stored === undefined) return undefined;
  const { header, entries } = decodeBlock(stored.bytes);
  return { header: concatBytes(encodeHeader(header), ...entries), certificate: stored.certificate };
};

/** Header and micro state of the bytes of a header that ends an epoch, or undefined. */
export const closingOf = (bytes: Uint8Array): Closing | undefined => {
  const entry = decodeShardEntry(bytes.subarray(HEADER_BYTES));
  if (entry?.kind !== 'microState') return undefined;
  return { header: decodeHeader(bytes.subarray(0, HEADER_BYTES)), microState: entry.microState };
};
