import { describe, test } from 'vitest';
import { createMemoryHub, type Transmit } from '../../src/network.ts';
import { type NetworkPlace, networkSuite } from '../../src/testing.ts';
import { libp2pPlace, nameOf } from './place.ts';

const memoryPlace = async (transmit?: Transmit): Promise<NetworkPlace> => {
  const hub = createMemoryHub(transmit && { transmit });
  return {
    peers: [0, 1, 2].map((node) => ({ peer: nameOf(node), addresses: [] })),
    create: (node, options) => hub.join({ self: nameOf(node), ...options }),
    patience: 50,
  };
};

describe('in memory', () => {
  networkSuite(test, () => memoryPlace());
});

describe('in memory, with uneven delays', () => {
  networkSuite(test, () => {
    let turn = 0;
    return memoryPlace((_from, _to, _bytes, deliver) => {
      turn += 1;
      setTimeout(deliver, (turn * 7) % 10);
    });
  });
});

describe('over libp2p', () => {
  networkSuite(test, () => libp2pPlace());
});
