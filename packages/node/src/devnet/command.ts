import { Command, InvalidArgumentError } from 'commander';
import { wholeNumber } from '../cli/arguments.ts';
import { EXIT } from '../cli/failure.ts';
import { NodeError } from '../errors.ts';
import { aborted } from './aborted.ts';
import { createDisplay, silentDisplay } from './display.ts';
import { CRASH_STEPS, FAULTS, type FaultPlan, parseFault } from './faults/plan.ts';
import { type RunningDevnet, runDevnet } from './run.ts';
import { parseShardFault, SHARD_FAULTS, type ShardFault } from './shard-faults/plan.ts';
import { counted, type DevnetSummary } from './summary.ts';
import { summaryLines } from './summary-text.ts';

interface Flags {
  readonly block?: string;
  readonly undo?: string;
  readonly shards: number;
  readonly validators?: number;
  readonly epochs: number;
  readonly fault?: FaultPlan | ShardFault;
  readonly timeout: number;
  readonly basePort?: number;
  readonly watch: boolean;
  readonly json: boolean;
}

/** Reads an argument that names a fault. */
const faultPlan = (text: string): FaultPlan | ShardFault => {
  const plan = parseShardFault(text) ?? parseFault(text);
  if (plan !== undefined) return plan;
  throw new InvalidArgumentError(
    `Wanted is one of ${[...FAULTS, ...SHARD_FAULTS].join(', ')}; leader-crash may name a step, leader-crash@STEP: one of ${CRASH_STEPS.join(', ')}.`,
  );
};

/** The fewest members of a shard of which one may be faulty. */
const LEAST_WITH_FAULT = 4;

/** `ios devnet`: validators as processes, a real block replayed through them, and a summary of what was verified. */
export const devnetCommand = (): Command =>
  new Command('devnet')
    .option('--block <file>', 'a raw Bitcoin block in place of block 300 025')
    .option('--undo <file>', 'the outputs that it spends; else their amounts are assumed')
    .option('--shards <number>', 'into how many shards the validators are divided', wholeNumber(1, 16), 2)
    .option('--validators <number>', 'how many validators, of all shards; else four for each', wholeNumber(1, 64))
    .option(
      '--base-port <port>',
      'validator i talks on this + 2i, and serves RPC on this + 2i + 1; else on any free ports',
      wholeNumber(1024, 65_534),
    )
    .option('--epochs <number>', 'stay until so many epochs have randomness, and verify it', wholeNumber(0, 1_000), 2)
    .option('--fault <fault>', 'have a validator be faulty after the replay, and show how the others go on', faultPlan)
    .option('--timeout <seconds>', 'give up when not all is final after so long', wholeNumber(1, 86_400), 600)
    .option('--watch', 'leave the network running after the summary, until Ctrl-C', false)
    .option('--json', 'print the summary as JSON, and nothing else', false)
    .addHelpText(
      'after',
      `
Faults, each in a process of its own, of which the others know nothing:
  leader-silent      whom the lottery makes leader asks for no dealings and proposes nothing, for an epoch
  leader-crash       the leader's process is killed by SIGKILL, and started again when the others have gone on;
                     leader-crash@STEP says when: ${CRASH_STEPS.join(', ')} (else selection)
  bad-dealer         a validator deals false shares, well signed, in every run
  hidden-signoff     a leader hides that its selection was signed off until a later one has finished
With one of these the run stays for the epoch after the one in which it was shown, at least.

Faults between shards, of honest validators; they take two shards or more:
  client-crash       the client hands each transfer that several shards vote on to one of them, and is never heard again
  shard-partition    the validators of different shards lose their connections to each other for some seconds
  double-spend       pairs of transfers spend the same coins of two shards, and each shard hears of another one first

It ends with ${EXIT.ok} only if everything that the summary states was verified. All files are temporary, in the folder
that TMPDIR names, and removed at the end.
Example: ios devnet --validators 7 --json`,
    )
    .action(devnet);

async function devnet(flags: Flags, command: Command): Promise<void> {
  const { block, undo, shards, epochs, basePort, timeout, fault, json } = flags;
  const validators = flags.validators ?? shards * LEAST_WITH_FAULT;
  if (validators < shards)
    command.error(`error: ${validators} validators are too few for ${shards} shards; choose fewer --shards`);
  if (basePort !== undefined && basePort + 2 * validators > 65_536)
    command.error(`error: ${validators} validators do not fit above port ${basePort}; choose a lower --base-port`);
  if (typeof fault === 'string' && shards < 2) command.error(`error: ${fault} takes two --shards or more`);
  if (typeof fault === 'object' && validators < shards * LEAST_WITH_FAULT)
    command.error(
      `error: of ${validators} validators in ${counted(shards, 'shard')} none may be faulty; --fault takes ${shards * LEAST_WITH_FAULT} or more`,
    );
  const controller = new AbortController();
  const { signal } = controller;
  const interruption = new Error('interrupted');
  // A second signal ends the process at once: the validators and the files follow by themselves.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => controller.abort(interruption));
  process.stdout.once('error', (cause) =>
    controller.abort(new NodeError('output', `The summary cannot be written (${cause.message}).`, {}, cause)),
  );
  process.stderr.on('error', () => {});
  const display = json ? silentDisplay : createDisplay(process.stderr);
  const options = {
    script: process.argv[1]!,
    block,
    undo,
    validators,
    shards,
    epochs,
    ...(typeof fault === 'string' ? { shardFault: fault } : { fault }),
    basePort,
    limitMs: timeout * 1000,
  };
  try {
    await runDevnet({ ...options, display, signal }, (running) => present(running, flags, signal));
    signal.throwIfAborted();
  } catch (error) {
    if (error !== interruption) throw error;
    process.exitCode = EXIT.interrupted;
  }
}

/**
 * All transfers of a block are valid, and come together: that shards give one up is a defect, or a machine too slow for the
 * epochs of a devnet. So the run fails, once the summary has said which and why. @throws NodeError `aborted`
 */
export function assertNoneAborted({ transfers, aborted }: Pick<DevnetSummary, 'transfers' | 'aborted'>): void {
  const { length } = aborted.transfers;
  if (length === 0) return;
  throw new NodeError('aborted', `${length} of ${transfers} valid transfers were aborted: see the summary.`, {
    aborted: length,
  });
}

/** Prints the summary; with `--watch` stays until it is interrupted. @throws NodeError `aborted` */
async function present({ summary, urls, broken }: RunningDevnet, flags: Flags, signal: AbortSignal): Promise<void> {
  const { watch, json } = flags;
  const data = watch ? { ...summary, rpc: urls } : summary;
  process.stdout.write(json ? `${JSON.stringify(data, undefined, 2)}\n` : summaryLines(summary));
  if (!watch) return assertNoneAborted(summary);
  if (!json) process.stderr.write(watchLines(urls));
  await Promise.race([aborted(signal), broken]);
}

const watchLines = (urls: readonly string[]): string =>
  `The network is running; JSON-RPC at ${urls.join(' ')}\nLook with: ios status --rpc ${urls[0]}\nCtrl-C stops it.\n`;
