import { fetchProgress, followProgress, shardClients, type TransactionProgress } from '@ios/client';
import { Command } from 'commander';
import { hash } from '../arguments.ts';
import { EXIT } from '../failure.ts';
import { clientsOf, type NodesOptions, withNodes } from '../node-options.ts';
import { print } from '../print.ts';
import { describeProgress, describeStep } from './describe-progress.ts';

interface TransactionOptions extends NodesOptions {
  readonly follow: boolean;
  readonly json: boolean;
}

/** `ios tx`. */
export const transactionCommand = (): Command =>
  withNodes(new Command('tx'))
    .argument('<id>', 'the id of the transaction', hash)
    .option('--follow', 'go on until it is settled, with a line for each step of each shard', false)
    .option('--json', 'print each event as a line of JSON', false)
    .addHelpText(
      'after',
      `
A node speaks for its shard: name one of each shard that has a part in the transaction. With --json the event "step" says where
it stands in a shard, the event "transaction" what that comes to: unknown, pending, locked, committed, aborted or rejected.
Exit code ${EXIT.failed} if it was rejected or aborted, or if no node knows it and you do not follow.
Examples: ios tx 8f2a… --follow
          ios tx 8f2a… --follow --rpc http://127.0.0.1:7101 --rpc http://127.0.0.1:7105`,
    )
    .action(show);

async function show(id: string, options: TransactionOptions): Promise<void> {
  const { shards, of } = await shardClients(await clientsOf(options));
  const endpoints = shards.map((shard) => ({ shard, client: of(shard) }));
  const tell = teller(id, shards.length, options.json);
  if (!options.follow) return tell(await fetchProgress(endpoints, id));
  for await (const progress of followProgress(endpoints, id)) tell(progress);
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
