import { createRng } from '@ios/simulator';
import type { Rules } from '../src/testing.ts';
import { type CosiNetwork, fastRules } from './network.ts';

/** One rule broken: which, how, and what its absence must show. */
export interface Tooth {
  readonly name: string;
  readonly rules: Rules;
  /** The property that some seed violates without the rule, and none with it. */
  readonly caught: 'valid' | 'blame' | 'one challenge a nonce' | 'progress';
  network(seed: number): CosiNetwork;
}

/** Thirteen cosigners under one of them in a tree of depth 2, f of them of these kinds. */
const drawn =
  (...behaviours: string[]) =>
  (seed: number): CosiNetwork => ({ seed, n: 13, branching: 3, sessions: 2, behaviours });

/** One Byzantine coordinator, cosigners whose signers forget nothing. */
const led =
  (behaviour: string) =>
  (seed: number): CosiNetwork => {
    const coordinator = createRng(seed).fork('leader').below(13);
    const faults = [{ type: 'byzantine' as const, node: `c${coordinator}`, behaviour }];
    return { seed, n: 13, branching: 3, sessions: 1, coordinator, faults, leaky: true };
  };

/** The rules of the machines, broken one at a time. */
export const teeth: readonly Tooth[] = [
  {
    name: 'what a relay altered is held against the author',
    rules: { ...fastRules, blames: () => true },
    caught: 'blame',
    network: drawn('alteringRelay'),
  },
  {
    name: 'a cosigner answers any list that has an entry of its own',
    rules: { ...fastRules, keepsToEntry: false },
    caught: 'one challenge a nonce',
    network: led('equivocator'),
  },
  {
    name: 'a share counts without its endorsement',
    rules: { ...fastRules, checksEndorsements: false },
    caught: 'valid',
    network: drawn('badEndorsement'),
  },
  {
    name: 'the sum goes out unchecked',
    rules: { ...fastRules, checksSum: false },
    caught: 'valid',
    network: drawn('badShare', 'torsion'),
  },
  {
    name: 'a cheat takes part again',
    rules: { ...fastRules, excludes: false },
    caught: 'progress',
    network: drawn('badShare'),
  },
  {
    name: 'who owes a response is taken again',
    rules: { ...fastRules, sparesPending: false },
    caught: 'progress',
    network: drawn('silentAfterCommit'),
  },
  {
    name: 'the silent are not contacted',
    rules: { ...fastRules, contactsSilent: false },
    caught: 'progress',
    network: drawn('silent', 'deafRelay'),
  },
];
