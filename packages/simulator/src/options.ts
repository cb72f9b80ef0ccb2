import type { Behaviour } from './byzantine/adversary.ts';
import type { Machine } from './contract.ts';
import { demand, isCount } from './error.ts';
import { checkFaults, type Fault } from './fault.ts';
import type { HostLatencies } from './host.ts';
import { checkLatency } from './latency.ts';
import type { LinkRule, LinkSettings, SimulatedNetwork } from './network.ts';
import type { Rng } from './rng.ts';
import type { Property, World } from './world.ts';

/** What answers machines' requests; the same question must get the same answer in every run. */
export interface Services<Statement, Message> {
  /** Whether `statement` holds, answered to `node` as `verified`. */
  verify?(statement: Statement, node: string): boolean;
  /** What `node`'s secret makes of `message`, answered as `signed`; Byzantine nodes sign with it too. */
  sign?(node: string, kind: string, message: Message): Uint8Array;
}

/** What a scenario may do while a run goes on. */
export interface SimulationApi<State, Command, Output> {
  /** Virtual milliseconds. */
  now(): number;
  /** A stream of its own, which no host or link draws from. */
  readonly rng: Rng;
  readonly world: World<State, Output>;
  /** The cuts and rules of the network. */
  readonly network: Pick<SimulatedNetwork<unknown>, 'apply' | 'partition' | 'heal' | 'isCut'>;
  /** Gives `node` a command after `delayMs` (0); dropped when the node is down now or crashes before. */
  command(node: string, value: Command, delayMs?: number): void;
  /** Runs `action` at virtual time `time`, whatever crashes. */
  at(time: number, action: () => void): void;
  /** Crashes `node`; `kept` says whether a write in flight reaches the disk (false). */
  crash(node: string, kept?: boolean): void;
  /** Starts `node` again from what is durable; nothing when it is up. */
  restart(node: string): void;
}

/** What the scenario says of values in a trace that somebody reads; never part of the trace's hash. */
export interface Describe<Command, Output> {
  message?(bytes: Uint8Array): string;
  command?(value: Command): string;
  output?(value: Output): string;
}

/** A run, given whole: the same options and machines make the same run. */
export interface SimulationOptions<
  State = unknown,
  Command = unknown,
  Output = unknown,
  Statement = unknown,
  Message = unknown,
> {
  /** A whole number from 0. */
  readonly seed: number;
  /** Names of the nodes, all different. */
  readonly nodes: readonly string[];
  /** The good machine of a node, made once. */
  machine(node: string): Machine<State, Command, Output, Statement, Message>;
  readonly services?: Services<Statement, Message>;
  /** The links' settings (latency: any from 1 to 50 ms; loss and duplication 0), and rules that hold from the start. */
  readonly network?: Partial<LinkSettings> & { readonly links?: readonly LinkRule[] };
  /** How long hosts take; left out: a write about 2 ms with a long tail, verify and sign 1 to 3 ms, random 0. */
  readonly latency?: Partial<HostLatencies>;
  readonly faults?: readonly Fault[];
  /** What the Byzantine faults may name. */
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
  /** Called once before the first event: lay out the workload. */
  begin?(api: SimulationApi<State, Command, Output>): void;
  /** Called after a node has been given `start`, at first and after each crash. */
  onStart?(node: string, api: SimulationApi<State, Command, Output>): void;
  /** Called at each output, of Byzantine nodes too: play the application. */
  onOutput?(node: string, value: Output, api: SimulationApi<State, Command, Output>): void;
  /** Checked after every event. */
  readonly invariants?: readonly Property<State, Output>[];
  /** Checked once, at the end: what must have happened. */
  readonly goals?: readonly Property<State, Output>[];
  /** Ends the run early, asked after every event. */
  done?(world: World<State, Output>): boolean;
  /** Counters to report beside those of the hosts and the network. */
  figures?(world: World<State, Output>): Record<string, number>;
  /** The virtual time after which nothing more is run, whole milliseconds. */
  readonly until: number;
  /** More events than this are a violation `event-limit` (10 000 000). */
  readonly maxEvents?: number;
  /** How many last lines an error shows (40). */
  readonly tail?: number;
  /** Gets every line of the trace as it is made. */
  readonly sink?: (line: string) => void;
  readonly describe?: Describe<Command, Output>;
}

/** Throws `bad-argument` for options that make no run. */
export const checkOptions = (options: SimulationOptions): void => {
  const { seed, nodes, until, faults = [], behaviours = {}, invariants = [], goals = [] } = options;
  demand(isCount(seed), `a seed is a whole number, not ${seed}`);
  demand(isCount(until), `a run ends at a whole millisecond, not ${until}`);
  demand(nodes.length > 0 && new Set(nodes).size === nodes.length, 'nodes have names, all different');
  for (const { name } of [...invariants, ...goals])
    demand(name.length > 0 && !name.includes(':'), `a property's name is words without a colon, not '${name}'`);
  for (const [what, latency] of Object.entries(options.latency ?? {})) checkLatency(latency, what);
  checkFaults(faults, nodes, Object.keys(behaviours));
};
