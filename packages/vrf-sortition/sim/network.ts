import { taggedHash } from '@ios/crypto/transcript';
import { createRng, drawFaults, type Fault, type Property, type SimulationOptions } from '@ios/simulator';
import { numberToBytesBE } from '@noble/curves/utils.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import {
  alphaOf,
  decodeAttachment,
  type ElectionContext,
  faults,
  type SeatAttachment,
  type Statement,
  ticketRank,
} from '../src/index.ts';
import { fakeEcvrf, type Rules, soundRules } from '../src/testing.ts';
import { electionBehaviours } from './behaviours.ts';
import { beaconMember, type MemberOutput, type MemberState } from './member.ts';

export type Options = SimulationOptions<MemberState, 'begin', MemberOutput, Statement, Uint8Array>;

/** One election to be simulated. */
export interface ElectionNetwork {
  readonly seed: number;
  readonly n: number;
  /** The behaviours to draw f seats' from; all of them when left out. */
  readonly behaviours?: readonly string[];
  /** Whether messages are lost and members begin at other times, up to `BAD_UNTIL`. */
  readonly bad: boolean;
  readonly rules?: Rules;
}

const DELTA = 300;
const BAD_UNTIL = 3_000;

/** The options of one run: an election among n seats, f of them Byzantine. */
export const electionSimulation = ({
  seed,
  n,
  behaviours: chosen,
  bad,
  rules = soundRules,
}: ElectionNetwork): Options => {
  const rng = createRng(seed).fork('election');
  const names = Array.from({ length: n }, (_, i) => `s${i}`);
  const secrets = names.map((_, i) => taggedHash('ios/vrf-sortition/v1/simulation', numberToBytesBE(i, 2)));
  const context: ElectionContext = {
    chain: rng.bytes(32),
    epoch: 5,
    randomness: rng.bytes(32),
    seats: secrets.map((secret) => ({ identity: secret, vrfKey: fakeEcvrf.getPublicKey(secret) })),
  };
  const f = faults(n);
  const behaviours = electionBehaviours(context, (name) => names.indexOf(name));
  const drawn: Fault[] = drawFaults(rng.fork('faults'), {
    nodes: names,
    until: BAD_UNTIL,
    byzantine: { count: f, behaviours: chosen ?? Object.keys(behaviours) },
    ...(bad
      ? {
          partitions: { count: [0, 1], ms: [100, 1_000] },
          losses: { count: [0, 2], ms: [100, 1_500], loss: 0.4, duplication: 0.3 },
        }
      : {}),
    skewPpm: 50_000,
  });
  const trueProof = (seat: number, electionView: number): Uint8Array =>
    fakeEcvrf.prove(secrets[seat]!, alphaOf(context, 0, electionView));
  const trueRank = (seat: number, electionView: number): string => {
    const alpha = alphaOf(context, 0, electionView);
    const beta = fakeEcvrf.proofToHash(trueProof(seat, electionView))!;
    return bytesToHex(ticketRank(alpha, beta, context.seats[seat]!.identity));
  };
  const honest = new Set(names.keys());
  for (const fault of drawn) if (fault.type === 'byzantine') honest.delete(names.indexOf(fault.node));
  const byRank = [...names.keys()].sort((a, b) => (trueRank(a, 0) < trueRank(b, 0) ? -1 : 1));
  const lowestHonest = byRank.find((seat) => honest.has(seat))!;

  return {
    seed,
    nodes: names,
    faults: drawn,
    behaviours,
    machine: (name) =>
      beaconMember({ context, self: names.indexOf(name), peers: names, vrf: fakeEcvrf, delta: DELTA }, rules),
    services: {
      verify: ({ publicKey, alpha, pi }) => fakeEcvrf.verify(publicKey, alpha, pi) !== undefined,
      sign: (node, _kind, message) => fakeEcvrf.prove(secrets[names.indexOf(node)]!, message),
    },
    network: { latency: { type: 'uniform', low: 1, high: 40 } },
    begin: (api) => {
      for (const name of names) api.at(api.rng.between(1, bad ? 400 : 50), () => api.command(name, 'begin'));
    },
    invariants: [
      trueTickets((seat) => trueProof(seat, 0)),
      bounded(n),
      leadersAsDefined(n, trueRank),
      ...(bad ? [] : [hearsTheHonest(byRank, lowestHonest)]),
      ...(!bad && chosen?.every((own) => own === 'withholds') ? [sameAfterDelta] : []),
    ],
    goals: [
      {
        name: 'progress',
        check: ({ honest: all }) => {
          const open = all.filter(({ outputs }) => !outputs.some(({ type }) => type === 'done'));
          return open.length === 0 ? undefined : `${open.map(({ name }) => name).join(', ')} found no leader`;
        },
      },
    ],
    done: ({ honest: all }) => all.every(({ outputs }) => outputs.some(({ type }) => type === 'done')),
    figures: ({ honestOutputs }) => ({
      'views until one led':
        Math.max(0, ...honestOutputs.map(({ value }) => (value.type === 'done' ? value.view : 0))) + 1,
      'an honest one has the lowest ticket': byRank[0] === lowestHonest ? 1 : 0,
    }),
    until: 60_000,
    maxEvents: 300_000,
  };
};

