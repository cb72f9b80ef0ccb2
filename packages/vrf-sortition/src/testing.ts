/**
 * What tests and simulations need, and nothing that production code may import.
 *
 * @packageDocumentation
 */

export { assembleElection } from './election/election.ts';
export { type Rules, soundRules } from './election/rules.ts';
export { fakeEcvrf } from './testing/fake-ecvrf.ts';
