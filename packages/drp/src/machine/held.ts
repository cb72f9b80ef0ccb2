import { equalBytes } from '@noble/curves/utils.js';
import type { Status } from './jobs.ts';
import { at, put } from './per-server.ts';
import type { Run } from './state.ts';

/**
 * Which dealing it is. The dealer is part of it: a client that gives out the dealing of one server as that of another must not
 * spoil the good one.
 */
export interface DealingName {
  readonly dealer: number;
  /** `dealingDigest` of the bytes. */
  readonly digest: Uint8Array;
}

/** A signed dealing that is here. */
export interface Held extends DealingName {
  readonly bytes: Uint8Array;
  /** Whether the dealer sent it itself. */
  readonly direct: boolean;
  readonly status: Status;
}

/** Whether two names are of one dealing. */
export const isSame = (a: DealingName, b: DealingName): boolean =>
  a.dealer === b.dealer && equalBytes(a.digest, b.digest);

/** A dealing that is here. */
export const heldOf = (run: Run, name: DealingName): Held | undefined =>
  at(run.dealings, name.dealer)?.find((held) => isSame(held, name));

/** Holds a dealing, in place of what is held of that name. */
export const hold = (run: Run, held: Held): void => {
  const others = (at(run.dealings, held.dealer) ?? []).filter((other) => !isSame(other, held));
  run.dealings = put(run.dealings, held.dealer, [...others, held]);
};

/** Gives dealings that are here another status. */
export const mark = (run: Run, names: readonly DealingName[], status: Held['status']): void => {
  for (const name of names) hold(run, { ...heldOf(run, name)!, status });
};

/** Lets go of all dealings but these. */
export const keepOnly = (run: Run, names: readonly DealingName[]): void => {
  const kept = names.flatMap((name) => heldOf(run, name) ?? []);
  run.dealings = [];
  for (const held of kept) hold(run, held);
};
