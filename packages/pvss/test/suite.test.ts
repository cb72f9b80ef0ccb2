import { ristretto255 } from '@ios/crypto/group';
import { schnorrGroup62 } from '@ios/crypto/testing';
import { createCurve25519 } from '@ios/curve25519-wasm';
import { describe, test } from 'vitest';
import { createDhPvss, createSchoenmakersPvss } from '../src/index.ts';
import { pvssSuite } from '../src/testing.ts';

for (const create of [createSchoenmakersPvss, createDhPvss]) {
  for (const group of [schnorrGroup62, ristretto255, createCurve25519().ristretto255]) {
    const scheme = create({ group });
    describe(`${scheme.name} over ${group.name}`, () => pvssSuite(test, scheme));
  }
}