type Check = Property<MemberState, MemberOutput>;

/** Every ticket that counts is the one that its owner's key gives. */
const trueTickets = (trueProof: (seat: number) => Uint8Array): Check => {
  const seen = new WeakSet<object>();
  return {
    name: 'true tickets',
    check: ({ honest }) => {
      for (const { name, state } of honest) {
        for (const held of state?.election.held ?? []) {
          if (seen.has(held)) continue;
          seen.add(held);
          if (bytesToHex(held.ticket.pi) !== bytesToHex(trueProof(held.seat)))
            return `${name} holds a false ticket of s${held.seat}`;
        }
      }
      return undefined;
    },
  };
};

/** Memory, whatever comes in: tickets by seat, verifications by peer, f exclusions. */
const bounded = (n: number): Check => ({
  name: 'bounded',
  check: ({ honest }) => {
    for (const { name, state } of honest) {
      if (state === undefined) continue;
      const { held, early, pending, record, own } = state.election;
      if (held.length > n || early.size > n || pending.size > 8 * n || record.length > faults(n) || own.size > 4)
        return `${name} holds too much`;
    }
    return undefined;
  },
});

/** Who is followed in a view above 0 has the lowest ticket of those that open it, but for the excluded: from the definition. */
const leadersAsDefined = (n: number, trueRank: (seat: number, electionView: number) => string): Check => {
  let seen = 0;
  return {
    name: 'leader',
    check: ({ honestOutputs }) => {
      for (; seen < honestOutputs.length; seen++) {
        const { node, value } = honestOutputs[seen]!;
        if (value.type !== 'follows' || value.view === 0) continue;
        const expected = definition(n, value.view, value.opening, trueRank);
        if (value.leader !== expected)
          return `${node} follows s${value.leader} in view ${value.view}, not s${expected}`;
      }
      return undefined;
    },
  };
};

const definition = (
  n: number,
  view: number,
  opening: readonly SeatAttachment[],
  trueRank: (seat: number, electionView: number) => string,
): number => {
  const claims = opening.map(({ seat, attachment }) => ({ seat, ...decodeAttachment(attachment)! }));
  const f = faults(n);
  // Since when each seat is excluded: the (f+1)-th latest view that the records claim, or now where all waited for it.
  const since = Array.from({ length: n }, (_, seat) => {
    const views = claims.flatMap(({ excluded }) => excluded.filter((own) => own.seat === seat).map((own) => own.view));
    const named = claims.every(({ waitedFor }) => waitedFor === seat);
    return { seat, view: named ? view : (views.sort((a, b) => b - a)[f] ?? -1) };
  });
  const oldestFirst = since.filter((own) => own.view >= 0).sort((a, b) => a.view - b.view || a.seat - b.seat);
  const excluded = oldestFirst.slice(Math.max(0, oldestFirst.length - f)).map(({ seat }) => seat);
  const ranked = claims
    .filter(({ pi }) => pi !== undefined)
    .map(({ seat }) => ({ seat, rank: trueRank(seat, Math.floor(view / 3)) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const free = ranked.filter(({ seat }) => !excluded.includes(seat));
  return (free[0] ?? ranked[0])?.seat ?? claims[view % claims.length]!.seat;
};

/** In a good network nobody leads view 0 with a ticket above the lowest honest one. */
const hearsTheHonest = (byRank: readonly number[], lowestHonest: number): Check => ({
  name: 'lowest honest ticket',
  check: ({ honestOutputs }) => {
    const late = honestOutputs.find(
      ({ value }) => value.type === 'held' && byRank.indexOf(value.leader) > byRank.indexOf(lowestHonest),
    );
    return late && `${late.node} did not hear of s${lowestHonest}`;
  },
});

/** After Δ all hold the same lowest three: what one has shown to anybody in time, everybody has seen. */
const sameAfterDelta: Check = {
  name: 'the same lowest',
  check: ({ honestOutputs }) => {
    const lists = honestOutputs.flatMap(({ value }) => (value.type === 'held' ? [value.lowest.join()] : []));
    return new Set(lists).size > 1 ? `lowest three: ${[...new Set(lists)].join(' and ')}` : undefined;
  },
};
