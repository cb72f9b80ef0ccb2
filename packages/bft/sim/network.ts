import {
  type Behaviour,
  createRng,
  drawFaults,
  type Fault,
  type Property,
  type Machine as SimulatedMachine,
  type SimulationOptions,
} from '@ios/simulator';
import { bytesToHex } from '@noble/hashes/utils.js';
import { equalBytes } from '../src/bytes.ts';
import {
  type CertificateScheme,
  type Collector,
  type Command,
  type Decision,
  evidenceClaims,
  faults as faultsOf,
  type HeightContext,
  type Limits,
  membersOf,
  type Output,
  quorum,
  type ReplicaState,
  rotation,
  type Scope,
  type SignKind,
  type Statement,
  signatureList,
  signatureListCollector,
  verifyCertificate,
} from '../src/index.ts';
import {
  assembleReplica,
  decodeShare,
  fakeSign,
  fakeVerify,
  type Rules,
  type Share,
  soundRules,
} from '../src/testing.ts';
import { type ApplicationPace, digestOf, LogApplication } from './application.ts';
import { bftBehaviours, opened, type Target } from './behaviours.ts';
import { whisperers } from './whisperer.ts';

/** A network of replicas to be simulated. */
export interface BftNetwork {
  readonly seed: number;
  /** Members of a committee; f of them at most are Byzantine. */
  readonly n: number;
  /** One node more than members: at each height another sits out, every other height has another epoch. */
  readonly rotating?: boolean;
  /** Heights that every honest member must decide. */
  readonly heights: number;
  readonly rules?: Rules;
  /** Honest members make nothing durable. */
  readonly forgetful?: boolean;
  /** In place of drawn ones. */
  readonly faults?: readonly Fault[];
  /** The behaviours to draw from; all of them when left out. */
  readonly behaviours?: readonly string[];
  readonly pace?: ApplicationPace;
  /** Time-out of view 0 in virtual ms; 500, so that views change often. */
  readonly baseTimeout?: number;
  /** Lists of fake signatures unless said otherwise. */
  readonly endorsing?: (names: readonly string[], contextOf: Contexts) => Endorsing;
}

/** How endorsements become certificates in a run. */
export interface Endorsing {
  collector(self: string, rules: Rules): Collector<unknown>;
  readonly scheme: CertificateScheme;
  /** Answers the `sign` effects of the collector that are not for the identity key. */
  sign(self: string, kind: string, message: Uint8Array): Uint8Array;
  /** The vote of its own that a member sends with a message of the collector, if any. */
  vote(self: string, bytes: Uint8Array): Pick<Share, 'height' | 'view' | 'phase' | 'digest'> | undefined;
}

export type State = ReplicaState<unknown>;
export type Options = SimulationOptions<State, Command, Output, Statement, Uint8Array>;

export const scope: Scope = { chain: new Uint8Array(32).fill(9), instance: 'shard/0' };
const limits: Limits = { valueBytes: 64, messageBytes: 65536, pendingPerPeer: 16, futurePerPeer: 8 };
const IDENTITY_KINDS: readonly string[] = ['proposal', 'viewChange', 'endorsement'] satisfies readonly SignKind[];
const keyOf = (member: number): Uint8Array => new Uint8Array(32).fill(member + 1);
/** A fake signature by the identity key of a member, counted in the order of the nodes' names. */
export const identitySign = (message: Uint8Array, member: number): Uint8Array => fakeSign(message, keyOf(member));
const lists = (): Endorsing => ({
  collector: (self, rules) => signatureListCollector({ scope, self, rules }),
  scheme: signatureList(fakeVerify),
  sign: (_self, kind) => {
    throw new Error(`no secret for ${kind}`);
  },
  vote: (_self, bytes) => decodeShare(bytes),
});

/** Everything goes wrong until here, in virtual ms; then the network is good, and the heights must be reached. */
const BAD_UNTIL = 4_000;
const UNTIL = 120_000;

