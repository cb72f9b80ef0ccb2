/**
 * What the primitives cost: signatures one by one, in batches and by node's own verifier; sums of multiples by Straus,
 * Pippenger and noble; trees over noble's and node's SHA-256; proofs of equal logarithms; the groups against each other.
 */
import { createHash, createPublicKey, verify as nodeVerify } from 'node:crypto';
import { mulAddUnsafe, pippenger as noblePippenger } from '@noble/curves/abstract/curve.js';
import type { EdwardsPoint } from '@noble/curves/abstract/edwards.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { medians, type Rounds } from '../../../scripts/lib/medians.ts';
import { prove, verifyBatch, verify as verifyDleq } from '../src/dleq.ts';
import { getPublicKey, nobleBatchVerifier, sign, verify } from '../src/ed25519.ts';
import { ORDER } from '../src/edwards25519.ts';
import { pippenger, straus, sumOfMultiples } from '../src/group/multi-scalar.ts';
import { type Group, randomScalar, ristretto255 } from '../src/group.ts';
import { createHasher, nobleHasher } from '../src/merkle.ts';
import { schnorrGroup62 } from '../src/testing.ts';

const ROUNDS: Rounds = { rounds: 9, warmUp: 2, slice: 60 };
const fresh = new Uint8Array(32).fill(7);

/** `ours` against every other item, in ms. */
const compared = (what: string, items: Readonly<Record<string, () => unknown>>): BenchRow[] => {
  const { ours, ...others } = medians(items, ROUNDS) as { ours: number } & Record<string, number>;
  return Object.entries(others).map(([peer, theirs]) => ({
    what,
    unit: 'ms',
    ours,
    peer,
    theirs,
    ratio: theirs / ours,
  }));
};

const signatures = (): BenchRow[] => {
  const batch = Array.from({ length: 64 }, (_, i) => {
    const seed = new Uint8Array(32).fill(i + 1);
    const message = new Uint8Array(100).fill(i);
    return { publicKey: getPublicKey(seed), message, signature: sign(message, seed) };
  });
  const { publicKey, message, signature } = batch[0]!;
  const x = Buffer.from(publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return [
    ...compared('Ed25519 verify', {
      ours: () => verify(signature, message, publicKey),
      'node:crypto, prepared key': () => nodeVerify(null, message, key, signature),
    }),
    ...compared('Ed25519 verify 64', {
      ours: () => nobleBatchVerifier.verify(batch, fresh),
      'one by one': () => batch.every((own) => verify(own.signature, own.message, own.publicKey)),
    }),
  ];
};

const sums = (size: number, bits: number): BenchRow[] => {
  const points: EdwardsPoint[] = [];
  let last = ed25519.Point.BASE.multiply(randomScalar(ORDER));
  while (points.length < size) {
    points.push(last);
    last = last.double();
  }
  const scalars = points.map(() => randomScalar(ORDER) & ((1n << BigInt(bits)) - 1n));
  const terms = points.map((point, i) => ({ point, scalar: scalars[i]!, bits: scalars[i]!.toString(2).length }));
  const windows = Object.fromEntries(
    [5, 6, 7].map((window) => [`Pippenger, window ${window}`, () => pippenger(terms, window)]),
  );
  return compared(`sum of ${size} multiples, ${bits} bits`, {
    ours: () => sumOfMultiples(ed25519.Point.ZERO, points, scalars),
    Straus: () => straus(terms),
    ...windows,
    "noble's Straus": () => mulAddUnsafe(ed25519.Point, points, scalars),
    "noble's Pippenger": () => noblePippenger(ed25519.Point, points, scalars),
  });
};

const trees = (): BenchRow[] => {
  const leaves = Array.from({ length: 10_000 }, (_, i) => new Uint8Array(32).fill(i));
  const node = createHasher((bytes) => createHash('sha256').update(bytes).digest());
  return compared('Merkle root of 10 000 leaves', {
    ours: () => nobleHasher.merkleRoot(leaves),
    'node:crypto': () => node.merkleRoot(leaves),
  });
};

const proofs = (): BenchRow[] => {
  const group = ristretto255;
  const h = group.hashToElement('ios/crypto/v1/bench');
  const batch = Array.from({ length: 32 }, () => {
    const secret = randomScalar(group.order);
    const values = [group.base.multiply(secret), h.multiply(secret)] as const;
    const statement = { group, tag: 'ios/crypto/v1/bench', context: [], bases: [group.base, h] as const, values };
    return { statement, proof: prove(statement, secret) };
  });
  return compared('verify 32 proofs of equal logarithms', {
    ours: () => verifyBatch(batch, fresh),
    'one by one': () => batch.every(({ statement, proof }) => verifyDleq(statement, proof)),
  });
};

const groups = (): BenchRow[] => {
  const multiply = (group: Group) => {
    const element = group.hashToElement('ios/crypto/v1/bench');
    const scalar = randomScalar(group.order);
    return () => element.multiply(scalar);
  };
  return compared('multiply an element of schnorr62', {
    ours: multiply(schnorrGroup62),
    ristretto255: multiply(ristretto255),
  });
};

/** All figures; `report` takes a line of progress. */
export const bench = async (report: (line: string) => void = () => {}): Promise<BenchRow[]> => {
  const parts: [string, () => BenchRow[]][] = [
    ['signatures', signatures],
    ...[64, 256].flatMap((size) =>
      [128, 253].map((bits): [string, () => BenchRow[]] => [`sums of ${size}, ${bits} bits`, () => sums(size, bits)]),
    ),
    ['trees', trees],
    ['proofs', proofs],
    ['groups', groups],
  ];
  return parts.flatMap(([what, measure]) => {
    report(what);
    return measure();
  });
};
