import type { HeldTables } from '@ios/atomix';
import type { BucketTree } from '@ios/crypto/bucket-tree';
import type { Delta } from '@ios/ledger';
import type { StoredBlock } from '../service.ts';
import type { Step, StoredStep } from '../shard/steps.ts';
import type { KnownBlock } from '../shard/values.ts';

/** What is read of the chain of this shard. */
export interface CarriedChain {
  readonly epoch: { readonly epoch: number };
  readonly held: Pick<HeldTables, 'entries' | 'held' | 'span' | 'cursor'>;
  block(height: number): Promise<StoredBlock | undefined>;
  /** The encoded leaves of a block's outbox, as `outboxOf` sorts them. */
  outbox(height: number): Promise<readonly Uint8Array[] | undefined>;
  /** What blocks did about a transaction (id, 32 bytes), in order. */
  steps(id: Uint8Array): Promise<readonly StoredStep[]>;
  /** The block that queued a credit. */
  creditHeight(receiver: number, number: bigint): Promise<number | undefined>;
  /** The last block that ended an epoch, and the state that its root is of. */
  ended():
    | {
        readonly epoch: number;
        readonly height: number;
        readonly tree: Pick<BucketTree, 'get' | 'prove'>;
      }
    | undefined;
  /** The block that ended an epoch. */
  lastOf(epoch: number): Promise<{ readonly height: number } | undefined>;
}

/** What is told of a block that became final here. */
export interface CarriedBlock {
  readonly known: Pick<KnownBlock, 'block' | 'ids'>;
  readonly delta: Delta;
  readonly outbox: readonly Uint8Array[];
  readonly steps: readonly Pick<Step, 'kind' | 'id'>[];
  /** It was the last of its epoch. */
  readonly epochEnded: boolean;
}
