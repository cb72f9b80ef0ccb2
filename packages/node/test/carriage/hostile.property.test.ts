import { encodeShardProof, HELD_TABLE, outboxOf, outboxProver, outboxRoot, proveState } from '@ios/atomix';
import { encodeHeader } from '@ios/ledger';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finalHeaderAt } from '../../src/carriage/closing-header.ts';
import { type CarryMessage, decodeCarry, encodeCarry } from '../../src/carriage/wire.ts';
import { bytes32, certify } from './chain-fixture.ts';
import { Network } from './network-fixture.ts';
import { pay, runInWeather, spendAtRandom } from './weather.ts';

/** Until all that was under way is done. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('carriage in bad weather', () => {
  it('ends every transaction in all its shards alike, whatever is lost, comes twice, or is silent', async () => {
    await runInWeather(5);
  }, 60_000);

  it('finds nothing to act on in what it has been told before, nor anything to verify', async () => {
    const network = await Network.of(3, 4, 6);
    for (let n = 0; n < 5; n++) {
      const coins = [0, 1, 2].filter((shard) => shard !== n % 4).map((shard) => network.coinsOf(shard)[n]!);
      const amount = BigInt(coins.length) * 1000n - 30n;
      network.submit(coins, [pay(network, n % 3, amount)], [0, 1, 2]);
    }
    await network.settle(120_000);
    await network.clock.advance(2_000);
    // Whoever starts again has forgotten the proofs, and not what they were for.
    await network.restart();
    const before = network.chains.map(({ held }) => held.entries());
    const told = network.sent.filter(({ channel }) => channel !== 'closings');
    const verified = network.verified.length;
    for (const { from, to, channel, bytes } of told) {
      const validator = network.validators.flat().find(({ name }) => name === to)!;
      network.deliver(validator, channel, from, bytes);
      if (network.random(10) === 0) await settled();
    }
    await settled();
    for (const { carriage } of network.validators.flat()) expect(carriage.hasReady()).toBe(false);
    expect(network.verified.length).toBe(verified);
    await network.clock.advance(1_000);
    expect(network.chains.map(({ held }) => held.entries())).toEqual(before);
    network.stop();
  }, 30_000);

  it('takes any bytes from anybody without a word, and believes none of them', async () => {
    const network = await Network.of(2, 2, 6);
    spendAtRandom(network, 8);
    await network.clock.advance(3_000);
    const originals = network.sent.map(({ bytes }) => bytes);
    const { carriage } = network.validators[0]![0]!;
    const channel = fc.constantFrom('carry', 'carry-0', 'carry-1', 'closings', 'another');
    const mutated = fc
      .tuple(fc.nat(), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }))
      .map(([which, changes]) => {
        const bytes = originals[which % originals.length]!.slice();
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        return bytes;
      });
    const hostile = fc.asyncProperty(
      channel,
      fc.oneof(fc.uint8Array({ maxLength: 600 }), mutated),
      async (on, bytes) => {
        network.deliver(network.validators[0]![0]!, on, 'a stranger', bytes);
        await settled();
        // What is ready verifies all the same: the fixture checks it as it goes into a block.
        for (const { entry } of carriage.ready()) expect(entry.proofs.length).toBeGreaterThan(0);
      },
    );
    await fc.assert(hostile, { numRuns: 400 });
    await network.settle(120_000);
    network.stop();
  }, 30_000);

  it('believes no proof that was forged in any of its parts', async () => {
    const network = await Network.of(2, 4, 6, { lost: 1000 });
    const target = network.validators[0]![0]!;
    const coins = [network.coinsOf(0)[0]!, network.coinsOf(1)[0]!];
    const id = network.submit(coins, [pay(network, 1, 1900n)], [1]);
    await network.clock.advance(300);
    const vote = network.sent.find(({ to, channel }) => to === target.name && channel === 'carry-0')!;
    const message = decodeCarry(vote.bytes) as Extract<CarryMessage, { kind: 'bundle' }>;
    const { bundle } = message;
    const [run] = bundle.runs;
    const flip = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
    const forgeries = [
      { ...bundle, header: flip(bundle.header, 267) },
      { ...bundle, header: flip(bundle.header, 60) },
      { ...bundle, certificate: flip(bundle.certificate, 5) },
      { ...bundle, size: bundle.size + 1 },
      { ...bundle, runs: [{ ...run!, index: run!.index + 1 }] },
      { ...bundle, runs: [{ ...run!, path: [...run!.path, new Uint8Array(32)] }] },
      { ...bundle, runs: [{ ...run!, leaves: [flip(run!.leaves[0]!, 9)] }] },
      { ...bundle, runs: [{ ...run!, leaves: [...run!.leaves, ...run!.leaves] }] },
    ];
    for (const forged of forgeries) {
      target.carriage.gossip('carry-0', 'a stranger', encodeCarry({ kind: 'bundle', bundle: forged }));
      await settled();
      expect(target.carriage.isContested(id)).toBe(false);
    }
    target.carriage.gossip('carry-0', 'a stranger', vote.bytes);
    await settled();
    expect(target.carriage.isContested(id)).toBe(true);
    // What came before the record serves it, and keeps no message alive.
    network.again(id, [0]);
    await network.clock.advance(300);
    const [ready] = [...target.carriage.ready()];
    expect(ready?.entry.kind).toBe('commit');
    const [proof] = ready!.entry.proofs;
    if (proof?.form !== 'outbox') throw new Error('a vote is a leaf');
    for (const bytes of [proof.header, proof.certificate, ...proof.leaves, ...proof.path])
      expect(bytes.buffer.byteLength).toBe(bytes.length);
    network.stop();
  });

  it('is not shown by a long proof what a short one shows', async () => {
    const network = await Network.of(2, 2, 2, { lost: 1000 });
    const id = network.submit([network.coinsOf(0)[0]!, network.coinsOf(1)[0]!], [pay(network, 1, 1900n)], [0, 1]);
    await network.clock.advance(25 * 200 + 100);
    const { carriage } = network.validators[0]![0]!;
    const other = network.chains[1]!.seenBy(0);
    const { height, tree } = other.ended()!;
    const stated = proveState(tree, HELD_TABLE, id);
    expect(stated.value).toBeDefined();
    const proof = encodeShardProof({ ...stated, ...(await finalHeaderAt(other, height))! });
    carriage.message('1/0', encodeCarry({ kind: 'state', proof }));
    await settled();
    expect([network.verified.length, carriage.hasReady()]).toEqual([0, false]);
    network.stop();
  });

  it('does not take its own shard at another word than that of its chain', async () => {
    const network = await Network.of(2, 2, 2);
    const credit = { id: bytes32('a'), index: 0, amount: 5n, owner: bytes32('b'), fee: 0n };
    const outbox = outboxOf([{ type: 'credit', receiver: 0, number: 0n, credit }]);
    const tell = async (shard: number): Promise<void> => {
      const header = encodeHeader({
        ...network.chains[0]!.close().known.block.header,
        shard,
        outboxRoot: outboxRoot(outbox),
      });
      const run = outboxProver(outbox)(0);
      const bundle = { header, certificate: certify(header, 0), size: 1, runs: [run] };
      network.validators[0]![0]!.carriage.message('0/1', encodeCarry({ kind: 'bundle', bundle }));
      await settled();
    };
    await tell(0);
    expect([network.verified.length, network.validators[0]![0]!.carriage.hasReady()]).toEqual([0, false]);
    // The same of another shard is what a shard with too many faulty members can say.
    await tell(1);
    expect([network.verified.length, network.validators[0]![0]!.carriage.hasReady()]).toEqual([1, true]);
    network.stop();
  });
});