/** The options of one run: members, faults drawn from the seed, applications, invariants and the goal. */
export const bftSimulation = (network: BftNetwork): Options => {
  const { seed, n, heights, rules = soundRules, forgetful = false, baseTimeout = 500 } = network;
  const rng = createRng(seed).fork('bft');
  const names = Array.from({ length: network.rotating === true ? n + 1 : n }, (_, i) => `v${i}`);
  const contextOf = contexts(names, n);
  const order = rng.fork('order').shuffle([...Array(n).keys()]);
  const schedule = rotation({ order, baseTimeout, maxTimeout: 16_000 });
  const target: Target = { scope, contextOf, rules, leader: (height, view) => schedule.leader(height, view, []) };
  const behaviours = { ...bftBehaviours(target), ...whisperers(target) };
  const faults = network.faults ?? draw(rng, names, n, network.behaviours ?? Object.keys(behaviours));
  const endorsing = (network.endorsing ?? lists)(names, contextOf);
  const pace = network.pace ?? drawPace(rng.fork('pace'));

  const verify = ({ signatures, certificates }: Statement): boolean =>
    signatures.every(({ signature, message, publicKey }) => fakeVerify(signature, message, publicKey)) &&
    certificates.every(({ certificate, endorsed, committee }) =>
      endorsing.scheme.verify(certificate, endorsed, committee),
    );

  const applications = new Map<string, LogApplication>();
  const votes = new Votes(endorsing.vote);

  return {
    seed,
    nodes: names,
    faults,
    behaviours: behaviours as Readonly<Record<string, Behaviour>>,
    machine: (self) => {
      const collector = endorsing.collector(self, rules);
      const replica = assembleReplica({ scope, self, schedule, digest: digestOf, limits, rules }, collector);
      const byzantine = faults.some((fault) => fault.type === 'byzantine' && fault.node === self);
      if (byzantine) return replica;
      const watched = votes.watch(self, replica as unknown as SimulatedMachine);
      return (forgetful ? forgetting(watched) : watched) as unknown as typeof replica;
    },
    services: {
      verify,
      sign: (node, kind, message) =>
        IDENTITY_KINDS.includes(kind)
          ? identitySign(message, names.indexOf(node))
          : endorsing.sign(node, kind, message),
    },
    network: { latency: { type: 'uniform', low: 1, high: 40 } },
    begin: (api) => {
      for (const name of names) {
        const own = api.rng.fork(name);
        const command = (value: Command, delay: number): void => api.command(name, value, delay);
        applications.set(name, new LogApplication({ rng: own, contextOf, pace, now: api.now, command }));
      }
    },
    onStart: (node) => applications.get(node)!.begin(),
    onOutput: (node, value, api) =>
      applications.get(node)!.onOutput(value, (action, delay) => api.at(api.now() + delay, action)),
    invariants: [
      agreement(contextOf, rules, endorsing.scheme),
      votes.once,
      votes.above,
      accusesOnlyTheGuilty(contextOf, faults),
    ],
    goals: [
      {
        name: 'progress',
        check: ({ honest }) => {
          const slow = honest.filter(({ name }) => applications.get(name)!.log.length < heights);
          if (slow.length === 0) return undefined;
          return slow.map(({ name }) => `${name} decided ${applications.get(name)!.log.length}`).join(', ');
        },
      },
    ],
    done: (world) =>
      world.now() > BAD_UNTIL && world.honest.every(({ name }) => applications.get(name)!.log.length >= heights),
    figures: ({ honest }) => ({
      decisions: honest.reduce((sum, { name }) => sum + applications.get(name)!.log.length, 0),
    }),
    until: UNTIL,
  };
};

type Rng = ReturnType<typeof createRng>;

export type Contexts = (height: number) => HeightContext;

/** The context of each height: all nodes where there are `n`; else the member that sits out goes round. */
const contexts = (names: readonly string[], n: number): Contexts => {
  const made = new Map<string, HeightContext>();
  const rotates = names.length > n;
  return (height) => {
    const out = rotates ? height % names.length : -1;
    const epoch = rotates ? height >>> 1 : 0;
    const name = `${out}/${epoch}`;
    const stepEntry = new Uint8Array(32).fill(epoch);
    const committee = names.map((peer, i) => ({ peer, key: keyOf(i) })).filter((_, i) => i !== out);
    const context = made.get(name) ?? { epoch, stepEntry, committee };
    made.set(name, context);
    return context;
  };
};

const draw = (rng: Rng, nodes: string[], n: number, behaviours: readonly string[]): Fault[] =>
  drawFaults(rng.fork('faults'), {
    nodes,
    until: BAD_UNTIL,
    byzantine: { count: faultsOf(n), behaviours },
    crashes: { count: [0, 3], downMs: [10, 2_000] },
    partitions: { count: [0, 2], ms: [100, 2_000] },
    cuts: { count: [0, 2], ms: [100, 1_500] },
    losses: { count: [0, 2], ms: [500, 3_000], loss: 0.3, duplication: 0.2 },
    skewPpm: 100_000,
  });

/** Mostly fast, at times an application that takes longer than the first time-outs. */
const drawPace = (rng: Rng): ApplicationPace =>
  rng.chance(0.2)
    ? { build: [0, 600], check: [0, 1_200], decide: [0, 300] }
    : { build: [0, 60], check: [0, 30], decide: [0, 20] };

