/** The rules of the machine that a test can break, to see that something else notices. */
export interface Rules {
  /** Whether a ticket counts only once it was verified. */
  readonly verifies: boolean;
  /** Whether a ticket among the lowest three is passed on to all. */
  readonly forwards: boolean;
}

export const soundRules: Rules = { verifies: true, forwards: true };
