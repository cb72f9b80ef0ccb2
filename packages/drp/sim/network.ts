import { createRng, drawFaults, type Fault, type Machine, type Rng, type SimulationOptions } from '@ios/simulator';
import { bytesToHex } from '@noble/hashes/utils.js';
import {
  answerRequest,
  type DrpCommand,
  type DrpConfig,
  type DrpOutput,
  type DrpState,
  dealSession,
  decodeMessage,
  type Epoch,
  type SignKind,
  type Statement,
} from '../src/index.ts';
import { recordedDealings } from '../src/machine/durable.ts';
import { decodeDecryptRequest } from '../src/requests.ts';
import { assembleDrp, type Rules, soundRules } from '../src/testing.ts';
import { drpBehaviours } from './behaviours.ts';
import { type Cast, castOf, rngOf } from './cast.ts';
import { Sequencer } from './sequencer.ts';
import { createStatementCache } from './statement-cache.ts';
import { blame, oneChoice, SecretWatch, sameOutput } from './watch.ts';

export type Options = SimulationOptions<DrpState, DrpCommand, DrpOutput, Statement, Uint8Array>;

/** A network of servers to be simulated. */
export interface DrpNetwork {
  readonly seed: number;
  readonly n: number;
  /** Members of a group at most; one group when left out. */
  readonly groupSize?: number;
  readonly cast?: Cast;
  readonly rules?: Partial<Rules>;
  /** Whether the sequencer signs off one selection of an attempt alone; true when left out. */
  readonly once?: boolean;
  /** In place of drawn ones. */
  readonly faults?: (names: readonly string[]) => readonly Fault[];
  /** The behaviours to draw from; all of them when left out. */
  readonly behaviours?: readonly string[];
}

/** Everything goes wrong until here, in virtual ms; then the network is good. */
const BAD_UNTIL = 4_000;
const UNTIL = 200_000;

