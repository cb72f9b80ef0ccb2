/**
 * What tests need, and nothing that production code may import: groups in which discrete logarithms are easy, signatures
 * with torsion, and the suites that every implementation of an interface of this package passes. The suites take `test`
 * as a parameter, so they run under any runner.
 * @module
 */
export { batchVerifierSuite } from './testing/batch-verifier-suite.ts';
export { curveSuite } from './testing/curve-suite.ts';
export { groupSuite } from './testing/group-suite.ts';
export { hasherSuite } from './testing/hasher-suite.ts';
export { signWithTorsion, TORSION } from './testing/mixed-order.ts';
export { schnorrGroup62, toyGroup } from './testing/schnorr-group.ts';
export type { TestFunction } from './testing/test-function.ts';
