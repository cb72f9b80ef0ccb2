import { encodeLeaf, outboxProver } from '@ios/atomix';
import { encodeFinalHeader, type FinalityProof } from '@ios/client';
import { decodeBlock, proveTransaction } from '@ios/ledger';
import { nodeHasher } from '../hasher.ts';
import type { NodeService } from '../service.ts';

/**
 * What shows that a transaction (id of 32 bytes) is final: its place in a block where this shard is the only voter, else the leaf
 * by which this shard, one of several voters, says that it has committed. Undefined while there is neither.
 */
export async function proveFinality(service: NodeService, id: Uint8Array): Promise<FinalityProof | undefined> {
  const at = await service.transaction(id);
  if (at.status !== 'final' && at.status !== 'committed') return undefined;
  const stored = (await service.block(at.height))!;
  const { certificate } = stored;
  const block = decodeBlock(stored.bytes);
  if (at.status === 'final') {
    const transaction = block.transactions[at.index]!;
    const inclusion = proveTransaction(block, at.index, nodeHasher);
    return { kind: 'included', header: block.header, certificate, transaction, inclusion };
  }
  const outbox = (await service.outbox(at.height))!;
  const leaf = Buffer.from(encodeLeaf({ type: 'commit', id }));
  const run = outboxProver(outbox, nodeHasher)(outbox.findIndex((other) => leaf.equals(other)));
  const accepted = decodeBlock((await service.block(at.accepted.height))!.bytes);
  return {
    kind: 'committed',
    transaction: accepted.transactions[at.accepted.index]!,
    proof: { form: 'outbox', header: encodeFinalHeader({ header: block.header }), certificate, ...run },
  };
}
