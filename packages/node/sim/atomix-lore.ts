import { encodeLeaf, type Leaf, type OutboxProof, outboxProver } from '@ios/atomix';
import { HEADER_BYTES } from '@ios/ledger';
import { nodeHasher } from '../src/hasher.ts';
import type { ExecutedBlock } from '../src/shard/application.ts';
import type { KnownEntry } from '../src/shard/values.ts';
import type { LedgerOfShard } from './atomix-ledger.ts';
import type { Payment } from './atomix-wallets.ts';

/** What those who cheat know: all that was ever final in any shard, and what passed before their eyes. */
export interface Lore {
  /** The shards as they are. */
  readonly shards: readonly LedgerOfShard[];
  /** Encoded prepare certificates by the hash of their block in hex. */
  readonly prepared: Map<string, Uint8Array>;
  /** What clients have made. */
  readonly payments: Payment[];
  onFinal(shard: number, block: ExecutedBlock): void;
  /** The entries of a shard's final blocks that `wanted` picks, and their epochs. */
  entries(shard: number, wanted: (known: KnownEntry) => boolean): readonly (KnownEntry & { readonly epoch: number })[];
  /** A proof of one leaf of a shard's outboxes: the last that `wanted` picks. */
  proof(shard: number, wanted: (leaf: Leaf) => boolean): OutboxProof | undefined;
}

/** Nothing is known yet. */
export const createLore = (shards: readonly LedgerOfShard[]): Lore => {
  const blocks = shards.map(() => new Map<number, ExecutedBlock>());
  return {
    shards,
    prepared: new Map(),
    payments: [],
    onFinal(shard, block) {
      blocks[shard]!.set(block.known.block.header.height, block);
    },
    entries: (shard, wanted) =>
      [...blocks[shard]!.values()].flatMap(({ known: { block, entries } }) =>
        entries.filter(wanted).map((known) => ({ ...known, epoch: block.header.epoch })),
      ),
    proof(shard, wanted) {
      for (const { known, certificate, outbox, leaves } of [...blocks[shard]!.values()].reverse()) {
        const leaf = leaves.find(wanted);
        if (leaf === undefined) continue;
        const index = outbox.findIndex((bytes) => Buffer.compare(bytes, encodeLeaf(leaf)) === 0);
        const header = known.bytes.slice(0, HEADER_BYTES);
        return { form: 'outbox', header, certificate, ...outboxProver(outbox, nodeHasher)(index) };
      }
      return undefined;
    },
  };
};
