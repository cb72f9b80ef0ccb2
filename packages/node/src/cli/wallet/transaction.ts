import { setTimeout as sleep } from 'node:timers/promises';
import { isLasting } from '@ios/client/methods';
import { Command } from 'commander';
import { hash } from '../arguments.ts';
import { EXIT } from '../failure.ts';
import { clientOf, type NodeOptions, withNode } from '../node-options.ts';
import { print } from '../print.ts';
import { describeStep } from './describe-step.ts';

/** How often a transaction that is followed is asked for, in ms. */
const POLL_MS = 250;

interface TransactionOptions extends NodeOptions {
  readonly follow: boolean;
  readonly json: boolean;
}

/** `ios tx`. */
export const transactionCommand = (): Command =>
  withNode(new Command('tx'))
    .argument('<id>', 'the id of the transaction', hash)
    .option('--follow', 'go on until it is final or rejected, with a line for each change', false)
    .option('--json', 'print each answer as a line of JSON', false)
    .addHelpText(
      'after',
      `
Exit code ${EXIT.failed} if it was rejected, or if the node does not know it and you do not follow.
Example: ios tx 8f2a… --follow`,
    )
    .action(show);

async function show(id: string, options: TransactionOptions): Promise<void> {
  const client = await clientOf(options);
  let said: string | undefined;
  for (;;) {
    const answer = await client.call('getTransaction', { id });
    const line = JSON.stringify(answer);
    if (line !== said) print(options.json, { id, ...answer }, `${describeStep(answer)}\n`);
    said = line;
    const over = isLasting(answer.status) || answer.status === 'rejected';
    if (over || !options.follow) {
      process.exitCode = answer.status === 'rejected' || answer.status === 'unknown' ? EXIT.failed : EXIT.ok;
      return;
    }
    await sleep(POLL_MS);
  }
}
