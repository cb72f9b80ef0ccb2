import {
  type Candidate,
  createRng,
  drawFaults,
  type Fault,
  generalBehaviours,
  type Machine,
  type Property,
  type Report,
  type Scenario,
  simulate,
  splitBrain,
} from '../src/index.ts';

/** The rules of a vote that can be broken on purpose. */
export interface Rules {
  /** How many equal votes decide; sound when two quorums always share an honest voter. */
  readonly quorum: number;
  /** Whether a vote is durable before it is told. */
  readonly remembers: boolean;
}

/** One vote: what was proposed here, what was voted here, and who is known to have voted for what. */
export interface Ballot {
  readonly proposal?: string;
  readonly vote?: string;
  readonly votes: Readonly<Record<string, readonly string[]>>;
  readonly decided: boolean;
}

const encode = (kind: 'P' | 'V', value: string): Uint8Array =>
  Uint8Array.from(`${kind}${value}`, (letter) => letter.charCodeAt(0));
const decode = (bytes: Uint8Array): { kind: string; value: string } | undefined =>
  /^[PV][a-z]$/.test(String.fromCharCode(...bytes.slice(0, 3)))
    ? { kind: String.fromCharCode(bytes[0]!), value: String.fromCharCode(bytes[1]!) }
    : undefined;

/** A single vote: everyone votes once, for the first proposal heard, and says so again every 200 ms. */
export const agreement = (self: string, { quorum, remembers }: Rules): Machine<Ballot, string, string> => {
  const cast = (ballot: Ballot, value: string): ReturnType<typeof count> => {
    if (ballot.vote !== undefined) return { state: ballot, effects: [] };
    const counted = count({ ...ballot, vote: value }, self, value);
    const told = [{ type: 'broadcast', bytes: encode('V', value) } as const, ...counted.effects];
    return {
      state: counted.state,
      effects: remembers ? [{ type: 'persist', key: 'vote', bytes: encode('V', value) }, ...told] : told,
    };
  };
  const count = (ballot: Ballot, voter: string, value: string): ReturnType<Machine<Ballot, string, string>['step']> => {
    const voters = ballot.votes[value] ?? [];
    if (voters.includes(voter)) return { state: ballot, effects: [] };
    const state = { ...ballot, votes: { ...ballot.votes, [value]: [...voters, voter] } };
    return voters.length + 1 >= quorum && !ballot.decided
      ? { state: { ...state, decided: true }, effects: [{ type: 'output', value }] }
      : { state, effects: [] };
  };
  return {
    init: (persisted) => {
      const vote = decode(persisted.get('vote') ?? new Uint8Array())?.value;
      return vote === undefined ? { votes: {}, decided: false } : { vote, votes: { [vote]: [self] }, decided: false };
    },
    step: (state, input) => {
      if (input.type === 'command') {
        const { state: after, effects } = cast({ ...state, proposal: input.value }, input.value);
        return { state: after, effects: [{ type: 'broadcast', bytes: encode('P', input.value) }, ...effects] };
      }
      if (input.type === 'message') {
        const heard = decode(input.bytes);
        if (heard === undefined) return { state, effects: [] };
        return heard.kind === 'P' ? cast(state, heard.value) : count(state, input.from, heard.value);
      }
      if (input.type !== 'start' && input.type !== 'timer') return { state, effects: [] };
      const again = [
        ...(state.proposal === undefined ? [] : [encode('P', state.proposal)]),
        ...(state.vote === undefined ? [] : [encode('V', state.vote)]),
      ];
      return {
        state,
        effects: [
          ...again.map((bytes) => ({ type: 'broadcast', bytes }) as const),
          { type: 'setTimer', id: 'again', ms: 200 },
        ],
      };
    },
  };
};

/** No two decisions of honest nodes differ. */
export const agree: Property<Ballot, string> = {
  name: 'agreement',
  check: ({ honestOutputs }) => {
    const first = honestOutputs[0];
    const other = honestOutputs.find(({ value }) => value !== first?.value);
    return first && other && `${first.node} decided ${first.value} and ${other.node} decided ${other.value}`;
  },
};

/** The nodes of the scenario. */
export const nodes: readonly string[] = ['a', 'b', 'c', 'd'];

/** What a seed brings: one Byzantine node of four, crashes, partitions, cuts, loss. */
export const faultsOf = (seed: number): Fault[] =>
  drawFaults(createRng(seed).fork('faults'), {
    nodes,
    until: 4_000,
    byzantine: { count: 1, behaviours: Object.keys(behaviours) },
    crashes: { count: [0, 4], downMs: [10, 500] },
    partitions: { count: [0, 2], ms: [100, 1_000] },
    cuts: { count: [0, 2], ms: [100, 1_000] },
    losses: { count: [0, 2], ms: [100, 1_000], loss: 0.5, duplication: 0.5 },
    skewPpm: 50_000,
  });

const behaviours = { ...generalBehaviours, splitBrain: splitBrain() };

/** One vote of four nodes under `rules`, with two proposals. */
export const vote = ({ seed, faults }: Candidate, rules: Rules, sink: (line: string) => void = () => {}): Report =>
  simulate({
    seed,
    nodes,
    machine: (node) => agreement(node, rules),
    faults,
    behaviours,
    sink,
    begin: (api) => {
      for (const [node, value] of [
        ['a', 'x'],
        ['d', 'y'],
      ] as const)
        api.at(api.rng.below(500), () => api.command(node, value));
    },
    invariants: [agree],
    figures: ({ honest }) => ({ decided: honest.filter(({ outputs }) => outputs.length > 0).length }),
    until: 6_000,
  });

/** Run by `pnpm sim agreement`. */
export const scenario: Scenario = {
  name: 'agreement',
  description:
    'Four nodes, one Byzantine, vote once between two proposals under crashes, partitions and loss; no two decide differently.',
  run: (seed, sink) => vote({ seed, faults: faultsOf(seed) }, { quorum: 3, remembers: true }, sink),
};
