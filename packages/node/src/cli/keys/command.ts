import { Command, InvalidArgumentError, Option } from 'commander';
import { isKeyName, type KeyKind } from '../../keys/keys-folder.ts';
import { userKeysFolder } from '../folders.ts';
import { withPassword } from '../password.ts';
import { exportKey } from './export.ts';
import { importKey, newKey } from './make.ts';
import { listAll, showKey } from './show.ts';

const KINDS: readonly KeyKind[] = ['owner', 'validator'];

/** `ios keys`. */
export function keysCommand(): Command {
  const keys = new Command('keys').addHelpText(
    'after',
    `
Keys lie in a folder (${userKeysFolder()} unless --keys names another), each in an encrypted file.
An owner key holds coins and has an address. A validator key is the one secret of a validator, from which its keys in any
network are derived. Passwords come from the terminal, a file or standard input.

Example: ios keys new alice && ios keys show alice`,
  );
  keys.addCommand(
    withPassword(subcommand('new', 'make a key', true))
      .addOption(kindOption())
      .option(
        '--colocate <shard>',
        'of an owner key: in which shard its coins shall be, by its number or by a key that is there',
      )
      .option('--genesis <file>', 'with --colocate: of which network')
      .addHelpText(
        'after',
        `
Where a network has several shards, the coins of a key are in the one that a hash of the key names. Payments from the coins of one key
take one shard; keys that are in one shard spend together without a vote of several. With --colocate keys are drawn until one lies
there, as many as there are shards on average; it is a key like any other, and its file says nothing of shards.
Examples: ios keys new alice
          ios keys new vera --kind validator
          ios keys new savings --colocate alice --genesis genesis.json
          ios keys new till --colocate 2 --genesis genesis.json`,
      )
      .action(newKey),
  );
  keys.addCommand(
    subcommand('list', 'show all keys, without their secrets', false)
      .addHelpText('after', '\nExample: ios keys list --json')
      .action(listAll),
  );
  keys.addCommand(
    withPassword(subcommand('show', 'show what others may know of a key', true))
      .option(
        '--genesis <file>',
        'of an owner key: the shard of its coins in this network; of a validator key: its identity there, for which the password is needed',
      )
      .addHelpText('after', '\nExample: ios keys show alice --genesis genesis.json')
      .action(showKey),
  );
  keys.addCommand(
    withPassword(subcommand('import', 'take in a key that was made elsewhere', true))
      .addOption(kindOption())
      .option('--seed-file <file>', 'its 32 bytes as 64 hexadecimal digits, one line of a file of mode 0600')
      .option('--key-file <file>', 'a key file; its password becomes that of the key')
      .addHelpText(
        'after',
        `
With neither option you are asked for the 64 digits.
Example: ios keys import treasury --key-file network/validator-0/owner.json --password-file network/validator-0/password`,
      )
      .action(importKey),
  );
  keys.addCommand(
    withPassword(subcommand('export', 'write a copy of a key, encrypted unless you insist', true))
      .option('-o, --output <file>', 'write the encrypted key file there')
      .option('--unencrypted', 'print the secret itself, as 64 hexadecimal digits')
      .option('--confirm <name>', 'with --unencrypted: the name again, so that you are not asked')
      .addHelpText(
        'after',
        `
Examples: ios keys export alice -o alice-backup.json
          ios keys export alice --unencrypted`,
      )
      .action(exportKey),
  );
  return keys;
}

/** Reads the name of a key. */
export function keyName(text: string): string {
  if (isKeyName(text)) return text;
  throw new InvalidArgumentError('Wanted are 1 to 64 letters, digits, _ and -, a letter or digit first.');
}

const kindOption = (): Option =>
  new Option('--kind <kind>', 'what it is for').choices(KINDS).default('owner' satisfies KeyKind);

/** What all commands about keys have in common. */
export interface KeysOptions {
  readonly keys: string;
  readonly json: boolean;
}

function subcommand(name: string, description: string, named: boolean): Command {
  const command = new Command(name).description(description);
  if (named) command.argument('<name>', 'what the key is called', keyName);
  return command
    .option('--keys <folder>', 'the folder of keys', userKeysFolder())
    .option('--json', 'print the result as JSON', false);
}
