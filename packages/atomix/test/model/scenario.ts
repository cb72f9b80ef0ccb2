import { createHash } from 'node:crypto';
import {
  genesisDelta,
  genesisOutpoint,
  type Input,
  type OutPoint,
  type Output,
  type StateEntry,
  type TransactionBody,
  transactionId,
} from '@ios/ledger';
import { type Parties, type Placement, partiesOf, placementOver, refundOutpoint } from '../../src/index.ts';

/** 32 bytes that depend on a name. */
export const bytes32 = (name: string): Uint8Array => new Uint8Array(createHash('sha256').update(name).digest());

export const chain: Uint8Array = bytes32('chain');
const chainName = bytes32('chain name');

/** What an input spends: coin number n of genesis, an output of a transaction before, or a refund of its input. */
type Source =
  | { readonly coin: number }
  | { readonly of: number; readonly output: number }
  | { readonly of: number; readonly refund: number };

/** A scenario in words: where coins are, and what transactions their owners sign. */
export interface Plan {
  readonly name: string;
  readonly shards: number;
  /** 1 where it is not given. */
  readonly lockFee?: number;
  /** The shard and the amount of each coin of genesis; each has an owner of its own. */
  readonly coins: readonly (readonly [shard: number, amount: number])[];
  readonly transactions: readonly {
    readonly expiry: number;
    /** A source, and what the input states falsely of its amount, or of where its owner lives. */
    readonly inputs: readonly (Source & { readonly states?: number; readonly livesIn?: number })[];
    readonly outputs: readonly (readonly [shard: number, amount: number])[];
    /** Its owners sign nothing that conflicts with it: nobody else can make it fail. */
    readonly honest?: true;
  }[];
}

/** A transaction of a scenario. */
export interface Planned {
  readonly id: Uint8Array;
  readonly body: TransactionBody;
  readonly parties: Parties;
  readonly honest: boolean;
}

/** A scenario with real bodies. */
export interface Scenario {
  readonly name: string;
  readonly shards: number;
  readonly place: Placement;
  readonly transactions: readonly Planned[];
  /** The entries of each shard's tables in the beginning. */
  readonly genesis: readonly (readonly StateEntry[])[];
  readonly supply: bigint;
  readonly lockFee: bigint;
}

/** Builds the bodies of a plan; owners are found by trying until one lives where it should. */
export function scenarioOf({ name, shards, coins, transactions, lockFee = 1 }: Plan): Scenario {
  const hashed = placementOver(shards);
  const known = new Map<string, number>();
  const place: Placement = (owner) => {
    const key = Buffer.from(owner).toString('latin1');
    const shard = known.get(key) ?? hashed(owner);
    known.set(key, shard);
    return shard;
  };
  let tries = 0;
  const ownerIn = (shard: number): Uint8Array => {
    for (;;) {
      const owner = bytes32(`owner ${tries++}`);
      if (place(owner) === shard) return owner;
    }
  };
  const allocation: Output[] = coins.map(([shard, amount]) => ({ amount: BigInt(amount), owner: ownerIn(shard) }));
  const planned: Planned[] = [];
  const source = (from: Source): { readonly outpoint: OutPoint; readonly output: Output } => {
    if ('coin' in from) return { outpoint: genesisOutpoint(chainName, from.coin), output: allocation[from.coin]! };
    const { id, body } = planned[from.of]!;
    if ('output' in from) return { outpoint: { id, index: from.output }, output: body.outputs[from.output]! };
    const { amount, owner } = body.inputs[from.refund]!;
    return { outpoint: refundOutpoint(id, from.refund), output: { amount: amount - BigInt(lockFee), owner } };
  };
  for (const { expiry, inputs, outputs, honest = false } of transactions) {
    const body: TransactionBody = {
      chain,
      kind: 'transfer',
      expiry,
      inputs: inputs.map((from): Input => {
        const { outpoint, output } = source(from);
        const owner = from.livesIn === undefined ? output.owner : ownerIn(from.livesIn);
        return { outpoint, amount: from.states === undefined ? output.amount : BigInt(from.states), owner };
      }),
      outputs: outputs.map(([shard, amount]) => ({ amount: BigInt(amount), owner: ownerIn(shard) })),
    };
    planned.push({ id: transactionId(body), body, parties: partiesOf(body, place), honest });
  }
  const all = genesisDelta(allocation, chainName);
  const genesis = Array.from({ length: shards }, (_, shard) =>
    all.flatMap(({ table, key, new: value }) =>
      place(value!.subarray(8)) === shard ? [{ table, key, value: value! }] : [],
    ),
  );
  return {
    name,
    shards,
    place,
    transactions: planned,
    genesis,
    lockFee: BigInt(lockFee),
    supply: allocation.reduce((sum, { amount }) => sum + amount, 0n),
  };
}
