/**
 * For tests of this package and of what is built on it: a sign-off without signatures, and the machine with rules to break.
 * @module
 */
export { assembleDrp } from './machine/drp.ts';
export { type Rules, soundRules } from './rules.ts';
export { createFakeSignOff } from './testing/fake-sign-off.ts';
