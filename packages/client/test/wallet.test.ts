import { encodeAddress } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import { createWallet, deriveOwnerKey, type RpcClient } from '../src/index.ts';

const key = deriveOwnerKey(new Uint8Array(32).fill(3), 0);
const to = encodeAddress(deriveOwnerKey(new Uint8Array(32).fill(3), 1).publicKey);

/** A node that answers at once, with two coins of 5. */
const client = {
  url: 'http://node.example',
  call: async (method: string) =>
    method === 'getStatus'
      ? { epoch: 0 }
      : [1, 2].map((byte) => ({ outpoint: { id: bytesToHex(new Uint8Array(32).fill(byte)), index: 0 }, amount: '5' })),
} as unknown as RpcClient;

test('payments that are made at a time spend different coins', async () => {
  const wallet = createWallet({ client, network: { chain: new Uint8Array(32) }, keys: [key] });
  const both = await Promise.all([1n, 2n].map((amount) => wallet.build([{ to, amount }])));
  const spent = both.flatMap(({ transaction }) =>
    transaction.body.inputs.map(({ outpoint }) => bytesToHex(outpoint.id)),
  );
  expect(new Set(spent).size).toBe(2);
  await expect(wallet.build([{ to, amount: 1n }])).rejects.toMatchObject({ code: 'insufficient-funds' });
});

test('an answer from before a coin was there does not make it free again', async () => {
  let late: (coins: unknown) => void = () => {};
  let asked = 0;
  const slow = {
    ...client,
    call: (method: Parameters<RpcClient['call']>[0]) =>
      method !== 'getStatus' && asked++ === 0
        ? new Promise((resolve) => {
            late = resolve;
          })
        : client.call(method as 'getStatus', {}),
  } as unknown as RpcClient;
  const wallet = createWallet({ client: slow, network: { chain: new Uint8Array(32) }, keys: [key] });
  const listing = wallet.coins();
  await wallet.build([{ to, amount: 7n }]);
  late([]);
  expect(await listing).toEqual([]);
  expect(await wallet.coins()).toEqual([]);
});

test('a key that is given twice has its coins once', async () => {
  const wallet = createWallet({ client, network: { chain: new Uint8Array(32) }, keys: [key, { ...key }] });
  expect(wallet.addresses).toEqual([key.address]);
  expect(await wallet.coins()).toHaveLength(2);
  await expect(wallet.build([{ to, amount: 11n }])).rejects.toMatchObject({ code: 'insufficient-funds' });
});