/** No two honest members ever decide differently at a height, and each decision carries its commit certificate. */
const agreement = (contextOf: Contexts, rules: Rules, scheme: CertificateScheme): Property<State, Output> => {
  const decided = new Map<number, string>();
  let seen = 0;
  return {
    name: 'agreement',
    check: ({ honestOutputs }) => {
      for (; seen < honestOutputs.length; seen++) {
        const { node, value } = honestOutputs[seen]!;
        if (value.type !== 'decide') continue;
        const hex = bytesToHex(value.digest);
        const first = decided.get(value.height) ?? hex;
        decided.set(value.height, first);
        if (first !== hex) return `${node} decided ${hex.slice(0, 8)} at ${value.height}, another ${first.slice(0, 8)}`;
        if (rules === soundRules && !certified(scheme, contextOf(value.height), value))
          return `${node} decided ${value.height} without a certificate`;
      }
      return undefined;
    },
  };
};

const certified = (
  scheme: CertificateScheme,
  context: HeightContext,
  { height, digest, certificate }: Decision,
): boolean => {
  const members = membersOf(certificate.mask, context.committee.length) ?? [];
  if (members.length < quorum(context.committee.length)) return false;
  return verifyCertificate(scheme, { scope, context, height, phase: 'commit' }, digest, certificate);
};

/** Evidence is true, and names Byzantine members only. */
const accusesOnlyTheGuilty = (contextOf: Contexts, faults: readonly Fault[]): Property<State, Output> => {
  let seen = 0;
  return {
    name: 'evidence',
    check: ({ honestOutputs }) => {
      for (; seen < honestOutputs.length; seen++) {
        const { value } = honestOutputs[seen]!;
        if (value.type !== 'evidence') continue;
        const context = contextOf(value.evidence.height);
        const accused = context.committee[value.evidence.member]!.peer;
        if (!faults.some((fault) => fault.type === 'byzantine' && fault.node === accused))
          return `${accused} is honest`;
        const claims = evidenceClaims(scope, context, value.evidence);
        if (!claims?.every(({ signature, message, publicKey }) => fakeVerify(signature, message, publicKey)))
          return `evidence against ${accused} does not hold`;
      }
      return undefined;
    },
  };
};

/** The tag of a view-change on the wire: only these are decoded, for the sake of speed. */
const VIEW_CHANGE = 3;

/** The same machine on a disk that keeps nothing. */
const forgetting = (machine: SimulatedMachine): SimulatedMachine => ({
  init: (persisted) => machine.init(persisted),
  step: (state, input) => {
    const step = machine.step(state, input);
    return { state: step.state, effects: step.effects.filter(({ type }) => type !== 'persist') };
  },
});

/** Watches what honest members say, through all their crashes: one digest a slot, and none in a view that they left. */
class Votes {
  readonly #cast = new Map<string, Uint8Array>();
  readonly #left = new Map<string, number>();
  #twice: string | undefined;
  #below: string | undefined;

  readonly once: Property<State, Output> = { name: 'one vote a slot', check: () => this.#twice };
  readonly above: Property<State, Output> = { name: 'no vote in a left view', check: () => this.#below };

  readonly #read: Endorsing['vote'];

  constructor(read: Endorsing['vote']) {
    this.#read = read;
  }

  watch(self: string, machine: SimulatedMachine): SimulatedMachine {
    return {
      init: (persisted) => machine.init(persisted),
      step: (state, input) => {
        const step = machine.step(state, input);
        for (const effect of step.effects) {
          if (effect.type === 'send' && effect.bytes[0] === 1) this.#vote(self, effect.bytes);
          if (effect.type === 'broadcast' && effect.bytes[1] === VIEW_CHANGE) this.#move(self, effect.bytes);
        }
        return step;
      },
    };
  }

  #vote(self: string, bytes: Uint8Array): void {
    const share = this.#read(self, bytes.subarray(1));
    if (share === undefined) return;
    const slot = `${self}/${share.height}/${share.view}/${share.phase}`;
    const before = this.#cast.get(slot);
    if (before !== undefined && !equalBytes(before, share.digest)) this.#twice = `${slot} was voted for two digests`;
    this.#cast.set(slot, share.digest);
    if (share.view < (this.#left.get(`${self}/${share.height}`) ?? 0)) this.#below = `${slot} was voted after a move`;
  }

  #move(self: string, bytes: Uint8Array): void {
    const message = opened(bytes);
    if (message?.TAG !== 'viewChange') return;
    const { height, view } = message.data.viewChange;
    const name = `${self}/${height}`;
    this.#left.set(name, Math.max(view, this.#left.get(name) ?? 0));
  }
}
