import { outboxOf, outboxRoot, verifyShardProof } from '@ios/atomix';
import { decodeFinalHeader, decodeFinalityProof } from '@ios/client';
import { assembleBlock, encodeBlock, transactionId } from '@ios/ledger';
import { hexToBytes } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import { handlers } from '../../src/rpc/handlers.ts';
import { bytesOf } from '../genesis/sample.ts';
import { KEYS, pay } from '../signed-fixture.ts';
import { createFakeService } from './fake-service.ts';

const zero = new Uint8Array(32);
const chain = bytesOf('chain');
const coin = { outpoint: { id: bytesOf('coin'), index: 0 }, output: { amount: 9n, owner: KEYS[0]!.publicKey } };

test('a transaction that several shards commit is shown by the leaf that says so, under the block of the commit', async () => {
  const { id, transaction } = pay(chain, [coin]);
  const outbox = outboxOf(
    [id, bytesOf('other'), bytesOf('third')].map((about) => ({ type: 'commit', id: about }) as const),
  );
  const service = createFakeService();
  const place = { chain, shard: 1, epoch: 0, stepEntry: zero, previous: zero, executionDigest: zero, proposer: 0 };
  const blocks = new Map([
    [4, assembleBlock({ ...place, height: 4, outboxRoot: zero }, new Uint8Array(0), [transaction])],
    [6, assembleBlock({ ...place, height: 6, outboxRoot: outboxRoot(outbox) }, new Uint8Array(0), [])],
  ]);
  service.block = async (height) => ({
    bytes: encodeBlock(blocks.get(height)!),
    hash: zero,
    certificate: Uint8Array.of(7),
  });
  service.outbox = async (height) => (height === 6 ? outbox : []);
  service.known.set(Buffer.from(id).toString('hex'), {
    ...{ status: 'committed', height: 6, block: zero, accepted: { height: 4, index: 0 } },
  });

  const context = { service, from: '', subscriptions: undefined };
  const answer = await handlers.getFinalityProof(context, { id: Buffer.from(id).toString('hex') });
  const proof = decodeFinalityProof(hexToBytes(answer!.proof));
  if (proof.kind !== 'committed') throw new Error(proof.kind);
  expect(transactionId(proof.transaction.body)).toEqual(id);
  const verifyHeader = (header: Uint8Array, certificate: Uint8Array) =>
    certificate[0] === 7 ? decodeFinalHeader(header)?.final : undefined;
  expect(verifyShardProof(proof.proof, { chain, verifyHeader })).toEqual({ type: 'commit', shard: 1, id });
});

test('there is none of what is locked or given up', async () => {
  const service = createFakeService();
  const context = { service, from: '', subscriptions: undefined };
  const id = Buffer.from(bytesOf('x')).toString('hex');
  for (const status of ['locked', 'aborted'] as const) {
    const at = { height: 1, index: 0, block: zero, reason: 'absent', shard: 0 } as const;
    service.known.set(id, { status, ...at });
    expect(await handlers.getFinalityProof(context, { id })).toBeNull();
  }
});
