import { ClientError } from '../error.ts';
import { isLasting, type TransactionAnswer } from '../methods/answers.ts';
import type { CallOptions, RpcClient } from '../rpc/client.ts';
import { createLatest } from '../rpc/latest.ts';
import { wait } from '../rpc/wait.ts';
import type { WebSocketClient } from '../rpc/web-socket.ts';

/** A node, or several, that speak for a shard. */
export interface ShardEndpoint {
  readonly shard: number;
  readonly client: RpcClient | WebSocketClient;
}

/** What a shard says of a transaction. */
export interface ShardStep {
  readonly shard: number;
  readonly answer: TransactionAnswer;
}

/** Where a transaction stands in the network, and in each shard that was asked, ascending. */
export type TransactionProgress = { readonly steps: readonly ShardStep[] } & (
  | {
      /**
       * `unknown` everywhere; `pending` in some shard; `locked` by some voter, so that what it spends there is held;
       * `committed` by some voter, so that all of them will: that is for ever.
       */
      readonly status: 'unknown' | 'pending' | 'locked' | 'committed';
    }
  /** No voter will ever commit, for `shard` has rejected it or was absent; what others hold comes back, less the lock fee. */
  | { readonly status: 'aborted'; readonly reason: 'rejected' | 'absent'; readonly shard: number }
  /** A node of `shard` does not take it, and no shard that was asked has it, or holds anything for it. */
  | { readonly status: 'rejected'; readonly shard: number; readonly code: string; readonly message: string }
);

/** How often nodes that cannot tell by themselves are asked, in ms. */
const POLL_MS = 250;

/** Statuses after which more will follow in a shard. */
const UNDER_WAY: readonly TransactionAnswer['status'][] = ['pending', 'waiting', 'locked'];

/** Whether the network's verdict is there: `committed` and `aborted` are for ever. */
const isDecided = ({ status }: TransactionProgress): boolean =>
  status === 'committed' || status === 'aborted' || status === 'rejected';

/**
 * Whether it is decided and no shard that was asked has anything left to do: once one has committed, each of the
 * `participants` has to have had its last word, for credits come later than what they follow from.
 */
export const isSettled = (progress: TransactionProgress, participants: readonly number[] = []): boolean =>
  isDecided(progress) && unsettledShards(progress, participants).length === 0;

/** The shards among those that were asked that have something left to do. */
export const unsettledShards = (
  { status, steps }: TransactionProgress,
  participants: readonly number[] = [],
): readonly number[] =>
  steps
    .filter(
      ({ shard, answer }) =>
        UNDER_WAY.includes(answer.status) ||
        (status === 'committed' && participants.includes(shard) && !isLasting(answer.status)),
    )
    .map(({ shard }) => shard);

/**
 * What the words of several shards come to. One voter that has committed means that all will, one that has rejected or
 * given back that none will. Throws `ClientError` (`rpc-answer`) where nodes say both.
 */
export function mergeSteps(steps: readonly ShardStep[]): TransactionProgress {
  const find = <Status extends TransactionAnswer['status']>(
    status: Status,
  ): { shard: number; answer: Extract<TransactionAnswer, { readonly status: Status }> } | undefined =>
    steps.find(({ answer }) => answer.status === status) as ReturnType<typeof find<Status>>;

  const committed = find('committed') ?? find('final') ?? find('credited');
  const [aborted, refused, rejected] = [find('aborted'), find('refused'), find('rejected')];
  const failed = aborted ?? refused;
  if (committed !== undefined && failed !== undefined) {
    throw new ClientError(
      'rpc-answer',
      `Nodes contradict each other: shard ${committed.shard} shows this transaction committed, shard ${failed.shard} aborted. One of them lies; a proof (getFinalityProof) tells which.`,
      { committed: committed.shard, aborted: failed.shard },
    );
  }
  if (committed !== undefined) return { status: 'committed', steps };
  if (aborted !== undefined) {
    const { reason, shard } = aborted.answer;
    return { status: 'aborted', reason, shard, steps };
  }
  if (refused !== undefined) return { status: 'aborted', reason: 'rejected', shard: refused.shard, steps };
  if (find('locked') !== undefined) return { status: 'locked', steps };
  // Also where another refuses it: its shard is shown the acceptance of the one that has it, and may accept yet.
  if ((find('pending') ?? find('waiting')) !== undefined) return { status: 'pending', steps };
  if (rejected === undefined) return { status: 'unknown', steps };
  const { code, message } = rejected.answer;
  return { status: 'rejected', shard: rejected.shard, code, message, steps };
}

/** Where a transaction stands now. Rejects as calls do, or with `rpc-answer` where nodes contradict each other. */
export async function fetchProgress(
  endpoints: readonly ShardEndpoint[],
  id: string,
  options: CallOptions = {},
): Promise<TransactionProgress> {
  const answers = await Promise.all(endpoints.map(({ client }) => client.call('getTransaction', { id }, options)));
  return mergeSteps(endpoints.map(({ shard }, at) => ({ shard, answer: answers[at]! })));
}

/** How a transaction is followed. */
export interface FollowOptions extends CallOptions {
  /**
   * The shards that have a part in it, or undefined as long as that is not known; asked with each progress. By default they
   * never are, and shards that do not know the transaction are not waited for: see `participantsFrom`.
   */
  readonly participants?: (progress: TransactionProgress) => Promise<readonly number[] | undefined>;
}

/**
 * Where a transaction stands, as often as a node is asked or tells by itself, until it is settled; the first once every
 * shard has answered. Nodes over WebSocket tell, others are asked four times a second. Rejects as `fetchProgress`.
 */
export async function* followProgress(
  endpoints: readonly ShardEndpoint[],
  id: string,
  { signal, participants = async () => undefined }: FollowOptions = {},
): AsyncGenerator<TransactionProgress, void> {
  const leaving = new AbortController();
  const either = signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal]);
  const answers = new Map<number, TransactionAnswer>();
  const latest = createLatest<readonly ShardStep[]>();

  const listen = async ({ shard, client }: ShardEndpoint): Promise<void> => {
    for await (const answer of standing(client, id, { signal: either })) {
      answers.set(shard, answer);
      if (answers.size < endpoints.length) continue;
      latest.set(endpoints.map((endpoint) => ({ shard: endpoint.shard, answer: answers.get(endpoint.shard)! })));
    }
  };

  for (const endpoint of endpoints) listen(endpoint).catch(latest.fail);
  try {
    for (;;) {
      const progress = mergeSteps(await latest.next(signal));
      yield progress;
      if (isSettled(progress, await participants(progress))) return;
    }
  } finally {
    leaving.abort();
  }
}

/** Where a transaction stands in one shard, now and later: as the node tells it, or asked every `POLL_MS`. */
const standing = (
  client: RpcClient | WebSocketClient,
  id: string,
  options: CallOptions,
): AsyncGenerator<TransactionAnswer, void> =>
  'transaction' in client ? client.transaction(id, options) : poll(client, id, options);

async function* poll(client: RpcClient, id: string, options: CallOptions): AsyncGenerator<TransactionAnswer, void> {
  for (;;) {
    yield await client.call('getTransaction', { id }, options);
    await wait(POLL_MS, options.signal);
  }
}
