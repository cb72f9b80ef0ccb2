import type { Rng, SimulationApi } from '@ios/simulator';
import { bytesToHex } from '@noble/hashes/utils.js';
import {
  type DrpCommand,
  type DrpOutput,
  type DrpState,
  type Epoch,
  layoutOf,
  type Session,
  selectionDigest,
} from '../src/index.ts';

export type Api = SimulationApi<DrpState, DrpCommand, DrpOutput>;

/** A selection that the sequencer has signed off. */
export interface SignedOff {
  readonly session: Session;
  readonly selection: Uint8Array;
  readonly digest: string;
  /** Honest servers that said that it is valid. */
  readonly voters: readonly string[];
}

/** What the sequencer is made of. */
export interface SequencerOptions {
  readonly rng: Rng;
  readonly epoch: Epoch;
  readonly names: readonly string[];
  readonly guilty: ReadonlySet<string>;
  prove(digest: Uint8Array): Uint8Array;
  /** Whether it signs one selection of an attempt alone: the rule of a consensus. */
  readonly once: boolean;
  onSignedOff(value: SignedOff, api: Api): void;
}

const VIEW_MS = 4_000;

/**
 * Stands where the consensus stands in a node, and is trusted to be one: for each attempt it decides at most one selection (the
 * even height) once n - f servers of a view, every Byzantine one among them, say that it is valid, and then an output or a
 * failure (the odd height), by n - f votes as well. It decides nothing else, so that what is simulated is the machines.
 * Views change by time-outs; what was decided may reach the servers late, after later leaders have selected.
 */
export class Sequencer {
  readonly #options: SequencerOptions;
  readonly #order: readonly number[];
  readonly #sessions: Session[] = [];
  readonly #opened = new Set<string>();
  /** By node: attempts whose decision it has heard of. */
  readonly #heard = new Map<string, Set<number>>();
  #votes = new Map<string, Set<string>>();
  #voted = new Map<string, string>();
  #recovered = new Map<string, string>();
  #named = new Map<string, readonly number[]>();
  #delivered = false;
  attempt = 0;
  view = 0;
  excluded: readonly number[] = [];
  readonly decisions = new Map<number, SignedOff>();
  /** By attempt: what its odd height decided. */
  readonly ends: (
    | { readonly type: 'output'; readonly output: string }
    | { readonly type: 'failed'; readonly named: readonly number[]; readonly at: number }
  )[] = [];

  constructor(options: SequencerOptions) {
    this.#options = options;
    this.#order = options.rng.shuffle(options.names.map((_, index) => index));
  }

  get decided(): boolean {
    return this.ends.at(-1)?.type === 'output';
  }

