import type { Scenario } from '@ios/simulator';
import { listedCertificates } from '../src/shard/certificates.ts';
import { simulateNodes } from './network.ts';

/** The scenario of `sim node-listed`. */
export const scenario: Scenario = {
  name: 'node-listed',
  description: 'the network of `sim node` with lists of signatures for certificates, which cost it less',
  run: (seed, sink) => simulateNodes(seed, sink, listedCertificates),
};
