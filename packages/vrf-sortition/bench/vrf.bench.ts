/**
 * The verifiable random function over noble's curve and over the WebAssembly core, interleaved in one process: prove and
 * verify of RFC 9381, and batches; beside what others published on another machine.
 */
import { edwards25519 } from '@ios/crypto/edwards25519';
import { createCurve25519 } from '@ios/curve25519-wasm';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { medians, type Rounds } from '../../../scripts/lib/medians.ts';
import { createBatchEcvrf, createEcvrf, type EcvrfSuite, type VrfClaim } from '../src/index.ts';

const ROUNDS: Rounds = { rounds: 7, warmUp: 2, slice: 60 };
const LARGE: Rounds = { rounds: 5, warmUp: 1, slice: 60 };
const core = createCurve25519().edwards25519;
const fresh = new Uint8Array(32).fill(7);

/** ms on a Xeon at 2.5 GHz, measured by others: Go's curve25519-voi, and libsodium's VRF fork. */
const published: readonly (readonly [what: 'prove' | 'verify', peer: string, ms: number])[] = [
  ['prove', 'voi (Go), another machine', 0.148],
  ['prove', 'libsodium fork, another machine', 0.253],
  ['verify', 'voi (Go), another machine', 0.156],
  ['verify', 'libsodium fork, another machine', 0.358],
];

const single = (suite: EcvrfSuite): BenchRow[] => {
  const [own, noble] = [createEcvrf({ suite, curve: core }), createEcvrf({ suite, curve: edwards25519 })];
  const secretKey = new Uint8Array(32).fill(1);
  const alpha = utf8ToBytes('bench');
  const publicKey = own.getPublicKey(secretKey);
  const pi = own.prove(secretKey, alpha);
  const times = medians(
    {
      prove: () => own.prove(secretKey, alpha),
      'noble prove': () => noble.prove(secretKey, alpha),
      verify: () => own.verify(publicKey, alpha, pi),
      'noble verify': () => noble.verify(publicKey, alpha, pi),
    },
    ROUNDS,
  );
  const row = (what: 'prove' | 'verify', peer: string, theirs: number): BenchRow => ({
    what: `${what}, ${suite}, WebAssembly`,
    unit: 'ms',
    ours: times[what],
    peer,
    theirs,
    ratio: theirs / times[what],
  });
  return [
    row('prove', 'noble', times['noble prove']),
    row('verify', 'noble', times['noble verify']),
    ...(suite === 'tai' ? published.map(([what, peer, ms]) => row(what, peer, ms)) : []),
  ];
};

const batch = (size: number): BenchRow[] => {
  const [own, noble] = [
    createBatchEcvrf({ suite: 'tai', curve: core }),
    createBatchEcvrf({ suite: 'tai', curve: edwards25519 }),
  ];
  const one = createEcvrf({ suite: 'tai', curve: core });
  const claims = Array.from({ length: size }, (_, i): VrfClaim => {
    const secretKey = new Uint8Array(32).fill(i & 255);
    const alpha = utf8ToBytes(`bench ${i}`);
    return { publicKey: one.getPublicKey(secretKey), alpha, proof: own.prove(secretKey, alpha) };
  });
  const pis = claims.map(({ publicKey, alpha, proof }) => own.toProof(publicKey, alpha, proof)!);
  const times = medians(
    {
      own: () => own.verifyBatch(claims, fresh),
      noble: () => noble.verifyBatch(claims, fresh),
      singly: () => claims.map(({ publicKey, alpha }, i) => one.verify(publicKey, alpha, pis[i]!)),
    },
    LARGE,
  );
  const row = (peer: string, theirs: number): BenchRow => {
    const ours = times.own / size;
    return {
      what: `each of a batch of ${size}, WebAssembly`,
      unit: 'ms',
      ours,
      peer,
      theirs: theirs / size,
      ratio: theirs / times.own,
    };
  };
  return [row('noble, the same batch', times.noble), row('WebAssembly, one by one', times.singly)];
};

/** All figures; `report` takes a line of progress. */
export const bench = async (report: (line: string) => void = () => {}): Promise<BenchRow[]> => {
  const rows: BenchRow[] = [];
  for (const suite of ['tai', 'ell2'] as const) {
    report(`prove and verify, ${suite}`);
    rows.push(...single(suite));
  }
  for (const size of [64, 256, 1024]) {
    report(`batch of ${size}`);
    rows.push(...batch(size));
  }
  return rows;
};
