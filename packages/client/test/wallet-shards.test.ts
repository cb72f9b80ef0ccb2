import { placementOver } from '@ios/atomix';
import { bytesToHex } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import { createWallet, deriveOwnerKey, type OwnerKey, type SignedTransaction, shardClients } from '../src/index.ts';
import type { TransactionAnswer } from '../src/methods/answers.ts';
import { type Script, scripted } from './scripted-node.ts';

const chain = new Uint8Array(32).fill(1);
const place = placementOver(2);
const network = { chain, place };
const keys = [...Array(20).keys()].map((index) => deriveOwnerKey(new Uint8Array(32).fill(3), index));
const [alice, bob] = [0, 1].map((shard) => keys.find(({ publicKey }) => place(publicKey) === shard)!) as [
  OwnerKey,
  OwnerKey,
];
const name = ({ publicKey }: OwnerKey): string => bytesToHex(publicKey);
const to = (amount: bigint): { to: string; amount: bigint }[] => [{ to: alice.address, amount }];

const at = { height: 5, block: 'ab'.repeat(32) };
const committed: TransactionAnswer = { status: 'committed', ...at, accepted: { height: 4, index: 1 } };
const locked: TransactionAnswer = { status: 'locked', ...at, index: 0 };
const final: TransactionAnswer = { status: 'final', ...at, index: 0 };

/** A wallet of alice, in shard 0, and bob, in shard 1, with two coins each, over a node of each shard. */
const walletOver = async (first: Script = {}, second: Script = {}) => {
  const nodes = [
    scripted({ shards: 2, shard: 0, coins: { [name(alice)]: [50n, 30n] }, ...first }),
    scripted({ shards: 2, shard: 1, coins: { [name(bob)]: [60n, 60n] }, ...second }),
  ] as const;
  const shards = await shardClients(nodes.map(({ client }) => client));
  const wallet = createWallet({ shards, network, keys: [alice, bob] });
  for (const { asked } of nodes) asked.length = 0;
  return { wallet, nodes };
};
const votersOf = ({ transaction }: SignedTransaction): number[] => [
  ...new Set(transaction.body.inputs.map(({ owner }) => place(owner))),
];
const submissions = (nodes: readonly { readonly asked: readonly string[] }[]): number[] =>
  nodes.map(({ asked }) => asked.filter((method) => method === 'submitTransaction').length);

test('coins are asked for where their owner lives', async () => {
  const { wallet, nodes } = await walletOver();
  expect(await wallet.balance()).toEqual({ amount: 200n, outputs: 4 });
  expect(nodes.map(({ asked }) => asked)).toEqual([['getOutputs'], ['getOutputs']]);
});

test('the coins of one shard are spent where they suffice, and those of several where they do not', async () => {
  const { wallet, nodes } = await walletOver();
  const low = await wallet.send(to(70n));
  expect([votersOf(low), submissions(nodes)]).toEqual([[0], [1, 0]]);
  const { wallet: other } = await walletOver();
  expect(votersOf(await other.build(to(100n)))).toEqual([1]);
  expect(votersOf(await other.build(to(75n)))).toEqual([0]);
});

test('a transaction is handed to all its voters, and waited for until one has committed', async () => {
  const { wallet, nodes } = await walletOver({ states: [locked, committed] }, { states: [locked] });
  const signed = await wallet.send(to(150n));
  expect([votersOf(signed).sort(), submissions(nodes)]).toEqual([
    [0, 1],
    [1, 1],
  ]);
  const progress = await wallet.waitFor(signed, 'committed');
  expect(progress).toEqual({
    status: 'committed',
    steps: [
      { shard: 0, answer: committed },
      { shard: 1, answer: locked },
    ],
  });
  expect(submissions(nodes)).toEqual([1, 1]);
});

test('it expires by the shard whose epoch is the lower', async () => {
  const { wallet } = await walletOver({ epoch: 8 }, { epoch: 7 });
  expect((await wallet.build(to(150n))).transaction.body.expiry).toBe(9);
});

test('a voter that has lost it gets it again, until one has locked something', async () => {
  const { wallet, nodes } = await walletOver(
    { states: [{ status: 'pending' }] },
    { states: [{ status: 'unknown' }, { status: 'pending' }, committed] },
  );
  await wallet.waitFor(await wallet.build(to(150n)), 'committed');
  expect(submissions(nodes)).toEqual([0, 1]);
  const other = await walletOver({ states: [locked, committed] }, { states: [{ status: 'unknown' }] });
  await other.wallet.waitFor(await other.wallet.build(to(150n)), 'committed');
  expect(submissions(other.nodes)).toEqual([0, 0]);
});

