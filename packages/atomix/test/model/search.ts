import { encodeOutPoint, OUTPUT_TABLE } from '@ios/ledger';
import { type Rules, soundRules } from '../../src/testing.ts';
import { type Edge, Edges } from './edges.ts';
import { Facts } from './facts.ts';
import { type Local, Shards } from './local.ts';
import type { Scenario } from './scenario.ts';

/** What the search found: the invariant that does not hold and the shortest way there, or none. */
export interface Found {
  readonly violated?: string;
  readonly trace?: readonly string[];
  readonly states: number;
  readonly localStates: number;
  readonly runs: number;
  /** The most records, and the most queued credits, that one shard had at once. */
  readonly records: number;
  readonly queued: number;
  /** In how many states a voter has shown to have released what another has not committed. */
  readonly hasty: number;
}

class Violation extends Error {}

/**
 * Explores every state of a scenario that any order of submissions, deliveries of any proofs ever produced and ends of
 * epochs can reach, breadth first, and holds the invariants against each.
 */
export function explore(scenario: Scenario, rules: Rules = soundRules, holdsOwn = true, limit = 5_000_000): Found {
  const facts = new Facts();
  const shards = new Shards(scenario, rules, holdsOwn);
  const edges = new Edges(shards, facts);
  const checks = invariants(scenario, shards, edges, facts);
  const known = new Map<string, number>();
  const states: { readonly locals: readonly number[]; readonly bits: bigint }[] = [];
  const parents: number[] = [];
  const labels: string[] = [];
  let records = 0;
  let queued = 0;
  let hasty = 0;
  const found = (violated?: string, trace?: string[]): Found => ({
    ...(violated !== undefined && { violated, trace: trace ?? [] }),
    states: states.length,
    localStates: shards.count,
    runs: shards.runs,
    records,
    queued,
    hasty,
  });
  const reach = (locals: readonly number[], bits: bigint, parent: number, label: string): void => {
    const name = `${locals.join()}|${bits.toString(36)}`;
    if (known.has(name)) return;
    known.set(name, states.length);
    states.push({ locals, bits });
    parents.push(parent);
    labels.push(label);
    checks.state(locals, bits);
    if (checks.isHasty(bits)) hasty++;
  };
  let at = -1;
  let label = '';
  try {
    const initial = shards.initial();
    reach(
      initial.map(({ number }) => number),
      0n,
      -1,
      '',
    );
    for (at = 0; at < states.length; at++) {
      const { locals, bits } = states[at]!;
      for (const [shard, number] of locals.entries()) {
        const { held } = shards.local(number);
        let here = 0n;
        for (let to = 0; to < scenario.shards; to++) here += held.span(to).end - held.span(to).first;
        queued = Math.max(queued, Number(here));
        records = Math.max(records, scenario.transactions.filter(({ id }) => held.held(id) !== undefined).length);
        for (const edge of edges.of(number)) {
          if ((bits & edge.needs) !== edge.needs) continue;
          if (edge.next === number && (bits & edge.adds) === edge.adds) continue;
          label = edge.label;
          checks.edge(edge, bits);
          const next = locals.slice();
          next[shard] = edge.next;
          reach(next, bits | edge.adds | edge.makes, at, edge.label);
          if (states.length > limit) return found(`more than ${limit} states`);
        }
      }
    }
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    const trace = [label];
    for (let back = at; back > 0; back = parents[back]!) trace.unshift(labels[back]!);
    return found(error.message, trace);
  }
  return found();
}

interface Invariants {
  edge(edge: Edge, bits: bigint): void;
  state(locals: readonly number[], bits: bigint): void;
  isHasty(bits: bigint): boolean;
}

