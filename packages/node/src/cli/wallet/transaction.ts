import { placementOver } from '@ios/atomix';
import {
  fetchProgress,
  followProgress,
  participantsFrom,
  type ShardClients,
  type ShardEndpoint,
  shardClients,
  type TransactionProgress,
  unsettledShards,
} from '@ios/client';
import { Command } from 'commander';
import { NodeError } from '../../errors.ts';
import { hash, wholeNumber } from '../arguments.ts';
import { EXIT } from '../failure.ts';
import { clientsOf, type NodesOptions, withNodes } from '../node-options.ts';
import { print } from '../print.ts';
import { describeProgress, describeStep } from './describe-progress.ts';

interface TransactionOptions extends NodesOptions {
  readonly follow: boolean;
  readonly timeout: number;
  readonly json: boolean;
}

/** `ios tx`. */
export const transactionCommand = (): Command =>
  withNodes(new Command('tx'))
    .argument('<id>', 'the id of the transaction', hash)
    .option('--follow', 'go on until it is settled in every shard, with a line for each step of each', false)
    .option('--timeout <seconds>', 'how long to follow', wholeNumber(1, 86_400), 600)
    .option('--json', 'print each event as a line of JSON', false)
    .addHelpText(
      'after',
      `
A node speaks for its shard: name one of each shard that has a part in the transaction. It is followed until each of those has
had its last word, the last credit among them; a shard that has none within --timeout, or no node here, is named. With --json the event "step" says where
it stands in a shard, the event "transaction" what that comes to: unknown, pending, locked, committed, aborted or rejected.
Exit code ${EXIT.failed} if it was rejected or aborted, if the time is up, or if no node knows it and you do not follow.
Examples: ios tx 8f2a… --follow
          ios tx 8f2a… --follow --rpc http://127.0.0.1:7101 --rpc http://127.0.0.1:7105`,
    )
    .action(show);

async function show(id: string, options: TransactionOptions): Promise<void> {
  const shards = await shardClients(await clientsOf(options));
  const endpoints = shards.shards.map((shard) => ({ shard, client: shards.of(shard) }));
  const tell = teller(id, endpoints.length, options.json);
  if (options.follow) await follow(id, endpoints, { shards, tell, ...options });
  else tell(await fetchProgress(endpoints, id));
}

interface Following extends TransactionOptions {
  readonly shards: ShardClients;
  readonly tell: (progress: TransactionProgress) => void;
}

/** Tells each progress until every shard that has a part in it has had its last word. @throws NodeError `time` */
async function follow(
  id: string,
  endpoints: readonly ShardEndpoint[],
  { shards, tell, timeout: seconds, json }: Following,
): Promise<void> {
  const signal = AbortSignal.timeout(seconds * 1000);
  const find = participantsFrom(endpoints, id, placementOver(shards.total), { signal });
  let participants: readonly number[] | undefined;
  let last: TransactionProgress | undefined;
  try {
    for await (last of followProgress(endpoints, id, {
      signal,
      participants: async (progress) => {
        participants = await find(progress);
        return participants;
      },
    }))
      tell(last);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new NodeError(
      'time',
      `${silence(last, participants, seconds)} Ask again with ios tx.`,
      { id, seconds },
      error,
    );
  }
  const unseen = participants?.filter((shard) => !shards.shards.includes(shard)) ?? [];
  if (unseen.length === 0) return;
  process.stderr.write(
    json
      ? `${JSON.stringify({ event: 'unseen', id, shards: unseen })}\n`
      : `Not seen: what shard ${unseen.join(', ')} makes of it, for no node given is of it. Add one with --rpc.\n`,
  );
}

/** Who has not had the last word. */
function silence(
  last: TransactionProgress | undefined,
  participants: readonly number[] | undefined,
  seconds: number,
): string {
  if (last === undefined) return `Not every node has answered within ${seconds} s.`;
  const shards = unsettledShards(last, participants);
  if (shards.length === 0) return `No node knew the transaction for ${seconds} s.`;
  const where = `shard ${shards.join(', ')}`;
  return last.status === 'committed'
    ? `The transaction is committed, but ${where} has not shown its part within ${seconds} s; what it is paid will come.`
    : `The transaction is not settled within ${seconds} s: ${where} has had no last word.`;
}

/** Prints what is new in where a transaction stands, and lets the exit code say how that is. */
function teller(id: string, shards: number, json: boolean): (progress: TransactionProgress) => void {
  const told = new Map<number | 'transaction', string>();
  const isNews = (about: number | 'transaction', what: unknown): boolean => {
    const text = JSON.stringify(what);
    if (told.get(about) === text) return false;
    told.set(about, text);
    return true;
  };

  return (progress) => {
    const { steps, ...whole } = progress;
    for (const { shard, answer } of steps) {
      // Most shards have no part in a transaction, and never will know it.
      if ((shards > 1 && answer.status === 'unknown') || !isNews(shard, answer)) continue;
      const place = shards > 1 ? `shard ${shard}  ` : '';
      print(json, { event: 'step', id, shard, answer }, `${place}${describeStep(answer)}\n`);
    }
    if ((json || shards > 1) && isNews('transaction', whole)) {
      print(json, { event: 'transaction', id, ...whole }, `${describeProgress(progress)}\n`);
    }
    process.exitCode = FAILURES.includes(whole.status) ? EXIT.failed : EXIT.ok;
  };
}

const FAILURES: readonly TransactionProgress['status'][] = ['unknown', 'rejected', 'aborted'];
