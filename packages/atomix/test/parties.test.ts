import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  consignments,
  encodeLeaf,
  feeShare,
  outboxRoot,
  partiesOf,
  placementOver,
  refundOutpoint,
} from '../src/index.ts';
import { bodyOf, known, place } from './fixtures.ts';
import { bytes32 } from './model/scenario.ts';

/** A tagged hash in the words of docs/wire-format.md, from nothing of this repository. */
const tagged = (tag: string, ...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of [Buffer.from(tag), ...parts]) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    hash.update(length).update(part);
  }
  return hash.digest();
};
const sha256 = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

describe('placement', () => {
  test('ranges of the hash of an owner', () => {
    for (let i = 0; i < 200; i++) {
      const owner = bytes32(`${i}`);
      const first = tagged('ios/atomix/v1/placement', owner).readUInt32BE();
      for (const shards of [1, 2, 3, 7, 64, 65_536]) {
        const shard = placementOver(shards)(owner);
        expect(BigInt(shard)).toBe((BigInt(first) * BigInt(shards)) >> 32n);
      }
      expect(placementOver(8)(owner) >> 1).toBe(placementOver(4)(owner));
    }
  });

  test('1 to 65536 shards', () => {
    for (const shards of [0, -1, 1.5, 65_537, Number.NaN])
      expect(() => placementOver(shards)).toThrow(
        expect.objectContaining({ name: 'AtomixError', code: 'out-of-range' }),
      );
  });
});

describe('hashes that others compute as well', () => {
  test('the name of a refund', () => {
    const id = bytes32('id');
    expect(Buffer.from(refundOutpoint(id, 200).id)).toEqual(tagged('ios/atomix/v1/abort', id, Uint8Array.of(200)));
    expect(refundOutpoint(id, 200).index).toBe(0);
  });

  test('the outbox root: the number of leaves beside the RFC 6962 root', () => {
    const leaves = [
      encodeLeaf({ type: 'commit', id: bytes32('a') }),
      encodeLeaf({ type: 'vote', id: bytes32('b'), verdict: 'reject' }),
    ];
    expect(Buffer.from(leaves[1]!)).toEqual(Buffer.concat([Uint8Array.of(0), bytes32('b'), Uint8Array.of(1)]));
    const node = sha256(Uint8Array.of(1), sha256(Uint8Array.of(0), leaves[0]!), sha256(Uint8Array.of(0), leaves[1]!));
    expect(Buffer.from(outboxRoot(leaves))).toEqual(tagged('ios/atomix/v1/outbox', Uint8Array.of(0, 0, 0, 2), node));
    expect(Buffer.from(outboxRoot([]))).toEqual(tagged('ios/atomix/v1/outbox', new Uint8Array(4), sha256()));
  });
});

describe('parties', () => {
  test('voters and participants ascend, each once', () => {
    expect(partiesOf(bodyOf([5, 2, 9], [7, 2, 0, 7]), place)).toEqual({
      voters: [2, 5, 9],
      participants: [0, 2, 5, 7, 9],
      inputShards: [5, 2, 9],
      outputShards: [7, 2, 0, 7],
    });
  });

  test('shares add up to the fee, and the lowest has the remainder', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.uniqueArray(fc.nat(65_535), { minLength: 1, maxLength: 40 }),
        (fee, shards) => {
          const participants = shards.sort((a, b) => a - b);
          const shares = participants.map((shard) => feeShare(fee, participants, shard));
          expect(shares.reduce((sum, share) => sum + share, 0n)).toBe(fee);
          for (const share of shares.slice(1)) expect(share).toBe(fee / BigInt(participants.length));
        },
      ),
    );
  });

  test('consignments are of those that do not vote, fee in the first credit of each', () => {
    const { body, id, parties } = known(bodyOf([2, 3], [4, 3, 4, 1]));
    const all = consignments(id, body, parties);
    expect(all.map(({ receiver, credits }) => [receiver, credits.map(({ index, fee }) => [index, fee])])).toEqual([
      [1, [[3, 42n]]],
      [
        4,
        [
          [0, 39n],
          [2, 0n],
        ],
      ],
    ]);
  });
});
