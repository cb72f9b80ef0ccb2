import type { Collector, Committee } from '@ios/bft';
import {
  answerRequest,
  type CosiScheme,
  type Curve,
  createSigner,
  decodeMessage,
  edwardsCosi,
  type Roster,
  type Signer,
} from '@ios/cosi';
import { fakeCosi, fakeCurve } from '@ios/cosi/testing';
import { edwards25519 } from '@ios/crypto/edwards25519';
import { createRng, type Scenario, simulate } from '@ios/simulator';
import { numberToBytesLE } from '@noble/curves/utils.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { bftSimulation, type Endorsing, identitySign, scope } from '../../bft/sim/network.ts';
import { cosiCollector } from '../src/shard/cosi-collector.ts';

/** The mathematics of a run: real, or over a group without secrets. */
interface Mathematics {
  readonly scheme: CosiScheme;
  readonly curve: Curve;
}

const real: Mathematics = { scheme: edwardsCosi, curve: edwards25519 };
const fake: Mathematics = { scheme: fakeCosi, curve: fakeCurve };

const secretOf = (member: number): bigint => BigInt(member + 1) * 0x1234_5678_9abc_def1n;

/** Collective signatures over members whose nonces live as long as their processes. */
export const collective =
  ({ scheme, curve }: Mathematics, branching: number) =>
  (names: readonly string[]): Endorsing => {
    const keys = names.map((_, member) => curve.multiplyBase(secretOf(member)).toBytes());
    const rosters = new WeakMap<Committee, Roster>();
    const rosterOf = (committee: Committee): Roster => {
      const made =
        rosters.get(committee) ??
        scheme.roster(committee.map(({ peer, key }) => ({ key: keys[names.indexOf(peer)]!, identity: key })));
      rosters.set(committee, made);
      return made;
    };
    const signers = new Map<string, Signer>();
    /** What each endorsement of a member is for. */
    const votes = new Map<string, NonNullable<ReturnType<Endorsing['vote']>>>();

    /** Gives a member a fresh signer with each life and each committee: what the one before held is lost. */
    const living = (self: string, inner: Collector<unknown>): Collector<unknown> => ({
      init: () => {
        signers.delete(self);
        return inner.init();
      },
      step: (state, input) => {
        const step = inner.step(state, input);
        if (input.type === 'endorse') {
          const endorsement = identitySign(input.endorsed, names.indexOf(self));
          votes.set(`${self} ${bytesToHex(endorsement)}`, { ...input.slot, digest: input.digest });
        }
        if (input.type === 'height') {
          const { committee } = input.context;
          const index = committee.findIndex(({ peer }) => peer === self);
          const roster = rosterOf(committee);
          const sign = (message: Uint8Array): Uint8Array => identitySign(message, names.indexOf(self));
          const secret = numberToBytesLE(secretOf(names.indexOf(self)), 32);
          if (index < 0) signers.delete(self);
          else signers.set(self, createSigner({ secret, roster, index, sign, curve, rng: entropy(self) }));
        }
        return step;
      },
    });

    let drawn = 0;
    const entropy =
      (self: string) =>
      (length: number): Uint8Array => {
        drawn += 1;
        return createRng(drawn).fork(self).bytes(length);
      };

    return {
      collector: (self) =>
        living(
          self,
          cosiCollector({
            scope,
            self,
            scheme,
            rosterOf,
            branching,
            timeouts: { relay: 20, ask: 60, commit: 50, respond: 80, session: 10_000 },
          }),
        ),
      scheme: {
        verify: ({ mask, signature }, endorsed, committee) =>
          scheme.verify(rosterOf(committee), mask, endorsed, signature),
      },
      sign: (self, kind, message) => {
        const [, use = ''] = kind.split('/');
        if (use === 'list' || use === 'announcement' || use === 'refusal')
          return identitySign(message, names.indexOf(self));
        const signer = signers.get(self);
        if (signer === undefined) return new Uint8Array(0);
        return answerRequest(signer, { kind: use as 'commit' | 'respond' | 'erase', message });
      },
      vote: (self, bytes) => {
        const message = decodeMessage(bytes);
        const responses = message?.TAG === 'responses' ? message.data.responses : [];
        return responses.flatMap(({ endorsement }) => votes.get(`${self} ${bytesToHex(endorsement)}`) ?? [])[0];
      },
    };
  };

/** Committees of 4 and of 7, as a star or as a tree. */
const SIZES = [4, 4, 7, 4, 7];

const run = (seed: number, mathematics: Mathematics) => {
  const rng = createRng(seed).fork('collective');
  const n = SIZES[seed % SIZES.length]!;
  const endorsing = collective(mathematics, rng.pick([1, 2, 8]));
  return simulate(bftSimulation({ seed, n, rotating: rng.chance(0.25), heights: 4, endorsing }));
};

/** The scenario of `sim bft-cosi`: one seed in 50 with real keys. */
export const scenario: Scenario = {
  name: 'bft-cosi',
  description:
    'the committees of `sim bft` with collective signatures for certificates, as stars and as trees, with every fault of that scenario: one value a height, progress once the network is good; one seed in 50 on edwards25519, the others over a group without secrets',
  run: (seed) => run(seed, seed % 50 === 49 ? real : fake),
};
