import { blockHash, decodeBlock, type Transaction, transactionId } from '@ios/ledger';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { Command, InvalidArgumentError } from 'commander';
import { NodeError } from '../../errors.ts';
import { clientOf, type NodeOptions, withNode } from '../node-options.ts';
import { print } from '../print.ts';

interface BlockOptions extends NodeOptions {
  readonly json: boolean;
}

/** `ios block`. */
export const blockCommand = (): Command =>
  withNode(new Command('block'))
    .argument('<height>', 'the height of a final block, or: head', heightOrHead)
    .option('--json', 'print the block as JSON', false)
    .addHelpText('after', '\nExamples: ios block head\n          ios block 17 --json')
    .action(show);

function heightOrHead(text: string): number | 'head' {
  if (text === 'head') return text;
  const height = /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : Number.NaN;
  if (height <= 0xffffffff) return height;
  throw new InvalidArgumentError('Wanted is a height from 1, or: head.');
}

async function show(asked: number | 'head', options: BlockOptions): Promise<void> {
  const client = await clientOf(options);
  const head = await client.call('getHead', {});
  const height = asked === 'head' ? head.height : asked;
  if (height === 0 || height > head.height) {
    const said =
      height === 0 ? 'There is no block yet.' : `There is no block ${height} yet; the last is ${head.height}.`;
    throw new NodeError('missing', `${said} Ask again later.`, { height: head.height });
  }
  const answer = await client.call('getBlock', { height });
  if (answer === null) throw new NodeError('missing', `${client.url} does not keep block ${height}. Ask another node.`);
  const { header, transactions } = decodeBlock(hexToBytes(answer.bytes));
  const hash = bytesToHex(blockHash(header));
  const ids = transactions.map(({ body }: Transaction) => bytesToHex(transactionId(body)));
  const record = {
    height: header.height,
    hash,
    previous: bytesToHex(header.previous),
    proposer: header.proposer,
    bytes: answer.bytes.length / 2,
    transactions: ids,
  };
  print(
    options.json,
    record,
    `Height        ${record.height}
Hash          ${hash}
Previous      ${record.previous}
Proposer      validator ${record.proposer}
Bytes         ${record.bytes}
Transactions  ${ids.length}
${ids.map((id) => `  ${id}\n`).join('')}`,
  );
}
