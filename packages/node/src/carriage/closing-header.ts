import type { CertifiedHeader } from '@ios/atomix';
import { encodeFinalHeader } from '@ios/client';
import { type Closing, decodeShardEntry } from '@ios/client/epochs';
import { decodeBlock, decodeHeader, HEADER_BYTES } from '@ios/ledger';
import type { CarriedChain } from './chain.ts';

/** The header of the last block of an epoch as a proof has it, with the micro state; undefined for any other block. */
export const finalHeaderAt = async (
  chain: Pick<CarriedChain, 'block'>,
  height: number,
): Promise<CertifiedHeader | undefined> => {
  const stored = await chain.block(height);
  if (stored === undefined) return undefined;
  const { header, entries } = decodeBlock(stored.bytes);
  const entry = entries[0] && decodeShardEntry(entries[0]);
  if (entry?.kind !== 'microState') return undefined;
  return { header: encodeFinalHeader({ header, microState: entry.microState }), certificate: stored.certificate };
};

/** Header and micro state of bytes that `finalHeaderAt` makes; undefined where there is no micro state. */
export const closingOf = (bytes: Uint8Array): Closing | undefined => {
  const entry = decodeShardEntry(bytes.subarray(HEADER_BYTES));
  if (entry?.kind !== 'microState') return undefined;
  return { header: decodeHeader(bytes.subarray(0, HEADER_BYTES)), microState: entry.microState };
};
