import { CosiError } from './errors.ts';
import type { Policy } from './policy.ts';
import type { CosiScheme, Roster } from './scheme.ts';
import type { Tree } from './tree.ts';

/** How long the machines wait, in ms, each from 1 to 2^31. */
export interface Timeouts {
  /** An inner node waits so long for its children, times the levels beneath it, before it passes on what it has. */
  readonly relay: number;
  /** The coordinator contacts the silent directly after so long, and again each time it has passed. */
  readonly ask: number;
  /** The coordinator goes on without those who have not committed by then, if its policy allows. */
  readonly commit: number;
  /** An attempt that is not complete by then gets another beside it, of cosigners that are not pending. */
  readonly respond: number;
  /** A session that is not complete by then has failed. */
  readonly session: number;
}

/** What the machines hold at most. */
export interface Limits {
  /** Bytes of a message to be signed, at most 65 535. */
  readonly messageBytes: number;
  /** Bytes of the payload of an announcement. */
  readonly payloadBytes: number;
  /** Sessions that are open at a time, in each of the two machines; a cosigner closes its oldest for one more. */
  readonly sessions: number;
  /** Sessions not opened here that each peer may make a cosigner relay for; its oldest gives way. */
  readonly relayed: number;
  /** Attempts of a session; f + 1 are enough where at most f cosigners are faulty, slow or restarted. */
  readonly attempts: number;
  /** Entries that a cosigner makes for one session: attempts, and restarts of the coordinator. */
  readonly entries: number;
}

/** What both machines of one node are made of. */
export interface MachineConfig {
  /** Index of this node in the roster. */
  readonly self: number;
  readonly roster: Roster;
  /** The names of the cosigners in the host's network, by index. */
  readonly peers: readonly string[];
  /** Children of a node of the tree at most, from 1. All nodes must have the same. */
  readonly branching: number;
  readonly timeouts: Timeouts;
  readonly limits: Limits;
}

/** What a coordinator is made of. */
export interface CoordinatorConfig extends MachineConfig {
  readonly scheme: CosiScheme;
  /** Who must sign for the result to count. */
  readonly policy: Policy;
}

/** The tree of sessions that `coordinator` leads. */
export const treeOf = ({ roster, branching }: MachineConfig, coordinator: number): Tree => ({
  n: roster.cosigners.length,
  root: coordinator,
  branching,
});

/** @throws CosiError `out-of-range` for a configuration that cannot be. */
export const checkConfig = ({ self, roster, peers, branching, timeouts, limits }: MachineConfig): void => {
  const n = roster.cosigners.length;
  const demand = (value: number, min: number, max: number, what: string): void => {
    if (!Number.isSafeInteger(value) || value < min || value > max)
      throw new CosiError('out-of-range', `${what} must be an integer from ${min} to ${max}`, { what, value });
  };
  demand(self, 0, n - 1, 'self');
  demand(new Set(peers).size, n, n, 'the number of different names');
  demand(peers.length, n, n, 'the number of names');
  demand(branching, 1, 65_535, 'branching');
  for (const [what, ms] of Object.entries(timeouts)) demand(ms, 1, 2 ** 31, `time-out ${what}`);
  demand(limits.messageBytes, 1, 65_535, 'messageBytes');
  demand(limits.payloadBytes, 0, 2 ** 31, 'payloadBytes');
  demand(limits.sessions, 1, 65_536, 'sessions');
  demand(limits.relayed, 0, 65_536, 'relayed');
  demand(limits.attempts, 1, 65_535, 'attempts');
  demand(limits.entries, 1, 65_535, 'entries');
};
