import type { TransactionBody } from '@ios/ledger';
import type { Credit } from './credit.ts';
import type { Placement } from './placement.ts';

/** Who has a part in a transaction, as functions of its body and the placement alone. */
export interface Parties {
  /** The shards of the inputs, ascending: they vote. The lowest is the carrier, which queues the credits. */
  readonly voters: readonly number[];
  /** The voters and the shards of the outputs, ascending: they share the fee. */
  readonly participants: readonly number[];
  /** The shard of each input. */
  readonly inputShards: readonly number[];
  /** The shard of each output. */
  readonly outputShards: readonly number[];
}

/** What was found of bodies that are still in use: one is asked about at every step, and each owner costs a hash. */
const known = /* @__PURE__ */ new WeakMap<Placement, WeakMap<TransactionBody, Parties>>();

/** The parties of a transaction (whitepaper section 7: shards A and B, here any number of each). */
export function partiesOf(body: TransactionBody, place: Placement): Parties {
  const before = known.get(place) ?? new WeakMap<TransactionBody, Parties>();
  known.set(place, before);
  const parties = before.get(body) ?? found(body, place);
  before.set(body, parties);
  return parties;
}

function found({ inputs, outputs }: TransactionBody, place: Placement): Parties {
  const inputShards = inputs.map(({ owner }) => place(owner));
  const outputShards = outputs.map(({ owner }) => place(owner));
  return {
    voters: ascending(inputShards),
    participants: ascending([...inputShards, ...outputShards]),
    inputShards,
    outputShards,
  };
}

/** The voters but one of them, ascending. */
export const otherVoters = (voters: readonly number[], shard: number): number[] => voters.filter((v) => v !== shard);

/** What a body pays: inputs less outputs, in atomic units. */
export const feeOf = ({ inputs, outputs }: TransactionBody): bigint =>
  inputs.reduce((sum, { amount }) => sum + amount, 0n) - outputs.reduce((sum, { amount }) => sum + amount, 0n);

/** A participant's share of a fee: floor(fee / participants), and to the lowest of them the remainder as well. */
export function feeShare(fee: bigint, participants: readonly number[], shard: number): bigint {
  const count = BigInt(participants.length);
  return fee / count + (shard === participants[0] ? fee % count : 0n);
}

/** The credits that a carrier queues for one shard. */
export interface Consignment {
  readonly receiver: number;
  readonly credits: readonly Credit[];
}

/**
 * What the carrier of a transaction queues: for each participant that does not vote, ascending, its outputs by their
 * index; the first of them carries the receiver's share of the fee.
 */
export function consignments(id: Uint8Array, body: TransactionBody, parties: Parties): Consignment[] {
  const { voters, participants, outputShards } = parties;
  const fee = feeOf(body);
  return otherThan(participants, voters).map((receiver) => {
    const mine = body.outputs.flatMap((output, index) => (outputShards[index] === receiver ? [{ index, output }] : []));
    const credits = mine.map(({ index, output: { amount, owner } }, place) => ({
      id,
      index,
      amount,
      owner,
      fee: place === 0 ? feeShare(fee, participants, receiver) : 0n,
    }));
    return { receiver, credits };
  });
}

const otherThan = (all: readonly number[], some: readonly number[]): number[] => all.filter((x) => !some.includes(x));

const ascending = (shards: readonly number[]): number[] => [...new Set(shards)].sort((a, b) => a - b);
