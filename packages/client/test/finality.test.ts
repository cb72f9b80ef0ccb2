import {
  encodeLeaf,
  type Leaf,
  outboxOf,
  outboxProver,
  outboxRoot,
  proveState,
  type ShardProof,
  stateKey,
  verifyShardProof,
} from '@ios/atomix';
import { type CertificateScheme, encodeCertificate, endorsedBytes, maskOf } from '@ios/bft';
import { createBucketTree } from '@ios/crypto/bucket-tree';
import { nobleHasher } from '@ios/crypto/merkle';
import {
  assembleBlock,
  type Block,
  type BlockPosition,
  blockHash,
  encodeHeader,
  proveTransaction,
  transactionId,
} from '@ios/ledger';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeShardEntry, type MicroState } from '../src/epochs.ts';
import {
  buildTransfer,
  type CommittedProof,
  committeeOf,
  decodeFinalHeader,
  decodeFinalityProof,
  deriveOwnerKey,
  encodeFinalHeader,
  encodeFinalityProof,
  type FinalityProof,
  headerClaim,
  headerVerifier,
  type IncludedProof,
  MAX_FINALITY_PROOF_BYTES,
  type TrustedNetwork,
  verifyBlock,
  verifyFinality,
} from '../src/index.ts';

const malformed = expect.objectContaining({ name: 'ClientError', code: 'proof-malformed' });
const zero = new Uint8Array(32);
const chain = new Uint8Array(32).fill(1);
/** The owner of an index has its coins in the shard of that number. */
const keys = [0, 1, 2].map((index) => deriveOwnerKey(new Uint8Array(32).fill(3), index));
const paid = (from: readonly number[], amount: bigint, to = 0) => {
  const coins = from.map((owner, index) => {
    const outpoint = { id: zero, index: Number(amount) + 10 * index };
    return { outpoint, amount: 9n, owner: keys[owner]!.publicKey };
  });
  // No coin is left out.
  const payments = [{ to: keys[to]!.address, amount: amount + 9n * BigInt(from.length - 1) }];
  return buildTransfer({ chain, expiry: 2, coins, payments, fee: 0n, keys }).transaction;
};
const transactions = [1n, 2n, 3n].map((amount) => paid([0], amount));
const position: BlockPosition = {
  ...{ chain, shard: 0, epoch: 0, stepEntry: zero, height: 1 },
  ...{ previous: chain, executionDigest: zero, outboxRoot: zero, proposer: 2 },
};

/** Three shards of four whose scheme takes signatures of one byte, 7 + shard: what is left are the rules about everything else. */
const committee = committeeOf(Array.from({ length: 12 }, (_, i) => new Uint8Array(32).fill(i + 1)));
const signedWith = (byte: number): CertificateScheme => ({
  verify: ({ signature }) => signature.length === 1 && signature[0] === byte,
});
const shards = [0, 1, 2].map((shard) => {
  const seats = [0, 1, 2, 3].map((i) => 3 * i + shard);
  const scope = { chain, instance: `shard/${shard}` };
  return { shard, scope, seats, committee: seats.map((seat) => committee[seat]!), scheme: signedWith(7 + shard) };
});
const network: TrustedNetwork = {
  ...{ chain, name: 'twelve', committee, scheme: signedWith(0), shards },
  place: (owner) => keys.findIndex(({ publicKey }) => String(publicKey) === String(owner)),
};
const certificateOf = (members: number[], signature = 7): Uint8Array =>
  encodeCertificate({ view: 0, mask: maskOf(members, 4), signature: Uint8Array.of(signature) });
const proofOf = (
  place: Partial<BlockPosition> = {},
  certificate = certificateOf([0, 1, 3]),
  included = transactions,
): IncludedProof => {
  const block = assembleBlock({ ...position, ...place }, new Uint8Array(0), included);
  const inclusion = proveTransaction(block, 1);
  return { kind: 'included', header: block.header, certificate, transaction: included[1]!, inclusion };
};

