import type { CoordinatorConfig } from './config.ts';
import { assembleCoordinator } from './coordinator/coordinator.ts';
import type { CoordinatorCommand, CoordinatorOutput, CoordinatorState } from './coordinator/state.ts';
import { assembleCosigner } from './cosigner/cosigner.ts';
import type { CosignerCommand, CosignerOutput, CosignerState } from './cosigner/state.ts';
import type { Effect, Input, Machine } from './host.ts';
import { coordinatorOf } from './messages.ts';
import { type Rules, soundRules } from './rules.ts';

/** The state of a member: those of its two machines. */
export interface MemberState {
  readonly coordinator: CoordinatorState;
  readonly cosigner: CosignerState;
}

/** `begin` is for the coordinator, `open` and `refuse` for the cosigner, `close` for both. */
export type MemberCommand = CoordinatorCommand | CosignerCommand;

export type MemberOutput = CoordinatorOutput | CosignerOutput;

type Part = keyof MemberState;

/**
 * Both machines of one node as one: messages go to the one that they are for, and what a node sends to itself stays within
 * the step.
 * @throws CosiError `out-of-range` for a configuration that cannot be
 */
export const createMember = (config: CoordinatorConfig): Machine<MemberState, MemberCommand, MemberOutput> =>
  assembleMember(config, soundRules);

/** {@link createMember} with the rules as a parameter, for tests that break one. @throws CosiError `out-of-range` */
export const assembleMember = (
  config: CoordinatorConfig,
  rules: Rules,
): Machine<MemberState, MemberCommand, MemberOutput> => {
  const coordinator = assembleCoordinator(config, rules);
  const cosigner = assembleCosigner(config, rules);
  const own = config.peers[config.self]!;
  const partFor = (bytes: Uint8Array): Part => (coordinatorOf(bytes) === config.self ? 'coordinator' : 'cosigner');

  return {
    init: () => ({ coordinator: coordinator.init(), cosigner: cosigner.init() }),
    step(before, input) {
      const state = { ...before };
      const effects: Effect<MemberOutput>[] = [];
      const tasks: { readonly to: Part; readonly input: Input<MemberCommand> }[] = partsOf(input, partFor);
      for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
        const { to } = task;
        const taken =
          to === 'coordinator'
            ? coordinator.step(state.coordinator, task.input as Input<CoordinatorCommand>)
            : cosigner.step(state.cosigner, task.input as Input<CosignerCommand>);
        Object.assign(state, { [to]: taken.state });
        for (const effect of taken.effects as readonly Effect<MemberOutput>[]) {
          if (effect.type === 'send' && effect.to === own)
            tasks.push({ to: partFor(effect.bytes), input: { type: 'message', from: own, bytes: effect.bytes } });
          else effects.push('id' in effect ? { ...effect, id: `${to}/${effect.id}` } : effect);
        }
      }
      return { state, effects };
    },
  };
};

/** Which of the two an input of the host is for. */
const partsOf = (
  input: Input<MemberCommand>,
  partFor: (bytes: Uint8Array) => Part,
): { to: Part; input: Input<MemberCommand> }[] => {
  const both = (['coordinator', 'cosigner'] as const).map((to) => ({ to, input }));
  switch (input.type) {
    case 'start':
      return both;
    case 'message':
      return [{ to: partFor(input.bytes), input }];
    case 'command': {
      const { type } = input.value;
      if (type === 'close') return both;
      return [{ to: type === 'begin' ? 'coordinator' : 'cosigner', input }];
    }
    default: {
      const cut = input.id.indexOf('/');
      const to = input.id.slice(0, cut);
      if (to !== 'coordinator' && to !== 'cosigner') return [];
      return [{ to, input: { ...input, id: input.id.slice(cut + 1) } }];
    }
  }
};
