import { Command } from 'commander';
import { type Config, readConfig } from './config.ts';
import { passwordWithoutAsking } from './doctor/command.ts';
import { describeFindings, hasFault } from './doctor/finding.ts';
import { EXIT } from './failure.ts';
import { createLog } from './log.ts';
import { findPassword, type PasswordOptions, withPassword } from './password.ts';
import { print } from './print.ts';
import type { runValidator } from './run-validator.ts';

interface StartOptions extends PasswordOptions {
  readonly config: string;
  readonly check: boolean;
  readonly json: boolean;
  readonly stopWithParent: boolean;
}

/** What stands between a validator's node and its keys and network. */
type Around = Parameters<typeof runValidator>[3];

/** What ended a validator's run. */
type End = 'SIGINT' | 'SIGTERM' | 'parent';

/** `ios start`; the node gets its parts as `around` returns them, unchanged by default. */
export const startCommand = (around?: Around): Command =>
  withPassword(new Command('start'))
    .requiredOption('--config <file>', 'its configuration')
    .option('--check', 'say whether it could start, and do not', false)
    .option('--json', 'write the log as JSON, a record a line', false)
    .option('--stop-with-parent', 'stop when standard input closes', false)
    .addHelpText(
      'after',
      `
The password of its key comes from --password-file or --password-stdin, else from the file that the configuration names,
else you are asked.
Once it listens it prints one line of JSON to standard output: event "ready", rpc, chain, identity, member, height, pid.
The log goes to standard error, or to the file that the configuration names.
It stops in order on Ctrl-C (exit code ${EXIT.interrupted}) and on SIGTERM (${EXIT.ok}); a second signal ends it at once.
Example: ios start --config network/validator-0/config.json`,
    )
    .action((options: StartOptions, command: Command) => start(options, command, around));

async function start(options: StartOptions, command: Command, around: Around | undefined): Promise<void> {
  if (options.stopWithParent && options.passwordStdin) {
    command.error('error: standard input cannot both bring the password and tell that the parent is there');
  }
  try {
    await run(options, around);
  } finally {
    // Standard input, where a parent is watched, would keep the process.
    process.stdin.destroy();
  }
}

async function run(
  { config: file, check, json, stopWithParent, ...given }: StartOptions,
  around: Around | undefined,
): Promise<void> {
  if (check) return checkStart(file, given, json);
  const config = await readConfig(file);
  const log = createLog(config.log, json);
  // A reader that went away is no reason to die with the data open.
  process.stdout.on('error', () => {});
  const ended = endOfRun(stopWithParent);
  // Loaded here, so that a mistake in the configuration is told at once.
  const { runValidator } = await import('./run-validator.ts');
  const validator = await runValidator(
    config,
    () => findPassword(config.key, passwordSource(given, config)),
    log,
    around,
  );
  process.stdout.write(`${JSON.stringify(validator.ready)}\n`);
  const { rpc, identity, member, height } = validator.ready;
  log('info', 'The node is ready.', { rpc, identity, member, height });
  const end = await ended;
  log('info', 'The node stops.', { because: end });
  await validator.stop();
  process.exitCode = end === 'SIGINT' ? EXIT.interrupted : EXIT.ok;
}

/** Says what stands in the way of a start. */
async function checkStart(file: string, given: PasswordOptions, json: boolean): Promise<void> {
  const { diagnoseStart } = await import('./doctor/diagnose.ts');
  const findings = await diagnoseStart(file, passwordWithoutAsking(given));
  print(json, { healthy: !hasFault(findings), findings }, describeFindings(findings));
  process.exitCode = hasFault(findings) ? EXIT.failed : EXIT.ok;
}

/** Resolves with the first thing that asks the validator to stop; a second signal ends the process at once. */
function endOfRun(stopWithParent: boolean): Promise<End> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(EXIT.interrupted);
        asked = true;
        resolve(signal);
      });
    }
    if (!stopWithParent) return;
    process.stdin.on('error', () => resolve('parent'));
    process.stdin.on('close', () => resolve('parent'));
    process.stdin.resume();
  });
}

/** What the command line says, else what the configuration does. */
const passwordSource = (given: PasswordOptions, { passwordFile }: Config): PasswordOptions =>
  given.passwordFile === undefined && given.passwordStdin === undefined && passwordFile !== undefined
    ? { passwordFile }
    : given;
