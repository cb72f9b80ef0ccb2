import type { Effect, Input, Machine } from '../contract.ts';
import type { Rng } from '../rng.ts';

/** What a Byzantine node may use beyond the machine that it wraps; it outlives crashes of the node. */
export interface Adversary {
  readonly self: string;
  /** Every other node. */
  readonly peers: readonly string[];
  /** The other Byzantine nodes of the run. */
  readonly accomplices: readonly string[];
  readonly rng: Rng;
  /** One board for all Byzantine nodes of a run, to collude over. */
  readonly board: Map<string, unknown>;
  /** Virtual milliseconds. */
  now(): number;
  /** Signs at once with the node's own key, or with an accomplice's; throws `bad-argument` for any other node's. */
  sign(kind: string, message: unknown, as?: string): Uint8Array;
  /** Sends `bytes` after `delayMs`, past the machine and its barriers; lost when the node has crashed by then. */
  send(to: string, bytes: Uint8Array, delayMs?: number): void;
}

/** A way to be Byzantine: a good machine in, a bad one out. Made once for a node; `init` is called at each start. */
export type Behaviour = (machine: Machine, adversary: Adversary) => Machine;

/** The adversary at a step of the wrapped machine: what went in, and the state that came out. */
export interface Moment extends Adversary {
  readonly input: Input;
  readonly state: unknown;
}

/** Replaces each step's effects by what `rewrite` makes of them: drop, add, reorder, change. The good state goes on. */
export const mutateEffects =
  (rewrite: (effects: readonly Effect[], moment: Moment) => readonly Effect[]): Behaviour =>
  (machine, adversary) => ({
    init: (persisted) => machine.init(persisted),
    step: (before, input) => {
      const { state, effects } = machine.step(before, input);
      return { state, effects: rewrite(effects, { ...adversary, input, state }) };
    },
  });

/** Gives the good machine, in place of each input, those that `rewrite` returns, one after another. `start` passes. */
export const mutateInputs =
  (rewrite: (input: Input, adversary: Adversary) => readonly Input[]): Behaviour =>
  (machine, adversary) => ({
    init: (persisted) => machine.init(persisted),
    step: (before, input) => {
      let state = before;
      const effects: Effect[] = [];
      for (const given of input.type === 'start' ? [input] : rewrite(input, adversary)) {
        const step = machine.step(state, given);
        state = step.state;
        effects.push(...step.effects);
      }
      return { state, effects };
    },
  });

/** The same effects with each broadcast spelt out as a send to every peer. */
export const unicast = (effects: readonly Effect[], peers: readonly string[]): Effect[] =>
  effects.flatMap((effect): Effect[] =>
    effect.type === 'broadcast' ? peers.map((to) => ({ type: 'send', to, bytes: effect.bytes })) : [effect],
  );

/**
 * Replaces what is sent to each peer: `rewrite` returns the byte strings that `to` gets in place of `bytes`, none to
 * withhold it; a broadcast is asked about once for each peer, so that each can be told something else.
 */
export const mutateSends = (
  rewrite: (to: string, bytes: Uint8Array, moment: Moment) => readonly Uint8Array[],
): Behaviour =>
  mutateEffects((effects, moment) =>
    unicast(effects, moment.peers).flatMap((effect): Effect[] =>
      effect.type === 'send'
        ? rewrite(effect.to, effect.bytes, moment).map((bytes) => ({ type: 'send', to: effect.to, bytes }))
        : [effect],
    ),
  );

/** Several behaviours at once, the first next to the good machine. */
export const compose =
  (...behaviours: readonly Behaviour[]): Behaviour =>
  (machine, adversary) =>
    behaviours.reduce((wrapped, behaviour) => behaviour(wrapped, adversary), machine);