function invariants(scenario: Scenario, shards: Shards, edges: Edges, facts: Facts): Invariants {
  const { transactions } = scenario;
  const all = (what: string, k: number): bigint =>
    transactions[k]!.parties.voters.reduce((bits, shard) => bits | facts.bit(`${what} ${k} ${shard}`), 0n);
  const multi = transactions.map((_, k) => k).filter((k) => transactions[k]!.parties.voters.length > 1);
  const outcomes = multi.map((k) => ({
    k,
    commit: all('commit', k),
    abort: all('abort', k),
    reject: all('reject', k),
    release: all('release', k),
  }));
  const lockFree = new Set<string>();
  const commits = new Set<string>();

  return {
    edge(edge, bits) {
      if ((bits & edge.makes) !== 0n) throw new Violation('an output is made twice');
      const after = bits | edge.adds;
      for (const { k, commit, abort, reject } of outcomes) {
        if ((after & commit) !== 0n && (after & abort) !== 0n) throw new Violation('a transaction commits and aborts');
        if (transactions[k]!.honest && (after & reject) !== 0n)
          throw new Violation('somebody else makes a transaction fail');
      }
    },
    state(locals, bits) {
      const here = locals.map((number) => shards.local(number));
      for (const local of here) {
        const shown = edges.published(local);
        if ((bits & shown) !== shown) throw new Error('a state root shows what no leaf has shown');
      }
      if (worth(scenario, here, bits, outcomes) !== scenario.supply) throw new Violation('value is not conserved');
      reachesFreedom(locals);
      for (const { k } of outcomes) if (transactions[k]!.honest) reachesCommit(locals, k);
    },
    isHasty: (bits) => outcomes.some(({ commit, release }) => (bits & release) !== 0n && (bits & commit) !== commit),
  };

  /** Without any proof from before, deliveries and ends of epochs alone reach a state without locks. */
  function reachesFreedom(locals: readonly number[]): void {
    const walk = walker(locals, 0n);
    for (;;) {
      const name = walk.locals.join();
      if (lockFree.has(name)) break;
      walk.seen.push(name);
      if (walk.deliver()) continue;
      if (walk.close()) continue;
      if (walk.locals.every((number) => isFree(shards.local(number)))) break;
      throw new Violation('a lock or a queue stays');
    }
    for (const name of walk.seen) lockFree.add(name);
  }

  /** As long as no voter's expiry epoch has ended, an honest transaction commits if it is carried to all voters. */
  function reachesCommit(locals: readonly number[], k: number): void {
    const { body, parties } = transactions[k]!;
    const name = `${k}/${locals.join()}`;
    if (commits.has(name)) return;
    commits.add(name);
    const voters = parties.voters.map((shard) => shards.local(locals[shard]!));
    if (voters.some(({ epoch }) => epoch > body.expiry)) return;
    if (!voters.every((local) => isReady(local, k))) return;
    const shown = locals.reduce((bits, number) => bits | edges.published(shards.local(number)), 0n);
    const walk = walker(locals, shown);
    const done = all('commit', k);
    while ((walk.bits & done) !== done) {
      if (!walk.submit(k) && !walk.deliver()) throw new Violation('an honest transaction cannot commit');
    }
  }

  /** Whether a voter holds the inputs for a transaction, or could accept it. */
  function isReady({ shard, entries, held }: Local, k: number): boolean {
    const { id, body, parties } = transactions[k]!;
    if (held.held(id)?.status === 'pending') return true;
    const outputs = new Set(entries.filter(({ table }) => table === OUTPUT_TABLE).map(({ key }) => hex(key)));
    return body.inputs.every(
      ({ outpoint }, i) => parties.inputShards[i] !== shard || outputs.has(hex(encodeOutPoint(outpoint))),
    );
  }

  function walker(from: readonly number[], bits: bigint) {
    return {
      locals: [...from],
      bits,
      made: 0n,
      steps: 0,
      seen: [] as string[],
      take(shard: number, edge: Edge): void {
        if ((this.made & edge.makes) !== 0n) throw new Violation('an output is made twice');
        if (++this.steps > 1000) throw new Violation('deliveries have no end');
        this.locals[shard] = edge.next;
        this.bits |= edge.adds;
        this.made |= edge.makes;
      },
      try(kind: Edge['kind'], transaction?: number): boolean {
        for (const [shard, number] of this.locals.entries()) {
          const edge = edges
            .of(number)
            .find(
              (edge) =>
                edge.kind === kind &&
                edge.transaction === transaction &&
                (this.bits & edge.needs) === edge.needs &&
                (edge.next !== number || (this.bits & edge.adds) !== edge.adds),
            );
          if (edge === undefined) continue;
          this.take(shard, edge);
          return true;
        }
        return false;
      },
      submit(k: number): boolean {
        return this.try('submit', k);
      },
      deliver(): boolean {
        return this.try('deliver');
      },
      close(): boolean {
        return this.try('close');
      },
    };
  }

  function isFree({ held }: Local): boolean {
    return transactions.every(({ id }) => held.held(id) === undefined) && spansAreEmpty(held);
  }

  function spansAreEmpty(held: Local['held']): boolean {
    for (let shard = 0; shard < scenario.shards; shard++) {
      const { first, end } = held.span(shard);
      if (first !== end) return false;
    }
    return true;
  }
}

/**
 * Everything that there is: outputs and fees; credits that are queued and not yet applied; and for each pending record what
 * its transaction is worth there: what it would create once some voter has committed, its inputs as long as none has.
 */
function worth(
  scenario: Scenario,
  locals: readonly Local[],
  bits: bigint,
  outcomes: readonly { readonly k: number; readonly commit: bigint }[],
): bigint {
  let sum = 0n;
  for (const { shard, supply, held } of locals) {
    sum += supply;
    for (const other of locals) {
      const { first, end } = held.span(other.shard);
      const { next } = other.held.cursor(shard);
      for (let number = max(first, next); number < end; number++) {
        const { amount, fee } = held.credit(other.shard, number)!;
        sum += amount + fee;
      }
    }
    for (const { k, commit } of outcomes) {
      const { id } = scenario.transactions[k]!;
      if (held.held(id)?.status !== 'pending') continue;
      sum += (bits & commit) === 0n ? inputsIn(scenario, k, shard) : owedBy(scenario, k, shard);
    }
  }
  return sum;
}

function inputsIn({ transactions }: Scenario, k: number, shard: number): bigint {
  const { body, parties } = transactions[k]!;
  return body.inputs.reduce((sum, { amount }, i) => (parties.inputShards[i] === shard ? sum + amount : sum), 0n);
}

/** What a voter makes of a transaction when it commits, said once more in other words than the machine's. */
function owedBy({ transactions }: Scenario, k: number, shard: number): bigint {
  const { body, parties } = transactions[k]!;
  const paid = body.outputs.reduce((sum, { amount }) => sum + amount, 0n);
  const fee = body.inputs.reduce((sum, { amount }) => sum + amount, 0n) - paid;
  const count = BigInt(parties.participants.length);
  const shareOf = (who: number): bigint => fee / count + (who === parties.participants[0] ? fee % count : 0n);
  const outputsOf = (who: number): bigint =>
    body.outputs.reduce((sum, { amount }, i) => (parties.outputShards[i] === who ? sum + amount : sum), 0n);
  const receivers =
    shard === parties.voters[0] ? parties.participants.filter((who) => !parties.voters.includes(who)) : [];
  return [shard, ...receivers].reduce((sum, who) => sum + outputsOf(who) + shareOf(who), 0n);
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
