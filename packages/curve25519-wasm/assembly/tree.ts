/**
 * RFC 6962 trees, whose leaves arrive in groups. Leaves and nodes are hashed four at a time, one in each lane of a vector.
 * The hashes of up to 1024 leaves are kept; a full set becomes one root, of which those of complete subtrees remain.
 */
import { INITIAL } from './compress256';
import { compress4 } from './compress256x4';
import { sha256 } from './hash';
import { BLOCKS, HASHES, LANES, NODE, NODES, SUBTREES } from './layout';

/** Hashes that are kept at HASHES, and bytes between the four buffers at BLOCKS and at NODES. */
const SET: i32 = 1024;
const LANE: usize = 128;

/** Hashes at HASHES; full sets so far, the roots of their complete subtrees lying at SUBTREES, the largest first. */
let filled: i32 = 0;
let sets: u32 = 0;

export function startTree(): void {
  filled = 0;
  sets = 0;
  // Four nodes with the padding of 65 bytes.
  memory.fill(NODES, 0, 4 * LANE);
  for (let lane: usize = 0; lane < 4; lane++) {
    store<u8>(NODES + lane * LANE, 1);
    store<u8>(NODES + lane * LANE, 128, 65);
    store<u16>(NODES + lane * LANE, bswap<u16>(65 << 3), 126);
  }
}

/** A leaf whose hash is at `hash`. */
export function appendLeafHash(hash: usize): void {
  memory.copy(HASHES + (<usize>filled << 5), hash, 32);
  count(1);
}

/** `count` leaves, one after the other: the length in four bytes, a zero byte, the data. */
export function appendLeaves(bytes: usize, leaves: i32): void {
  while (leaves > 0) {
    const m0 = bytes + 4;
    const length0 = load<u32>(bytes) + 1;
    if (leaves >= 4 && filled + 4 <= SET) {
      const m1 = m0 + length0 + 4;
      const length1 = load<u32>(m1 - 4) + 1;
      const m2 = m1 + length1 + 4;
      const length2 = load<u32>(m2 - 4) + 1;
      const m3 = m2 + length2 + 4;
      const length3 = load<u32>(m3 - 4) + 1;
      const shape = shapeOf(length0);
      if (shapeOf(length1) == shape && shapeOf(length2) == shape && shapeOf(length3) == shape) {
        start4();
        const whole = length0 & ~63;
        if (whole != 0) compress4(LANES, m0, m1, m2, m3, <i32>(whole >> 6));
        const blocks = <i32>(shape & 1) + 1;
        pad(BLOCKS, m0, length0, blocks);
        pad(BLOCKS + LANE, m1, length1, blocks);
        pad(BLOCKS + 2 * LANE, m2, length2, blocks);
        pad(BLOCKS + 3 * LANE, m3, length3, blocks);
        compress4(LANES, BLOCKS, BLOCKS + LANE, BLOCKS + 2 * LANE, BLOCKS + 3 * LANE, blocks);
        finish4(HASHES + (<usize>filled << 5));
        count(4);
        bytes = m3 + length3;
        leaves -= 4;
        continue;
      }
    }
    sha256(HASHES + (<usize>filled << 5), m0, length0);
    count(1);
    bytes = m0 + length0;
    leaves--;
  }
}

/** How many blocks are whole, and whether the padding needs one or two: what four messages must have in common. */
// @ts-ignore: decorator
@inline function shapeOf(length: u32): u32 {
  return ((length >> 6) << 1) | <u32>((length & 63) >= 56);
}

/** The padded last blocks of a message of `length` bytes. */
function pad(o: usize, message: usize, length: u32, blocks: i32): void {
  const rest = <usize>(length & 63);
  const from = message + (length & ~63);
  const end = <usize>blocks << 6;
  for (let i: usize = 0; i < rest; i += 16) v128.store(o + i, v128.load(from + i));
  for (let i: usize = rest; i < end; i += 16) v128.store(o + i, i64x2.splat(0));
  store<u8>(o + rest, 128);
  store<u64>(o + end - 8, bswap<u64>(<u64>length << 3));
}

/** LANES = the first state, four times. */
function start4(): void {
  for (let i: usize = 0; i < 8; i++) v128.store(LANES + (i << 4), v128.load_splat<u32>(INITIAL + (i << 2)));
}

/** The four digests, 128 bytes, of the states at LANES. */
function finish4(o: usize): void {
  for (let i: usize = 0; i < 8; i++) {
    const states = v128.load(LANES + (i << 4));
    const words = v128.shuffle<u8>(states, states, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
    v128.store_lane<u32>(o + (i << 2), words, 0);
    v128.store_lane<u32>(o + (i << 2), words, 1, 32);
    v128.store_lane<u32>(o + (i << 2), words, 2, 64);
    v128.store_lane<u32>(o + (i << 2), words, 3, 96);
  }
}

/** The four nodes over eight hashes. */
function nodes4(o: usize, hashes: usize): void {
  for (let lane: usize = 0; lane < 4; lane++) {
    for (let i: usize = 0; i < 64; i += 16) v128.store(NODES + lane * LANE + i, v128.load(hashes + (lane << 6) + i), 1);
  }
  start4();
  compress4(LANES, NODES, NODES + LANE, NODES + 2 * LANE, NODES + 3 * LANE, 2);
  finish4(o);
}

/** The node over two hashes, one after the other. */
function node(o: usize, hashes: usize): void {
  store<u8>(NODE, 1);
  memory.copy(NODE + 1, hashes, 64);
  sha256(o, NODE, 65);
}

/** `more` hashes were written; a full set goes into the complete subtrees. */
function count(more: i32): void {
  filled += more;
  if (filled < SET) return;
  reduce();
  let top = SUBTREES + (<usize>popcnt<u32>(sets) << 5);
  memory.copy(top, HASHES, 32);
  for (let rest = sets; rest & 1; rest >>= 1) {
    top -= 32;
    node(top, top);
  }
  sets++;
  filled = 0;
}

/** The root of the hashes that are kept takes the first place: level by level, an odd one at the end goes up as it is. */
function reduce(): void {
  let size = filled;
  while (size > 1) {
    const pairs = size >> 1;
    let i = 0;
    // Of two or three pairs the other lanes are idle; what they write lies before all that is still to be read.
    for (; i + 1 < pairs; i += 4) nodes4(HASHES + (<usize>i << 5), HASHES + (<usize>i << 6));
    if (i < pairs) node(HASHES + (<usize>i << 5), HASHES + (<usize>i << 6));
    if (size & 1) memory.copy(HASHES + (<usize>pairs << 5), HASHES + (<usize>(size - 1) << 5), 32);
    size = pairs + (size & 1);
  }
}

/** The root of all leaves, 32 bytes: the subtrees joined from the smallest. */
export function finishTree(o: usize): void {
  if (filled == 0 && sets == 0) {
    sha256(o, NODE, 0);
    return;
  }
  let subtrees = <i32>popcnt<u32>(sets);
  if (filled != 0) {
    reduce();
    memory.copy(SUBTREES + (<usize>subtrees << 5), HASHES, 32);
    subtrees++;
  }
  while (subtrees > 1) {
    subtrees--;
    const last = SUBTREES + (<usize>(subtrees - 1) << 5);
    node(last, last);
  }
  memory.copy(o, SUBTREES, 32);
}
