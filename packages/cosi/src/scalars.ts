import { bytesToNumberLE } from '@noble/curves/utils.js';

/** The scalar below `order` that 32 bytes encode, little-endian; undefined for any other bytes. */
export const decodeScalar = (order: bigint, bytes: Uint8Array): bigint | undefined => {
  if (bytes.length !== 32) return undefined;
  const scalar = bytesToNumberLE(bytes);
  return scalar < order ? scalar : undefined;
};

/**
 * The sum modulo `order` of scalars that 32 bytes each encode, at most 2^16 of them; or the place of the first that is none.
 * Word by word, since a BigInt for each takes most of the time that a signature of a thousand costs its coordinator.
 */
export const sumOfScalars = (
  order: bigint,
  scalars: readonly Uint8Array[],
): { readonly sum: bigint } | { readonly bad: number } => {
  const top = Number(order >> 224n);
  // Sums of 2^16 words of 32 bits stay below 2^53.
  const words = new Float64Array(8);
  for (const [place, bytes] of scalars.entries()) {
    if (bytes.length !== 32) return { bad: place };
    const view = new DataView(bytes.buffer, bytes.byteOffset, 32);
    // One in 2^28 scalars has the highest word of the order.
    if (view.getUint32(28, true) >= top && decodeScalar(order, bytes) === undefined) return { bad: place };
    for (let word = 0; word < 8; word++) words[word]! += view.getUint32(4 * word, true);
  }
  return { sum: words.reduceRight((sum, word) => (sum << 32n) + BigInt(word), 0n) % order };
};