  begin(api: Api): void {
    const leaders = this.#order.filter((index) => !this.excluded.includes(index));
    const client = leaders[(this.attempt + this.view) % leaders.length]!;
    const session = { attempt: this.attempt, view: this.view, client, excluded: this.excluded };
    this.#sessions.push(session);
    this.#votes = new Map();
    this.#voted = new Map();
    for (const name of this.#options.names)
      api.at(api.now() + api.rng.between(0, 100), () => this.#open(name, session, api));
    const { attempt, view } = this;
    api.at(api.now() + Math.round(VIEW_MS * 1.3 ** Math.min(view, 8)), () => {
      if (this.attempt !== attempt || this.view !== view || this.#delivered || this.decided) return;
      this.view++;
      this.begin(api);
    });
  }

  /** A node is back: its host gives it again what it had given before. */
  restarted(name: string, api: Api): void {
    for (const session of this.#sessions)
      if (session.attempt === this.attempt && this.#opened.has(keyOf(name, session))) {
        api.command(name, { type: 'open', session });
        if (this.#heard.get(name)?.has(session.attempt)) this.#tell(name, session.attempt, api);
      }
  }

  onOutput(name: string, value: DrpOutput, api: Api): void {
    if (value.type === 'selection') this.#propose(name, value.selection, api);
    if (value.type === 'checked' && value.valid) this.#vote(name, value.selection, api);
    if (value.type === 'recovered') this.#recover(name, bytesToHex(value.digest), bytesToHex(value.output), api);
    if (value.type === 'waiting' && value.phase === 'decrypt' && this.#isDecided(value.id))
      this.#name(name, value.servers, api);
  }

  #open(name: string, session: Session, api: Api): void {
    this.#opened.add(keyOf(name, session));
    api.command(name, { type: 'open', session });
  }

  #propose(name: string, selection: Uint8Array, api: Api): void {
    const { names, epoch, guilty } = this.#options;
    const session = this.#sessions.at(-1)!;
    if (names[session.client] !== name || this.decided) return;
    if (!isOf(epoch, session, selection)) return;
    for (const other of names) {
      api.at(api.now() + api.rng.between(0, 80), () => api.command(other, { type: 'check', selection }));
      if (guilty.has(other)) this.#vote(other, selection, api);
    }
  }

  #vote(name: string, selection: Uint8Array, api: Api): void {
    const { guilty, names, epoch, once } = this.#options;
    const session = this.#sessions.at(-1)!;
    if (!isOf(epoch, session, selection)) return;
    const digest = bytesToHex(selectionDigest(selection));
    // A Byzantine server votes for everything, an honest one for the first valid proposal of its view.
    if (!guilty.has(name) && (this.#voted.get(name) ?? digest) !== digest) return;
    this.#voted.set(name, digest);
    const votes = this.#votes.get(digest) ?? new Set();
    this.#votes.set(digest, votes.add(name));
    if (votes.size < names.length - epoch.policy.faults) return;
    if (this.decisions.has(session.attempt) && (once || this.decisions.get(session.attempt)!.digest === digest)) return;
    const voters = [...votes].filter((voter) => !guilty.has(voter));
    const value = { session, selection, digest, voters };
    this.decisions.set(session.attempt, value);
    this.#options.onSignedOff(value, api);
    this.#spread(session.attempt, api);
  }

  /** Most decisions are heard of at once; some by one server first, and by the others after later views have begun. */
  #spread(attempt: number, api: Api): void {
    const hidden = api.rng.chance(0.2);
    const first = api.rng.pick(this.#options.names);
    for (const name of this.#options.names) {
      const late = hidden && name !== first ? api.rng.between(VIEW_MS, 2 * VIEW_MS) : 0;
      api.at(api.now() + late + api.rng.between(0, 100), () => {
        if (name !== first || !hidden) this.#delivered ||= this.attempt === attempt;
        const heard = this.#heard.get(name) ?? new Set();
        this.#heard.set(name, heard.add(attempt));
        this.#tell(name, attempt, api);
      });
    }
  }

  #tell(name: string, attempt: number, api: Api): void {
    const { selection } = this.decisions.get(attempt)!;
    const proof = this.#options.prove(selectionDigest(selection));
    api.command(name, { type: 'signedOff', selection, proof });
  }

  #recover(name: string, digest: string, output: string, api: Api): void {
    if (this.decisions.get(this.attempt)?.digest !== digest || this.#options.guilty.has(name)) return;
    // One honest server that can recover shows the transcript to the others, and none of them votes for a failure then.
    if (this.#recovered.size === 0)
      for (const other of this.#options.names)
        api.at(api.now() + api.rng.between(50, 400), () => this.#agree(other, output, api));
    this.#agree(name, output, api);
  }

  #agree(name: string, output: string, api: Api): void {
    if (this.decided) return;
    this.#recovered.set(name, output);
    const { names, epoch } = this.#options;
    if (this.#recovered.size >= names.length - epoch.policy.faults)
      this.ends[this.attempt] = { type: 'output', output };
    else this.#fail(api);
  }

  /** Whether what was signed off in this attempt is of this session. */
  #isDecided(id: Uint8Array): boolean {
    const decision = this.decisions.get(this.attempt);
    return decision !== undefined && bytesToHex(decision.selection.slice(0, 32)) === bytesToHex(id);
  }

  #name(name: string, servers: readonly number[], api: Api): void {
    if (this.#options.guilty.has(name)) return;
    this.#named.set(name, servers);
    this.#fail(api);
  }

  #fail(api: Api): void {
    const { names, epoch, guilty } = this.#options;
    const { faults } = epoch.policy;
    const against = names.filter((name) => guilty.has(name) || (this.#named.has(name) && !this.#recovered.has(name)));
    if (this.decided || against.length < names.length - faults) return;
    const countOf = (server: number): number =>
      [...this.#named.values()].filter((list) => list.includes(server)).length;
    const named = names.map((_, server) => server).filter((server) => countOf(server) > 0);
    const worst = [...named].sort((a, b) => countOf(b) - countOf(a) || a - b).slice(0, faults);
    this.ends[this.attempt] = { type: 'failed', named, at: api.now() };
    this.#closeAll(this.attempt, api);
    this.attempt++;
    this.view = 0;
    this.excluded = worst.sort((a, b) => a - b);
    this.#recovered = new Map();
    this.#named = new Map();
    this.#delivered = false;
    this.begin(api);
  }

  #closeAll(attempt: number, api: Api): void {
    const old = this.#sessions.filter((session) => session.attempt === attempt);
    for (const session of old) {
      const { id } = layoutOf(this.#options.epoch, session);
      for (const name of this.#options.names)
        api.at(api.now() + 3_000 + api.rng.between(0, 500), () => api.command(name, { type: 'close', id }));
    }
  }
}

/** Whether a proposal is of the session in which it is made. */
const isOf = (epoch: Epoch, session: Session, selection: Uint8Array): boolean =>
  bytesToHex(selection.slice(0, 32)) === bytesToHex(layoutOf(epoch, session).id);

const keyOf = (name: string, { attempt, view }: Session): string => `${name}/${attempt}/${view}`;
