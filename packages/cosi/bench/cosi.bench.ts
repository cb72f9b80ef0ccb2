/**
 * What a collective signature costs in processor time: a cosigner's commitment and response, the coordinator's challenge and
 * last check, a verifier's roster and verification; beside one ordinary Ed25519 verification. Over noble and over WebAssembly,
 * interleaved in one process.
 */
import { getPublicKey, sign } from '@ios/crypto/ed25519';
import { type Curve, edwards25519 } from '@ios/crypto/edwards25519';
import { type KeyGroups, nobleGroups, publicKey } from '@ios/crypto/keys';
import { provePossession, type Registration, verifyPossession } from '@ios/crypto/possession';
import { createCurve25519 } from '@ios/curve25519-wasm';
import { numberToBytesLE } from '@noble/curves/utils.js';
import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { medians, type Rounds } from '../../../scripts/lib/medians.ts';
import { scalarsOf } from '../src/challenge.ts';
import { createCosi, createSigner, type Entry, maskOf } from '../src/index.ts';
import { sessionOf } from './coordinator.ts';

const ROUNDS: Rounds = { rounds: 7, warmUp: 2, slice: 40 };

/** Verification of a collective signature by kyber v4 in Go, published for these numbers of cosigners; ms. */
const kyber: Readonly<Record<number, number>> = { 100: 0.47, 1000: 1.22 };

const message = new Uint8Array(32).fill(1);
const seed = new Uint8Array(32).fill(2);
const identity = getPublicKey(seed);
const single = { message, publicKey: identity, signature: sign(message, seed) };
const session = new Uint8Array(32).fill(3);

/** What of a signature by all of n is measured over one curve: one cosigner's part, the coordinator's, and a verifier's. */
const partsOver = (curve: Curve, n: number) => {
  const scheme = createCosi({ curve });
  const secrets = Array.from({ length: n }, (_, i) => BigInt(i + 1) * 0x1234_5678_9abc_def1n);
  const cosigners = secrets.map((x, i) => ({ key: curve.multiplyBase(x).toBytes(), identity: numberToBytesLE(i, 32) }));
  const roster = scheme.roster(cosigners);
  const signer = () =>
    createSigner({
      secret: numberToBytesLE(secrets[0]!, 32),
      roster,
      index: 0,
      sign: (bytes) => sign(bytes, seed),
      curve,
    });
  // Only cosigner 0 is measured; the others' parts are computed at once, since each would decode all nonces.
  const nonces = secrets.map((x) => [x + 1n, x + 2n] as const);
  const list = nonces.map(([d, e], index) => ({
    index,
    D: curve.multiplyBase(d).toBytes(),
    E: curve.multiplyBase(e).toBytes(),
    signature: new Uint8Array(64),
  }));
  const challenge = scheme.challenge(roster, message, list)!;
  const { b, c } = scalarsOf(curve, roster, challenge);
  const responses = nonces.map(([d, e], i) => numberToBytesLE((d + b * e + c * secrets[i]!) % curve.order, 32));
  const signature = scheme.combine(challenge, responses);
  const { mask } = challenge;
  const half = maskOf(
    cosigners.flatMap((_, i) => (i % 2 === 0 ? [i] : [])),
    n,
  );
  if (!scheme.isSignature(challenge, signature) || !scheme.verify(roster, mask, message, signature)) {
    throw new Error('the signature does not hold');
  }
  const own = signer();
  const opened = signer();
  let count = 0;
  return {
    commit: () => {
      const fresh = numberToBytesLE(count++, 32);
      opened.commit(fresh, 0);
      opened.close(fresh);
    },
    'commit and respond': () => {
      const all: readonly Entry[] = [own.commit(session, 0), ...list.slice(1)];
      own.respond({ session, attempt: 0, message, list: all });
    },
    challenge: () => scheme.challenge(roster, message, list),
    'combine and check': () => scheme.isSignature(challenge, scheme.combine(challenge, responses)),
    'one response': () => scheme.isResponse(roster, challenge, n - 1, responses[n - 1]!),
    roster: () => scheme.roster(cosigners),
    verify: () => scheme.verify(roster, mask, message, signature),
    // It does not hold, which takes as long.
    'verify half': () => scheme.verify(roster, half, message, signature),
    single: () => curve.verify(single.signature, single.message, single.publicKey),
  };
};

