import type { UtxoSet } from '@ios/ledger';
import {
  createUtxoSet,
  encodeOutPoint,
  encodeOutput,
  OUTPUT_TABLE,
  type OutPoint,
  type TransactionBody,
  transactionId,
} from '@ios/ledger';
import {
  createHeldTables,
  type Execution,
  executeEntries,
  type HeldTables,
  joinViews,
  type NotExecuted,
  type Placement,
  partiesOf,
  type ShardContext,
  type VerifiedEntry,
} from '../src/index.ts';
import { bytes32, chain } from './model/scenario.ts';

/** Owners whose first byte is their shard. */
export const place: Placement = (owner) => owner[0]!;
export const ownerIn = (shard: number, number = 0): Uint8Array =>
  Uint8Array.from([shard, ...bytes32(`owner ${number}`).subarray(1)]);

export const coin = (shard: number): OutPoint => ({ id: bytes32(`coin of ${shard}`), index: shard });

/** Spends the coins of `from`, 100 + shard each, and pays 10 + position to each of `to`. */
export function bodyOf(
  from: readonly number[],
  to: readonly number[],
  changes: Partial<TransactionBody> = {},
): TransactionBody {
  return {
    chain,
    kind: 'transfer',
    expiry: 5,
    inputs: from.map((shard) => ({ outpoint: coin(shard), amount: BigInt(100 + shard), owner: ownerIn(shard) })),
    outputs: to.map((shard, i) => ({ amount: BigInt(10 + i), owner: ownerIn(shard, i + 1) })),
    ...changes,
  };
}

export const known = (body: TransactionBody) => ({ body, id: transactionId(body), parties: partiesOf(body, place) });

/** One shard with a coin of 100 + its number, whose blocks have one entry each. */
export class OneShard {
  readonly context: ShardContext;
  readonly utxos: UtxoSet;
  readonly held: HeldTables;

  constructor(shard: number, lockFee = 3n) {
    this.context = { chain, epoch: 4, shard, height: 9, place, lockFee };
    const output = { amount: BigInt(100 + shard), owner: ownerIn(shard) };
    this.utxos = createUtxoSet([
      { table: OUTPUT_TABLE, key: encodeOutPoint(coin(shard)), value: encodeOutput(output) },
    ]);
    this.held = createHeldTables((owner) => place(owner) === shard);
  }

  try(entry: VerifiedEntry, changes: Partial<ShardContext> = {}): Execution | NotExecuted {
    return executeEntries(joinViews(this.utxos, this.held), [entry], { ...this.context, ...changes });
  }

  /** Executes an entry that must be valid. */
  do(entry: VerifiedEntry, changes: Partial<ShardContext> = {}): Execution {
    const execution = this.try(entry, changes);
    if (!execution.valid) throw new Error(execution.rejection.code);
    this.utxos.apply(execution.delta);
    this.held.apply(execution.delta);
    return execution;
  }

  /** The code with which an entry is refused. */
  refusal(entry: VerifiedEntry, changes: Partial<ShardContext> = {}): string {
    const execution = this.try(entry, changes);
    return execution.valid ? 'valid' : execution.rejection.code;
  }
}
