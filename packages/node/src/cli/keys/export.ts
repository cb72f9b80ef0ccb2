import { createInterface } from 'node:readline/promises';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Command } from 'commander';
import { NodeError } from '../../errors.ts';
import { labelOf } from '../../keys/key-file.ts';
import { keyPath, openKey } from '../../keys/keys-folder.ts';
import { readSecretFile, writeSecretFile } from '../../keys/secret-file.ts';
import { missing } from '../files.ts';
import { findPassword, type PasswordOptions } from '../password.ts';
import { print } from '../print.ts';
import type { KeysOptions } from './command.ts';

interface ExportOptions extends KeysOptions, PasswordOptions {
  readonly output?: string;
  readonly unencrypted?: true;
  readonly confirm?: string;
}

/** `ios keys export`. */
export async function exportKey(name: string, options: ExportOptions, command: Command): Promise<void> {
  const { keys, output, unencrypted, confirm, json } = options;
  if ((output === undefined) === (unencrypted === undefined)) {
    command.error('error: say where the encrypted copy goes (-o FILE), or insist on the secret itself (--unencrypted)');
  }
  const file = keyPath(keys, name);
  const text = await readSecretFile(file).catch((error: unknown) => {
    throw missing(error, file, 'key', 'ios keys list shows those that there are.');
  });
  if (output !== undefined) {
    labelOf(text);
    await writeSecretFile(output, text);
    return print(
      json,
      { name, file: output },
      `An encrypted copy of ${name} is in ${output}, under the same password.\n`,
    );
  }
  await assertConfirmed(name, confirm);
  const secret = bytesToHex(await openKey(file, await findPassword(name, options)));
  print(json, { name, secret }, `${secret}\n`);
}

/** Throws `NodeError` (`confirmation`) unless the user has said the key's name once more. */
async function assertConfirmed(name: string, confirm: string | undefined): Promise<void> {
  const said = confirm ?? (await askName(name));
  if (said === name) return;
  throw new NodeError('confirmation', `Nothing was shown: ${JSON.stringify(said)} is not the name ${name}.`);
}

async function askName(name: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new NodeError('confirmation', `There is no terminal to ask on. Confirm with --confirm ${name}.`);
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(`Whoever sees the secret of ${name} has all that it has. Type its name to see it: `);
  } finally {
    lines.close();
  }
}
