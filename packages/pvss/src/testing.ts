/**
 * What every {@link PvssScheme} must do, as a suite that takes `test` of any runner.
 * @module
 */
export { pvssSuite } from './testing/suite.ts';