test('one that was given up says why, and frees its coins', async () => {
  const aborted: TransactionAnswer = { status: 'aborted', ...at, reason: 'absent', shard: 1 };
  const { wallet } = await walletOver({ states: [aborted] }, { states: [{ status: 'unknown' }] });
  const signed = await wallet.build(to(150n));
  expect(await wallet.coins()).toHaveLength(1);
  await expect(wallet.waitFor(signed, 'committed')).rejects.toMatchObject({
    code: 'aborted',
    facts: { reason: 'absent', shard: 1 },
    message: expect.stringContaining('shard 1 did not accept it in time'),
  });
  expect(await wallet.coins()).toHaveLength(4);
});

test('one that the first voter will not take is rejected, seen by no other, and frees its coins', async () => {
  const submission = { status: 'rejected', id: '', code: 'conflict', message: 'spent' };
  const { wallet, nodes } = await walletOver({ submission });
  const signed = await wallet.build(to(150n));
  await expect(wallet.submit(signed)).rejects.toMatchObject({ code: 'rejected', facts: { reason: 'conflict' } });
  expect(await wallet.coins()).toHaveLength(4);
  expect(submissions(nodes)).toEqual([1, 0]);
});

test('one that a voter has taken is not over because another refuses it', async () => {
  const submission = { status: 'rejected', id: '', code: 'conflict', message: 'spent' };
  const rejected: TransactionAnswer = { status: 'rejected', code: 'conflict', message: 'spent' };
  const pending: TransactionAnswer = { status: 'pending' };
  const { wallet } = await walletOver(
    { states: [pending, locked, committed] },
    { submission, states: [rejected, { status: 'unknown' }, locked] },
  );
  const signed = await wallet.send(to(150n));
  expect(await wallet.coins()).toHaveLength(1);
  expect(await wallet.waitFor(signed, 'committed')).toMatchObject({ status: 'committed' });
});

test('nor because it is refused where it was lost', async () => {
  const submission = { status: 'rejected', id: '', code: 'conflict', message: 'spent' };
  const unknown: TransactionAnswer = { status: 'unknown' };
  const { wallet } = await walletOver(
    { states: [{ status: 'pending' }, committed] },
    { submission, states: [unknown] },
  );
  await wallet.waitFor(await wallet.build(to(150n)), 'committed');
  const lost = await walletOver({ submission, states: [unknown] }, { states: [unknown] });
  const signed = await lost.wallet.build(to(150n));
  await expect(lost.wallet.waitFor(signed, 'committed')).rejects.toMatchObject({ code: 'rejected' });
  expect(await lost.wallet.coins()).toHaveLength(4);
});

test('each change is told, until all is settled', async () => {
  const { wallet } = await walletOver(
    { states: [locked, locked, committed] },
    { states: [locked, locked, locked, locked, committed] },
  );
  const seen: string[] = [];
  for await (const { status, steps } of wallet.follow(await wallet.build(to(150n)))) {
    seen.push([status, ...steps.map(({ answer }) => answer.status)].join(' '));
  }
  expect(seen).toEqual(['locked locked locked', 'committed committed locked', 'committed committed committed']);
});

test('a shard that only receives is asked too, where there is a node of it', async () => {
  const { wallet } = await walletOver({ states: [{ status: 'credited', ...at }] }, { states: [final] });
  const signed = await wallet.build(to(110n));
  expect(votersOf(signed)).toEqual([1]);
  expect((await wallet.status(signed)).steps.map(({ answer }) => answer.status)).toEqual(['credited', 'final']);
  expect(await wallet.waitFor(signed, 'final')).toEqual({ ...at, index: 0 });
});

test('what several shards decide has no one final place', async () => {
  const { wallet } = await walletOver();
  const signed = await wallet.build(to(150n));
  await expect(wallet.waitFor(signed, 'final')).rejects.toMatchObject({ code: 'out-of-range' });
});

test('a shard without a node is named, where it is needed', async () => {
  const { client } = scripted({ shards: 2, coins: { [name(alice)]: [50n] } });
  const shards = await shardClients([client]);
  const both = createWallet({ shards, network, keys: [alice, bob] });
  await expect(both.balance()).rejects.toMatchObject({ code: 'no-endpoint', facts: { shard: 1 } });
  // To pay somebody elsewhere, and to wait for it, takes the payer's shard alone.
  const signed = await createWallet({ shards, network, keys: [alice] }).send([{ to: bob.address, amount: 5n }]);
  expect(votersOf(signed)).toEqual([0]);
});

test('nodes of another network, and one node of many shards, are refused', async () => {
  const shards = await shardClients([scripted({ chain: new Uint8Array(32) }).client]);
  expect(() => createWallet({ shards, network, keys: [alice] })).toThrow(/are of the network 00.*Name nodes of that/);
  const { client } = scripted({ shards: 2, coins: { [name(alice)]: [50n] } });
  const wallet = createWallet({ client, network, keys: [alice] });
  await expect(wallet.build(to(1n))).rejects.toMatchObject({ code: 'no-endpoint' });
});
