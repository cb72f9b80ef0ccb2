/** Who may take part, in index order; masks speak of indices into it. */
export interface Cosigner {
  /** Cosigning key, 32 bytes; its proof of possession was verified where it was registered. */
  readonly key: Uint8Array;
  /** Ed25519 identity key, 32 bytes: it signs entries and endorsements. */
  readonly identity: Uint8Array;
}

/** The cosigners with what is computed from them once. */
export interface Roster {
  readonly cosigners: readonly Cosigner[];
  /** Commits to all keys in order, 32 bytes. */
  readonly root: Uint8Array;
}

/** A pair of public nonces, signed by the identity key of its owner over (session, attempt, index, D, E). */
export interface Entry {
  readonly index: number;
  /** 32 bytes each. */
  readonly D: Uint8Array;
  readonly E: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** What all cosigners of a list answer to: everything that a response is checked against. */
export interface Challenge {
  /** Exactly the indices of the list; ceil(n / 8) bytes, member i is bit i mod 8 of byte floor(i / 8), surplus bits 0. */
  readonly mask: Uint8Array;
  /** Aggregate key of the mask, 32 bytes. */
  readonly A: Uint8Array;
  /** ΣD + bΣE, 32 bytes. */
  readonly R: Uint8Array;
  /** H(tag ‖ roster root ‖ mask ‖ message), 32 bytes: what the signature is over, under A. */
  readonly M: Uint8Array;
  readonly list: readonly Entry[];
}

/** The mathematics that the machines ask for: SpeedyMuSig on edwards25519, or the same algebra over a fake group. */
export interface CosiScheme {
  /** @throws CosiError for no cosigner, one twice, or a key that is not a point of prime order. */
  roster(cosigners: readonly Cosigner[]): Roster;
  /**
   * The challenge of a list (entries by ascending index, each once), or undefined where one cannot be: indices out of range or
   * order, nonces that do not decode, an identity among A, ΣD, ΣE and R.
   */
  challenge(roster: Roster, message: Uint8Array, list: readonly Entry[]): Challenge | undefined;
  /** Whether `s` (32 bytes) is the response of cosigner `index` to the challenge. Never throws. */
  isResponse(roster: Roster, challenge: Challenge, index: number, s: Uint8Array): boolean;
  /** Whether every D and E of an entry is a canonical point of prime order: what to ask when R is not. Never throws. */
  isEntrySound(entry: Entry): boolean;
  /**
   * R ‖ Σs, 64 bytes.
   * @throws CosiError `out-of-range` unless there is one response for each entry, each 32 bytes and below ℓ
   */
  combine(challenge: Challenge, responses: readonly Uint8Array[]): Uint8Array;
  /**
   * Whether a combined signature satisfies sB = R + cA without a cofactor, so that every Ed25519 library accepts it: then R
   * has prime order, as A and B have. What a coordinator asks before it publishes; it implies `verify`. Where it is false, a
   * response is not one under `isResponse`, which has no cofactor either and so also catches nonces of mixed order. Never throws.
   */
  isSignature(challenge: Challenge, signature: Uint8Array): boolean;
  /** Whether a signature (64 bytes) is that of exactly the cosigners in the mask over `message`. Never throws. */
  verify(roster: Roster, mask: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}
