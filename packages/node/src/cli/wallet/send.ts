import { partiesOf } from '@ios/atomix';
import {
  ClientError,
  createWallet,
  type SignedTransaction,
  shardClients,
  type TransactionProgress,
  type Wallet,
} from '@ios/client';
import type { TransactionPlace } from '@ios/client/methods';
import { encodeAddress, formatIos, LedgerError, parseIos } from '@ios/ledger';
import { Command, InvalidArgumentError } from 'commander';
import { NodeError } from '../../errors.ts';
import { wholeNumber } from '../arguments.ts';
import { userKeysFolder } from '../folders.ts';
import { ownerOf } from '../key-reference.ts';
import { clientsOf, type NodesOptions, networkOf, withGenesis, withNodes } from '../node-options.ts';
import { type PasswordOptions, withPassword } from '../password.ts';
import { print } from '../print.ts';
import { describeProgress } from './describe-progress.ts';
import { onlyOwner, openOwners } from './own-key.ts';
import { tellWaiting } from './waiting.ts';

interface SendOptions extends NodesOptions, PasswordOptions {
  readonly from?: readonly string[];
  readonly keys: string;
  readonly fee?: bigint;
  readonly wait: boolean;
  readonly timeout: number;
  readonly json: boolean;
}

/** `ios send`. */
export const sendCommand = (): Command =>
  withPassword(withGenesis(withNodes(new Command('send'))))
    .argument('<to>', 'an address, or an owner key of yours')
    .argument('<amount>', 'how many IOS, such as 12.5', amount)
    .option(
      '--from <key>',
      'whose coins: a key by its name, or the path of its file; may be given several times, the first gets the change; else your only owner key',
      (key: string, before: readonly string[] = []) => [...before, key],
    )
    .option('--keys <folder>', 'the folder of keys', userKeysFolder())
    .option('--fee <amount>', 'how many IOS the validators get; else none', amountOrNone)
    .option('--wait', 'wait until it is final, or committed where several shards vote', false)
    .option('--timeout <seconds>', 'how long to wait', wholeNumber(1, 86_400), 60)
    .option('--json', 'print the result as JSON', false)
    .addHelpText(
      'after',
      `
The transaction is bound to the network of the genesis file, whatever the node says.
Where there are several shards, there has to be a node of each in which keys of --from live. The coins of one shard are spent
where they suffice, and it decides alone; else coins of several, which vote: all of them commit, or none. What is paid to owners in
other shards arrives there a little later: ios tx --follow shows that.
A password from a file or standard input is that of all keys of --from; on a terminal each is asked for.
While --wait waits, standard error tells so; with --json in records of one line.
Examples: ios send ios1… 12.5 --config network/validator-0/config.json --wait
          ios send bob 3 --from alice --rpc http://127.0.0.1:7101 --genesis network/genesis.json
          ios send bob 9 --from alice --from carol --rpc http://127.0.0.1:7101 --rpc http://127.0.0.1:7105 --genesis network/genesis.json`,
    )
    .action(send);

function amount(text: string): bigint {
  const units = amountOrNone(text);
  if (units > 0n) return units;
  throw new InvalidArgumentError('An amount is more than 0.');
}

function amountOrNone(text: string): bigint {
  try {
    return parseIos(text);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    throw new InvalidArgumentError(`Wanted is a number of IOS, such as 12.5: ${error.message}.`);
  }
}

async function send(to: string, units: bigint, options: SendOptions): Promise<void> {
  const { keys, fee = 0n, json } = options;
  const network = await networkOf(options);
  const payee = encodeAddress(await ownerOf(to, keys));
  const from = options.from ?? [await onlyOwner(keys)];
  const shards = await shardClients(await clientsOf(options));
  const wallet = createWallet({ shards, network, keys: await openOwners(from, keys, options) });
  const signed = await wallet.build([{ to: payee, amount: units }], { fee });
  await submit(wallet, signed);
  const { voters } = partiesOf(signed.transaction.body, network.place);
  const outcome = options.wait
    ? await waitFor(wallet, signed, voters.length > 1 ? 'committed' : 'final', options)
    : undefined;
  const { id } = signed;
  print(
    json,
    {
      ...{ id, from: wallet.addresses, to: payee, amount: formatIos(units), fee: formatIos(signed.fee), voters },
      ...{ committed: options.wait, final: outcome?.place ?? null },
    },
    `${formatIos(units)} IOS to ${payee}\nTransaction  ${id}\n${said(id, voters, outcome ?? {})}`,
  );
}

/** What was waited for: where the only voter has it, or what several shards say. */
interface Outcome {
  readonly place?: TransactionPlace;
  readonly progress?: TransactionProgress;
}

function said(id: string, voters: readonly number[], { place, progress }: Outcome): string {
  const among = voters.length > 1 ? `Voters       shards ${voters.join(', ')}\n` : '';
  if (place !== undefined)
    return `Final        at height ${place.height}, place ${place.index}, block ${place.block}\n`;
  if (progress !== undefined) return `${among}Standing     ${describeProgress(progress)}\n`;
  return `${among}Sent, not final yet. ios tx ${id} --follow tells.\n`;
}

/** Hands it in; where it is not known whether that arrived, says how to find out. */
async function submit(wallet: Wallet, signed: SignedTransaction): Promise<void> {
  try {
    await wallet.submit(signed);
  } catch (error) {
    if (!(error instanceof ClientError && error.code === 'rpc-unreachable')) throw error;
    throw new ClientError(
      'rpc-unreachable',
      `${error.message} The transaction ${signed.id} may have arrived all the same: ask with ios tx before you pay again.`,
      { id: signed.id },
      error,
    );
  }
}

async function waitFor(
  wallet: Wallet,
  signed: SignedTransaction,
  status: 'committed' | 'final',
  { timeout: seconds, json }: SendOptions,
): Promise<Outcome> {
  const signal = AbortSignal.timeout(seconds * 1000);
  const stopTelling = tellWaiting(signed.id, json);
  try {
    return status === 'final'
      ? { place: await wallet.waitFor(signed, status, { signal }) }
      : { progress: await wallet.waitFor(signed, status, { signal }) };
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new NodeError(
      'time',
      `The transaction ${signed.id} was sent, but was not ${status} within ${seconds} s. It may still become so: ` +
        'ask with ios tx before you pay again.',
      { id: signed.id, seconds },
      error,
    );
  } finally {
    stopTelling();
  }
}
