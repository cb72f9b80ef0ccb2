/**
 * How a sum of multiples is computed best: a window of Pippenger's buckets from 4 to 12 bits, or 0 for Straus's tables.
 * The costs are in multiplications of the field, as counted in the formulas.
 * @param count - points with scalars that are not zero
 * @param bits - bits of the longest scalar
 * @param allBits - bits of all scalars together
 */
export const bestWindow = (count: number, bits: number, allBits: number): number => {
  let winner = 0;
  let lowest = count <= STRAUS_LIMIT ? strausCost(count, bits, allBits) : Number.POSITIVE_INFINITY;
  for (let window = 4; window <= 12; window++) {
    const cost = pippengerCost(count, bits, allBits, window);
    if (cost < lowest) [winner, lowest] = [window, cost];
  }
  return winner;
};

/** Straus's tables are large: 2816 bytes a point. */
const STRAUS_LIMIT = 1024;

/** Eight entries a point at 10 multiplications, an addition for every sixth bit, one chain of doublings. */
const strausCost = (count: number, bits: number, allBits: number): number =>
  count * 80 + (allBits / 6) * 8.5 + bits * 8;

/** A mixed addition for each digit, two full ones for each bucket, one chain of doublings. */
const pippengerCost = (count: number, bits: number, allBits: number, window: number): number =>
  (allBits / window + count) * 7.5 + placesOf(bits, window) * 2 ** (window - 1) * 18 + bits * 8;

/** Digits of a scalar, with one for the last carry. */
const placesOf = (bits: number, window: number): number => Math.floor(bits / window) + 1;

/** Bytes that the buckets, or the tables, take. */
export const roomFor = (count: number, window: number): number =>
  window === 0 ? 2560 * count : (321 * 2 ** (window - 1) + 15) & ~15;

/** Bytes that the digits take; those of the base point are among them. */
export const digitsFor = (count: number, bits: number, window: number): number =>
  window === 0 ? 256 * (count + 1) : 2 * count * placesOf(bits, window);
