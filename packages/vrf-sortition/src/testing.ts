/**
 * What tests and simulations need, and nothing that production code may import.
 *
 * @packageDocumentation
 */
export { fakeEcvrf } from './testing/fake-ecvrf.ts';
