import { expect, test } from 'vitest';
import { runNetworks } from './network.ts';

test('random networks of 2 to 8 shards: value conserved, nothing twice, all or nothing, and at last no lock', () => {
  const { commits, aborts } = runNetworks(8);
  expect(commits).toBeGreaterThan(0);
  expect(aborts).toBeGreaterThan(0);
});
