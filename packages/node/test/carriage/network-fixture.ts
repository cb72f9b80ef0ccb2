import { type Placement, placementOver } from '@ios/atomix';
import type { HeaderClaim } from '@ios/client';
import {
  decodeTransaction,
  encodeOutPoint,
  encodeOutput,
  encodeTransaction,
  inputOwners,
  OUTPUT_TABLE,
  type OutPoint,
  type Output,
  type Transaction,
  type TransactionBody,
  transactionId,
} from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { expect } from 'vitest';
import { type Carriage, createCarriage } from '../../src/carriage/carriage.ts';
import type { CarriedBlock } from '../../src/carriage/chain.ts';
import { nodeHasher as hasher } from '../../src/hasher.ts';
import { noMeter } from '../../src/metrics/meter.ts';
import { createMemoryDisk, type MemoryDisk, openMemoryStore } from '../../src/store/memory.ts';
import { createManualClock } from '../manual-clock.ts';
import { bytes32, CHAIN, claimHolds, claimOf, ShardChain } from './chain-fixture.ts';

/** How bad the network is. */
export interface Weather {
  /** Of a thousand messages so many are lost, and so many come twice. */
  readonly lost?: number;
  readonly twice?: number;
  /** What is published gets nowhere. */
  readonly silent?: boolean;
  readonly seed?: number;
}

/** A validator: its carriage, and the transactions that it would propose. */
export interface Validator {
  readonly name: string;
  carriage: Carriage;
  alive: boolean;
  readonly pool: Map<string, Transaction>;
}

const INTERVAL_MS = 200;

/** Shards in one process: each a chain, with validators that take turns in proposing and hear each other as the weather allows. */
export class Network {
  readonly clock = createManualClock();
  readonly chains: ShardChain[];
  readonly validators: Validator[][];
  readonly committees: string[][];
  readonly bodies: TransactionBody[] = [];
  /** Every header that was verified, by whom and at whose expense. */
  readonly verified: { readonly by: string; readonly claim: HeaderClaim; readonly payer: string }[] = [];
  /** Everything that was sent. */
  readonly sent: {
    readonly from: string;
    readonly to: string;
    readonly channel: string;
    readonly bytes: Uint8Array;
  }[] = [];
  readonly closings: string[] = [];
  readonly place: Placement;
  readonly supply: bigint;
  readonly coins: { readonly outpoint: OutPoint; readonly output: Output }[] = [];
  weather: Weather;
  /** Messages that are lost beside those that the weather takes. */
  loses: (channel: string) => boolean = () => false;
  /** Whether what one validator says gets to another, at all. */
  hears: (from: string, to: string) => boolean = () => true;
  holds = async (claim: HeaderClaim): Promise<boolean> => claimHolds(claim);
  /** Blocks after which an epoch ends. */
  epochBlocks = 25;
  #random: number;
  readonly #submitted = new Map<string, Transaction>();
  readonly #disks = new Map<string, MemoryDisk>();

  private constructor(shards: number, members: number, coinsEach: number, weather: Weather) {
    this.weather = weather;
    this.#random = weather.seed ?? 1;
    this.place = placementOver(shards);
    for (let n = 0, found = Array(shards).fill(0); found.some((count) => count < coinsEach); n++) {
      const owner = bytes32(`owner ${n}`);
      const shard = this.place(owner);
      if (found[shard]++ >= coinsEach) continue;
      this.coins.push({ outpoint: { id: bytes32(`coin ${n}`), index: 0 }, output: { amount: 1000n, owner } });
    }
    this.supply = this.coins.reduce((sum, { output }) => sum + output.amount, 0n);
    this.chains = Array.from({ length: shards }, (_, shard) => {
      const mine = this.coins.filter(({ output }) => this.place(output.owner) === shard);
      const genesis = mine.map(({ outpoint, output }) => ({
        table: OUTPUT_TABLE,
        key: encodeOutPoint(outpoint),
        value: encodeOutput(output),
      }));
      return new ShardChain(shard, this.place, 10n, genesis);
    });
    this.committees = this.chains.map((_, shard) => Array.from({ length: members }, (_, seat) => `${shard}/${seat}`));
    this.validators = [];
  }

