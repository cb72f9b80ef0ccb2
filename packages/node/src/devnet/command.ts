import { formatIos } from '@ios/ledger';
import { Command, InvalidArgumentError } from 'commander';
import { createDisplay, silentDisplay } from './display.ts';
import { runDevnet } from './run.ts';
import type { DevnetSummary } from './summary.ts';

interface Flags {
  readonly block?: string;
  readonly undo?: string;
  readonly validators: number;
  readonly timeout: number;
  readonly basePort?: number;
  readonly watch?: true;
  readonly json?: true;
}

const integer =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^[0-9]+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`an integer from ${least} to ${most} is wanted`);
    return value;
  };

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

/** The summary as a reader wants it: what was run, and what was verified by the client itself. */
export const summaryLines = (summary: DevnetSummary): string =>
  [
    '',
    `Block ${summary.block}`,
    `  ${summary.transfers} transfers, ${summary.withinBlock} inputs spend within the block, chains up to ${summary.deepestChain} deep`,
    `  left out: ${summary.excluded} transactions, ${summary.droppedOutputs} outputs of value zero`,
    `  ${summary.waited} transfers came before their parents and waited for them`,
    '',
    'Verified by the client, from genesis:',
    `  ✓ all ${summary.transfers} transfers are final on all ${summary.validators} validators`,
    `  ✓ ${summary.certificates} commit certificates over ${summary.height} blocks hold, each validator's own`,
    `  ✓ all validators show the same blocks and came to the same state, ${summary.executionDigest.slice(0, 16)}…`,
    `  ✓ the supply is conserved: ${formatIos(BigInt(summary.supply))} IOS, before and after, on every validator`,
    '',
    `  ${seconds(summary.elapsedMs)}, ${summary.transfersPerSecond} transfers/s; time to finality p50 ${seconds(summary.finalityP50Ms)}, p99 ${seconds(summary.finalityP99Ms)}`,
    `  A network of ${summary.validators} validators on one machine is a demonstration, not a safe one.`,
    '',
  ].join('\n');

/** Resolves when the signal is aborted. */
const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** `ios devnet`: validators as processes, a real block replayed through them, and a summary of what was verified. */
export const devnetCommand = (): Command =>
  new Command('devnet')
    .description(
      'run validators as separate processes, replay the transactions of a real Bitcoin block, verify the result',
    )
    .option('--block <file>', 'a raw Bitcoin block in place of block 300 025')
    .option('--undo <file>', 'undo data of that block: the outputs that it spends')
    .option('--validators <n>', 'how many validators', integer(1, 64), 4)
    .option(
      '--base-port <port>',
      'use this port and the following ones, two a validator; else any free ones',
      integer(1, 65_400),
    )
    .option('--timeout <seconds>', 'give up after so long', integer(1, 86_400), 600)
    .option('--watch', 'leave the network running after the summary, until Ctrl-C')
    .option('--json', 'print the summary as JSON, and nothing else')
    .action(async (flags: Flags) => {
      const controller = new AbortController();
      let interrupted = false;
      const interrupt = (): void => {
        interrupted = true;
        controller.abort(new Error('interrupted'));
      };
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupt);
      const { signal } = controller;
      try {
        await runDevnet(
          {
            script: process.argv[1]!,
            block: flags.block,
            undo: flags.undo,
            validators: flags.validators,
            basePort: flags.basePort,
            limitMs: flags.timeout * 1000,
            display: flags.json ? silentDisplay : createDisplay(process.stderr),
            signal,
          },
          async ({ summary, urls, broken }) => {
            process.stdout.write(flags.json ? `${JSON.stringify(summary, undefined, 2)}\n` : summaryLines(summary));
            if (!flags.watch) return;
            process.stderr.write(`The network is running: ${urls.join(' ')}\nCtrl-C stops it.\n`);
            await Promise.race([aborted(signal), broken]);
          },
        );
      } catch (error) {
        if (!interrupted) throw error;
      }
      if (interrupted) process.exitCode = 130;
    });
