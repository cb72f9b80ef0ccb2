import { hasherSuite } from '@ios/crypto/testing';
import { test } from 'vitest';
import { nodeHasher } from '../src/hasher.ts';

hasherSuite(test, nodeHasher);
