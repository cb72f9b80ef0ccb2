import { expect, test } from 'vitest';
import { runNetworks } from './network.ts';

test('many random networks of 2 to 8 shards', () => {
  const { commits, aborts } = runNetworks(300);
  console.log(`${commits} transactions over several shards committed, ${aborts} aborted`);
  expect(commits).toBeGreaterThan(100);
  expect(aborts).toBeGreaterThan(100);
});
