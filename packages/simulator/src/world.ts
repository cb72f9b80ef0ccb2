import type { NetworkFigures } from './network.ts';

/** An output as the world saw it. */
export interface OutputRecord<Output> {
  /** Virtual milliseconds. */
  readonly time: number;
  readonly node: string;
  /** Counts the starts of the node, from 1. */
  readonly incarnation: number;
  readonly value: Output;
}

/** A node from outside; live, never to be changed. */
export interface NodeView<State, Output> {
  readonly name: string;
  /** Whether some fault of the run makes it Byzantine. */
  readonly faulty: boolean;
  readonly alive: boolean;
  /** How often it has started. */
  readonly incarnation: number;
  /** The machine's state; undefined while the node is down, and always for a Byzantine one. */
  readonly state: State | undefined;
  /** What would survive a crash now. */
  readonly durable: ReadonlyMap<string, Uint8Array>;
  /** Whatever it has put out, in all its incarnations, oldest first. */
  readonly outputs: readonly Output[];
}

/** The run from outside, as invariants see it; live, never to be changed. */
export interface World<State, Output> {
  readonly seed: number;
  /** Virtual milliseconds. */
  now(): number;
  /** How many events have been executed. */
  events(): number;
  readonly nodes: readonly NodeView<State, Output>[];
  /** The nodes that no fault makes Byzantine. */
  readonly honest: readonly NodeView<State, Output>[];
  /** Throws `bad-argument` for an unknown name. */
  node(name: string): NodeView<State, Output>;
  /** Outputs of all nodes, oldest first. */
  readonly outputs: readonly OutputRecord<Output>[];
  /** Outputs of honest nodes, oldest first: what safety is about. */
  readonly honestOutputs: readonly OutputRecord<Output>[];
  readonly network: Readonly<NetworkFigures>;
}

/** Something that must hold. `check` returns what is wrong, or undefined; a throw is a violation too. */
export interface Property<State, Output> {
  /** One or more words without a colon. */
  readonly name: string;
  check(world: World<State, Output>): string | undefined;
}
