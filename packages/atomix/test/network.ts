import { createHash } from 'node:crypto';
import { createBucketTree } from '@ios/crypto/bucket-tree';
import {
  createUtxoSet,
  decodeOutPoint,
  decodeOutput,
  encodeOutPoint,
  encodeOutput,
  inputOwners,
  OUTPUT_TABLE,
  type OutPoint,
  type Output,
  type StateEntry,
  type Transaction,
  type TransactionBody,
  transactionId,
} from '@ios/ledger';
import fc from 'fast-check';
import { expect } from 'vitest';
import {
  createHeldTables,
  type Entry,
  nextCredits,
  nextDecision,
  nextTrim,
  type Parties,
  partiesOf,
  placementOver,
  stateKey,
} from '../src/index.ts';
import { bytes32, chain } from './model/scenario.ts';
import { Shard } from './shard.ts';

/** A tape of choices: one number after another, then zeros. */
const choicesOf = (tape: readonly number[]) => {
  let at = 0;
  return (below: number): number => (tape[at++] ?? 0) % below;
};

interface Known {
  readonly id: Uint8Array;
  readonly body: TransactionBody;
  readonly parties: Parties;
}

/** A network of shards that do anything in any order, as the tape says. */
class Network {
  readonly shards: Shard[];
  readonly transactions: Known[] = [];
  readonly entries: Entry[] = [];
  readonly committed = new Map<string, Set<number>>();
  readonly aborted = new Map<string, Set<number>>();
  readonly made = new Set<string>();
  readonly choose: (below: number) => number;
  readonly supply: bigint;

  constructor(tape: readonly number[]) {
    this.choose = choicesOf(tape);
    const count = 2 + this.choose(7);
    const place = placementOver(count);
    const coins = Array.from({ length: 4 + this.choose(10) }, (_, i) => ({
      outpoint: { id: bytes32(`coin ${i}`), index: i },
      output: { amount: BigInt(1 + this.choose(40)), owner: this.#owner() },
    }));
    this.supply = coins.reduce((sum, { output }) => sum + output.amount, 0n);
    this.shards = Array.from({ length: count }, (_, number) => {
      const genesis = coins.filter(({ output }) => place(output.owner) === number);
      return new Shard(
        number,
        place,
        BigInt(this.choose(4)),
        genesis.map(
          ({ outpoint, output }): StateEntry => ({
            table: OUTPUT_TABLE,
            key: encodeOutPoint(outpoint),
            value: encodeOutput(output),
          }),
        ),
      );
    });
  }

  #owners = 0;
  #owner(): Uint8Array {
    return new Uint8Array(
      createHash('sha256')
        .update(`owner ${this.#owners++} ${this.choose(3)}`)
        .digest(),
    );
  }

  /** One thing happens. */
  step(): void {
    const shard = this.shards[this.choose(this.shards.length)]!;
    const what = this.choose(20);
    if (what < 3) this.sign();
    else if (what < 4) shard.close(this.transactions.map(({ id }) => id));
    else {
      const candidates = this.candidates(shard).filter(() => this.choose(8) !== 0);
      const replays = Array.from(
        { length: this.choose(3) },
        () => this.entries[this.choose(this.entries.length + 1)],
      ).filter((entry) => entry !== undefined);
      this.block(shard, [...candidates, ...replays]);
    }
  }

