import { type Rules, soundRules } from '../src/testing.ts';
import type { ElectionNetwork } from './network.ts';

/** One rule broken: which, how, and the property that some seed then violates, and none with it. */
export interface Tooth {
  readonly name: string;
  readonly rules: Rules;
  readonly caught: string;
  network(seed: number): ElectionNetwork;
}

/** Ten seats in a good network, three of them of one kind. */
const good =
  (behaviour: string) =>
  (seed: number): ElectionNetwork => ({ seed, n: 10, bad: false, behaviours: [behaviour] });

/** The rules of the machine, broken one at a time. */
export const teeth: readonly Tooth[] = [
  {
    name: 'tickets count unverified',
    rules: { ...soundRules, verifies: false },
    caught: 'true tickets',
    network: good('floods'),
  },
  {
    name: 'tickets are not passed on',
    rules: { ...soundRules, forwards: false },
    caught: 'the same lowest',
    network: good('withholds'),
  },
];
