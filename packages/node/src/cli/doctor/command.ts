import { Command } from 'commander';
import { serverUrl } from '../arguments.ts';
import type { Config } from '../config.ts';
import { EXIT } from '../failure.ts';
import { givenPassword, type PasswordOptions, withPassword } from '../password.ts';
import { print } from '../print.ts';
import { diagnose } from './diagnose.ts';
import { describeFindings, hasFault } from './finding.ts';
import type { PasswordSource } from './node-files.ts';

interface DoctorOptions extends PasswordOptions {
  readonly config: string;
  readonly ask: readonly string[];
  readonly json: boolean;
}

/** `ios doctor`. */
export const doctorCommand = (): Command =>
  withPassword(new Command('doctor'))
    .requiredOption('--config <file>', 'the configuration of the node')
    .option('--ask <url>', 'where another node of the network serves RPC; may be said again', another, [])
    .option('--json', 'print the findings as JSON', false)
    .addHelpText(
      'after',
      `
It looks at configuration, genesis, key, password, data, disk, ports, peers, clock and versions, of a node that runs or not,
and changes no data. Without a password it cannot see whether the key belongs to the genesis.
The clock is held against the times of the node's files, and with --ask against the other node's.
Exit code ${EXIT.failed} if anything is wrong; warnings are not.
Example: ios doctor --config network/validator-0/config.json --ask http://192.0.2.1:7101`,
    )
    .action(async (options: DoctorOptions) => {
      const findings = await diagnose(options.config, passwordWithoutAsking(options), options.ask);
      print(options.json, { healthy: !hasFault(findings), findings }, describeFindings(findings));
      process.exitCode = hasFault(findings) ? EXIT.failed : EXIT.ok;
    });

const another = (text: string, before: readonly string[]): readonly string[] => [...before, serverUrl(text)];

/** What the command line says, else what the configuration does; nobody is asked. */
export const passwordWithoutAsking =
  (given: PasswordOptions): PasswordSource =>
  async ({ passwordFile }: Config) =>
    (await givenPassword(given)) ?? (passwordFile === undefined ? undefined : givenPassword({ passwordFile }));
