import {
  type Behaviour,
  createRng,
  drawFaults,
  type Fault,
  type Machine,
  type Rng,
  type SimulationApi,
  type SimulationOptions,
} from '@ios/simulator';
import { bytesToHex } from '@noble/hashes/utils.js';
import {
  answerRequest,
  type CoordinatorConfig,
  decodeMessage,
  decodeRespondRequest,
  type MemberCommand,
  type MemberOutput,
  type MemberState,
  type Message,
  quorum,
  type Signer,
  type SignKind,
  type Statement,
} from '../src/index.ts';
import { assembleMember, type Rules, soundRules } from '../src/testing.ts';
import { cosiBehaviours } from './behaviours.ts';
import { type Cast, castOf } from './roster.ts';
import { blamesOnlyTheGuilty, fewAttempts, SigningWatch, valid } from './watch.ts';

export type State = MemberState;
export type Output = MemberOutput;
export type Options = SimulationOptions<State, MemberCommand, Output, Statement, Uint8Array>;

/** One session of a simulation. */
export interface PlannedSession {
  readonly session: Uint8Array;
  readonly message: Uint8Array;
  readonly coordinator: number;
  /** Whether the cosigners hear of it from the coordinator, or from elsewhere. */
  readonly announced: boolean;
  /** When it begins, in virtual ms. */
  readonly at: number;
}

/** A network of members to be simulated. */
export interface CosiNetwork {
  readonly seed: number;
  readonly n: number;
  readonly branching: number;
  readonly sessions: number;
  /** Who leads all sessions; any one when left out. */
  readonly coordinator?: number;
  /** n cosigners; over the group without secrets when left out. */
  readonly cast?: Cast;
  readonly rules?: Rules;
  /** Signers that keep their nonces after use. */
  readonly leaky?: boolean;
  /** In place of drawn ones. */
  readonly faults?: readonly Fault[];
  /** The behaviours to draw from; all of them when left out. */
  readonly behaviours?: readonly string[];
  /** Cosigners that must be named in faults. */
  readonly found?: readonly string[];
}

/** Everything goes wrong until here, in virtual ms; then the network is good. */
const BAD_UNTIL = 4_000;
const UNTIL = 300_000;
const BETWEEN_SESSIONS = 1_500;

export const timeouts: CoordinatorConfig['timeouts'] = {
  relay: 100,
  ask: 500,
  commit: 1_200,
  respond: 1_500,
  session: 200_000,
};

/** What a cosigner hears of as bytes is decoded once, whoever hears it. */
const decoded = new WeakMap<Uint8Array, { readonly message: Message | undefined }>();
const decodeOnce = (bytes: Uint8Array): Message | undefined => {
  const known = decoded.get(bytes) ?? { message: decodeMessage(bytes) };
  decoded.set(bytes, known);
  return known.message;
};

/** Rules whose decoder remembers. */
export const fastRules: Rules = { ...soundRules, decode: decodeOnce };

/** The number of faulty cosigners that n tolerate. */
export const faultsOf = (n: number): number => Math.floor((n - 1) / 3);

