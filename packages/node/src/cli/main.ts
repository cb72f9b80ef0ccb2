import { CommanderError } from 'commander';
import { describeFailure, EXIT, exitCodeOf } from './failure.ts';
import { createProgram } from './program.ts';

/**
 * Runs a command line and returns its exit code: 0 done, 1 failed, 2 wrong usage, or the code that the command itself has
 * set (130 after Ctrl-C). A failure goes to standard error: a sentence, or with `--json` a record `{ error: { code,
 * message } }`.
 */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const program = await createProgram(args);
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? EXIT.ok);
  } catch (error) {
    if (error instanceof CommanderError) return exitCodeOf(error);
    const failure = describeFailure(error);
    const text = args.includes('--json') ? JSON.stringify({ error: failure }) : `ios: ${failure.message}`;
    process.stderr.write(`${text}\n`);
    return EXIT.failed;
  }
}
