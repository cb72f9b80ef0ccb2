/** What the host calls, and the addresses that it reads and writes. */
export { IN_A, IN_B, IN_BYTES, IN_SCALAR, OUT, wipe } from './layout';
export { addPoint, decodeStrict, encode, equalsPoint, isIdentity, negatePoint, normaliseVartime, setBase, setIdentity, subtractPoint } from './edwards';
export { fillBaseTables, multiply, multiplyBase } from './multiply';
export { decodeRistretto, encodeRistretto, equalsRistretto, mapRistretto } from './ristretto';
export { mapElligator } from './elligator';
export { isPrimeOrderVartime, longestVartime, pippengerVartime, strausVartime } from './sums';
export { checkVartime, parseVartime, weigh, weightOne } from './batch';
export { blocks256, blocks512, finish256, finish512, start256, start512 } from './hash';
export { appendLeafHash, appendLeaves, finishTree, startTree } from './tree';
// What only the tests ask for, to compare each part with another implementation.
export { decodeZip215, fromAffine } from './edwards';
export { add, carry, fromBytes, mul, square, squareTimes, sub, toBytes } from './field';
export { invert } from './roots';
export { isReducedVartime, multiplyAdd, negateScalar, reduceWide } from './scalar';

/** Where the memory starts that the host lays out. */
export function heapBase(): usize {
  return __heap_base;
}