/** The options of one run: cosigners, sessions, faults drawn from the seed, invariants and the goal. */
export const cosiSimulation = (network: CosiNetwork): Options => {
  const { seed, n, branching, rules = fastRules, leaky = false } = network;
  const rng = createRng(seed).fork('cosi');
  const { cast = castOf(n) } = network;
  const f = faultsOf(n);
  const policy = quorum(n - f);
  const plan = drawSessions(rng.fork('sessions'), network);
  const planOf = new Map(plan.map((planned) => [bytesToHex(planned.session), planned]));
  const behaviours = cosiBehaviours(cast, (session) => planOf.get(bytesToHex(session))?.message);
  const faults = network.faults ?? draw(rng, cast.names, f, network.behaviours ?? Object.keys(behaviours));
  const guilty = new Set(faults.flatMap((fault) => (fault.type === 'byzantine' ? [fault.node] : [])));
  const crashing = new Set(faults.flatMap((fault) => (fault.type === 'crash' ? [fault.node] : [])));
  const required = plan.filter(({ coordinator }) => {
    const name = cast.names[coordinator]!;
    return !guilty.has(name) && !crashing.has(name);
  });
  const watch = new SigningWatch(cast);
  const listed = new Set<string>();
  const signers = new Map<string, Signer>();
  const config = {
    roster: cast.roster,
    peers: cast.names,
    branching,
    scheme: cast.scheme,
    policy,
    timeouts,
    limits: { messageBytes: 64, payloadBytes: 64, sessions: 8, relayed: 4, attempts: n, entries: 64 },
  };

  const signed = new Set<string>();
  const accused = new Set<string>();
  const attempts: number[] = [];

  type Api = SimulationApi<State, MemberCommand, Output>;
  const open = (api: Api, node: string, planned: PlannedSession, message: Uint8Array, delay: number): void => {
    const { session, coordinator } = planned;
    watch.open(node, message);
    api.command(node, { type: 'open', session, coordinator, message }, delay);
  };

  return {
    seed,
    nodes: cast.names,
    faults,
    behaviours: behaviours as Readonly<Record<string, Behaviour>>,
    machine: (name) =>
      assembleMember({ ...config, self: cast.names.indexOf(name) }, rules) as Machine<
        State,
        MemberCommand,
        Output,
        Statement,
        Uint8Array
      >,
    services: {
      verify: ({ signatures }) =>
        signatures.every(({ signature, message, publicKey }) => cast.verify(signature, message, publicKey)),
      sign: (node, kind, message) => {
        const request = { kind: kind as SignKind, message };
        const index = cast.names.indexOf(node);
        if (kind === 'endorsement' && !guilty.has(node)) watch.endorsed(node, message);
        if (kind === 'respond' && network.found !== undefined)
          for (const entry of decodeRespondRequest(message).list) listed.add(cast.names[entry.index]!);
        if (kind !== 'commit' && kind !== 'respond' && kind !== 'erase') return cast.sign(message, index);
        const answer = answerRequest(signers.get(node)!, request);
        if (kind === 'respond' && answer.length > 0 && !guilty.has(node)) watch.responded(node, message);
        return answer;
      },
    },
    network: { latency: { type: 'uniform', low: 1, high: 40 } },
    begin: (api) => {
      for (const planned of plan) {
        const { session, message, coordinator, announced, at } = planned;
        const payload = announced ? { payload: message.slice(0, 16) } : {};
        const name = cast.names[coordinator]!;
        api.at(at, () => api.command(name, { type: 'begin', session, message, ...payload }));
        if (announced) continue;
        for (const node of cast.names) api.at(at + api.rng.between(0, 150), () => open(api, node, planned, message, 0));
      }
    },
    onStart: (node, api) => {
      const entropy = api.rng.fork(`signer ${node} ${api.now()}`);
      const index = cast.names.indexOf(node);
      const fresh = entropy.bytes(32);
      signers.set(
        node,
        leaky ? cast.leakySignerOf(index, () => fresh) : cast.signerOf(index, (length) => entropy.bytes(length)),
      );
      // Back from a crash, the caller hears what is still to be signed.
      for (const planned of plan)
        if (!planned.announced && planned.at + 150 < api.now()) open(api, node, planned, planned.message, 50);
    },
    onOutput: (node, value, api) => {
      const name = 'session' in value ? bytesToHex(value.session) : '';
      const planned = planOf.get(name);
      if (planned === undefined) return;
      if (value.type === 'announced' && value.coordinator === planned.coordinator)
        open(api, node, planned, value.message, api.rng.between(1, 20));
      if (value.type === 'fault' && !guilty.has(node)) accused.add(cast.names[value.index]!);
      if (value.type !== 'signed' || guilty.has(node)) return;
      signed.add(name);
      attempts.push(value.attempts);
      const after = api.rng.between(0, 2_000);
      for (const other of cast.names) api.command(other, { type: 'close', session: value.session }, after);
    },
    invariants: [valid(cast, policy), blamesOnlyTheGuilty(cast, guilty), fewAttempts(f), watch.once, watch.asked],
    goals: [
      {
        name: 'progress',
        check: () => {
          const open = required.filter(({ session }) => !signed.has(bytesToHex(session)));
          return open.length === 0 ? undefined : `${open.length} of ${required.length} sessions came to nothing`;
        },
      },
      {
        name: 'cheats found',
        check: () => {
          // Who was left out of every list had nothing to cheat with.
          const missed = (network.found ?? []).filter((name) => listed.has(name) && !accused.has(name));
          return missed.length === 0 ? undefined : `${missed.join(', ')} cheated and was not found`;
        },
      },
    ],
    done: (world) => {
      const last = plan.at(-1)!.at;
      return world.now() > last + 200 && required.every(({ session }) => signed.has(bytesToHex(session)));
    },
    figures: () => ({
      signatures: attempts.length,
      attempts: attempts.reduce((sum, count) => sum + count, 0),
      'most attempts': Math.max(0, ...attempts),
      'cosigners at fault': accused.size,
    }),
    until: UNTIL,
  };
};

const drawSessions = (rng: Rng, { n, sessions, coordinator }: CosiNetwork): PlannedSession[] =>
  Array.from({ length: sessions }, (_, k) => ({
    session: rng.bytes(32),
    message: rng.bytes(32),
    coordinator: coordinator ?? rng.below(n),
    announced: rng.chance(0.5),
    at: k * BETWEEN_SESSIONS + rng.below(500),
  }));

/** Byzantine and crashing cosigners, f of them together at most, and a bad network for a while. */
const draw = (rng: Rng, nodes: readonly string[], f: number, behaviours: readonly string[]): Fault[] => {
  const count = rng.fork('count').between(f >> 1, f);
  const drawn = drawFaults(rng.fork('faults'), {
    nodes: [...nodes],
    until: BAD_UNTIL,
    byzantine: { count, behaviours },
    crashes: { count: [0, Math.min(3, f - count)], downMs: [10, 2_000] },
    partitions: { count: [0, 1], ms: [100, 1_500] },
    losses: { count: [0, 1], ms: [500, 3_000], loss: 0.2, duplication: 0.2 },
    skewPpm: 100_000,
  });
  return drawn;
};
