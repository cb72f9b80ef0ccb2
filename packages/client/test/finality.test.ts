import { type CertificateScheme, encodeCertificate, endorsedBytes, maskOf } from '@ios/bft';
import { assembleBlock, type BlockPosition, blockHash, proveTransaction } from '@ios/ledger';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildTransfer,
  committeeOf,
  decodeFinalityProof,
  deriveOwnerKey,
  encodeFinalityProof,
  type FinalityProof,
  MAX_FINALITY_PROOF_BYTES,
  type TrustedNetwork,
  verifyFinality,
} from '../src/index.ts';

const malformed = expect.objectContaining({ name: 'ClientError', code: 'proof-malformed' });
const zero = new Uint8Array(32);
const chain = new Uint8Array(32).fill(1);
const keys = [deriveOwnerKey(new Uint8Array(32).fill(3), 0)];
const transactions = [1n, 2n, 3n].map((amount, index) => {
  const coins = [{ outpoint: { id: zero, index }, amount: 9n, owner: keys[0]!.publicKey }];
  return buildTransfer({ chain, expiry: 2, coins, payments: [{ to: keys[0]!.address, amount }], fee: 0n, keys })
    .transaction;
});
const position: BlockPosition = {
  ...{ chain, shard: 0, epoch: 0, stepEntry: zero, height: 1 },
  ...{ previous: chain, executionDigest: zero, outboxRoot: zero, proposer: 2 },
};

/** A shard of four whose scheme takes signatures of one byte, 7: what is left are the rules about everything else. */
const committee = committeeOf([1, 2, 3, 4].map((i) => new Uint8Array(32).fill(i)));
const seats = [0, 1, 2, 3];
const scheme: CertificateScheme = { verify: ({ signature }) => signature.length === 1 && signature[0] === 7 };
const shard = { shard: 0, scope: { chain, instance: 'shard/0' }, seats, committee, scheme };
const network: TrustedNetwork = { chain, name: 'four', committee, scheme, place: () => 0, shards: [shard] };
const certificateOf = (members: number[], signature = 7): Uint8Array =>
  encodeCertificate({ view: 0, mask: maskOf(members, 4), signature: Uint8Array.of(signature) });
const proofOf = (place: Partial<BlockPosition> = {}, certificate = certificateOf([0, 1, 3])): FinalityProof => {
  const block = assembleBlock({ ...position, ...place }, new Uint8Array(0), transactions);
  return { header: block.header, certificate, transaction: transactions[1]!, inclusion: proveTransaction(block, 1) };
};

describe('a finality proof', () => {
  test('holds for a block that a quorum committed to', () => {
    expect(verifyFinality(proofOf(), network)).toBe(true);
  });

  test.each<[string, FinalityProof]>([
    ['two of four', proofOf({}, certificateOf([0, 1]))],
    ['a signature that is none', proofOf({}, certificateOf([0, 1, 3], 8))],
    ['a certificate that is none', proofOf({}, Uint8Array.of(1))],
    ['another chain', proofOf({ chain: zero })],
    ['another shard', proofOf({ shard: 1 })],
    ['another committee', proofOf({ stepEntry: chain })],
    ['another transaction', { ...proofOf(), transaction: transactions[0]! }],
    ['another path', { ...proofOf(), inclusion: { ...proofOf().inclusion, index: 0 } }],
  ])('does not hold with %s', (_, proof) => {
    expect(verifyFinality(proof, network)).toBe(false);
  });

  test('is held against what was signed in the epoch of its header', () => {
    const endorsed: Uint8Array[] = [];
    const scheme = { verify: (_: unknown, bytes: Uint8Array) => endorsed.push(bytes) > 0 };
    for (const epoch of [0, 1, 1])
      expect(verifyFinality(proofOf({ epoch }), { ...network, shards: [{ ...shard, scheme }] })).toBe(true);
    const slot = { height: 1, view: 0, phase: 'commit' } as const;
    const at = (epoch: number): Uint8Array =>
      endorsedBytes(shard.scope, { epoch, stepEntry: zero, committee }, slot, blockHash(proofOf({ epoch }).header));
    expect(endorsed).toEqual([at(0), at(1), at(1)]);
  });

  test('has one encoding', () => {
    const bytes = encodeFinalityProof(proofOf());
    expect(decodeFinalityProof(bytes)).toEqual(proofOf());
    expect(() => decodeFinalityProof(bytes.subarray(1))).toThrow(malformed);
    expect(() => decodeFinalityProof(Uint8Array.of(...bytes, 0))).toThrow(malformed);
    expect(() => decodeFinalityProof(Uint8Array.of(2, ...bytes.subarray(1)))).toThrow(malformed);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Uint8Array.from(bytes);
        changed[at]! ^= flip;
        try {
          expect(encodeFinalityProof(decodeFinalityProof(changed))).toEqual(changed);
        } catch (error) {
          expect(error).toEqual(malformed);
        }
      }),
    );
  });

  test('is bounded', () => {
    expect(() => decodeFinalityProof(new Uint8Array(MAX_FINALITY_PROOF_BYTES + 1))).toThrow(/too long/);
    expect(() => decodeFinalityProof(new Uint8Array(0))).toThrow(malformed);
    const path = Array<Uint8Array>(15).fill(zero);
    expect(() => encodeFinalityProof({ ...proofOf(), inclusion: { index: 0, size: 1, proof: path } })).toThrow(
      malformed,
    );
    expect(() => encodeFinalityProof(proofOf({}, new Uint8Array(65_536)))).toThrow(malformed);
  });
});
