import { formatIos } from '@ios/ledger';
import { Command, InvalidArgumentError } from 'commander';
import { wholeNumber } from '../cli/arguments.ts';
import { EXIT } from '../cli/failure.ts';
import { NodeError } from '../errors.ts';
import { aborted } from './aborted.ts';
import { createDisplay, silentDisplay } from './display.ts';
import type { EpochSummary } from './epochs.ts';
import { CRASH_STEPS, FAULTS, type FaultPlan, parseFault } from './faults/plan.ts';
import type { FaultSummary } from './faults/play.ts';
import { faultWords } from './faults/words.ts';
import { type RunningDevnet, runDevnet } from './run.ts';
import { parseShardFault, SHARD_FAULTS, type ShardFault } from './shard-faults/plan.ts';
import type { ShardFaultSummary } from './shard-faults/stage.ts';
import { counted, type DevnetSummary, type KindSummary, type ShardSummary } from './summary.ts';

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

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The summary as a reader wants it: what was run, and what was verified by the client itself. */
export const summaryLines = (summary: DevnetSummary): string =>
  [
    '',
    `Block ${summary.block}`,
    `  ${counted(summary.transfers, 'transfer')}, ${counted(summary.withinBlock, 'input')} from within the block, chains up to ${summary.deepestChain} deep`,
    `  left out: the coinbase, ${counted(summary.excluded, 'other transaction')}, ${counted(summary.droppedOutputs, 'output')} of value zero`,
    ...(summary.assumed ? ['  amounts and some owners are assumed: no --undo data tell what the block spends'] : []),
    `  ${counted(summary.waited, 'transfer')} came before their parents and waited for them`,
    ...crossShardLines(summary),
    '',
    'Verified by the client, from genesis:',
    `  ✓ ${counted(summary.transfers, 'transfer')} final, all of them on ${counted(summary.validators, 'validator')}${summary.shards.length === 1 ? '' : ': in every shard that has a part in them'}`,
    `  ✓ ${counted(summary.certificates, 'collective signature')} over ${counted(summary.height, 'block')} hold, each validator's own; node:crypto accepts ${summary.nativeCertificates}`,
    `  ✓ ${counted(summary.witnesses, 'signature')} of owners hold, the blocks executed again`,
    ...stateLines(summary),
    `  ✓ the supply is conserved: ${formatIos(BigInt(summary.supply))} IOS, before and after, on every validator`,
    ...epochLines(summary.epochs),
    ...(summary.fault === undefined ? [] : faultLines(summary.fault)),
    ...(summary.shardFault === undefined ? [] : shardFaultLines(summary.shardFault, summary)),
    '',
    `  ${seconds(summary.elapsedMs)}, ${summary.transfersPerSecond} transfers/s; time to finality ${finality(summary)}`,
    ...latencyLines(summary),
    `  A network of ${counted(summary.validators, 'validator')} on one machine is a demonstration, not a safe one.`,
    ...(summary.shards.length === 1 ? [] : ['  Shards of so few are not safe wherever they run: see ios init.']),
    '',
  ].join('\n');

/** How many transfers touch several shards; nothing where there is one. */
const crossShardLines = ({ shards, kinds, crossShard }: DevnetSummary): string[] =>
  shards.length === 1
    ? []
    : [
        `  ${counted(shards.length, 'shard')}: ${percent(crossShard)} of the transfers touch several; ${kinds.paid.transfers} are paid from one to others, ${kinds.voted.transfers} have inputs in several, which vote`,
      ];

/** That validators agree, and that nothing is under way between shards. */
const stateLines = ({ shards }: DevnetSummary): string[] => {
  const state = ({ executionDigest }: ShardSummary): string => `${executionDigest.slice(0, 16)}…`;
  if (shards.length === 1)
    return [`  ✓ all validators show these blocks and came to the same state, ${state(shards[0]!)}`];
  return [
    '  ✓ all validators of a shard show the same blocks and came to the same state:',
    ...shards.map(
      (shard, number) =>
        `      shard ${number}  validators ${shard.validators.join(', ')}; ${counted(shard.height, 'block')}, ${state(shard)}, ${formatIos(BigInt(shard.supply))} IOS`,
    ),
    '  ✓ what shards told each other was certified by their committees; no record is held, no credit under way',
  ];
};

const finality = ({ finalityP50Ms, finalityP99Ms }: KindSummary | DevnetSummary): string =>
  `p50 ${seconds(finalityP50Ms)}, p99 ${seconds(finalityP99Ms)}`;

