/**
 * What tests need, and nothing that production code may import: a suite that every `PvssScheme` passes, which takes `test`
 * of any runner, and seats whose keys come from a seed.
 * @module
 */
export { repeatable, type Seats, seats } from './testing/seats.ts';
export { pvssSuite } from './testing/suite.ts';
export type { TestFunction } from './testing/test-function.ts';
