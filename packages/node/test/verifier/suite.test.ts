import { describe, test } from 'vitest';
import { verifierSuite } from '../../src/testing.ts';
import { createInlineVerifier, createVerifier } from '../../src/verifier.ts';
import { bundledWorker } from './worker.ts';

describe('on the calling thread', () => {
  verifierSuite(test, () => createInlineVerifier());
});

describe('on worker threads', () => {
  const worker = bundledWorker();
  verifierSuite(test, () => createVerifier({ threads: 2, worker: worker.file() }));
});
