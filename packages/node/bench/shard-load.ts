import { randomBytes } from 'node:crypto';
import { type Placement, partiesOf } from '@ios/atomix';
import { encodeTransaction, genesisOutpoint, type Output, signTransaction } from '@ios/ledger';
import { type ScriptKey, seedKey } from '../src/devnet/script-key.ts';
import type { Workload } from '../src/devnet/workload.ts';
import { nodeHasher } from '../src/hasher.ts';

/** A transaction as far as costs go: who of its owners are the same, by numbers, and where they live; random unless said. */
export interface Shape {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** The shard of an owner, among so many; undefined for any. */
  readonly shardOf?: (owner: number, shards: number) => number | undefined;
}

/** A transaction, and the shards that vote on it. */
export interface Sent {
  readonly bytes: Uint8Array;
  readonly voters: readonly number[];
  /** How many shards it touches, voters among them. */
  readonly participants: number;
}

/** Inputs and outputs, owners included, of the transactions of a block. */
export const shapesOf = ({ transfers }: Pick<Workload, 'transfers'>): Shape[] =>
  transfers.map(({ inputs, outputs }) => ({
    inputs: inputs.map(({ owner }) => owner),
    outputs: outputs.map(({ owner }) => owner),
  }));

/** The same with all coins of a transaction in one shard, as those of a wallet are that makes its keys so. */
export const gathered = (shapes: readonly Shape[]): Shape[] =>
  shapes.map((shape) => {
    const spenders = new Set(shape.inputs);
    const home = randomBytes(4).readUInt32BE();
    return { ...shape, shardOf: (owner, shards) => (spenders.has(owner) ? home % shards : undefined) };
  });

/** Owners that are used in turn, by the shard in which they live. */
const OWNERS = 32_768;
let owners: readonly ScriptKey[] | undefined;

/** What is paid for a transaction, in atomic units, and what an input holds. */
const FEE = 1_000n;
const AMOUNT = 10_000_000n;

/** Transactions of these shapes over coins of genesis, each coin spent once. */
export const plan = (shapes: readonly Shape[], place: Placement, shards: number) => {
  owners ??= Array.from({ length: OWNERS }, () => seedKey(randomBytes(32)));
  const everybody = owners;
  const homes = Array.from({ length: shards }, (): ScriptKey[] => []);
  for (const owner of everybody) homes[place(owner.publicKey)]!.push(owner);
  const used = new Array<number>(shards).fill(0);
  let any = 0;
  const next = (shard: number | undefined): ScriptKey => {
    if (shard === undefined) return everybody[any++ % OWNERS]!;
    const home = homes[shard]!;
    return home[used[shard]!++ % home.length]!;
  };
  const signers = new Map<string, ScriptKey>();
  const outputs: Output[] = [];
  const planned = shapes.map((shape) => {
    const keys = new Map<number, ScriptKey>();
    for (const owner of [...shape.inputs, ...shape.outputs])
      if (!keys.has(owner)) keys.set(owner, next(shape.shardOf?.(owner, shards)));
    const first = outputs.length;
    for (const owner of shape.inputs) {
      const key = keys.get(owner)!;
      signers.set(Buffer.from(key.publicKey).toString('latin1'), key);
      outputs.push({ amount: AMOUNT, owner: key.publicKey });
    }
    return { first, shape, keys };
  });
  /** Signs them for a chain. */
  const signed = (chain: Uint8Array, chainName: Uint8Array): Sent[] =>
    planned.map(({ first, shape, keys }) => {
      const inputs = shape.inputs.map((_, i) => ({
        outpoint: genesisOutpoint(chainName, first + i),
        ...outputs[first + i]!,
      }));
      const amount = (AMOUNT * BigInt(inputs.length) - FEE) / BigInt(shape.outputs.length);
      const made = shape.outputs.map((owner) => ({ amount, owner: keys.get(owner)!.publicKey }));
      const body = { chain, kind: 'transfer' as const, expiry: 2, inputs, outputs: made };
      const transaction = signTransaction(
        body,
        (message, owner) => signers.get(Buffer.from(owner).toString('latin1'))!.sign(message),
        nodeHasher,
      );
      const { voters, participants } = partiesOf(body, place);
      return { bytes: encodeTransaction(transaction), voters, participants: participants.length };
    });
  return { outputs, signed };
};
