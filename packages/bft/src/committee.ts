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
