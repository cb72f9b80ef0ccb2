import { describe, expect, it } from 'vitest';
import { type CarryMessage, decodeCarry, encodeCarry } from '../../src/carriage/wire.ts';
import { CHAIN, certify, finalOf } from './chain-fixture.ts';
import { Network } from './network-fixture.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));
const EPOCH_MS = 25 * 200;

/** Every validator knows how every shard ended the first epochs, each the same. */
const expectKnown = async (network: Network, epochs: number): Promise<void> => {
  for (const { carriage } of network.validators.flat()) {
    for (const { shard } of network.chains) {
      for (let epoch = 0; epoch < epochs; epoch++) {
        const closing = await carriage.closings.at(shard, epoch);
        expect(closing?.header).toMatchObject({ shard, epoch, chain: CHAIN });
        expect(closing?.microState.epoch).toBe(epoch);
      }
      expect(await carriage.closings.at(shard, epochs)).toBeUndefined();
    }
  }
};

describe('how shards ended their epochs', () => {
  it('is known to all by what is published', async () => {
    const network = await Network.of(3, 4, 1);
    await network.clock.advance(2 * EPOCH_MS + 400);
    await expectKnown(network, 2);
    // Told once of each, of the others alone.
    expect(network.closings.length).toBe(12 * 2 * 2);
    expect(new Set(network.closings).size).toBe(network.closings.length);
    network.stop();
  });

  it('is asked for where it does not come, and is there after a restart', async () => {
    const network = await Network.of(3, 3, 1, { silent: true });
    await network.clock.advance(EPOCH_MS + 4_000);
    await expectKnown(network, 1);
    await network.restart();
    await expectKnown(network, 1);
    await network.clock.advance(EPOCH_MS);
    await expectKnown(network, 2);
    network.stop();
  });

  it('is believed only where it is certified, ends an epoch, and is not far ahead', async () => {
    const network = await Network.of(2, 3, 1, { lost: 1000 });
    await network.clock.advance(EPOCH_MS + 400);
    const { carriage } = network.validators[0]![0]!;
    const { bytes } = network.sent.find(({ from, channel }) => from.startsWith('1/') && channel === 'closings')!;
    const { header, certificate } = decodeCarry(bytes) as Extract<CarryMessage, { kind: 'closing' }>;
    const show = async (shown: { header: Uint8Array; certificate: Uint8Array }): Promise<boolean> => {
      carriage.gossip('closings', 'a stranger', encodeCarry({ kind: 'closing', ...shown }));
      await settled();
      return (await carriage.closings.at(1, 0)) !== undefined;
    };
    const flip = (from: Uint8Array, at: number) => from.map((byte, i) => (i === at ? byte ^ 1 : byte));
    expect(await show({ header, certificate: flip(certificate, 4) })).toBe(false);
    expect(await show({ header: flip(header, header.length - 40), certificate })).toBe(false);
    // The same header without the entry, certified as it is.
    const alone = header.slice(0, 268);
    expect(await show({ header: alone, certificate: certify(alone, 0) })).toBe(false);
    // Of this shard, its own chain speaks.
    expect(finalOf(header)?.shard).toBe(1);
    const verified = network.verified.length;
    expect(await show({ header, certificate })).toBe(true);
    expect(await show({ header, certificate: certify(header, 2) })).toBe(true);
    expect(network.verified.length).toBe(verified + 1);
    network.stop();
  });
});
