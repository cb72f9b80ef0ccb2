/**
 * Fixed addresses. Bytes 1024 to 16383 are scratch, which `wipe` clears after every operation on secrets; the table of
 * the base point follows. The compiler's own data start at 131072, and after them the heap that the host lays out.
 */

/** Field elements: of the point formulas (A…), of powers and roots (P…), of encodings (E…). */
export const A0: usize = 1024;
export const A1: usize = 1104;
export const A2: usize = 1184;
export const A3: usize = 1264;
export const A4: usize = 1344;
export const A5: usize = 1424;
export const A6: usize = 1504;
export const A7: usize = 1584;
export const P0: usize = 1664;
export const P1: usize = 1744;
export const P2: usize = 1824;
export const P3: usize = 1904;
export const R0: usize = 1984;
export const R1: usize = 2064;
export const R2: usize = 2144;
export const R3: usize = 2224;
export const E0: usize = 2304;
export const E1: usize = 2384;
export const E2: usize = 2464;
export const E3: usize = 2544;
export const E4: usize = 2624;
export const E5: usize = 2704;
export const E6: usize = 2784;
export const E7: usize = 2864;
export const E8: usize = 2944;
/** 32 bytes for comparisons. */
export const BYTES: usize = 3024;

/** Points: a cached one for additions, a running one, a partial sum, and one that is looked up. */
export const CACHED: usize = 3072;
export const SUM: usize = 3392;
export const PARTIAL: usize = 3712;
export const LOOKUP: usize = 4032;

/** 64 signed digits of a secret scalar; 24 limbs of scalar arithmetic and two times twelve of its operands. */
export const DIGITS: usize = 4352;
export const LIMBS: usize = 4416;
export const LIMBS_A: usize = 4608;
export const LIMBS_B: usize = 4704;
/** A scalar with zeros behind it, 48 bytes. */
export const PADDED: usize = 4800;

/** Eight cached multiples of a point, 2560 bytes. */
export const TABLE: usize = 4864;

/** What the host writes and reads: two points, a scalar, 64 bytes, a result. */
export const IN_A: usize = 7424;
export const IN_B: usize = 7744;
export const IN_SCALAR: usize = 8064;
export const IN_BYTES: usize = 8096;
export const OUT: usize = 8192;

/** The states of the two hashes, their last blocks, and the roots of complete subtrees (33 of 32 bytes). */
export const STATE: usize = 8512;
export const TAIL: usize = 8576;
export const SUBTREES: usize = 8832;
export const NODE: usize = 9920;

/** Four hashes side by side: their states, their last blocks (four times 128 bytes and 16), and four nodes. */
export const LANES: usize = 10048;
export const BLOCKS: usize = 10176;
export const NODES: usize = 10704;

/** Ten sums of limb products, within a multiplication. */
export const PRODUCTS: usize = 11264;

export const SCRATCH: usize = 1024;
export const SCRATCH_END: usize = 16384;

/** 32 times eight affine multiples of the base point. */
export const BASE_TABLE: usize = 16384;

/** 64 affine odd multiples of the base point, for digits of eight bits. */
export const ODD_TABLE: usize = 77824;
export const ODD_WIDTH: i32 = 8;

/** 1024 hashes of leaves. */
export const HASHES: usize = 94208;

/** Sizes: a field element, an extended or cached point, an affine one. */
export const FE: usize = 80;
export const POINT: usize = 320;
export const AFFINE: usize = 240;

/** Clears all that an operation on secrets may have left. */
export function wipe(): void {
  memory.fill(SCRATCH, 0, SCRATCH_END - SCRATCH);
}
