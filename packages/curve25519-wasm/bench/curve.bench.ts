/** The module against noble and against Node's own verifier, interleaved in one process. */
import { createPublicKey, verify as nodeVerify } from 'node:crypto';
import { getPublicKey, sign } from '@ios/crypto/ed25519';
import { edwards25519 as nobleCurve } from '@ios/crypto/edwards25519';
import { ristretto255 as noble, randomScalar } from '@ios/crypto/group';
import { nobleHasher } from '@ios/crypto/merkle';
import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { medians, type Rounds } from '../../../scripts/lib/medians.ts';
import { createCurve25519 } from '../src/index.ts';

const ROUNDS: Rounds = { rounds: 7, warmUp: 2, slice: 50 };
const { ristretto255, edwards25519, batchVerifier, hasher } = createCurve25519();
const fresh = new Uint8Array(32).fill(7);

/** Both in turn, two rounds to warm up and seven to measure; medians of processor time, in ms. */
const compared = (what: string, peer: string, our: () => unknown, their: () => unknown): BenchRow => {
  const { ours, theirs } = medians({ ours: our, theirs: their }, ROUNDS);
  return { what, unit: 'ms', ours, peer, theirs, ratio: theirs / ours };
};

const group = (): BenchRow[] => {
  const scalar = randomScalar(noble.order);
  const point = noble.hashToElement('ios/curve25519-wasm/v1/bench');
  const bytes = point.toBytes();
  const own = ristretto255.fromBytes(bytes);
  return [
    compared(
      'multiply an element',
      'noble',
      () => own.multiply(scalar),
      () => point.multiply(scalar),
    ),
    compared(
      'multiply the base',
      'noble',
      () => ristretto255.base.multiply(scalar),
      () => noble.base.multiply(scalar),
    ),
    compared(
      'decode an element',
      'noble',
      () => ristretto255.fromBytes(bytes),
      () => noble.fromBytes(bytes),
    ),
    compared(
      'decode, add, encode',
      'noble',
      () => ristretto255.fromBytes(bytes).add(own).toBytes(),
      () => noble.fromBytes(bytes).add(point).toBytes(),
    ),
  ];
};

/** What verifications of proofs on the curve are made of: strict decoding, the test of a key, sums of two multiples. */
const curve = (): BenchRow[] => {
  const [s, short] = [randomScalar(noble.order), randomScalar(2n ** 128n)];
  const peers = [3n, 5n].map((k) => nobleCurve.multiplyBase(k));
  const bytes = peers[0]!.toBytes();
  const number = new Uint8Array(32).fill(9);
  const own = peers.map((point) => edwards25519.fromBytes(point.toBytes())!);
  return [
    compared(
      'edwards25519, decode a point',
      'noble',
      () => edwards25519.fromBytes(bytes),
      () => nobleCurve.fromBytes(bytes),
    ),
    compared(
      'edwards25519, is of prime order',
      'noble',
      () => edwards25519.isPrimeOrder(own[0]!),
      () => nobleCurve.isPrimeOrder(peers[0]!),
    ),
    compared(
      'edwards25519, map to the curve',
      'noble',
      () => edwards25519.mapToCurve(number),
      () => nobleCurve.mapToCurve(number),
    ),
    compared(
      'edwards25519, sB + cP, c of 128 bits',
      'noble',
      () => edwards25519.multiScalarMultiply([edwards25519.base, own[0]!], [s, short]),
      () => nobleCurve.multiScalarMultiply([nobleCurve.base, peers[0]!], [s, short]),
    ),
    compared(
      'edwards25519, sP + cQ, c of 128 bits',
      'noble',
      () => edwards25519.multiScalarMultiply(own, [s, short]),
      () => nobleCurve.multiScalarMultiply(peers, [s, short]),
    ),
  ];
};

const sums = (size: number): BenchRow => {
  const scalars = Array.from({ length: size }, () => randomScalar(noble.order));
  const points = scalars.map((_, i) => noble.base.multiply(BigInt(i + 2)));
  const own = points.map((point) => ristretto255.fromBytes(point.toBytes()));
  return compared(
    `sum of ${size} multiples`,
    'noble',
    () => ristretto255.multiScalarMultiply(own, scalars),
    () => noble.multiScalarMultiply(points, scalars),
  );
};

const signatures = (size: number): BenchRow => {
  const claims = Array.from({ length: size }, (_, i) => {
    const seed = new Uint8Array(32).fill(i).fill(i >> 8, 16);
    const message = new Uint8Array(100).fill(i);
    const publicKey = getPublicKey(seed);
    const x = Buffer.from(publicKey).toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return { publicKey, message, signature: sign(message, seed), key };
  });
  return compared(
    size === 1 ? 'Ed25519, verify one' : `Ed25519, batch of ${size}`,
    'node:crypto, prepared keys',
    size === 1
      ? () =>
          claims.every(({ signature, message, publicKey }) =>
            batchVerifier.verifyVartime(signature, message, publicKey),
          )
      : () => batchVerifier.verify(claims, fresh),
    () => claims.every(({ message, signature, key }) => nodeVerify(null, message, key, signature)),
  );
};

const tree = (size: number): BenchRow => {
  const leaves = Array.from({ length: size }, (_, i) => new Uint8Array(32).fill(i));
  return compared(
    `Merkle root of ${size} leaves`,
    'noble',
    () => hasher.merkleRoot(leaves),
    () => nobleHasher.merkleRoot(leaves),
  );
};

/** All figures; `report` takes a line of progress. */
export const bench = async (report: (line: string) => void = () => {}): Promise<BenchRow[]> => {
  const parts: [string, () => BenchRow[]][] = [
    ['group', group],
    ['curve', curve],
    ['sums', () => [2, 16, 64, 256, 1024].map(sums)],
    ['signatures', () => [1, 16, 128, 1024].map(signatures)],
    ['trees', () => [10_000, 100_000].map(tree)],
  ];
  return parts.flatMap(([what, measure]) => {
    report(what);
    return measure();
  });
};
