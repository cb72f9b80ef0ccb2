/**
 * What a collective signature costs in processor time: a cosigner's commitment and response, the coordinator's challenge and
 * last check, a verifier's roster and verification; beside one ordinary Ed25519 verification over the same curve.
 */
import { getPublicKey, sign, verify } from '@ios/crypto/ed25519';
import { edwards25519 } from '@ios/crypto/edwards25519';
import { numberToBytesLE } from '@noble/curves/utils.js';
import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { medians, type Rounds } from '../../../scripts/lib/medians.ts';
import { scalarsOf } from '../src/challenge.ts';
import { createSigner, type Entry, edwardsCosi } from '../src/index.ts';

const ROUNDS: Rounds = { rounds: 5, warmUp: 1, slice: 40 };

/** Verification of a collective signature by kyber v4 in Go, published for these numbers of cosigners; ms. */
const kyber: Readonly<Record<number, number>> = { 100: 0.47, 1000: 1.22 };

const message = new Uint8Array(32).fill(1);
const seed = new Uint8Array(32).fill(2);
const identity = getPublicKey(seed);
const single = { message, publicKey: identity, signature: sign(message, seed) };
const session = new Uint8Array(32).fill(3);

/** All of n sign; what is measured is one cosigner's part, the coordinator's, and a verifier's. */
const collective = (n: number): BenchRow[] => {
  const secrets = Array.from({ length: n }, (_, i) => BigInt(i + 1) * 0x1234_5678_9abc_def1n);
  const cosigners = secrets.map((x, i) => ({
    key: edwards25519.multiplyBase(x).toBytes(),
    identity: numberToBytesLE(i, 32),
  }));
  const roster = edwardsCosi.roster(cosigners);
  const signer = (index: number) =>
    createSigner({ secret: numberToBytesLE(secrets[index]!, 32), roster, index, sign: (bytes) => sign(bytes, seed) });
  // Only cosigner 0 is measured; the others' parts are computed at once, since each would decode all nonces.
  const nonces = secrets.map((x) => [x + 1n, x + 2n] as const);
  const list = nonces.map(([d, e], index) => ({
    index,
    D: edwards25519.multiplyBase(d).toBytes(),
    E: edwards25519.multiplyBase(e).toBytes(),
    signature: new Uint8Array(64),
  }));
  const challenge = edwardsCosi.challenge(roster, message, list)!;
  const { b, c } = scalarsOf(edwards25519, roster, challenge);
  const responses = nonces.map(([d, e], i) => numberToBytesLE((d + b * e + c * secrets[i]!) % edwards25519.order, 32));
  const signature = edwardsCosi.combine(challenge, responses);
  const { mask } = challenge;
  if (!edwardsCosi.isSignature(challenge, signature)) throw new Error('the signature does not hold');

  const own = signer(0);
  const answer = (): Uint8Array => {
    const all: readonly Entry[] = [own.commit(session, 0), ...list.slice(1)];
    return own.respond({ session, attempt: 0, message, list: all });
  };
  let count = 0;
  const opened = signer(0);
  const times = medians(
    {
      commit: () => {
        const fresh = numberToBytesLE(count++, 32);
        opened.commit(fresh, 0);
        opened.close(fresh);
      },
      'commit and respond': answer,
      challenge: () => edwardsCosi.challenge(roster, message, list),
      'combine and check': () => edwardsCosi.isSignature(challenge, edwardsCosi.combine(challenge, responses)),
      'one response': () => edwardsCosi.isResponse(roster, challenge, n - 1, responses[n - 1]!),
      roster: () => edwardsCosi.roster(cosigners),
      verify: () => edwardsCosi.verify(roster, mask, message, signature),
      single: () => verify(single.signature, single.message, single.publicKey),
    },
    ROUNDS,
  );
  const time = (name: keyof typeof times): number => times[name];
  const beside = (what: string, ours: number, peer?: string, theirs?: number): BenchRow =>
    peer === undefined || theirs === undefined
      ? { what, unit: 'ms', ours }
      : { what, unit: 'ms', ours, peer, theirs, ratio: theirs / ours };
  return [
    beside(`n = ${n}: a cosigner, commit`, time('commit')),
    beside(`n = ${n}: a cosigner, commit and respond`, time('commit and respond')),
    beside(`n = ${n}: coordinator, challenge`, time('challenge')),
    beside(`n = ${n}: coordinator, combine and check`, time('combine and check')),
    beside(`n = ${n}: coordinator, one response`, time('one response')),
    beside(`n = ${n}: roster, once`, time('roster')),
    beside(`n = ${n}: verify, roster kept`, time('verify'), 'one Ed25519 signature', time('single')),
    beside(`n = ${n}: verify, roster new`, time('roster') + time('verify'), 'n Ed25519 signatures', n * time('single')),
    ...(kyber[n] === undefined
      ? []
      : [beside(`n = ${n}: verify, roster kept`, time('verify'), 'kyber v4, published', kyber[n])]),
  ];
};

/** All figures; `report` takes a line of progress. */
export const bench = async (report: (line: string) => void = () => {}): Promise<BenchRow[]> =>
  [4, 100, 1000].flatMap((n) => {
    report(`${n} cosigners`);
    return collective(n);
  });
