import { placementOver } from '@ios/atomix';
import { shardClients } from '@ios/client';
import { encodeAddress, formatIos } from '@ios/ledger';
import { Command } from 'commander';
import { count } from '../count.ts';
import { userKeysFolder } from '../folders.ts';
import { ownerOf } from '../key-reference.ts';
import { clientsOf, type NodesOptions, withNodes } from '../node-options.ts';
import { print } from '../print.ts';
import { onlyOwner } from './own-key.ts';

interface BalanceOptions extends NodesOptions {
  readonly keys: string;
  readonly json: boolean;
}

/** `ios balance`. */
export const balanceCommand = (): Command =>
  withNodes(new Command('balance'))
    .argument('[owner]', 'an address, or an owner key; else your only owner key')
    .option('--keys <folder>', 'the folder of keys', userKeysFolder())
    .option('--json', 'print the result as JSON', false)
    .addHelpText(
      'after',
      `
It is what the node says; ios proof and ios verify need not trust it. Where there are several shards, a node of the owner's is asked.
Examples: ios balance alice --rpc http://127.0.0.1:7101
          ios balance alice --rpc http://127.0.0.1:7101 --rpc http://127.0.0.1:7105`,
    )
    .action(balance);

async function balance(given: string | undefined, options: BalanceOptions): Promise<void> {
  const key = await ownerOf(given ?? (await onlyOwner(options.keys)), options.keys);
  const owner = encodeAddress(key);
  const shards = await shardClients(await clientsOf(options));
  const shard = placementOver(shards.total)(key);
  const { amount, outputs } = await shards.of(shard).call('getBalance', { owner });
  const ios = formatIos(BigInt(amount));
  print(
    options.json,
    { address: owner, balance: ios, units: amount, outputs, shard },
    `${ios} IOS in ${count(outputs, 'output')} of ${owner}${shards.total > 1 ? `, shard ${shard}` : ''}\n`,
  );
}
