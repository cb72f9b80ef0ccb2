import type { ExecutedBlock } from '../src/shard/application.ts';
import { STEP_KINDS } from '../src/shard/steps.ts';
import { CHEATS, type Cheat } from './atomix-cheats.ts';
import { LIES, type Lie, WAYS } from './atomix-lies.ts';

/** Counts what happens in a run, what is done to it and what becomes of that: a cheat that never acts is seen as a 0. */
export interface Tally {
  /** By name. */
  readonly figures: Readonly<Record<string, number>>;
  count(name: string, by?: number): void;
  /** A block is final. */
  onBlock(block: ExecutedBlock): void;
  /** A cheat does what it does. */
  onAct(cheat: Cheat): void;
  /** The leader of this number in its shard proposes a false block, or two. */
  onLie(place: Proposed, lie: Lie | 'two blocks'): void;
  /**
   * An honest validator refuses a block. Returns what is wrong with that: a false block has to be refused for
   * what is false in it, and no other unless its leader believes everything.
   */
  onRefusal(place: Proposed & { readonly credulous: boolean }, why: string): string | undefined;
}

/** Which block: by its shard, its height and its proposer. */
export interface Proposed {
  readonly shard: number;
  readonly height: number;
  readonly proposer: number;
}

/** What an honest leader is refused for too: whoever holds the output of the beacon wants it, and not all do. */
const ALLOWED = 'the end of the epoch is due';

/** Nothing has happened yet. */
export const createTally = (): Tally => {
  const figures: Record<string, number> = {};
  const count = (name: string, by = 1): void => {
    figures[name] = (figures[name] ?? 0) + by;
  };
  for (const name of ['blocks', 'epochs', 'crashes', 'payments', 'contradicted', 'bad witness first', 'client gone'])
    count(name, 0);
  for (const kind of STEP_KINDS) count(kind, 0);
  for (const kind of STEP_KINDS) count(`crash when ${kind}`, 0);
  for (const name of [
    'aborted by absence',
    'released by absence',
    'false signatures',
    'refused at the door',
    'refused of the credulous',
    'evidence',
  ])
    count(name, 0);
  for (const cheat of CHEATS) count(`act: ${cheat}`, 0);
  for (const lie of LIES) for (const name of [`lie: ${lie}`, `refused: ${lie}`]) count(name, 0);
  count('lie: two blocks', 0);

  const lies = new Map<string, Lie[]>();
  const nameOf = ({ shard, height, proposer }: Proposed): string => `${shard} ${height} ${proposer}`;

  return {
    figures,
    count,
    onBlock({ steps, known }) {
      count('blocks');
      for (const { kind } of steps) count(kind);
      for (const { verified } of known.entries)
        if (verified?.kind === 'abort' || verified?.kind === 'release')
          if (verified.evidence.some(({ type }) => type === 'absent'))
            count(verified.kind === 'abort' ? 'aborted by absence' : 'released by absence');
    },
    onAct: (cheat) => count(`act: ${cheat}`),
    onLie(place, lie) {
      count(`lie: ${lie}`);
      if (lie === 'two blocks') return;
      const name = nameOf(place);
      lies.set(name, [...(lies.get(name) ?? []), lie]);
    },
    onRefusal(place, why) {
      const told = lies.get(nameOf(place)) ?? [];
      const lie = told.find((lie) => WAYS[lie].refusal.test(why));
      if (lie !== undefined) count(`refused: ${lie}`);
      else if (place.credulous) count('refused of the credulous');
      return lie === undefined && !place.credulous && why !== ALLOWED
        ? `refusal: shard ${place.shard} refuses height ${place.height} of ${place.proposer} (${told.join(', ') || 'no lie'}): ${why}`
        : undefined;
    },
  };
};