const latencyLines = ({ shards, kinds }: DevnetSummary): string[] =>
  shards.length === 1
    ? []
    : [
        `    within a shard                ${finality(kinds.home)}`,
        `    paid to other shards          ${finality(kinds.paid)}, to the last credit`,
        `    with inputs in several shards ${finality(kinds.voted)}, to the last commit and credit`,
      ];

const epochLines = (epochs: readonly EpochSummary[]): string[] =>
  epochs.length === 0
    ? []
    : [
        `  ✓ the randomness of ${counted(epochs.length, 'epoch')}: dealings, shares and signatures hold, and all validators have the same`,
        ...epochs.map(
          ({ epoch, randomness, leader, contributors, failedAttempts, passedOver, excluded }) =>
            `      epoch ${epoch}  ${randomness.slice(0, 16)}…  led by validator ${leader}, made by ${contributors.join(', ')}` +
            (passedOver === 0 ? '' : `; ${counted(passedOver, 'leader')} passed over`) +
            (failedAttempts === 0 ? '' : `; ${counted(failedAttempts, 'attempt')} failed`) +
            (excluded.length === 0 ? '' : `; ${excluded.join(', ')} withheld`),
        ),
      ];

/** What the faulty one did, what the others made of it, and that the epochs above are what they should be all the same. */
const faultLines = ({ fault, validator, epoch, ...rest }: FaultSummary): string[] => {
  const { finishedBy, namedBy, recoveredAfterMs, startedAgain } = rest;
  return [
    `  ✓ ${fault}: in epoch ${epoch} validator ${validator} ${faultWords(parseFault(fault)!)}`,
    `      all others had the randomness of that epoch ${seconds(recoveredAfterMs)} later`,
    ...(finishedBy === null || finishedBy === validator ? [] : [`      validator ${finishedBy} took over`]),
    ...(namedBy.length === 0
      ? []
      : [`      ${validatorsNamed(namedBy)} named it; no randomness is made of what it dealt`]),
    ...(startedAgain ? [`      validator ${validator} was started again, and has the same randomness as all`] : []),
  ];
};

const validatorsNamed = (seats: readonly number[]): string =>
  `${seats.length === 1 ? 'validator' : 'validators'} ${seats.join(', ')}`;

/** What went wrong between shards, and what became of it. */
const shardFaultLines = (summary: ShardFaultSummary, { kinds }: DevnetSummary): string[] => {
  switch (summary.fault) {
    case 'client-crash':
      return [
        `  ✓ client-crash: of the ${counted(kinds.voted.transfers, 'transfer')} that several shards vote on, one shard alone was told, once; the validators brought each to all`,
      ];
    case 'shard-partition': {
      const blocks = summary.blocks.map((count, shard) => `shard ${shard} decided ${counted(count, 'block')}`);
      return [
        `  ✓ shard-partition: for ${seconds(summary.cutMs)} no validator was connected to another shard; ${blocks.join(', ')}`,
        `      ${summary.finalBefore} transfers were final before, ${summary.finalAfter} when it ended, all ${seconds(summary.recoveredAfterMs)} later`,
      ];
    }
    case 'double-spend':
      return [
        `  ✓ double-spend: of ${counted(summary.pairs, 'pair')} over the same coins of two shards ${summary.oneCommitted} have one committed, ${summary.noneCommitted} none; no pair has both`,
        `      ${summary.aborted.rejected} accepts were given up for another shard's reject, ${summary.aborted.absent} for its absence; the coins came back, less ${formatIos(BigInt(summary.lockFees))} IOS of lock fees in all`,
      ];
  }
};

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

/** Prints the summary; with `--watch` stays until it is interrupted. */
async function present({ summary, urls, broken }: RunningDevnet, flags: Flags, signal: AbortSignal): Promise<void> {
  const { watch, json } = flags;
  const data = watch ? { ...summary, rpc: urls } : summary;
  process.stdout.write(json ? `${JSON.stringify(data, undefined, 2)}\n` : summaryLines(summary));
  if (!watch) return;
  if (!json) process.stderr.write(watchLines(urls));
  await Promise.race([aborted(signal), broken]);
}

const watchLines = (urls: readonly string[]): string =>
  `The network is running; JSON-RPC at ${urls.join(' ')}\nLook with: ios status --rpc ${urls[0]}\nCtrl-C stops it.\n`;
