/**
 * For tests of this package and of whoever builds on it: the rules one by one.
 * @module
 */
export { type Finding, type Rules, soundRules } from './rules.ts';
