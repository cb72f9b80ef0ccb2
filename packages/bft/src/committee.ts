import { BftError } from './errors.ts';

/** One seat of a committee. */
export interface Member {
  /** The name under which the host's network knows the member (in the node: its identity key in hex). */
  readonly peer: string;
  /** The member's Ed25519 identity key, 32 bytes. */
  readonly key: Uint8Array;
}

/** The members in index order; masks and votes speak of indices into it. */
export type Committee = readonly Member[];

/** The index of `peer`, or -1 for one that is not a member. */
export const indexOf = (committee: Committee, peer: string): number =>
  committee.findIndex((member) => member.peer === peer);

/** What is fixed while one height is decided; the application gives it with `begin`. */
export interface HeightContext {
  /** The epoch of the block, rnd or record that is decided. */
  readonly epoch: number;
  /** Hash of the last step entry in force, 32 bytes; zero before the first. */
  readonly stepEntry: Uint8Array;
  readonly committee: Committee;
}

const MAX_MEMBERS = 65_536;

/** @throws BftError `configuration` for a height or a context that cannot be. */
export const checkContext = (height: number, { epoch, stepEntry, committee }: HeightContext): void => {
  const demand = (holds: boolean, what: string): void => {
    if (!holds) throw new BftError('configuration', what);
  };
  demand(Number.isInteger(height) && height >= 1 && height <= 0xffff_ffff, `a height is a u32 from 1, not ${height}`);
  demand(Number.isInteger(epoch) && epoch >= 0 && epoch <= 0xffff_ffff, `an epoch is a u32, not ${epoch}`);
  demand(stepEntry.length === 32, `a step entry's hash has 32 bytes, not ${stepEntry.length}`);
  demand(committee.length >= 1 && committee.length <= MAX_MEMBERS, `a committee of ${committee.length} cannot be`);
  demand(new Set(committee.map(({ peer }) => peer)).size === committee.length, 'a peer sits twice in the committee');
  demand(
    committee.every(({ key }) => key.length === 32),
    "a member's key has 32 bytes",
  );
};