describe('a proof of inclusion', () => {
  test('holds for a block that a quorum committed to', () => {
    expect(verifyFinality(proofOf(), network)).toBe(true);
    const { header, certificate } = proofOf();
    expect(verifyBlock(header, certificate, network)).toBe(true);
  });

  test('holds in the shard of its inputs, wherever its outputs go', () => {
    const there = [1, 2].map((amount) => paid([1], BigInt(amount), 2));
    expect(verifyFinality(proofOf({ shard: 1 }, certificateOf([0, 1, 2], 8), there), network)).toBe(true);
  });

  const elsewhere = [1, 2].map((amount) => paid([1], BigInt(amount)));
  const several = [1, 2].map((amount) => paid([0, 1], BigInt(amount)));
  test.each<[string, FinalityProof]>([
    ['two of four', proofOf({}, certificateOf([0, 1]))],
    ['a signature that is none', proofOf({}, certificateOf([0, 1, 3], 6))],
    ['the signature of another shard', proofOf({}, certificateOf([0, 1, 3], 8))],
    ['a certificate that is none', proofOf({}, Uint8Array.of(1))],
    ['another chain', proofOf({ chain: zero })],
    ['a shard that does not vote on it', proofOf({ shard: 1 }, certificateOf([0, 1, 3], 8))],
    ['a shard that receives it', proofOf({}, certificateOf([0, 1, 3]), elsewhere)],
    ['a shard that is none', proofOf({ shard: 3 })],
    ['another committee', proofOf({ stepEntry: chain })],
    ['another transaction', { ...proofOf(), transaction: transactions[0]! }],
    ['another path', { ...proofOf(), inclusion: { ...proofOf().inclusion, index: 0 } }],
    ['a transaction of several voters in one of them', proofOf({}, certificateOf([0, 1, 3]), several)],
    ['a transaction of several voters in the other', proofOf({ shard: 1 }, certificateOf([0, 1, 3], 8), several)],
  ])('does not hold with %s', (_, proof) => {
    expect(verifyFinality(proof, network)).toBe(false);
  });

  test('is held against what was signed in the epoch of its header, in the instance of its shard', () => {
    const endorsed: Uint8Array[] = [];
    const scheme = { verify: (_: unknown, bytes: Uint8Array) => endorsed.push(bytes) > 0 };
    const heard = { ...network, shards: shards.map((shard) => ({ ...shard, scheme })) };
    const there = [1, 2].map((amount) => paid([1], BigInt(amount)));
    const proofs = [proofOf(), proofOf({ epoch: 1 }), proofOf({ shard: 1 }, certificateOf([0, 1, 3]), there)];
    for (const proof of proofs) expect(verifyFinality(proof, heard)).toBe(true);
    const slot = { height: 1, view: 0, phase: 'commit' } as const;
    const wanted = proofs.map(({ header }) => {
      const { scope, committee: members } = shards[header.shard]!;
      return endorsedBytes(
        scope,
        { epoch: header.epoch, stepEntry: zero, committee: members },
        slot,
        blockHash(header),
      );
    });
    expect(endorsed).toEqual(wanted);
  });
});

const across = paid([0, 1], 4n, 2);
const id = transactionId(across.body);
/** Proof of one leaf of a block of a shard. */
const leafProof = (leaf: Leaf, shard = 1, place: Partial<BlockPosition> = {}, signature = 7 + shard): ShardProof => {
  const outbox = outboxOf([leaf, { type: 'commit', id: chain }]);
  const at = outbox.findIndex((one) => String(one) === String(encodeLeaf(leaf)));
  const { header } = assembleBlock(
    { ...position, shard, outboxRoot: outboxRoot(outbox), ...place },
    new Uint8Array(0),
    [],
  );
  const bytes = encodeFinalHeader({ header });
  const certificate = certificateOf([0, 1, 3], signature);
  return { form: 'outbox', header: bytes, certificate, ...outboxProver(outbox)(at) };
};
const committed = (proof = leafProof({ type: 'commit', id })): CommittedProof => ({
  ...{ kind: 'committed', transaction: across, proof },
});

describe('a proof of a commit', () => {
  test('holds by any of the voters', () => {
    for (const shard of [0, 1]) {
      const proof = committed(leafProof({ type: 'commit', id }, shard));
      expect(verifyFinality(proof, network)).toBe(true);
      expect(decodeFinalityProof(encodeFinalityProof(proof))).toEqual(proof);
    }
  });

  test.each<[string, FinalityProof]>([
    ['by a shard that does not vote', committed(leafProof({ type: 'commit', id }, 2))],
    ['of another transaction', committed(leafProof({ type: 'commit', id: zero }))],
    ['by an acceptance alone', committed(leafProof({ type: 'vote', id, verdict: 'accept' }))],
    ['by a signature that is none', committed(leafProof({ type: 'commit', id }, 1, {}, 7))],
    ['on another chain', committed(leafProof({ type: 'commit', id }, 1, { chain: zero }))],
    ['under another outbox', committed(leafProof({ type: 'commit', id }, 1, { outboxRoot: zero }))],
    [
      'with the signature of somebody else',
      { ...committed(), transaction: { ...across, witnesses: [across.witnesses[0]!, across.witnesses[0]!] } },
    ],
  ])('does not hold %s', (_, proof) => {
    expect(verifyFinality(proof, network)).toBe(false);
  });
});

