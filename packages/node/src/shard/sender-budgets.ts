/** What something takes up. */
export interface Load {
  readonly transactions: number;
  readonly bytes: number;
}

/** What each sender has here, against what it may have. */
export interface SenderBudgets {
  /** Whether one more transaction of `bytes` fits a sender's budget. */
  fits(sender: string, bytes: number): boolean;
  charge(sender: string, bytes: number): void;
  /** Takes one charge back. */
  release(sender: string, bytes: number): void;
  of(sender: string): Load;
}

/** Budgets of equal size; a sender with nothing here is not remembered. */
export const createSenderBudgets = (most: Load): SenderBudgets => {
  const senders = new Map<string, Load>();
  const nothing: Load = { transactions: 0, bytes: 0 };
  const of = (sender: string): Load => senders.get(sender) ?? nothing;
  return {
    of,
    fits(sender, bytes) {
      const has = of(sender);
      return has.transactions < most.transactions && has.bytes + bytes <= most.bytes;
    },
    charge(sender, bytes) {
      const has = of(sender);
      senders.set(sender, { transactions: has.transactions + 1, bytes: has.bytes + bytes });
    },
    release(sender, bytes) {
      const has = of(sender);
      if (has.transactions === 1) senders.delete(sender);
      else senders.set(sender, { transactions: has.transactions - 1, bytes: has.bytes - bytes });
    },
  };
};