  static async of(shards: number, members: number, coinsEach: number, weather: Weather = {}): Promise<Network> {
    const network = new Network(shards, members, coinsEach, weather);
    for (const [shard, names] of network.committees.entries()) {
      const validators: Validator[] = [];
      network.validators.push(validators);
      for (const seat of names.keys()) {
        const pool = new Map<string, Transaction>();
        const validator = { name: names[seat]!, alive: true, pool } as Validator;
        validators.push(validator);
        validator.carriage = await network.open(shard, seat);
        validator.carriage.begin();
      }
      network.clock.setTimeout(() => network.#produce(shard), INTERVAL_MS + shard);
    }
    return network;
  }

  coinsOf(shard: number) {
    return this.coins.filter(({ output }) => this.place(output.owner) === shard);
  }

  /** A carriage of a validator. */
  async open(shard: number, seat: number): Promise<Carriage> {
    const name = this.committees[shard]![seat]!;
    const chain = this.chains[shard]!;
    return createCarriage({
      chainId: CHAIN,
      shard,
      place: this.place,
      committees: this.committees,
      self: name,
      chain: chain.seenBy(seat),
      store: await openMemoryStore(this.#disk(name), { format: 1, chain: CHAIN }),
      clock: this.clock,
      hasher,
      meter: noMeter,
      headerClaim: claimOf,
      holds: async (claim, payer) => {
        this.verified.push({ by: name, claim, payer });
        return this.holds(claim);
      },
      publish: (topic, bytes) => {
        if (this.weather.silent === true) return;
        for (const other of this.validators.flat()) {
          const listens = topic === 'closings' || topic === `carry-${other.name.split('/')[0]}`;
          if (listens && other.name !== name) this.#transmit(name, other, topic, bytes);
        }
      },
      send: (peer, protocol, bytes) => {
        const to = this.validators.flat().find((other) => other.name === peer);
        if (to === undefined || !to.alive) return false;
        this.#transmit(name, to, protocol, bytes);
        return true;
      },
      transactionOf: async (id) => {
        const found = chain.transactions.get(bytesToHex(id));
        return found && encodeTransaction(found);
      },
      onTransaction: (bytes) => {
        const transaction = decodeTransaction(bytes);
        this.validators[shard]![seat]!.pool.set(bytesToHex(transactionId(transaction.body, hasher)), transaction);
      },
      onReady: () => {},
      onClosing: (of, epoch) => this.closings.push(`${name} knows of ${of}/${epoch}`),
      fail: (cause) => {
        throw cause;
      },
    });
  }

  random(below: number): number {
    this.#random = (Math.imul(this.#random, 1_103_515_245) + 12_345) >>> 0;
    return (this.#random >>> 8) % below;
  }

  #transmit(from: string, to: Validator, channel: string, bytes: Uint8Array): void {
    this.sent.push({ from, to: to.name, channel, bytes });
    const { lost = 0, twice = 0 } = this.weather;
    if (this.random(1000) < lost || this.loses(channel) || !this.hears(from, to.name)) return;
    for (let copies = this.random(1000) < twice ? 2 : 1; copies > 0; copies--) {
      const own = bytes.slice();
      this.clock.setTimeout(() => {
        if (to.alive) this.deliver(to, channel, from, own);
      }, 5 + this.random(60));
    }
  }

  #disk(name: string): MemoryDisk {
    const disk = this.#disks.get(name) ?? createMemoryDisk();
    disk.crash((count) => count);
    this.#disks.set(name, disk);
    return disk;
  }

  deliver(to: Validator, channel: string, from: string, bytes: Uint8Array): void {
    if (channel === 'carry') to.carriage.message(from, bytes);
    else to.carriage.gossip(channel, from, bytes);
  }

  /** Every interval the next proposer that is there makes a block, and all execute it. */
  #produce(shard: number): void {
    const chain = this.chains[shard]!;
    const alive = this.validators[shard]!.filter((validator) => validator.alive);
    const proposer = alive[chain.height % Math.max(1, alive.length)];
    if (proposer !== undefined) {
      const { carriage, pool } = proposer;
      const ends = (chain.height + 1) % this.epochBlocks === 0;
      const block = ends
        ? chain.close()
        : chain.append(
            carriage.ready(),
            [...pool.values()],
            (leaf) => leaf.type !== 'vote' || leaf.verdict === 'accept' || carriage.isContested(leaf.id),
          );
      this.#tell(shard, block);
    }
    this.clock.setTimeout(() => this.#produce(shard), INTERVAL_MS);
  }

  #tell(shard: number, block: CarriedBlock): void {
    for (const { carriage, pool, alive } of this.validators[shard]!) {
      for (const id of block.known.ids) pool.delete(bytesToHex(id));
      if (alive) carriage.onFinal(block);
    }
  }

