import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { decodeCarry } from '../../src/carriage/wire.ts';
import { Network } from './network-fixture.ts';

/** An output for an owner in a shard. */
const pay = (network: Network, shard: number, amount: bigint) => ({
  amount,
  owner: network.coinsOf(shard).at(-1)!.output.owner,
});
const coinOf = (network: Network, shard: number, number = 0) => network.coinsOf(shard)[number]!;
const outcomes = (network: Network, id: Uint8Array, shards: readonly number[]) =>
  shards.map((shard) => network.outcome(id, shard));

describe('carriage', () => {
  it('commits what two shards accept by what is published alone, and pays a third', async () => {
    const network = await Network.of(3, 4, 4);
    const id = network.submit([coinOf(network, 0), coinOf(network, 1)], [pay(network, 2, 1900n)], [0, 1]);
    await network.clock.advance(1900);
    expect(outcomes(network, id, [0, 1])).toEqual(['committed', 'committed']);
    await network.settle(10_000);
    // Nobody had to ask about the transaction, nor for its credits.
    const asked = network.sent.flatMap(({ bytes }) => {
      const message = decodeCarry(bytes);
      return message?.kind === 'ask' ? message.wants.map(({ kind }) => kind) : [];
    });
    expect(asked).not.toContain('vote');
    expect(asked).not.toContain('done');
    expect(network.chains[2]!.utxos.get({ id, index: 0 })?.amount).toBe(1900n);
    network.stop();
  });

  it('verifies a header once, whoever shows it and under whatever certificate', async () => {
    const network = await Network.of(2, 4, 9, { twice: 300 });
    for (let n = 0; n < 8; n++) {
      network.submit([coinOf(network, 0, n), coinOf(network, 1, n)], [pay(network, n % 2, 1900n)], [0, 1]);
      await network.clock.advance(700);
    }
    await network.settle(20_000);
    const names = network.verified.map(({ by, claim }) => `${by} ${bytesToHex(claim.endorsed)}`);
    // Two peers may show the same header at once, and neither waits for what the other pays.
    expect(names.length - new Set(names).size).toBeLessThan(names.length / 20);
    expect(names.length).toBeGreaterThan(50);
    network.stop();
  });

  it('commits by questions alone where nothing that is published arrives', async () => {
    const network = await Network.of(3, 4, 4, { silent: true });
    const id = network.submit([coinOf(network, 0), coinOf(network, 1)], [pay(network, 2, 1900n)], [0, 1]);
    await network.settle(60_000);
    expect(outcomes(network, id, [0, 1])).toEqual(['committed', 'committed']);
    network.stop();
  });

  it('does without validators that are not there, be it their turn to publish', async () => {
    const network = await Network.of(3, 4, 6);
    for (const validators of network.validators) validators[1]!.alive = false;
    const ids = [0, 1, 2, 3].map((n) => {
      const coins = [coinOf(network, 0, n), coinOf(network, 1, n)];
      return network.submit(coins, [pay(network, 2, 1900n)], [0, 1]);
    });
    await network.settle(60_000);
    for (const id of ids) expect(outcomes(network, id, [0, 1])).toEqual(['committed', 'committed']);
    network.stop();
  });

  it('shows a transaction to the voters that do not know it: its client may be gone', async () => {
    const network = await Network.of(3, 4, 4);
    const coins = [0, 1, 2].map((shard) => coinOf(network, shard));
    const id = network.submit(coins, [pay(network, 2, 2900n)], [1]);
    await network.settle(60_000);
    expect(outcomes(network, id, [0, 1, 2])).toEqual(['committed', 'committed', 'committed']);
    network.stop();
  });

  it('has a transaction rejected and aborted that another one has come before', async () => {
    const network = await Network.of(3, 4, 4);
    const shared = coinOf(network, 0);
    // One shard sees them in one order, and the other has an input of each.
    const first = network.submit([shared, coinOf(network, 1)], [pay(network, 2, 1900n)], [0]);
    const second = network.submit([shared, coinOf(network, 2)], [pay(network, 1, 1900n)], [2, 0]);
    await network.settle(60_000);
    expect(outcomes(network, first, [0, 1])).toEqual(['committed', 'committed']);
    expect(outcomes(network, second, [0, 2])).toEqual(['rejected', 'aborted']);
    for (const { carriage } of network.validators[0]!) expect(carriage.isContested(second)).toBe(false);
    network.stop();
  });

  it('aborts after the expiry epoch what a voter never votes on, as the state at its end shows', async () => {
    const network = await Network.of(2, 4, 4);
    const missing = { ...coinOf(network, 1), outpoint: { id: new Uint8Array(32).fill(9), index: 0 } };
    const id = network.submit([coinOf(network, 0), missing], [pay(network, 1, 1900n)], [0, 1], 1);
    await network.clock.advance(8_000);
    expect(outcomes(network, id, [0, 1])).toEqual(['accepted', 'nothing']);
    await network.settle(60_000);
    expect(outcomes(network, id, [0, 1])).toEqual(['aborted', 'nothing']);
    network.stop();
  });

  it('aborts then too what states a coin falsely that is spent before anyone votes against it, and the spend stands', async () => {
    const network = await Network.of(2, 4, 4);
    const [held, coin] = [coinOf(network, 0), coinOf(network, 1)];
    const lie = { ...coin, output: { ...coin.output, amount: coin.output.amount + 1n } };
    // The spend comes first, in the block in which the vote would be.
    const spend = network.submit([coin], [pay(network, 1, 990n)], [1]);
    const liar = network.submit([held, lie], [pay(network, 1, 1900n)], [0, 1], 1);
    await network.clock.advance(8_000);
    expect(outcomes(network, spend, [1])).toEqual(['included']);
    expect(outcomes(network, liar, [0, 1])).toEqual(['accepted', 'nothing']);
    await network.settle(60_000);
    expect(outcomes(network, liar, [0, 1])).toEqual(['aborted', 'nothing']);
    network.stop();
  });

  it('takes up after a restart what its tables wait for', async () => {
    const network = await Network.of(3, 4, 4, { silent: true });
    const id = network.submit([coinOf(network, 0), coinOf(network, 1)], [pay(network, 2, 1900n)], [0, 1]);
    for (let n = 0; n < 6; n++) {
      await network.clock.advance(450);
      await network.restart();
    }
    expect(outcomes(network, id, [0, 1])).toEqual(['accepted', 'accepted']);
    await network.settle(60_000);
    expect(outcomes(network, id, [0, 1])).toEqual(['committed', 'committed']);
    network.stop();
  });

  it('asks soon for credits that are missing, though later ones go on coming', async () => {
    const network = await Network.of(2, 3, 40);
    let lost = 0;
    network.loses = (channel) => channel === 'carry-1' && lost++ < 3;
    for (let n = 0; n < 30; n++) {
      network.submit([coinOf(network, 0, n)], [pay(network, 1, 990n)], [0]);
      await network.clock.advance(200);
      if (n === 14) expect(network.chains[1]!.held.cursor(0).next).toBeGreaterThan(8n);
    }
    expect(lost).toBeGreaterThan(20);
    await network.settle(10_000);
    network.stop();
  });

  it('gives credits that did not come by themselves, many at a time', async () => {
    const network = await Network.of(2, 3, 40, { silent: true });
    for (let n = 0; n < 39; n++) {
      network.submit([coinOf(network, 0, n)], [pay(network, 1, 500n), pay(network, 1, 490n)], [0]);
      if (n % 7 === 0) await network.clock.advance(400);
    }
    await network.settle(60_000);
    expect(network.chains[1]!.held.cursor(0).next).toBe(78n);
    network.stop();
  });
});
