import { canonicalDelta, createUtxoSet, type Delta, feeDelta, OUTPUT_TABLE, type StateEntry } from '@ios/ledger';
import {
  createHeldTables,
  executeEntries,
  type HeldTables,
  joinViews,
  type Leaf,
  type VerifiedEntry,
} from '../../src/index.ts';
import type { Rules } from '../../src/testing.ts';
import { chain, type Scenario } from './scenario.ts';

/** Everything that one shard is: its tables and its epoch. */
export interface Local {
  readonly number: number;
  readonly shard: number;
  readonly epoch: number;
  readonly entries: readonly StateEntry[];
  readonly held: HeldTables;
  readonly supply: bigint;
}

/** One thing that a shard can do in a state: by which entry, on which evidence, where it leads and what it shows. */
export interface Move {
  readonly entry: VerifiedEntry | 'close';
  readonly next: Local;
  readonly leaves: readonly Leaf[];
  /** Keys of the outputs that come into being. */
  readonly makes: readonly string[];
}

/**
 * The shards of a scenario, each in any of its states, run by the shipped machine. A state is the bytes of its tables, and
 * equal states are one: the machine is a pure function, so that it runs once for each state and entry.
 */
export class Shards {
  readonly scenario: Scenario;
  readonly rules: Rules;
  runs = 0;
  readonly #known = new Map<string, Local>();
  readonly #all: Local[] = [];

  /** Whether the index of holders tells a shard's own inputs from others', as it must. */
  readonly #holdsOwn: boolean;

  constructor(scenario: Scenario, rules: Rules, holdsOwn: boolean) {
    this.scenario = scenario;
    this.rules = rules;
    this.#holdsOwn = holdsOwn;
  }

  get count(): number {
    return this.#all.length;
  }

  local(number: number): Local {
    return this.#all[number]!;
  }

  /** All shards begin in epoch 1, the first in which anything expires: what an earlier one could show is shown always. */
  initial(): Local[] {
    return this.scenario.genesis.map((entries, shard) => this.#intern(shard, 1, entries));
  }

  /**
   * The state after the epoch is over. Epochs above every expiry that a shard votes on are one: all that a machine asks of
   * its own epoch, or of that of a proof, is whether it is above an expiry, or below.
   */
  close({ shard, epoch, entries }: Local): Local {
    const mine = this.scenario.transactions.filter(({ parties }) => parties.voters.includes(shard));
    const last = mine.reduce((latest, { body }) => Math.max(latest, body.expiry + 1), 1);
    return this.#intern(shard, Math.min(epoch + 1, last), entries);
  }

  /** What the machine makes of an entry; `undefined` if it refuses it. */
  run(local: Local, entry: VerifiedEntry): Move | undefined {
    this.runs++;
    const { shard, epoch, entries } = local;
    const { place, lockFee } = this.scenario;
    const utxos = createUtxoSet(entries.filter(({ table }) => table <= 2));
    const context = { chain, epoch, shard, height: 1, place, lockFee, rules: this.rules };
    const execution = executeEntries(joinViews(utxos, local.held), [entry], context);
    if (!execution.valid) return undefined;
    const delta = canonicalDelta([...execution.delta, ...feeDelta(utxos, [], execution.fees)]);
    const makes = delta.filter((change) => change.table === OUTPUT_TABLE && change.new !== undefined);
    return {
      entry,
      next: this.#intern(shard, epoch, changed(entries, delta)),
      leaves: execution.leaves,
      makes: makes.map(({ key }) => Buffer.from(key).toString('hex')),
    };
  }

  #intern(shard: number, epoch: number, entries: readonly StateEntry[]): Local {
    const text = entries.map(({ table, key, value }) => `${table}${latin(key)}=${latin(value)}`).join('\0\0');
    const name = `${shard}/${epoch}/${text}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const { place } = this.scenario;
    const held = createHeldTables(
      (owner) => !this.#holdsOwn || place(owner) === shard,
      entries.filter(({ table }) => table > 2),
    );
    const supply = createUtxoSet(entries.filter(({ table }) => table <= 2)).supply();
    const local: Local = { number: this.#all.length, shard, epoch, entries, held, supply };
    this.#known.set(name, local);
    this.#all.push(local);
    return local;
  }
}

const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** The entries after a delta, in order. An old value that is not there is an error of the machine. */
function changed(entries: readonly StateEntry[], delta: Delta): StateEntry[] {
  const map = new Map(entries.map((entry) => [`${entry.table}${latin(entry.key)}`, entry]));
  for (const { table, key, old, new: value } of delta) {
    const name = `${table}${latin(key)}`;
    const there = map.get(name)?.value;
    if ((there === undefined ? undefined : latin(there)) !== (old === undefined ? undefined : latin(old)))
      throw new Error('a delta whose old value is not what is there');
    if (value === undefined) map.delete(name);
    else map.set(name, { table, key, value });
  }
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}
