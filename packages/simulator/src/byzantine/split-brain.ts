import type { Effect, Input, Machine } from '../contract.ts';
import { type Adversary, type Behaviour, unicast } from './adversary.ts';

/** One of the two instances of a split node. */
export type Side = 'left' | 'right';

/** What the two instances see and show; all may be left out. */
export interface SplitBrainOptions<Command> {
  /** Whom a side talks to; left out, a random half of the peers to the left, the rest to the right. `both` hears two voices. */
  readonly shows?: (peer: string, adversary: Adversary) => Side | 'both';
  /** Whose messages a side hears; left out, those of the peers that it talks to. */
  readonly hears?: (from: string, side: Side, adversary: Adversary) => boolean;
  /** What a side is told in place of a command, undefined for nothing; left out, both are told the same. */
  readonly commands?: (value: Command, side: Side, adversary: Adversary) => Command | undefined;
  /** Makes the right instance another machine than the left one. */
  readonly right?: Behaviour;
}

interface Twins {
  readonly left: unknown;
  readonly right: unknown;
}

const SIDES: readonly Side[] = ['left', 'right'];

/**
 * Equivocation without knowledge of the protocol: two instances of the good machine under one identity, one shown to
 * half of the peers and one to the other half ("Twins", Bano et al., OPODIS 2021). Each has its own timers, answers and
 * durable keys; the outputs of both come out.
 */
export const splitBrain =
  <Command = unknown>(options: SplitBrainOptions<Command> = {}): Behaviour =>
  (machine, adversary) => {
    const machines: Record<Side, Machine> = { left: machine, right: options.right?.(machine, adversary) ?? machine };
    const shows = options.shows ?? twoHalves(adversary);
    const shown = (peer: string, side: Side): boolean => {
      const to = shows(peer, adversary);
      return to === 'both' || to === side;
    };
    const hears = options.hears ?? ((from: string, side: Side): boolean => shown(from, side));

    /** The input as `side` sees it; undefined when it does not. */
    const inputOf = (input: Input, side: Side): Input | undefined => {
      if (input.type === 'start') return input;
      if (input.type === 'message') return hears(input.from, side, adversary) ? input : undefined;
      if (input.type === 'command') {
        if (options.commands === undefined) return input;
        const value = options.commands(input.value as Command, side, adversary);
        return value === undefined ? undefined : { type: 'command', value };
      }
      const prefix = `${side}/`;
      return input.id.startsWith(prefix) ? { ...input, id: input.id.slice(prefix.length) } : undefined;
    };

    const effectsOf = (effects: readonly Effect[], side: Side): Effect[] =>
      unicast(effects, adversary.peers).flatMap((effect): Effect[] => {
        if (effect.type === 'send') return shown(effect.to, side) ? [effect] : [];
        if (effect.type === 'persist') return [{ ...effect, key: `${side}/${effect.key}` }];
        return 'id' in effect ? [{ ...effect, id: `${side}/${effect.id}` }] : [effect];
      });

    return {
      init: (persisted) => ({
        left: machines.left.init(keysOf(persisted, 'left')),
        right: machines.right.init(keysOf(persisted, 'right')),
      }),
      step: (before, input) => {
        const state = { ...(before as Twins) };
        const effects: Effect[] = [];
        for (const side of SIDES) {
          const given = inputOf(input, side);
          if (given === undefined) continue;
          const step = machines[side].step(state[side], given);
          state[side] = step.state;
          effects.push(...effectsOf(step.effects, side));
        }
        return { state, effects };
      },
    };
  };

const twoHalves = ({ peers, rng }: Adversary): ((peer: string) => Side) => {
  const left = new Set(
    rng
      .fork('left half')
      .shuffle(peers)
      .slice(peers.length >> 1),
  );
  return (peer) => (left.has(peer) ? 'left' : 'right');
};

const keysOf = (persisted: ReadonlyMap<string, Uint8Array>, side: Side): Map<string, Uint8Array> => {
  const out = new Map<string, Uint8Array>();
  for (const [key, bytes] of persisted) if (key.startsWith(`${side}/`)) out.set(key.slice(side.length + 1), bytes);
  return out;
};
