import { outpointKey } from '@ios/ledger';
import { expect, test } from 'vitest';
import {
  createWallet,
  deriveOwnerKey,
  type RpcClient,
  type SignedTransaction,
  type WebSocketClient,
} from '../src/index.ts';
import type { TransactionAnswer } from '../src/methods/answers.ts';

const key = deriveOwnerKey(new Uint8Array(32).fill(3), 0);
const chain = new Uint8Array(32).fill(1);
const payments = [{ to: deriveOwnerKey(new Uint8Array(32).fill(3), 1).address, amount: 60n }];
const final = { status: 'final', height: 5, index: 2, block: 'ab'.repeat(32) } as const;

/** A node that shows coins of one key, and says of every transaction what it is told to, the last for ever. */
const nodeOf = (amounts: readonly bigint[], states: readonly TransactionAnswer[] = []) => {
  const asked: string[] = [];
  let polls = 0;
  const answers: Readonly<Record<string, () => unknown>> = {
    getStatus: () => ({ epoch: 0 }),
    getOutputs: () =>
      amounts.map((amount, index) => ({ outpoint: { id: '00'.repeat(32), index }, amount: String(amount) })),
    getTransaction: () => states[Math.min(polls++, states.length - 1)],
    submitTransaction: () => ({ status: 'pending', id: '' }),
  };
  const client = {
    url: 'test:',
    call: async (method: string) => {
      asked.push(method);
      return answers[method]!();
    },
  } as unknown as RpcClient;
  return { client, asked };
};
const coinsOf = ({ transaction }: SignedTransaction): string[] =>
  transaction.body.inputs.map(({ outpoint }) => outpointKey(outpoint));

test('coins come back when their payment is rejected', async () => {
  const { client } = nodeOf([100n], [{ status: 'rejected', code: 'conflict', message: 'spent' }]);
  const wallet = createWallet({ client, network: { chain }, keys: [key] });
  const signed = await wallet.build(payments);
  await expect(wallet.waitFor(signed, 'final')).rejects.toMatchObject({
    code: 'rejected',
    facts: { reason: 'conflict' },
  });
  expect(coinsOf(await wallet.build(payments))).toEqual(coinsOf(signed));
});

test('a payment is waited for by asking, and handed in again where the node has lost it', async () => {
  const { client, asked } = nodeOf([100n], [{ status: 'unknown' }, final]);
  const wallet = createWallet({ client, network: { chain }, keys: [key] });
  const { status: _, ...place } = final;
  expect(await wallet.waitFor(await wallet.build(payments), 'final')).toEqual(place);
  expect(asked.slice(2)).toEqual(['getTransaction', 'submitTransaction', 'getTransaction']);
});

test('over a WebSocket it is told, and asks nothing', async () => {
  const { client, asked } = nodeOf([100n]);
  let left = false;
  const told: WebSocketClient['transaction'] = async function* () {
    try {
      yield { status: 'unknown' };
      yield { status: 'pending' };
      yield final;
    } finally {
      left = true;
    }
  };
  const socket = { ...client, transaction: told } as WebSocketClient;
  const wallet = createWallet({ client: socket, network: { chain }, keys: [key] });
  expect(await wallet.waitFor(await wallet.build(payments), 'final')).toMatchObject({ height: 5 });
  expect(asked.slice(2)).toEqual(['submitTransaction']);
  expect(left).toBe(true);
});
