export { type NetworkPlace, networkSuite } from './network/suite.ts';
export { type StorePlace, storeSuite } from './store/suite.ts';
export { type MakeVerifier, verifierSuite } from './verifier/suite.ts';

/** Registers one test: vitest's `test`, node's, or any function of that shape. */
export type RegisterTest = (name: string, body: () => Promise<void>) => void;
