import fc from 'fast-check';
import { Network } from './network-fixture.ts';

/** An output for an owner in a shard. */
export const pay = (network: Network, shard: number, amount: bigint) => ({
  amount,
  owner: network.coinsOf(shard).at(-1)!.output.owner,
});

/** Transactions of all kinds at once: one voter or several, some that conflict, some that spend what is not there. */
export const spendAtRandom = (network: Network, count: number): void => {
  const { length: shards } = network.chains;
  for (let n = 0; n < count; n++) {
    const coins = new Map<string, Network['coins'][number]>();
    for (let inputs = 1 + network.random(4); inputs > 0; inputs--) {
      const coin = network.coins[network.random(network.coins.length)]!;
      coins.set(String(coin.outpoint.id), coin);
    }
    const inputs = [...coins.values()];
    if (network.random(8) === 0) {
      const { output } = inputs.pop()!;
      inputs.push({ outpoint: { id: new Uint8Array(32).fill(n + 1), index: 7 }, output });
    }
    const amount = inputs.reduce((sum, { output }) => sum + output.amount, 0n) - 50n;
    const parts = 1n + BigInt(network.random(3));
    const outputs = Array.from({ length: Number(parts) }, () => pay(network, network.random(shards), amount / parts));
    const voters = [...new Set(inputs.map(({ output }) => network.place(output.owner)))];
    // Some clients reach one shard only.
    const at = network.random(3) === 0 ? voters.slice(0, 1) : voters;
    network.submit(inputs, outputs, at, 1 + network.random(2));
  }
};

/** Networks of all sizes in all weathers, each with transactions of all kinds: everything ends, in all shards alike. */
export const runInWeather = async (numRuns: number): Promise<void> => {
  const property = fc.asyncProperty(
    fc.record({
      seed: fc.nat(0xffffffff),
      lost: fc.nat(500),
      twice: fc.nat(500),
      silent: fc.boolean(),
      shards: fc.integer({ min: 2, max: 4 }),
      dead: fc.nat(3),
      restarts: fc.boolean(),
    }),
    async ({ shards, dead, restarts, ...weather }) => {
      const network = await Network.of(shards, 4, 6, weather);
      for (const validators of network.validators) validators[dead]!.alive = false;
      for (let round = 0; round < 3; round++) {
        spendAtRandom(network, 5);
        await network.clock.advance(1200);
        if (restarts) await network.restart();
      }
      await network.settle(300_000);
      network.stop();
    },
  );
  await fc.assert(property, { numRuns });
};
