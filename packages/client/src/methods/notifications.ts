import * as z from 'zod/mini';
import {
  type HeadAnswer,
  headAnswer,
  type MempoolAnswer,
  mempoolAnswer,
  type TransactionAnswer,
  transactionAnswer,
} from './answers.ts';
import type { Topic } from './table.ts';

/** The method of every notification. */
export const NOTIFICATION = 'subscription';

/** What each topic tells. */
export interface Notifications {
  /** The last final block; where several became final at once, the last of them. */
  readonly heads: HeadAnswer;
  /** Where the transaction stands now. */
  readonly transaction: TransactionAnswer;
  /** How much is not final, at most once a second. */
  readonly mempool: MempoolAnswer;
}

/** What a notification of each topic holds, and what it says in a sentence. */
export const notifications: {
  readonly [Name in Topic]: { readonly summary: string; readonly result: z.ZodMiniType<Notifications[Name]> };
} = {
  heads: {
    summary:
      'The last final block. Several that became final at once may be told as the last of them: getHeads has the rest.',
    result: headAnswer,
  },
  transaction: {
    summary:
      'Where the transaction stands in this shard, whenever that changes. After "final", "committed", "aborted", "refused" or "credited" nothing follows.',
    result: transactionAnswer,
  },
  mempool: { summary: 'How much is not final, whenever that changes, at most once a second.', result: mempoolAnswer },
};

/** The members of a notification. */
export const notificationWire: z.ZodMiniType<{
  readonly params: { readonly subscription: string; readonly result: unknown };
}> = z.object({
  jsonrpc: z.literal('2.0'),
  method: z.literal(NOTIFICATION),
  params: z.object({ subscription: z.string(), result: z.unknown() }),
});