  /** Signs a transaction over coins, and hands it to the validators of some of its shards. */
  submit(
    coins: readonly { readonly outpoint: OutPoint; readonly output: Output }[],
    to: readonly Output[],
    at: readonly number[],
    expiry = 2,
  ): Uint8Array {
    const inputs = coins.map(({ outpoint, output }) => ({ outpoint, ...output }));
    const body: TransactionBody = { chain: CHAIN, kind: 'transfer', expiry, inputs, outputs: [...to] };
    const id = transactionId(body, hasher);
    const transaction = { body, witnesses: inputOwners(inputs).map(() => new Uint8Array(64)) };
    this.bodies.push(body);
    this.#submitted.set(bytesToHex(id), transaction);
    this.again(id, at);
    return id;
  }

  /** Hands a transaction to the validators of some shards. */
  again(id: Uint8Array, at: readonly number[]): void {
    const name = bytesToHex(id);
    for (const shard of at)
      for (const { pool, alive } of this.validators[shard]!) if (alive) pool.set(name, this.#submitted.get(name)!);
  }

  /** What a shard did about a transaction, last. */
  outcome(id: Uint8Array, shard: number): string {
    const kinds = this.chains[shard]!.stepsOf(id).map(({ kind }) => kind);
    if (kinds.includes('committed')) return 'committed';
    return kinds.at(-1) ?? 'nothing';
  }

  /** Nothing waits: no records, no queues. */
  isSettled(): boolean {
    return this.chains.every(({ held }) =>
      this.chains.every((other) => {
        const { first, end } = held.span(other.shard);
        return first === end && this.bodies.every((body) => held.held(transactionId(body, hasher)) === undefined);
      }),
    );
  }

  /** Time goes on until nothing waits; fails after `most` ms. */
  async settle(most: number): Promise<void> {
    const end = this.clock.now() + most;
    // What was handed in has yet to get into a block.
    await this.clock.advance(5 * INTERVAL_MS);
    while (!this.isSettled() && this.clock.now() < end) await this.clock.advance(INTERVAL_MS);
    expect(this.isSettled(), 'something waits').toBe(true);
    for (const body of this.bodies) this.#agrees(body);
    expect(this.chains.reduce((sum, { utxos }) => sum + utxos.supply(), 0n)).toBe(this.supply);
  }

  /** A transaction is committed by all its voters or by none. */
  #agrees(body: TransactionBody): void {
    const id = transactionId(body, hasher);
    const voters = new Set(body.inputs.map(({ owner }) => this.place(owner)));
    if (voters.size === 1) return;
    const outcomes = [...voters].map((shard) => this.outcome(id, shard));
    if (!outcomes.includes('committed')) return expect(outcomes).not.toContain('accepted');
    expect(new Set(outcomes)).toEqual(new Set(['committed']));
  }

  /** Everybody forgets what is not in tables or on disk. */
  async restart(): Promise<void> {
    this.stop();
    for (const [shard, validators] of this.validators.entries()) {
      this.chains[shard]!.forgetEnded();
      for (const [seat, validator] of validators.entries()) {
        validator.carriage = await this.open(shard, seat);
        validator.carriage.begin();
      }
    }
  }

  stop(): void {
    for (const { carriage } of this.validators.flat()) carriage.stop();
  }
}