type Part = keyof ReturnType<typeof partsOver>;

/** All figures of n cosigners, WebAssembly's beside noble's. */
const collective = (n: number): BenchRow[] => {
  const named = (name: string, curve: Curve): [string, () => unknown][] =>
    Object.entries(partsOver(curve, n)).map(([part, run]) => [`${name} ${part}`, run]);
  const runs = {
    ...Object.fromEntries([...named('noble', edwards25519), ...named('wasm', createCurve25519().edwards25519)]),
  };
  const times = medians(runs, ROUNDS);
  const noble = (part: Part): number => times[`noble ${part}`]!;
  const wasm = (part: Part): number => times[`wasm ${part}`]!;
  const row = (what: string, ours: number, peer: string, theirs: number): BenchRow => ({
    what: `n = ${n}: ${what}`,
    unit: 'ms',
    ours,
    peer,
    theirs,
    ratio: theirs / ours,
  });
  const beside = (what: string, part: Part): BenchRow => row(`${what}, WebAssembly`, wasm(part), 'noble', noble(part));
  const published = kyber[n];
  return [
    beside('a cosigner, commit', 'commit'),
    beside('a cosigner, commit and respond', 'commit and respond'),
    beside('coordinator, challenge', 'challenge'),
    beside('coordinator, combine and check', 'combine and check'),
    beside('coordinator, one response', 'one response'),
    beside('roster, once', 'roster'),
    beside('verify, roster kept', 'verify'),
    beside('verify a mask of half the roster', 'verify half'),
    beside('one Ed25519 signature', 'single'),
    row('verify, roster kept, WebAssembly', wasm('verify'), 'n Ed25519 signatures', n * wasm('single')),
    ...(published === undefined
      ? []
      : [
          row('verify, roster kept, WebAssembly', wasm('verify'), 'kyber v4, published', published),
          row('verify, roster kept, noble', noble('verify'), 'kyber v4, published', published),
        ]),
  ];
};

/** What stands before every roster: a proof that whoever registers a cosigning key has the secret behind it. */
const possession = (): BenchRow[] => {
  const registration: Registration = { kind: 'cosigning', chainName: session, identity, keyEpoch: 0 };
  const secret = numberToBytesLE(12_345n, 32);
  const partsIn = (groups: KeyGroups) => {
    const key = publicKey('cosigning', secret, groups);
    const proof = provePossession(registration, secret, undefined, groups);
    return {
      prove: () => provePossession(registration, secret, undefined, groups),
      verify: () => verifyPossession(registration, key, proof, groups),
    };
  };
  const [noble, wasm] = [partsIn(nobleGroups), partsIn(createCurve25519())];
  const times = medians(
    { prove: wasm.prove, verify: wasm.verify, 'noble prove': noble.prove, 'noble verify': noble.verify },
    ROUNDS,
  );
  return (['prove', 'verify'] as const).map((part) => ({
    what: `${part} possession of a key, WebAssembly`,
    unit: 'ms',
    ours: times[part],
    peer: 'noble',
    theirs: times[`noble ${part}`],
    ratio: times[`noble ${part}`] / times[part],
  }));
};

/** The coordinator's machine without mathematics, as a star and as a tree of two levels. */
const machine = (n: number, branching: number): BenchRow[] => {
  const { star, tree } = medians({ star: sessionOf(n, n), tree: sessionOf(n, branching) }, ROUNDS);
  return [
    { what: `n = ${n}: the coordinator's machine, star`, unit: 'ms', ours: star },
    { what: `n = ${n}: the coordinator's machine, branching ${branching}`, unit: 'ms', ours: tree },
  ];
};

/** All figures; `report` takes a line of progress. */
export const bench = async (report: (line: string) => void = () => {}): Promise<BenchRow[]> => [
  ...possession(),
  ...[
    [4, 2],
    [100, 10],
    [1000, 32],
  ].flatMap(([n, branching]) => {
    report(`${n} cosigners`);
    return [...collective(n!), ...machine(n!, branching!)];
  }),
];
