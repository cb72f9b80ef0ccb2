import { concatBytes } from '@noble/hashes/utils.js';
import type { Collector, CollectorEffect, CollectorInput } from './collector.ts';
import { checkConfig, type EngineConfig } from './engine/config.ts';
import { stepEngine } from './engine/engine.ts';
import { type EngineEffect, initialState, type State } from './engine/state.ts';
import type { Effect, Input } from './host.ts';
import { soundRules } from './rules.ts';

/** The state of a replica: its engine's and its collector's. */
export interface ReplicaState<C> {
  readonly engine: State;
  readonly collector: C;
}

/** A machine of the host contract. */
export interface Machine<S> {
  /** The state to start from, given what was made durable. @throws BftError where that is damaged or foreign. */
  init(persisted: ReadonlyMap<string, Uint8Array>): S;
  step(state: S, input: Input): { readonly state: S; readonly effects: readonly Effect[] };
}

/** What a replica is made of; everything but the safety rules, which are not for choosing. */
export type ReplicaConfig<C> = Omit<EngineConfig, 'rules'> & { readonly collector: Collector<C> };

const ENGINE = Uint8Array.of(0);
const COLLECTOR = Uint8Array.of(1);

/**
 * One member's machine for one BFT instance: the engine, which says what may be endorsed, and a collector, which signs
 * and gathers. Their messages share the wire under a first byte, their effects keep their order.
 *
 * @throws BftError `configuration` for limits or a scope that cannot be.
 */
export const createReplica = <C>(config: ReplicaConfig<C>): Machine<ReplicaState<C>> =>
  assembleReplica({ ...config, rules: soundRules }, config.collector);

/** {@link createReplica} with the safety rules as a parameter, for tests that break one. @throws BftError `configuration`. */
export const assembleReplica = <C>(config: EngineConfig, collector: Collector<C>): Machine<ReplicaState<C>> => {
  checkConfig(config);
  const stepBoth = (state: ReplicaState<C>, first: readonly Task[]): Transition<C> => {
    const effects: Effect[] = [];
    const tasks: Task[] = [...first];
    let { engine, collector: gathering } = state;
    for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
      if ('effect' in task) {
        const next = route(task.effect, task.from);
        if ('effect' in next) effects.push(next.effect as Effect);
        else tasks.push(next);
        continue;
      }
      const transition =
        task.to === 'engine' ? stepEngine(config, engine, task.input) : collector.step(gathering, task.input);
      if (task.to === 'engine') engine = transition.state as State;
      else gathering = transition.state as C;
      // Depth first, so that whatever follows a barrier follows it in the whole.
      for (const effect of [...transition.effects].reverse()) tasks.push({ effect, from: task.to });
    }
    return { state: { engine, collector: gathering }, effects };
  };

  return {
    init: (persisted) => ({ engine: initialState(config, persisted), collector: collector.init() }),
    step: (state, input) => stepBoth(state, direct(input)),
  };
};

type Part = 'engine' | 'collector';
type Transition<C> = { readonly state: ReplicaState<C>; readonly effects: readonly Effect[] };
type Task =
  | { readonly to: 'engine'; readonly input: Parameters<typeof stepEngine>[2] }
  | { readonly to: 'collector'; readonly input: CollectorInput }
  | { readonly effect: EngineEffect | CollectorEffect; readonly from: Part };

/** An input of the host for the part that it names; for neither, where it names none. */
const direct = (input: Input): readonly Task[] => {
  switch (input.type) {
    case 'start':
    case 'command':
      return [{ to: 'engine', input }];
    case 'message': {
      const inner = { ...input, bytes: input.bytes.subarray(1) };
      if (input.bytes[0] === ENGINE[0]) return [{ to: 'engine', input: inner }];
      return input.bytes[0] === COLLECTOR[0] ? [{ to: 'collector', input: inner }] : [];
    }
    default: {
      const inner = { ...input, id: input.id.slice(2) };
      if (input.id.startsWith('e/')) return [{ to: 'engine', input: inner }];
      return input.id.startsWith('c/') ? [{ to: 'collector', input: inner }] : [];
    }
  }
};

/** An effect of one part: for the other part, or for the host with its names and bytes marked as that part's. */
const route = (effect: EngineEffect | CollectorEffect, from: Part): Task => {
  switch (effect.type) {
    case 'endorse':
    case 'height':
    case 'close':
    case 'announce':
      return { to: 'collector', input: effect };
    case 'certified':
    case 'misconduct':
      return { to: 'engine', input: effect };
    case 'forward': {
      const bytes = concatBytes(ENGINE, effect.bytes);
      return {
        effect: effect.to === undefined ? { type: 'broadcast', bytes } : { type: 'send', to: effect.to, bytes },
        from,
      };
    }
    case 'send':
    case 'broadcast':
      return { effect: { ...effect, bytes: concatBytes(from === 'engine' ? ENGINE : COLLECTOR, effect.bytes) }, from };
    case 'setTimer':
    case 'clearTimer':
    case 'verify':
    case 'sign':
      return { effect: { ...effect, id: `${from === 'engine' ? 'e' : 'c'}/${effect.id}` }, from };
    default:
      return { effect, from };
  }
};
