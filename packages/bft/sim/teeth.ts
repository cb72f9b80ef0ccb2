import type { Fault } from '@ios/simulator';
import { quorum } from '../src/index.ts';
import { endorsedBytes } from '../src/statements.ts';
import { type Rules, soundRules } from '../src/testing.ts';
import type { BftNetwork } from './network.ts';
import { confidant } from './whisperer.ts';

/** One safety rule broken: which, how, and what its absence must show. */
export interface Tooth {
  readonly name: string;
  readonly broken: { readonly rules: Rules } | { readonly forgetful: true };
  /** The property that some seed violates without the rule, and none with it. */
  readonly caught: 'agreement' | 'progress' | 'one vote a slot' | 'no vote in a left view';
  network(seed: number): Omit<BftNetwork, 'rules' | 'forgetful'>;
}

const drawn =
  (...behaviours: string[]) =>
  (seed: number): BftNetwork => ({ seed, n: 4, heights: 8, behaviours });

/**
 * Four members, of which one whispers: what it shows its confidant, the confidant can tell nobody but the whisperer for
 * a while. Whoever decides there decides alone, and the others must come to the same by their locks.
 */
const whispered =
  (behaviour: string) =>
  (seed: number): BftNetwork => {
    const names = ['v0', 'v1', 'v2', 'v3'];
    const node = names[seed % 4]!;
    const peers = names.filter((name) => name !== node);
    const alone = confidant(peers);
    const others = peers.filter((name) => name !== alone);
    const faults: Fault[] = [
      { type: 'byzantine', node, behaviour },
      { type: 'link', from: [alone], to: others, loss: 1, at: 0, until: 60_000 },
    ];
    return { seed, n: 4, heights: 6, faults };
  };

/** Four members, of which one is Byzantine and each other crashes for a moment, again and again. */
const crashing =
  (behaviour: string) =>
  (seed: number): BftNetwork => {
    const names = ['v0', 'v1', 'v2', 'v3'];
    const node = names[seed % 4]!;
    const crashes = names
      .filter((name) => name !== node)
      .flatMap((name, i) =>
        Array.from({ length: 8 }, (_, k): Fault => {
          const at = 100 + k * 400 + ((seed * 31 + i * 127) % 400);
          return { type: 'crash', node: name, at, downMs: 1 };
        }),
      );
    return { seed, n: 4, heights: 6, faults: [{ type: 'byzantine', node, behaviour }, ...crashes] };
  };

/** The safety rules of the engine, broken one at a time. */
export const teeth: readonly Tooth[] = [
  {
    name: 'quorum one short',
    broken: { rules: { ...soundRules, quorum: (n) => quorum(n) - 1 } },
    caught: 'agreement',
    network: drawn('equivocatingProposer', 'twinEndorser', 'withholdingTwin'),
  },
  {
    name: 'lock ignored',
    broken: { rules: { ...soundRules, locked: (lock) => lock } },
    caught: 'agreement',
    network: whispered('whisperer'),
  },
  {
    name: 'lock left out of the view-change',
    broken: { rules: { ...soundRules, carried: () => undefined } },
    caught: 'agreement',
    network: whispered('whisperer'),
  },
  {
    name: "lock yields to a leader's word",
    broken: { rules: { ...soundRules, obeysLeader: true } },
    caught: 'agreement',
    network: whispered('usurpingWhisperer'),
  },
  {
    name: 'prepared certificate left out of a new view',
    broken: { rules: { ...soundRules, claims: () => [] } },
    caught: 'agreement',
    network: whispered('whisperer'),
  },
  {
    name: 'prepare taken for finality',
    broken: { rules: { ...soundRules, finality: 'prepare' } },
    caught: 'agreement',
    network: whispered('prepareWhisperer'),
  },
  {
    name: 'vote not keyed by phase',
    broken: {
      rules: {
        ...soundRules,
        endorsedBytes: (scope, context, slot, digest) =>
          endorsedBytes(scope, context, { ...slot, phase: 'commit' }, digest),
      },
    },
    caught: 'agreement',
    network: whispered('swappingWhisperer'),
  },
  {
    name: 're-proposed value refused by the application',
    broken: { rules: { ...soundRules, asksAgain: true } },
    caught: 'progress',
    network: drawn('certificateWithholder', 'whisperer'),
  },
  {
    name: 'vote not durable',
    broken: { forgetful: true },
    caught: 'one vote a slot',
    network: crashing('secondThoughts'),
  },
  {
    name: 'move to a view not durable',
    broken: { forgetful: true },
    caught: 'no vote in a left view',
    network: drawn('silent', 'certificateWithholder'),
  },
];