  /** Somebody signs a transaction over coins that there are, or were, or will perhaps be. */
  sign(): void {
    const coins: { readonly outpoint: OutPoint; readonly output: Output }[] = this.shards.flatMap(({ utxos }) =>
      utxos
        .entries()
        .flatMap(({ table, key, value }) =>
          table === OUTPUT_TABLE ? [{ outpoint: decodeOutPoint(key), output: decodeOutput(value) }] : [],
        ),
    );
    const unspent = Math.max(1, coins.length);
    for (const { id, body } of this.transactions) {
      coins.push(...body.outputs.map((output, index) => ({ outpoint: { id, index }, output })));
      coins.push(...body.inputs.map(({ outpoint, amount, owner }) => ({ outpoint, output: { amount, owner } })));
    }
    if (coins.length === 0) return;
    const there = this.choose(4) === 0 ? coins.length : unspent;
    const inputs = new Map<string, (typeof coins)[number]>();
    for (let left = 1 + this.choose(3); left > 0; left--) {
      const coin = coins[this.choose(there)]!;
      inputs.set(Buffer.from(encodeOutPoint(coin.outpoint)).toString('hex'), coin);
    }
    const lie = this.choose(16) === 0 ? 1n : 0n;
    const spent = [...inputs.values()].map(({ outpoint, output: { amount, owner } }, i) => ({
      outpoint,
      amount: i === 0 ? amount + lie : amount,
      owner,
    }));
    let left = spent.reduce((sum, { amount }) => sum + amount, 0n);
    const outputs: Output[] = [];
    for (let i = this.choose(4); i >= 0 && left > 0n; i--) {
      const amount = i === 0 && this.choose(2) === 0 ? left : 1n + BigInt(this.choose(Number(left)));
      outputs.push({ amount, owner: this.#owner() });
      left -= amount;
    }
    const body: TransactionBody = { chain, kind: 'transfer', expiry: 1 + this.choose(3), inputs: spent, outputs };
    const { place } = this.shards[0]!;
    this.transactions.push({ id: transactionId(body), body, parties: partiesOf(body, place) });
  }

  /** What could be proposed in a shard, from everything that was ever shown. */
  candidates(shard: Shard): Entry[] {
    const { number, place, held } = shard;
    const shown = this.shards.filter((other) => other !== shard).flatMap((other) => other.shown);
    const submits = this.transactions.map(({ body }): Entry => ({ kind: 'transaction', transaction: unsigned(body) }));
    const decisions = this.transactions.map(({ id }) => {
      const record = held.held(id);
      return record && nextDecision(id, record, number, place, shown);
    });
    const queues = this.shards.flatMap(({ number: other }) => [
      nextCredits(held, other, number, shown),
      nextTrim(held, other, number, shown),
    ]);
    return [...submits, ...[...decisions, ...queues].filter((entry) => entry !== undefined)];
  }

  /** A block, and the invariants after it. Returns whether anything was done. */
  block(shard: Shard, candidates: readonly Entry[]): boolean {
    const before = new Set(outputsOf(shard));
    const { fitted, leaves } = shard.block(candidates);
    this.entries.push(...fitted);
    for (const entry of fitted) {
      const outcomes = entry.kind === 'commit' ? this.committed : entry.kind === 'abort' ? this.aborted : undefined;
      if (outcomes === undefined || !('id' in entry)) continue;
      const id = Buffer.from(entry.id).toString('hex');
      outcomes.set(id, new Set([...(outcomes.get(id) ?? []), shard.number]));
      expect(this.committed.has(id) && this.aborted.has(id), 'commits and aborts').toBe(false);
    }
    for (const name of outputsOf(shard)) {
      if (before.has(name)) continue;
      expect(this.made.has(name), 'made twice').toBe(false);
      this.made.add(name);
    }
    expect(this.worth(), 'value').toBe(this.supply);
    return fitted.length + leaves.length > 0;
  }

  worth(): bigint {
    let sum = 0n;
    for (const { number, utxos, held } of this.shards) {
      sum += utxos.supply();
      for (const other of this.shards) {
        const { first, end } = held.span(other.number);
        const { next } = other.held.cursor(number);
        for (let at = first; at < end; at++) {
          if (at < next) continue;
          const { amount, fee } = held.credit(other.number, at)!;
          sum += amount + fee;
        }
      }
    }
    for (const { id, body, parties } of this.transactions) {
      const pending = parties.voters.filter((voter) => this.shards[voter]!.held.held(id)?.status === 'pending');
      if (!this.committed.has(Buffer.from(id).toString('hex'))) {
        body.inputs.forEach(({ amount }, i) => {
          if (pending.includes(parties.inputShards[i]!)) sum += amount;
        });
      } else sum += pending.reduce((owed, voter) => owed + owedBy(body, parties, voter), 0n);
    }
    return sum;
  }

  /** Everything that was ever shown is delivered, epochs end, and nothing new is signed: at last nothing waits. */
  settle(): void {
    const ids = this.transactions.map(({ id }) => id);
    for (let round = 0; round < 12; round++) {
      for (let busy = true; busy; ) {
        busy = false;
        for (const shard of this.shards) {
          const deliveries = this.candidates(shard).filter(({ kind }) => kind !== 'transaction');
          if (deliveries.length > 0 && this.block(shard, deliveries)) busy = true;
        }
      }
      for (const shard of this.shards) shard.close(ids);
    }
    for (const { held } of this.shards) {
      for (const id of ids) expect(held.held(id), 'a record stays').toBeUndefined();
      for (const { number } of this.shards) {
        const { first, end } = held.span(number);
        expect(first, 'a queue stays').toBe(end);
      }
    }
    for (const { id, parties } of this.transactions) {
      const committed = this.committed.get(Buffer.from(id).toString('hex'));
      if (committed !== undefined) expect([...committed].sort((a, b) => a - b)).toEqual(parties.voters);
    }
  }
}

const outputsOf = ({ utxos }: Shard): string[] =>
  utxos.entries().flatMap(({ table, key }) => (table === OUTPUT_TABLE ? [Buffer.from(key).toString('hex')] : []));

const unsigned = (body: TransactionBody): Transaction => ({
  body,
  witnesses: inputOwners(body.inputs).map(() => new Uint8Array(64)),
});

function owedBy(body: TransactionBody, { voters, participants, outputShards }: Parties, voter: number): bigint {
  const fee =
    body.inputs.reduce((sum, { amount }) => sum + amount, 0n) -
    body.outputs.reduce((sum, { amount }) => sum + amount, 0n);
  const count = BigInt(participants.length);
  return participants
    .filter((who) => who === voter || (voter === voters[0] && !voters.includes(who)))
    .reduce((sum, who) => {
      const outputs = body.outputs
        .filter((_, i) => outputShards[i] === who)
        .reduce((paid, { amount }) => paid + amount, 0n);
      return sum + outputs + fee / count + (who === participants[0] ? fee % count : 0n);
    }, 0n);
}

/** Runs random networks, and returns how many transactions over several shards committed and aborted. */
export function runNetworks(numRuns: number): { readonly commits: number; readonly aborts: number } {
  let commits = 0;
  let aborts = 0;
  fc.assert(
    fc.property(fc.array(fc.nat(0xffff), { minLength: 400, maxLength: 800, size: 'max' }), (tape) => {
      const network = new Network(tape);
      for (let i = 0; i < 60; i++) network.step();
      network.settle();
      commits += network.committed.size;
      aborts += network.aborted.size;
      for (const shard of network.shards) isRestored(shard);
    }),
    { numRuns },
  );
  return { commits, aborts };
}

/** The entries alone make the same shard again: its tables, and its state tree. */
function isRestored(shard: Shard): void {
  const entries = shard.entries();
  const tree = createBucketTree();
  for (const { table, key, value } of entries) tree.set(stateKey(table, key), value);
  expect(shard.tree.root()).toEqual(tree.root());
  const held = createHeldTables((owner) => shard.place(owner) === shard.number, shard.held.entries());
  expect([...createUtxoSet(shard.utxos.entries()).entries(), ...held.entries()]).toEqual(entries);
}
