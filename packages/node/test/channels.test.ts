import type { Genesis } from '@ios/client';
import { expect, test } from 'vitest';
import { nodeChannels } from '../src/channels.ts';
import { genesis as oneShard } from './node-fixture.ts';

const genesis: Genesis = { ...oneShard, policy: { ...oneShard.policy, shards: 2 } };

test('validators of all shards have all protocols in common, else they would not connect', () => {
  const channels = genesis.validators.map(({ identity }) => nodeChannels(genesis, identity));
  expect(new Set(channels.map(({ topics }) => topics.map(({ name }) => name).join())).size).toBe(2);
  for (const { protocols } of channels) expect(protocols).toEqual(channels[0]!.protocols);
});
