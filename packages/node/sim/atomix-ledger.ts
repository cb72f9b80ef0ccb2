import {
  consignments,
  createHeldTables,
  decodeRecord,
  feeShare,
  HELD_TABLE,
  type HeldTables,
  type PendingRecord,
  partiesOf,
} from '@ios/atomix';
import { chainName } from '@ios/client';
import { createUtxoSet, OUTPUT_TABLE, type UtxoSet } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ExecutedBlock } from '../src/shard/application.ts';
import { genesisOf } from '../src/shard/chain-store.ts';
import type { StepKind } from '../src/shard/steps.ts';
import type { ShardedGenesis } from './atomix-genesis.ts';

/** A shard after a block. */
export interface LedgerOfShard {
  readonly outputs: UtxoSet;
  readonly held: HeldTables;
  /** Of the block, and its hash in hex; 0 and empty before the first. */
  readonly height: number;
  readonly hash: string;
  /** Epoch of the next block. */
  readonly epoch: number;
}

/** What the final blocks of all shards come to, and what is wrong with them. */
export interface Ledgers {
  /** Of each shard the state after the blocks that some honest validator reported, all of them up to a height. */
  readonly shards: readonly LedgerOfShard[];
  /** An honest validator of a shard reports a block. */
  onFinal(shard: number, block: ExecutedBlock): void;
  /** What shards did about a transaction (id in hex), by shard. */
  steps(id: string): ReadonlyMap<number, ReadonlySet<StepKind>>;
  /**
   * All value of all shards in atomic units: outputs and fees, what records hold, what is queued and not applied. Undefined
   * while a shard is ahead of what is reported of another.
   */
  value(): bigint | undefined;
  /** Records and queued credits that are left. */
  left(): { readonly records: number; readonly credits: bigint };
}

/** What is told of blocks that break a promise; each sentence begins with the property. */
export type Fail = (violation: string) => void;

