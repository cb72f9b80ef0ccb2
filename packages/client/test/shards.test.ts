import { EdsError } from '@ios/eds';
import { describe, expect, test } from 'vitest';
import { assignmentOf, decodeGenesisFile, type Genesis, genesisHash, trustGenesis } from '../src/index.ts';
import vectors from './vectors/beacon.json' with { type: 'json' };

const genesis = decodeGenesisFile(JSON.stringify(vectors.genesis));
const inShards = (shards: number): Genesis => ({ ...genesis, policy: { ...genesis.policy, shards } });

describe('the shards of a genesis', () => {
  test('divide its validators, each to one', () => {
    for (const shards of [1, 2, 3, 4]) {
      const seats = assignmentOf(inShards(shards));
      expect(seats.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3]);
      for (const one of seats) expect([...one].sort((a, b) => a - b)).toEqual(one);
      const sizes = seats.map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(2);
    }
    expect(assignmentOf(genesis)).toEqual([[0, 1, 2, 3]]);
  });

  test('are drawn by what genesis is', () => {
    const drawn = Array.from({ length: 20 }, (_, i) =>
      assignmentOf(inShards(2), genesisHash({ ...inShards(2), nonce: new Uint8Array(32).fill(i) })),
    );
    expect(new Set(drawn.map((seats) => seats.join('/'))).size).toBeGreaterThan(2);
    expect(assignmentOf(inShards(2))).toEqual(assignmentOf(inShards(2), genesisHash(inShards(2))));
  });

  test('have a validator each', () => {
    for (const shards of [0, 5]) {
      const malformed = expect.objectContaining({ code: 'genesis-malformed', cause: expect.any(EdsError) });
      expect(() => assignmentOf(inShards(shards))).toThrow(malformed);
      expect(() => trustGenesis(inShards(shards))).toThrow(malformed);
    }
  });

  test('are trusted with their committees and the place of each owner', () => {
    const { chain, committee, shards, place } = trustGenesis(inShards(2));
    expect(committee.map(({ key }) => key)).toEqual(genesis.validators.map(({ identity }) => identity));
    expect(shards.map(({ seats }) => seats)).toEqual(assignmentOf(inShards(2)));
    for (const [number, { shard, scope, seats, committee: members }] of shards.entries()) {
      expect({ shard, scope }).toEqual({ shard: number, scope: { chain, instance: `shard/${number}` } });
      expect(members).toEqual(seats.map((seat) => committee[seat]));
    }
    const owners = Array.from({ length: 40 }, (_, i) => new Uint8Array(32).fill(i));
    expect(new Set(owners.map(place))).toEqual(new Set([0, 1]));
    expect(new Set(owners.map(trustGenesis(genesis).place))).toEqual(new Set([0]));
  });
});
