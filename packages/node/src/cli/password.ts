import { type Command, Option } from 'commander';
import { askNewPassword, askPassword, readPasswordFile, readPipedPassword } from '../keys/password.ts';
import { missing } from './files.ts';

/** Where a password comes from; if neither is said, it is asked for on the terminal. */
export interface PasswordOptions {
  readonly passwordFile?: string;
  readonly passwordStdin?: true;
}

/** Adds the options that say where a password comes from: never the command line itself, nor the environment. */
export const withPassword = (command: Command): Command =>
  command
    .addOption(
      new Option('--password-file <file>', 'the password, as one line of a file of mode 0600').conflicts(
        'passwordStdin',
      ),
    )
    .option('--password-stdin', 'the password comes through standard input, as one line');

/** The password that opens `what`. Throws `NodeError` (`password`, `permissions`, `missing`). */
export const findPassword = async (what: string, options: PasswordOptions): Promise<string> =>
  (await givenPassword(options)) ?? askPassword(`Password of ${what}: `, process.stdin, process.stderr);

/** A password for `what`, which is new: typed, it is asked for twice. Throws as {@link findPassword}. */
export const chooseNewPassword = async (what: string, options: PasswordOptions): Promise<string> =>
  (await givenPassword(options)) ?? askNewPassword(what, process.stdin, process.stderr);

/** The password of a file, or of standard input where that is asked for; `undefined` if neither is. */
export async function givenPassword({ passwordFile, passwordStdin }: PasswordOptions): Promise<string | undefined> {
  if (passwordStdin) return readPipedPassword(process.stdin);
  if (passwordFile === undefined) return undefined;
  try {
    return await readPasswordFile(passwordFile);
  } catch (error) {
    throw missing(error, passwordFile, 'password file', 'Write one line to it, and run: chmod 600 on it.');
  }
}
