import {
  type Behaviour,
  compose,
  generalBehaviours,
  mutateEffects,
  mutateSends,
  splitBrain,
  unicast,
} from '@ios/simulator';
import { concatBytes } from '@noble/hashes/utils.js';
import type { Command, HeightContext, Scope } from '../src/index.ts';
import {
  decodeMessage,
  encodeMessage,
  encodeShare,
  encodeUnsigned,
  type Message,
  proposalBytes,
  type Rules,
  viewChangeBytes,
} from '../src/testing.ts';
import { buildValue, digestOf } from './application.ts';

/** What a Byzantine member knows of the network that it attacks. */
export interface Target {
  readonly scope: Scope;
  readonly rules: Rules;
  contextOf(height: number): HeightContext;
  leader(height: number, view: number): number;
}

/** A message of the engine as it goes over the wire. */
export const frame = (message: Message): Uint8Array => concatBytes(Uint8Array.of(0), encodeMessage(message));
/** The engine's message in these bytes, if it is one. */
export const opened = (bytes: Uint8Array): Message | undefined =>
  bytes[0] === 0 ? decodeMessage(bytes.subarray(1)) : undefined;

/** Proposes one value to half of the network and another to the other half, and goes on as two good replicas. */
const equivocatingProposer: Behaviour = splitBrain<Command>({
  commands: (command, side) =>
    side === 'right' && command.type === 'proposal'
      ? { ...command, value: command.value.map((byte, i) => (i === 11 ? byte ^ 1 : byte)) }
      : command,
});

/** Tells a value of its own again as another, and proposes that too to everybody, a while after the first. */
const secondThoughts = ({ scope, contextOf }: Target): Behaviour =>
  mutateEffects((effects, { peers, sign, send, rng }) => {
    const told = effects.flatMap((effect) => (effect.type === 'broadcast' ? (opened(effect.bytes) ?? []) : []));
    const proposal = told.find((message) => message.TAG === 'proposal')?.data;
    const value = told
      .find((message) => message.TAG === 'value')
      ?.data.value.map((byte, i) => (i === 11 ? ~byte : byte));
    if (proposal === undefined || value === undefined) return effects;
    const digest = digestOf(value)!;
    const { height, view } = proposal;
    const signature = sign('proposal', proposalBytes(scope, contextOf(height), height, view, digest));
    const delay = rng.between(20, 200);
    for (const peer of peers) {
      send(peer, frame({ TAG: 'value', data: { value } }), delay);
      send(peer, frame({ TAG: 'proposal', data: { ...proposal, digest, signature } }), delay);
    }
    return effects;
  });

/** Endorses every digest that it hears of, in both phases, whatever it endorsed before. */
export const doubleEndorser = ({ scope, contextOf, rules, leader }: Target): Behaviour =>
  mutateEffects((effects, { input, self, sign, send, peers }) => {
    const heard = input.type === 'message' ? opened(input.bytes) : undefined;
    if (heard?.TAG !== 'proposal') return effects;
    const { height, view, digest } = heard.data;
    const context = contextOf(height);
    const to = context.committee[leader(height, view)]!.peer;
    for (const phase of ['prepare', 'commit'] as const) {
      const signature = sign('endorsement', rules.endorsedBytes(scope, context, { height, view, phase }, digest));
      const bytes = concatBytes(Uint8Array.of(1), encodeShare({ height, view, phase, digest, signature }));
      for (const peer of to === self ? peers : [to]) send(peer, bytes);
    }
    return effects;
  });

/** Shows certificates to nobody but, now and then, one peer. */
const certificateWithholder: Behaviour = mutateSends((_to, bytes, { rng }) =>
  opened(bytes)?.TAG === 'certified' && rng.chance(0.8) ? [] : [bytes],
);

/** Presents every prepare certificate as a commit certificate. */
const phaseSwapper: Behaviour = mutateSends((_to, bytes, { rng }) => {
  const message = opened(bytes);
  if (message?.TAG !== 'certified' || message.data.phase !== 'prepare' || rng.chance(0.3)) return [bytes];
  return [frame({ TAG: 'certified', data: { ...message.data, phase: 'commit' } })];
});

/** Moves views as it should, but never shows what it saw prepared. */
const lockHider = ({ scope, contextOf }: Target): Behaviour =>
  mutateSends((_to, bytes, { sign }) => {
    const message = opened(bytes);
    if (message?.TAG !== 'viewChange') return [bytes];
    const bare = { ...message.data.viewChange, prepared: undefined };
    const { height, view } = bare;
    const signed = viewChangeBytes(scope, contextOf(height), height, view, encodeUnsigned(bare));
    const signature = sign('viewChange', signed);
    return [frame({ TAG: 'viewChange', data: { viewChange: { ...bare, signature }, proof: undefined } })];
  });

/** As a leader, proposes a value of its own in place of whatever the view-changes allow. */
const usurper = ({ scope, contextOf }: Target): Behaviour =>
  mutateEffects((effects, { peers, sign, self }) =>
    unicast(effects, peers).flatMap((effect) => {
      const message = effect.type === 'send' ? opened(effect.bytes) : undefined;
      if (effect.type !== 'send' || message?.TAG !== 'proposal' || message.data.view === 0) return [effect];
      const { height, view } = message.data;
      const context = contextOf(height);
      const leads = context.committee.findIndex(({ peer }) => peer === self);
      const value = buildValue(height, view, new Uint8Array(32), leads);
      const digest = digestOf(value)!;
      const signature = sign('proposal', proposalBytes(scope, context, height, view, digest));
      const fake = { ...message.data, digest, proof: undefined, signature };
      return [
        { type: 'send' as const, to: effect.to, bytes: frame({ TAG: 'value', data: { value } }) },
        { type: 'send' as const, to: effect.to, bytes: frame({ TAG: 'proposal', data: fake }) },
      ];
    }),
  );

/** The behaviours of a BFT scenario by name. */
export const bftBehaviours = (target: Target): Readonly<Record<string, Behaviour>> => ({
  ...generalBehaviours,
  equivocatingProposer,
  secondThoughts: secondThoughts(target),
  doubleEndorser: doubleEndorser(target),
  twinEndorser: compose(equivocatingProposer, doubleEndorser(target)),
  certificateWithholder,
  withholdingTwin: compose(equivocatingProposer, certificateWithholder, doubleEndorser(target)),
  phaseSwapper,
  lockHider: lockHider(target),
  usurper: usurper(target),
  usurpingHider: compose(lockHider(target), usurper(target), certificateWithholder, doubleEndorser(target)),
});
