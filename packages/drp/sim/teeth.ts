import type { Fault } from '@ios/simulator';
import type { Rules } from '../src/testing.ts';
import type { DrpNetwork } from './network.ts';

/** One rule broken: which, how, and what its absence must show. */
export interface Tooth {
  readonly name: string;
  readonly broken: { readonly rules?: Partial<Rules>; readonly once?: boolean };
  /** The property that some seed violates without the rule, and none with it. */
  readonly caught: string;
  network(seed: number): DrpNetwork;
}

/** Seven servers in one group, two of them of these kinds. */
const drawn =
  (...behaviours: string[]) =>
  (seed: number): DrpNetwork => ({ seed, n: 7, behaviours });

const all =
  (count: number, behaviour: string) =>
  (names: readonly string[]): Fault[] =>
    names.slice(0, count).map((node) => ({ type: 'byzantine', node, behaviour }));

/** Every honest server crashes once while dealings come in. */
const crashing = (names: readonly string[]): Fault[] =>
  names.map((node, i) => ({ type: 'crash', node, at: 60 + 40 * i, downMs: 60 }));

/** The rules of the machine, and that of the sequencer, broken one at a time. */
export const teeth: readonly Tooth[] = [
  {
    name: 'a selection is taken as its client made it',
    broken: { rules: { selectionFlaw: () => undefined } },
    caught: 'unforeseeable',
    network: drawn('friendsOnly'),
  },
  {
    name: 'a server agrees to dealings that it does not hold',
    broken: { rules: { holdsDealings: false } },
    caught: 'held',
    network: drawn('clientOnly', 'forger'),
  },
  {
    name: 'a server agrees to dealings that it has not verified',
    broken: { rules: { verifiesDealings: false } },
    caught: 'verified',
    network: drawn('badSelector'),
  },
  {
    name: 'shares are not verified',
    broken: { rules: { verifiesShares: false } },
    caught: 'same output',
    network: drawn('badShare'),
  },
  {
    name: 'two selections of an attempt are signed off',
    broken: { once: false },
    caught: 'one sign-off',
    network: drawn('equivocator', 'amnesiac'),
  },
  {
    name: 'two selections of an attempt are signed off, and both decrypted',
    broken: { once: false, rules: { decryptsOnce: false } },
    caught: 'one decryption',
    network: drawn('equivocator', 'amnesiac'),
  },
  {
    name: 'a client selects again after a restart',
    broken: { rules: { selectsOnce: false } },
    caught: 'one choice',
    network: (seed) => ({ seed, n: 7, faults: crashing }),
  },
  {
    name: 'shares go to the client alone',
    broken: { rules: { sharesWithAll: false } },
    caught: 'all recover',
    network: drawn('withholder', 'silent'),
  },
  {
    name: 'nobody is asked again',
    broken: { rules: { asksAgain: false } },
    caught: 'progress',
    network: (seed) => ({ seed, n: 7, faults: all(2, 'clientOnly') }),
  },
];
