/**
 * What tests and simulations need, and nothing that production code may import: the scheme over a group without secrets, and
 * the suite that every implementation of `CosiScheme` passes. The suite takes `test` as a parameter, so it runs under any
 * runner.
 * @module
 */

export { assembleCoordinator } from './coordinator/coordinator.ts';
export { assembleCosigner } from './cosigner/cosigner.ts';
export { assembleMember } from './member.ts';
export { type Rules, soundRules } from './rules.ts';
export { type CosiSuiteSubject, cosiSuite } from './testing/cosi-suite.ts';
export { FAKE_TORSION, fakeCosi, fakeCurve, fakeSign, fakeVerify } from './testing/fake-curve.ts';
