import type { Claim, Prepared, ViewChange } from './messages.ts';
import { quorum } from './quorum.ts';
import { endorsedBytes, type Phase } from './statements.ts';

/**
 * The safety rules of the engine, each a pure function, gathered so that a test can break one at a time and show that
 * the invariants catch it. Everyone else uses {@link soundRules}.
 */
export interface Rules {
  /** How many endorsements make a certificate, and how many view-changes open a view. */
  readonly quorum: (n: number) => number;
  /** What an endorsement signs. */
  readonly endorsedBytes: typeof endorsedBytes;
  /** Which phase's certificate decides. */
  readonly finality: Phase;
  /** What a member's own view-change carries of its lock. */
  readonly carried: (lock: Prepared | undefined) => Prepared | undefined;
  /** What these view-changes claim was prepared: none, and any fresh value may be proposed in the view that they open. */
  readonly claims: (opening: readonly ViewChange[]) => readonly Claim[];
  /** Whether a proposal is obeyed that is not proven against the claims. */
  readonly obeysLeader: boolean;
  /** The lock after a prepare certificate was seen. */
  readonly locked: (lock: Prepared | undefined, seen: Prepared) => Prepared | undefined;
  /** Whether the application is asked again about a value that a prepare certificate stands behind. */
  readonly asksAgain: boolean;
}

/** The rules as they must be (Castro and Liskov 1999, section 4.4; whitepaper section 8). */
export const soundRules: Rules = {
  quorum,
  endorsedBytes,
  finality: 'commit',
  carried: (lock) => lock,
  claims: (opening) => opening.flatMap(({ prepared }) => prepared ?? []),
  obeysLeader: false,
  locked: (lock, seen) => (lock === undefined || seen.certificate.view > lock.certificate.view ? seen : lock),
  asksAgain: false,
};
