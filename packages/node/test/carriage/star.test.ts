import { decodeLeaf } from '@ios/atomix';
import { decodeShardEntry } from '@ios/client/epochs';
import { decodeBlock } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { leafFor } from '../../src/carriage/said.ts';
import { decodeCarry } from '../../src/carriage/wire.ts';
import { Network } from './network-fixture.ts';

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** A payment of coins in the first shards to an owner in the first. */
const payOf = (network: Network, voters: number, at = range(voters), expiry = 2) => {
  const coins = range(voters).map((shard) => network.coinsOf(shard)[0]!);
  const { owner } = network.coinsOf(0).at(-1)!.output;
  return network.submit(coins, [{ amount: 1000n * BigInt(voters) - 50n, owner }], at, expiry);
};
const outcomes = (network: Network, id: Uint8Array, shards: readonly number[]) =>
  shards.map((shard) => network.outcome(id, shard));

/** The number of proofs in the entries of all blocks. */
const proofsIn = async (network: Network) => {
  let count = 0;
  for (const chain of network.chains)
    for (let height = 1; height <= chain.height; height++) {
      const { entries } = decodeBlock((await chain.seenBy(0).block(height))!.bytes);
      for (const bytes of entries) {
        const decoded = decodeShardEntry(bytes);
        if (decoded?.kind === 'atomix' && 'proofs' in decoded.entry) count += decoded.entry.proofs.length;
      }
    }
  return count;
};

/** The leaves that were published, each once for each shard that it is of and for. */
const published = (network: Network) => {
  const told = new Set<string>();
  for (const { from, channel, bytes } of network.sent) {
    const message = channel.startsWith('carry-') ? decodeCarry(bytes) : undefined;
    if (message?.kind !== 'bundle') continue;
    for (const { leaves } of message.bundle.runs)
      for (const leaf of leaves) told.add(`${bytesToHex(leaf)} ${from.split('/')[0]} ${channel}`);
  }
  return [...told].map((name) => decodeLeaf(Buffer.from(name.split(' ')[0]!, 'hex')));
};

const asked = (network: Network) =>
  network.sent.flatMap(({ from, to, bytes }) => {
    const message = decodeCarry(bytes);
    const wants = message?.kind === 'ask' ? message.wants : [];
    return wants.flatMap(({ kind }) => (kind === 'vote' || kind === 'done' ? [{ from, to, kind }] : []));
  });