/** The options of one run: an epoch of one roster under faults drawn from the seed, its invariants and goals. */
export const drpSimulation = (network: DrpNetwork): Options => {
  const { seed, n, groupSize, once = true } = network;
  const rng = createRng(seed).fork('drp');
  const cast = network.cast ?? castOf(n);
  const rules = { ...soundRules, ...network.rules };
  const f = Math.floor((n - 1) / 3);
  const epoch: Epoch = {
    scheme: cast.scheme,
    chain: rng.fork('chain').bytes(32),
    epoch: 1 + rng.fork('epoch').below(1_000),
    randomness: rng.fork('randomness').bytes(32),
    roster: cast.roster,
    policy: { faults: f, groupSize: groupSize ?? n, oneGroupUpTo: groupSize === undefined ? n : 0, biasBits: 0 },
  };
  const config: Omit<DrpConfig, 'self'> = {
    ...epoch,
    timeouts: { ask: 300, deal: 1_000, fetch: 250, decrypt: 1_500 },
    limits: { sessions: 4, selections: 4, serves: 4 },
  };
  const behaviours = drpBehaviours({ epoch, names: cast.names });
  const faults =
    network.faults?.(cast.names) ?? draw(rng, cast.names, f, network.behaviours ?? Object.keys(behaviours));
  const guilty = new Set(faults.flatMap((fault) => (fault.type === 'byzantine' ? [fault.node] : [])));
  const watch = new SecretWatch(cast, epoch, guilty);
  const dealt = new Map<string, Uint8Array>();
  const slow = rng.fork('slow');
  const holds = createStatementCache(cast);
  const recovered = new Set<string>();
  let unheld: string | undefined;
  let missing = 0;

  const sequencer = new Sequencer({
    rng: rng.fork('leaders'),
    epoch,
    names: cast.names,
    guilty,
    once,
    prove: (digest) => cast.signOff.prove(digest),
    onSignedOff: (value, api) => {
      const held = new Map<string, Uint8Array>();
      for (const voter of value.voters) {
        const record = api.world
          .node(voter)
          .durable.get(`selection/${bytesToHex(value.selection.slice(0, 32))}/${value.digest}`);
        const dealings = record === undefined ? undefined : recordedDealings(record);
        if (dealings === undefined || dealings.some(({ bytes }) => bytes === undefined))
          unheld = `${voter} agreed to a selection whose dealings it does not hold`;
        for (const { digest, bytes } of dealings ?? []) if (bytes !== undefined) held.set(bytesToHex(digest), bytes);
      }
      watch.signedOff(value, (digest) => held.get(digest));
    },
  });
  const excluded: (readonly number[])[] = [];

  const signWith = (node: string, kind: string, message: Uint8Array): Uint8Array => {
    const { shareKey, sign } = cast.players[cast.names.indexOf(node)]!;
    if (kind === 'raw') return sign(message);
    const secret =
      kind === 'fresh' ? rng.fork(`fresh ${dealt.size}`).bytes(32) : cast.roster[cast.names.indexOf(node)]!.identity;
    const secrets = { scheme: cast.scheme, shareKey, sign, signOff: cast.signOff, rng: rngOf(secret) };
    if (kind !== 'deal')
      return answerRequest(secrets, { kind: kind === 'fresh' ? 'deal' : (kind as SignKind), message });
    const key = `${node}/${bytesToHex(dealSession(message))}`;
    const stored = dealt.get(key) ?? answerRequest(secrets, { kind, message });
    dealt.set(key, stored);
    return stored;
  };

  return {
    seed,
    nodes: cast.names,
    faults,
    behaviours,
    machine: (name) =>
      assembleDrp({ ...config, self: cast.names.indexOf(name) }, rules) as Machine<
        DrpState,
        DrpCommand,
        DrpOutput,
        Statement,
        Uint8Array
      >,
    services: {
      verify: holds,
      sign: (node, kind, message) => {
        const answer = signWith(node, kind, message);
        if (guilty.has(node)) return answer;
        if (kind === 'deal') watch.dealt(node, message, answer);
        if (kind === 'decrypt' && answer.length > 0) watch.decrypted(node, decodeDecryptRequest(message).selection);
        return answer;
      },
    },
    network: { latency: { type: 'uniform', low: 1, high: slow.chance(0.3) ? 400 : 40 } },
    latency: slow.chance(0.3) ? { verify: { type: 'uniform', low: 1, high: 600 } } : {},
    begin: (api) => sequencer.begin(api),
    onStart: (node, api) => {
      if (api.now() > 0) sequencer.restarted(node, api);
    },
    onOutput: (node, value, api) => {
      excluded[sequencer.attempt] = sequencer.excluded;
      if (value.type === 'recovered' && !guilty.has(node)) recovered.add(node);
      sequencer.onOutput(node, value, api);
    },
    invariants: [
      ...watch.properties,
      { name: 'held', check: () => unheld },
      blame(cast, guilty),
      sameOutput(cast, epoch, (attempt) => excluded[attempt] ?? []),
      oneChoice(),
      {
        name: 'failures are named',
        check: () => {
          const end = sequencer.ends.at(-1);
          return end?.type === 'failed' && end.named.length === 0 ? 'an attempt failed and nobody is named' : undefined;
        },
      },
    ],
    goals: [
      {
        name: 'progress',
        check: () => (sequencer.decided ? undefined : `no output in ${sequencer.attempt + 1} attempts`),
      },
      {
        name: 'all recover',
        check: ({ honest }) => {
          // In one group the honest are always enough.
          missing = honest.filter(({ name }) => !recovered.has(name)).length;
          return groupSize === undefined && missing > 0
            ? `${missing} honest servers cannot recover the output`
            : undefined;
        },
      },
    ],
    done: ({ honest, now }) =>
      sequencer.decided &&
      now() > BAD_UNTIL / 2 &&
      (groupSize !== undefined || honest.every(({ name }) => recovered.has(name))),
    figures: ({ honestOutputs }) => ({
      attempts: sequencer.ends.length,
      'failed attempts': sequencer.ends.filter(({ type }) => type === 'failed').length,
      'last view': sequencer.view,
      faults: honestOutputs.filter(({ value }) => value.type === 'fault').length,
      evidence: honestOutputs.filter(({ value }) => value.type === 'evidence').length,
      'selections refused': honestOutputs.filter(({ value }) => value.type === 'checked' && !value.valid).length,
      'time-outs': honestOutputs.filter(({ value }) => value.type === 'waiting').length,
      'outputs recovered': recovered.size,
    }),
    describe: { message: (sent) => decodeMessage(sent)?.TAG ?? 'garbage' },
    until: UNTIL,
  };
};

/** Byzantine and crashing servers, the first f at most, and a bad network for a while. */
const draw = (rng: Rng, nodes: readonly string[], f: number, behaviours: readonly string[]): Fault[] =>
  drawFaults(rng.fork('faults'), {
    nodes: [...nodes],
    until: BAD_UNTIL,
    byzantine: { count: rng.fork('count').between(f >> 1, f), behaviours },
    crashes: { count: [0, 3], downMs: [10, 2_000] },
    partitions: { count: [0, 1], ms: [100, 2_000] },
    losses: { count: [0, 1], ms: [500, 4_000], loss: 0.2, duplication: 0.2 },
    skewPpm: 100_000,
  });