describe('each kind', () => {
  const proofs: readonly FinalityProof[] = [proofOf(), committed()];
  test.each(proofs)('$kind has one encoding', (proof) => {
    const bytes = encodeFinalityProof(proof);
    expect(decodeFinalityProof(bytes)).toEqual(proof);
    expect(() => decodeFinalityProof(bytes.subarray(1))).toThrow(malformed);
    expect(() => decodeFinalityProof(Uint8Array.of(...bytes, 0))).toThrow(malformed);
    for (const version of [1, 3])
      expect(() => decodeFinalityProof(Uint8Array.of(version, ...bytes.subarray(1)))).toThrow(malformed);
    expect(() => decodeFinalityProof(Uint8Array.of(2, 2, ...bytes.subarray(2)))).toThrow(malformed);
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

describe('a header between shards', () => {
  const tree = createBucketTree();
  tree.set(stateKey(3, chain), Uint8Array.of(1));
  const microState: MicroState = {
    ...{ epoch: 4, first: 1, before: [], headerRoot: zero, transactionRoot: zero, registryRoot: zero },
    stateRoot: tree.root(),
    committee: shards[1]!.seats.map((seat) => ({ seat, roster: 0 })),
  };
  const entry = encodeShardEntry({ kind: 'microState', microState });
  const blockWith = (entries: readonly Uint8Array[], place: Partial<BlockPosition> = {}): Block =>
    assembleBlock({ ...position, shard: 1, epoch: 4, ...place }, new Uint8Array(0), [], nobleHasher, entries);
  const ends = blockWith([entry]);
  const bytes = encodeFinalHeader({ header: ends.header, microState });
  const certificate = certificateOf([0, 1, 3], 8);

  test('comes back, with the state root where it ends an epoch and shows how', () => {
    const { header } = ends;
    const final = { chain, shard: 1, epoch: 4, outboxRoot: zero };
    const hash = blockHash(header);
    expect(decodeFinalHeader(bytes)).toEqual({ header, hash, final: { ...final, stateRoot: tree.root() } });
    expect(decodeFinalHeader(encodeHeader(header))).toEqual({ header, hash, final });
    for (let length = 0; length < bytes.length; length++)
      if (length !== 268) expect(decodeFinalHeader(bytes.subarray(0, length))).toBeUndefined();
    expect(decodeFinalHeader(Uint8Array.of(...bytes, 0))).toBeUndefined();
  });

  test('has the micro state of its own block, which has nothing else', () => {
    const other = { ...microState, stateRoot: chain };
    const close = encodeShardEntry({
      kind: 'close',
      output: { height: 1, value: Uint8Array.of(1), certificate: Uint8Array.of(2) },
    });
    const refused = [
      encodeFinalHeader({ header: ends.header, microState: other }),
      encodeFinalHeader({ header: blockWith([]).header, microState }),
      encodeFinalHeader({ header: blockWith([entry, entry]).header, microState }),
      encodeFinalHeader({ header: blockWith([entry], { epoch: 3 }).header, microState }),
      Uint8Array.of(...encodeHeader(blockWith([close]).header), ...close),
    ];
    for (const header of refused) expect(decodeFinalHeader(header)).toBeUndefined();
  });

  test('is final by the committee of its shard, and says what is still to be verified', () => {
    const verifyHeader = headerVerifier(network);
    expect(verifyHeader(bytes, certificate)).toEqual(decodeFinalHeader(bytes)!.final);
    const claim = headerClaim(network, bytes, certificate)!;
    expect(claim).toMatchObject({ final: decodeFinalHeader(bytes)!.final, committee: shards[1]!.committee });
    const slot = { height: 1, view: 0, phase: 'commit' } as const;
    const context = { epoch: 4, stepEntry: zero, committee: shards[1]!.committee };
    expect(claim.endorsed).toEqual(endorsedBytes(shards[1]!.scope, context, slot, blockHash(ends.header)));
    // Nothing is said about a signature that does not hold: that is for who verifies it.
    expect(headerClaim(network, bytes, certificateOf([0, 1, 3], 7))).toBeDefined();
    expect(verifyHeader(bytes, certificateOf([0, 1, 3], 7))).toBeUndefined();
    const unheard: readonly [Uint8Array, Uint8Array][] = [
      [bytes, certificateOf([0, 1], 8)],
      [bytes, Uint8Array.of(1)],
      [bytes.subarray(1), certificate],
      [encodeFinalHeader({ header: blockWith([entry], { chain: zero }).header, microState }), certificate],
      [encodeFinalHeader({ header: blockWith([entry], { shard: 3 }).header, microState }), certificate],
      [encodeFinalHeader({ header: blockWith([entry], { stepEntry: chain }).header, microState }), certificate],
    ];
    for (const [header, shown] of unheard) {
      expect(headerClaim(network, header, shown)).toBeUndefined();
      expect(verifyHeader(header, shown)).toBeUndefined();
    }
  });

  test('carries proofs of what is not in the state at the end of an epoch', () => {
    const context = { chain, verifyHeader: headerVerifier(network) };
    const proof = { header: bytes, certificate, ...proveState(tree, 3, zero) };
    expect(verifyShardProof(proof, context)).toEqual({ type: 'absent', shard: 1, epoch: 4, id: zero });
    expect(verifyShardProof({ ...proof, header: encodeHeader(ends.header) }, context)).toBeUndefined();
  });
});
