import { otherVoters } from '../../src/index.ts';
import { type Facts, numberOf, type Piece, pieces } from './facts.ts';
import type { Local, Move, Shards } from './local.ts';

/** A move of one shard, as the search takes it: needs are bits that must be set, the rest is what it sets and checks. */
export interface Edge {
  readonly kind: 'submit' | 'deliver' | 'close';
  readonly label: string;
  /** The transaction that it submits. */
  readonly transaction?: number;
  readonly needs: bigint;
  readonly adds: bigint;
  /** Bits of the outputs that it makes: none may be set. */
  readonly makes: bigint;
  readonly next: number;
}

/** The edges out of each state of a shard: every entry is put to the machine that could ever be proposed there. */
export class Edges {
  readonly #shards: Shards;
  readonly #facts: Facts;
  readonly #of = new Map<number, { edges: Edge[]; credits: number; cursors: number }>();

  constructor(shards: Shards, facts: Facts) {
    this.#shards = shards;
    this.#facts = facts;
  }

  of(number: number): readonly Edge[] {
    const known = this.#of.get(number);
    // What these edges show first is tried the next time.
    const credits = this.#facts.credits.length;
    const cursors = this.#facts.cursors.length;
    if (known?.credits === credits && known.cursors === cursors) return known.edges;
    const local = this.#shards.local(number);
    const edges = [
      ...(known?.edges ?? this.#own(local)),
      ...this.#creditEdges(local, known?.credits ?? 0, credits),
      ...this.#cursorEdges(local, known?.cursors ?? 0, cursors),
    ];
    this.#of.set(number, { edges, credits, cursors });
    return edges;
  }

  #own(local: Local): Edge[] {
    const { transactions } = this.#shards.scenario;
    const submits = transactions.flatMap(({ body }, k) => {
      const move = this.#shards.run(local, { kind: 'transaction', body });
      return move === undefined
        ? []
        : [{ ...this.#edge(local, move, 0n, `submit ${k}`), kind: 'submit' as const, transaction: k }];
    });
    const decisions = transactions.flatMap((_, k) => this.#decisions(local, k));
    return [...submits, ...weakest(decisions), this.#close(local)];
  }

  /** Commit, abort and release of one transaction on every choice of evidence. */
  #decisions(local: Local, k: number): Edge[] {
    const { scenario } = this.#shards;
    const { id, parties } = scenario.transactions[k]!;
    const others = otherVoters(parties.voters, local.shard);
    const about = (shard: number, of: number): Piece[] => pieces(this.#facts, scenario, of, shard);
    const everyShard = Array.from({ length: scenario.shards }, (_, shard) => shard);
    const singles = (shards: readonly number[], of: number): Piece[][] =>
      shards.flatMap((shard) => about(shard, of)).map((piece) => [piece]);
    // One piece of anything that any shard ever says of any transaction; and of each other voter one.
    const lists: readonly (readonly Piece[])[] =
      local.held.held(id) === undefined
        ? [others.flatMap((shard) => about(shard, k).slice(0, 1)), ...singles(others, k)]
        : [
            [],
            ...scenario.transactions.flatMap((_, of) => singles(everyShard, of)),
            ...choices(
              others.map((shard) => [
                ...about(shard, k),
                ...scenario.transactions.flatMap((_, of) => (of === k ? [] : about(shard, of).slice(0, 1))),
              ]),
            ),
          ];
    const tries = lists.flatMap((list) => {
      const evidence = list.map((piece) => piece.evidence);
      const needs = list.reduce((bits, piece) => bits | piece.needs, 0n);
      const kinds = list.length === 1 ? (['commit', 'release', 'abort'] as const) : (['commit', 'release'] as const);
      return kinds.map((kind) => ({ entry: { kind, id, evidence }, needs, label: `${kind} ${k}` }));
    });
    return tries.flatMap(({ entry, needs, label }) => {
      const move = this.#shards.run(local, entry);
      return move === undefined ? [] : [this.#edge(local, move, needs, label)];
    });
  }

  /** Single credits, and runs of two. */
  #creditEdges(local: Local, from: number, to: number): Edge[] {
    const mine = this.#facts.credits.slice(0, to);
    const fresh = mine.slice(from);
    return mine.flatMap((first, i) =>
      [undefined, ...mine].flatMap((second, j) => {
        if (first.receiver !== local.shard) return [];
        if (
          second !== undefined &&
          (second.receiver !== first.receiver || second.shard !== first.shard || second.number !== first.number + 1n)
        )
          return [];
        if (i < from && !(second !== undefined && fresh.includes(second))) return [];
        if (j > 0 && second === undefined) return [];
        const credits = second === undefined ? [first.credit] : [first.credit, second.credit];
        const evidence = [
          { type: 'credits' as const, shard: first.shard, receiver: first.receiver, first: first.number, credits },
        ];
        const move = this.#shards.run(local, { kind: 'credits', evidence });
        const needs = first.bit | (second?.bit ?? 0n);
        return move === undefined
          ? []
          : [this.#edge(local, move, needs, `credit ${first.shard}/${first.number}+${credits.length}`)];
      }),
    );
  }

  #cursorEdges(local: Local, from: number, to: number): Edge[] {
    return this.#facts.cursors.slice(from, to).flatMap(({ bit, shard, carrier, next }) => {
      const move = this.#shards.run(local, { kind: 'trim', evidence: [{ type: 'cursor', shard, carrier, next }] });
      return move === undefined ? [] : [this.#edge(local, move, bit, `trim ${shard} ${next}`)];
    });
  }

  #edge(local: Local, move: Move, needs: bigint, label: string): Edge {
    const { scenario } = this.#shards;
    let adds = 0n;
    for (const leaf of move.leaves) adds |= this.#facts.leaf(scenario, local.shard, leaf);
    if (move.entry !== 'close' && move.entry.kind === 'abort')
      adds |= this.#facts.bit(`abort ${numberOf(scenario, move.entry.id)} ${local.shard}`);
    const makes = move.makes.reduce((bits, key) => bits | this.#facts.bit(`made ${key}`), 0n);
    return { kind: 'deliver', label: `${local.shard}: ${label}`, needs, adds, makes, next: move.next.number };
  }

  /** The epoch ends: its state root shows what is there, and what is not. */
  #close(local: Local): Edge {
    const { scenario } = this.#shards;
    const absent = scenario.transactions.reduce((bits, { id, body, parties }, k) => {
      const shown =
        parties.voters.includes(local.shard) && local.epoch >= body.expiry && local.held.held(id) === undefined;
      return shown ? bits | this.#facts.bit(`absent ${k} ${local.shard}`) : bits;
    }, 0n);
    const adds = absent | this.published(local);
    return {
      kind: 'close',
      label: `${local.shard}: close`,
      needs: 0n,
      adds,
      makes: 0n,
      next: this.#shards.close(local).number,
    };
  }

  /** The bits of what a state root would show to be there. */
  published(local: Local): bigint {
    const { scenario } = this.#shards;
    let bits = 0n;
    scenario.transactions.forEach(({ id }, k) => {
      const record = local.held.held(id);
      if (record !== undefined) bits |= this.#facts.bit(`accept ${k} ${local.shard}`);
      if (record?.status === 'committed') bits |= this.#facts.bit(`commit ${k} ${local.shard}`);
    });
    for (let shard = 0; shard < scenario.shards; shard++) {
      const { first, end } = local.held.span(shard);
      for (let number = first; number < end; number++)
        bits |= this.#facts.credit(local.shard, shard, number, local.held.credit(shard, number)!);
      const { next } = local.held.cursor(shard);
      if (next > 0n) bits |= this.#facts.cursor(local.shard, shard, next);
    }
    return bits;
  }
}

/** All lists with one element of each set. */
const choices = <Item>(sets: readonly (readonly Item[])[]): Item[][] =>
  sets.reduce<Item[][]>((lists, set) => lists.flatMap((list) => set.map((item) => [...list, item])), [[]]);

/** Of edges that do the same, those that need no more than another. */
function weakest(edges: readonly Edge[]): Edge[] {
  const kept: Edge[] = [];
  for (const edge of edges) {
    const same = (other: Edge): boolean =>
      other.next === edge.next && other.adds === edge.adds && other.makes === edge.makes;
    if (kept.some((other) => same(other) && (other.needs & edge.needs) === other.needs)) continue;
    for (let i = kept.length - 1; i >= 0; i--)
      if (same(kept[i]!) && (kept[i]!.needs & edge.needs) === edge.needs) kept.splice(i, 1);
    kept.push(edge);
  }
  return kept;
}
