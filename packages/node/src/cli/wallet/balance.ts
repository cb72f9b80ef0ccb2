import { encodeAddress, formatIos } from '@ios/ledger';
import { Command } from 'commander';
import { count } from '../count.ts';
import { userKeysFolder } from '../folders.ts';
import { ownerOf } from '../key-reference.ts';
import { clientOf, type NodeOptions, withNode } from '../node-options.ts';
import { print } from '../print.ts';
import { onlyOwner } from './own-key.ts';

interface BalanceOptions extends NodeOptions {
  readonly keys: string;
  readonly json: boolean;
}

/** `ios balance`. */
export const balanceCommand = (): Command =>
  withNode(new Command('balance'))
    .argument('[owner]', 'an address, or an owner key; else your only owner key')
    .option('--keys <folder>', 'the folder of keys', userKeysFolder())
    .option('--json', 'print the result as JSON', false)
    .addHelpText(
      'after',
      `
It is what the node says; ios proof and ios verify need not trust it.
Example: ios balance alice --rpc http://127.0.0.1:7101`,
    )
    .action(balance);

async function balance(given: string | undefined, options: BalanceOptions): Promise<void> {
  const owner = encodeAddress(await ownerOf(given ?? (await onlyOwner(options.keys)), options.keys));
  const { amount, outputs } = await (await clientOf(options)).call('getBalance', { owner });
  const ios = formatIos(BigInt(amount));
  print(
    options.json,
    { address: owner, balance: ios, units: amount, outputs },
    `${ios} IOS in ${count(outputs, 'output')} of ${owner}\n`,
  );
}