/** Follows what honest validators report, and holds it against what transactions across shards promise. */
export const createLedgers = ({ genesis, place }: ShardedGenesis, fail: Fail): Ledgers => {
  const numbers = Array.from({ length: genesis.policy.shards }, (_, shard) => shard);
  const supply = genesis.outputs.reduce((sum, { amount }) => sum + amount, 0n);
  const created = new Set<string>();
  const done = new Map<string, Map<number, Set<StepKind>>>();

  /** Outputs that a delta makes: none may come twice, in whatever shard. */
  const make = (delta: ExecutedBlock['delta'], shard: number): void => {
    for (const { table, key, old, new: value } of delta) {
      if (table !== OUTPUT_TABLE || old !== undefined || value === undefined) continue;
      const name = bytesToHex(key);
      if (created.has(name)) fail(`once: shard ${shard} makes the output ${name.slice(0, 8)} again`);
      created.add(name);
    }
  };

  const shards = numbers.map((shard) => {
    const delta = genesisOf({ outputs: genesis.outputs, chainName: chainName(genesis), shard, place });
    const outputs = createUtxoSet();
    const held = createHeldTables((owner) => place(owner) === shard);
    outputs.apply(delta);
    make(delta, shard);
    return { outputs, held, height: 0, hash: '', epoch: 0, hashes: new Map<number, string>() };
  });
  /** Reported, and not after all that come before it. */
  const early = numbers.map(() => new Map<number, ExecutedBlock>());

  const step = (shard: number, id: string, kind: StepKind): void => {
    const of = done.get(id) ?? new Map<number, Set<StepKind>>();
    done.set(id, of);
    const here = of.get(shard) ?? new Set();
    of.set(shard, here);
    if (here.has(kind) && kind !== 'rejected' && kind !== 'credited')
      fail(`once: ${id.slice(0, 8)} is ${kind} twice in shard ${shard}`);
    here.add(kind);
    const anywhere = (what: StepKind): boolean => [...of.values()].some((kinds) => kinds.has(what));
    if (anywhere('committed') && (anywhere('aborted') || anywhere('rejected')))
      fail(`atomic: ${id.slice(0, 8)} is committed in one shard and not in another`);
  };

  const take = (shard: number, block: ExecutedBlock): void => {
    const ledger = shards[shard]!;
    try {
      ledger.held.apply(block.delta);
      ledger.outputs.apply(block.delta);
    } catch (cause) {
      fail(`state: shard ${shard} at height ${ledger.height + 1}: ${cause}`);
    }
    ledger.height++;
    ledger.hash = bytesToHex(block.known.hash);
    ledger.epoch = block.known.block.header.epoch + (block.epochEnded ? 1 : 0);
    make(block.delta, shard);
    for (const { id, kind } of block.steps) step(shard, bytesToHex(id), kind);
    const value = block.delta.length === 0 ? undefined : ledgers.value();
    if (value !== undefined && value !== supply)
      fail(`value: ${value}, not ${supply}, after shard ${shard} at height ${ledger.height}`);
  };

  const held = (shard: number): [string, PendingRecord][] =>
    shards[shard]!.held.entries().flatMap(({ table, key, value }) => {
      const record = table === HELD_TABLE ? decodeRecord(value) : undefined;
      return record?.status === 'pending' ? [[bytesToHex(key), record]] : [];
    });
  const committedAt = (id: string): readonly number[] =>
    [...(done.get(id) ?? [])].flatMap(([shard, kinds]) => (kinds.has('committed') ? [shard] : []));

  /** What a pending record is worth: its inputs; once another voter has committed, what it has to pay out. */
  const worth = (shard: number, id: string, { body }: PendingRecord): bigint => {
    const parties = partiesOf(body, place);
    const sum = (parts: readonly { readonly amount: bigint }[], places: readonly number[]): bigint =>
      parts.reduce((total, { amount }, i) => (places[i] === shard ? total + amount : total), 0n);
    if (committedAt(id).length === 0) return sum(body.inputs, parties.inputShards);
    const total = (parts: readonly { readonly amount: bigint }[]): bigint =>
      parts.reduce((sum, { amount }) => sum + amount, 0n);
    const fee = total(body.inputs) - total(body.outputs);
    const credits =
      shard === parties.voters[0]
        ? consignments(Buffer.from(id, 'hex'), body, parties).flatMap(({ credits }) => credits)
        : [];
    return (
      sum(body.outputs, parties.outputShards) +
      feeShare(fee, parties.participants, shard) +
      credits.reduce((total, { amount, fee }) => total + amount + fee, 0n)
    );
  };

  /** Whether all that a shard acted on is reported. */
  const isCoherent = (): boolean => {
    for (const carrier of numbers)
      for (const receiver of numbers)
        if (shards[receiver]!.held.cursor(carrier).next > shards[carrier]!.held.span(receiver).end) return false;
    for (const [id, of] of done) {
      const parties = voters.get(id);
      if (
        parties !== undefined &&
        committedAt(id).length > 0 &&
        parties.some((voter) => !of.get(voter)?.has('accepted'))
      )
        return false;
    }
    return true;
  };
  /** Voters of the transactions that were accepted anywhere. */
  const voters = new Map<string, readonly number[]>();

  const ledgers: Ledgers = {
    shards,
    onFinal(shard, block) {
      const ledger = shards[shard]!;
      const { height } = block.known.block.header;
      const hash = bytesToHex(block.known.hash);
      const before = ledger.hashes.get(height) ?? hash;
      ledger.hashes.set(height, before);
      if (before !== hash) fail(`agreement: shard ${shard} has two blocks at height ${height}`);
      if (height > ledger.height) early[shard]!.set(height, block);
      for (;;) {
        const next = early[shard]!.get(ledger.height + 1);
        if (next === undefined) return;
        early[shard]!.delete(ledger.height + 1);
        for (const { kind, id, index } of next.steps)
          if (kind === 'accepted')
            voters.set(bytesToHex(id), partiesOf(next.known.block.transactions[index]!.body, place).voters);
        take(shard, next);
      }
    },
    steps: (id) => done.get(id) ?? new Map(),
    value() {
      if (!isCoherent()) return undefined;
      let value = 0n;
      for (const shard of numbers) {
        const { outputs, held: tables } = shards[shard]!;
        value += outputs.supply();
        for (const [id, record] of held(shard)) value += worth(shard, id, record);
        for (const receiver of numbers) {
          const { first, end } = tables.span(receiver);
          const { next } = shards[receiver]!.held.cursor(shard);
          for (let number = first; number < end; number++) {
            if (number < next) continue;
            const { amount, fee } = tables.credit(receiver, number)!;
            value += amount + fee;
          }
        }
      }
      return value;
    },
    left() {
      let records = 0;
      let credits = 0n;
      for (const shard of numbers) {
        const { held } = shards[shard]!;
        records += held.entries().filter(({ table }) => table === HELD_TABLE).length;
        for (const receiver of numbers) credits += held.span(receiver).end - held.span(receiver).first;
      }
      return { records, credits };
    },
  };
  return ledgers;
};
