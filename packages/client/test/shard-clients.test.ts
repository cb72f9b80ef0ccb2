import { expect, test } from 'vitest';
import { ClientError, type RpcClient, shardClients } from '../src/index.ts';
import { RPC_ERRORS } from '../src/methods/errors.ts';
import { failover } from '../src/rpc/failover.ts';
import { scripted } from './scripted-node.ts';

const away = new ClientError('rpc-unreachable', 'away');
const refused = (rpcCode: number): ClientError => new ClientError('rpc-refused', 'no', { rpcCode });
const urlsOf = (clients: readonly RpcClient[]): string[] => clients.map(({ url }) => url);

test('nodes are found by their shards; one that does not answer is left out', async () => {
  const nodes = [1, 0, 1].map((shard, at) => scripted({ url: `test:${at}`, shard, shards: 3 }));
  const gone = scripted({ url: 'test:gone', failure: away });
  const shards = await shardClients([gone, ...nodes].map(({ client }) => client));
  expect([shards.total, shards.shards, shards.chain]).toEqual([3, [0, 1], '01'.repeat(32)]);
  expect(shards.of(0)).toBe(nodes[1]!.client);
  expect(urlsOf([shards.of(1)])).toEqual(['test:0']);
  expect(() => shards.of(2)).toThrow(
    /Shard 2 is needed.*test:gone does not answer, test:0 is of shard 1, test:1 is of shard 0.*Add one/,
  );
});

test.each([
  ['none is given', [], 'out-of-range'],
  ['none answers', [{ failure: away }], 'rpc-unreachable'],
  ['two are of different chains', [{}, { chain: new Uint8Array(32) }], 'rpc-answer'],
  ['two count the shards differently', [{ shards: 2 }, { shards: 3 }], 'rpc-answer'],
  ['one claims a shard that there is not', [{ shard: 2, shards: 2 }], 'rpc-answer'],
])('it fails where %s', async (_, scripts, code) => {
  await expect(shardClients(scripts.map((script) => scripted(script).client))).rejects.toMatchObject({ code });
});

test('a search that was ended has the reason of its signal', async () => {
  const options = { signal: AbortSignal.abort(new Error('enough')) };
  await expect(shardClients([scripted({ failure: away }).client], options)).rejects.toThrow('enough');
});

test.each([
  ['is not there', away],
  ['answers nonsense', new ClientError('rpc-answer', 'nonsense')],
  ['has halted', refused(RPC_ERRORS.halted)],
  ['has failed', refused(RPC_ERRORS.internal)],
  ['is asked too often', refused(RPC_ERRORS.rate)],
])('of two nodes of a shard, the second is asked from then on where the first %s', async (_, failure) => {
  const [bad, good] = [scripted({ failure }), scripted({ epoch: 9 })];
  const client = failover([bad.client, good.client]);
  expect(await client.call('getStatus', {})).toMatchObject({ epoch: 9 });
  expect(await client.call('getStatus', {})).toMatchObject({ epoch: 9 });
  expect([bad.asked.length, good.asked.length]).toEqual([1, 2]);
  expect(client.url).toBe(good.client.url);
});

test('what would fail anywhere fails at once', async () => {
  const [first, second] = [scripted({ failure: refused(RPC_ERRORS.params) }), scripted({})];
  const call = failover([first.client, second.client]).call('getStatus', {});
  await expect(call).rejects.toMatchObject({ facts: { rpcCode: RPC_ERRORS.params } });
  expect(second.asked).toEqual([]);
});

test('each node is asked once, and the last says why none answered', async () => {
  const nodes = [away, away, new ClientError('rpc-unreachable', 'the last')].map((failure) => scripted({ failure }));
  await expect(failover(nodes.map(({ client }) => client)).call('getStatus', {})).rejects.toThrow('the last');
  expect(nodes.map(({ asked }) => asked.length)).toEqual([1, 1, 1]);
});
