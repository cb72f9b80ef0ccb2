import { assembleBlock, encodeBlock, transactionId } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import { buildTransfer, deriveOwnerKey, type RpcClient } from '../src/index.ts';
import { participantsFrom } from '../src/wallet/participants.ts';

const zero = new Uint8Array(32);
const chain = new Uint8Array(32).fill(1);
/** The owner of an index has its coins in the shard of that number. */
const keys = [0, 1, 2].map((index) => deriveOwnerKey(new Uint8Array(32).fill(3), index));
const place = (owner: Uint8Array) => keys.findIndex(({ publicKey }) => String(publicKey) === String(owner));
const paid = (to: number, amount: bigint) => {
  const coins = [{ outpoint: { id: zero, index: Number(amount) }, amount: 9n, owner: keys[0]!.publicKey }];
  return buildTransfer({ chain, expiry: 2, coins, payments: [{ to: keys[to]!.address, amount }], fee: 0n, keys })
    .transaction;
};
const transactions = [paid(1, 2n), paid(2, 3n)];
const position = {
  ...{ chain, shard: 0, epoch: 0, stepEntry: zero, height: 5 },
  ...{ previous: chain, executionDigest: zero, outboxRoot: zero, proposer: 2 },
};
const block = bytesToHex(encodeBlock(assembleBlock(position, new Uint8Array(0), transactions)));
const id = bytesToHex(transactionId(transactions[1]!.body));

/** What is found where a node shows these bytes for the block, and the transaction at this index of it. */
const found = async (bytes: string, index: number): Promise<readonly number[] | undefined> => {
  const client = { call: async () => ({ bytes }) } as unknown as RpcClient;
  const answer = { status: 'final' as const, height: 5, block: 'ab'.repeat(32), index };
  const ask = participantsFrom([{ shard: 0, client }], id, place);
  return ask({ status: 'committed', steps: [{ shard: 0, answer }] });
};

test('the shards of a transaction are found in the block that has it', async () => {
  expect(await found(block, 1)).toEqual([0, 2]);
});

test('a node that shows another transaction, none or no block is not believed', async () => {
  expect(await found(block, 0)).toBeUndefined();
  expect(await found(block, 2)).toBeUndefined();
  expect(await found(block.slice(0, -2), 1)).toBeUndefined();
});