describe('a star over the carrier', () => {
  it('takes 4 (v - 1) proofs of v voters, and publishes 5 (v - 1) leaves; of two no release', async () => {
    for (const [voters, leaves] of [
      [2, 4],
      [3, 10],
      [6, 25],
    ] as const) {
      const network = await Network.of(voters, 3, 3);
      const id = payOf(network, voters);
      await network.settle(10_000);
      expect(outcomes(network, id, range(voters))).toEqual(range(voters).map(() => 'committed'));
      expect(await proofsIn(network)).toBe(4 * (voters - 1));
      const told = published(network);
      expect(told.length).toBe(leaves);
      expect(told.filter(({ type }) => type === 'release').length).toBe(voters === 2 ? 0 : voters - 1);
      expect(asked(network)).toEqual([]);
      network.stop();
    }
  });

  it('asks the carrier first', async () => {
    const network = await Network.of(4, 3, 3, { silent: true });
    const id = payOf(network, 4);
    const ofOthers = () => asked(network).filter(({ from }) => !from.startsWith('0/'));
    await network.clock.advance(1_000);
    expect(asked(network).length).toBeGreaterThan(0);
    expect(ofOthers()).toEqual([]);
    await network.clock.advance(1_500);
    const questions = ofOthers();
    expect(questions.length).toBeGreaterThan(0);
    expect(questions.filter(({ to }) => !to.startsWith('0/'))).toEqual([]);
    await network.settle(60_000);
    expect(outcomes(network, id, range(4))).toEqual(range(4).map(() => 'committed'));
    network.stop();
  });

  it('commits elsewhere though the carrier stops once it has accepted, and with it when it is there again', async () => {
    const network = await Network.of(4, 3, 3);
    network.epochBlocks = 1000;
    const id = payOf(network, 4);
    while (network.outcome(id, 0) !== 'accepted') await network.clock.advance(50);
    const carrier = network.validators[0]!;
    for (const validator of carrier) validator.alive = false;
    await network.clock.advance(30_000);
    expect(outcomes(network, id, range(4))).toEqual(['accepted', 'committed', 'committed', 'committed']);
    for (const { held } of network.chains) expect(held.held(id)).toBeDefined();
    for (const validator of carrier) validator.alive = true;
    await network.settle(120_000);
    expect(network.outcome(id, 0)).toBe('committed');
    network.stop();
  });

  it('goes on though the carrier is silent about what it does', async () => {
    const network = await Network.of(4, 3, 3);
    network.epochBlocks = 1000;
    network.hears = (from) => !from.startsWith('0/');
    const id = payOf(network, 4);
    await network.clock.advance(30_000);
    // Its accept is known to nobody else: they can decide nothing, by whichever way.
    expect(outcomes(network, id, range(4))).toEqual(['committed', 'accepted', 'accepted', 'accepted']);
    network.hears = (from, to) => !(from.startsWith('0/') && !to.startsWith('3/'));
    await network.clock.advance(120_000);
    // One has heard of its commit; the rest decide, and release, on what that one and they themselves say.
    expect(outcomes(network, id, range(4))).toEqual(range(4).map(() => 'committed'));
    for (const { held } of network.chains) expect(held.held(id)).toBeUndefined();
    network.stop();
  });

  it('has a voter reject what the carrier knows nothing of, within the epoch', async () => {
    const network = await Network.of(3, 3, 3);
    network.epochBlocks = 1000;
    const [one, two] = [network.coinsOf(1)[0]!, network.coinsOf(2)[0]!];
    const { owner } = one.output;
    const other = { ...network.coinsOf(1)[1]!, outpoint: { id: new Uint8Array(32).fill(8), index: 0 } };
    const missing = { ...network.coinsOf(0)[0]!, outpoint: { id: new Uint8Array(32).fill(9), index: 0 } };
    network.submit([two, other], [{ amount: 1900n, owner }], [2]);
    await network.clock.advance(1_000);
    const id = network.submit([missing, one, two], [{ amount: 2900n, owner }], [0, 1, 2]);
    await network.clock.advance(60_000);
    expect(outcomes(network, id, range(3))).toEqual(['nothing', 'aborted', 'rejected']);
    network.stop();
  });

  it.each([
    ['has shown to accept', true],
    ['has shown nothing before', false],
  ])('aborts on the absence of a carrier that has aborted and %s', async (_, isHeard) => {
    const network = await Network.of(3, 3, 3);
    const [zero, one, two] = range(3).map((shard) => network.coinsOf(shard)[0]!);
    const { owner } = one!.output;
    const missing = { ...network.coinsOf(1)[1]!, outpoint: { id: new Uint8Array(32).fill(8), index: 0 } };
    const isTold = () => isHeard || network.chains[0]!.epoch.epoch > 2;
    network.hears = (from, to) => !(to.startsWith('1/') && (from.startsWith('2/') || !isTold()));
    network.submit([two!, missing], [{ amount: 1900n, owner }], [2]);
    await network.clock.advance(1_000);
    // Shard 2 rejects, which shard 1 never hears.
    const id = network.submit([zero!, one!, two!], [{ amount: 2900n, owner }], [0, 1, 2]);
    await network.clock.advance(3_000);
    expect(outcomes(network, id, range(3))).toEqual(['aborted', 'accepted', 'rejected']);
    while (network.chains[0]!.epoch.epoch <= 2) await network.clock.advance(200);
    const before = network.sent.length;
    await network.clock.advance(60_000);
    expect(network.outcome(id, 1)).toBe('aborted');
    const accepts = network.sent.slice(before).filter(({ from, to, bytes }) => {
      const message = from.startsWith('0/') && to.startsWith('1/') ? decodeCarry(bytes) : undefined;
      return message?.kind === 'bundle';
    });
    expect(accepts).toEqual([]);
    network.stop();
  });
});

it('answers with the most that it can say', () => {
  const id = new Uint8Array(32).fill(1);
  const step = (kind: 'accepted' | 'rejected' | 'committed' | 'aborted' | 'released', height: number) => ({
    kind,
    height,
    index: 0,
  });
  const said = (kind: 'vote' | 'done', ...steps: ReturnType<typeof step>[]) => {
    const leaf = leafFor({ kind, id }, steps);
    return leaf && { height: leaf.height, ...decodeLeaf(leaf.bytes) };
  };
  const [accepted, committed, released] = [step('accepted', 3), step('committed', 5), step('released', 7)];
  expect(said('vote')).toBeUndefined();
  expect(said('vote', accepted)).toEqual({ height: 3, type: 'vote', id, verdict: 'accept' });
  expect(said('vote', step('rejected', 4))).toEqual({ height: 4, type: 'vote', id, verdict: 'reject' });
  expect(said('vote', accepted, committed)).toEqual({ height: 5, type: 'commit', id });
  expect(said('vote', accepted, committed, released)).toEqual({ height: 5, type: 'commit', id });
  expect(said('done', accepted)).toBeUndefined();
  expect(said('done', accepted, step('aborted', 6))).toBeUndefined();
  expect(said('done', accepted, committed)).toEqual({ height: 5, type: 'commit', id });
  expect(said('done', accepted, committed, released)).toEqual({ height: 7, type: 'release', id });
});
