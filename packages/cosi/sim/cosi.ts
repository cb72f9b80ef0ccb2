import { createRng, type Fault, type Scenario, simulate } from '@ios/simulator';
import { type CosiNetwork, cosiSimulation, faultsOf } from './network.ts';

/** Small groups more often: most of what can go wrong goes wrong among few, and few are fast. */
const SIZES = [4, 7, 10, 13, 5, 22, 8, 31, 6, 50];
const CHEATS = ['badShare', 'badEndorsement', 'badEntry', 'torsion', 'cheatingRelay'];

/** 100 cosigners, a third of whom are not there, and two that cheat: the case that a tree alone does not survive. */
export const absentThird = (seed: number): CosiNetwork => {
  const rng = createRng(seed).fork('absent third');
  const nodes = rng.shuffle(Array.from({ length: 100 }, (_, i) => `c${i}`));
  const found = nodes.slice(0, 2);
  const faults: Fault[] = nodes
    .slice(2, faultsOf(100))
    .map((node) => ({ type: 'byzantine', node, behaviour: 'silent' }));
  // Two different ones: what two of the same add can cancel out, and then nobody is harmed and nobody found.
  const cheats = rng.shuffle(CHEATS);
  found.forEach((node, i) => {
    faults.push({ type: 'byzantine', node, behaviour: cheats[i]! });
  });
  const coordinator = Number(nodes.at(-1)!.slice(1));
  return { seed, n: 100, branching: rng.pick([5, 10, 99]), sessions: 1, coordinator, faults, found };
};

/** Anything else: 4 to 100 cosigners, trees of depth 1 to 3, faults of all kinds. */
export const anything = (seed: number): CosiNetwork => {
  const rng = createRng(seed).fork('network');
  const n = rng.chance(0.03) ? rng.between(51, 100) : SIZES[seed % SIZES.length]!;
  const depth = rng.between(1, 3);
  const branching = [n, Math.ceil(Math.sqrt(n)), Math.max(2, Math.ceil(Math.cbrt(n)))][depth - 1]!;
  return { seed, n, branching, sessions: rng.between(1, 3) };
};

/** The scenario of `sim cosi`. */
export const scenario: Scenario = {
  name: 'cosi',
  description:
    'groups of 4 to 100 in trees of depth 1 to 3 with f faulty members of every kind, crashes and restarts with nonces outstanding, losses and delays; each fourth seed 100 of whom 31 are silent and two cheat: sessions finish in f + 1 attempts, nobody honest is blamed, no nonce answers twice',
  run: (seed) => simulate(cosiSimulation(seed % 4 === 0 ? absentThird(seed) : anything(seed))),
};
