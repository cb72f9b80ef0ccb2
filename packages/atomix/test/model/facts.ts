import type { Credit, Evidence, Leaf } from '../../src/index.ts';
import type { Scenario } from './scenario.ts';

/**
 * The bits of a global state: each proof that was ever produced, and what the invariants remember beside. A bit that is
 * set stays set, so that any proof may be delivered at any time, again and again, or never.
 */
export class Facts {
  readonly #bits = new Map<string, bigint>();
  /** The credits and cursors shown so far, by carrier or receiver, with their bits. */
  readonly credits: {
    readonly bit: bigint;
    readonly shard: number;
    readonly receiver: number;
    readonly number: bigint;
    readonly credit: Credit;
  }[] = [];
  readonly cursors: {
    readonly bit: bigint;
    readonly shard: number;
    readonly carrier: number;
    readonly next: bigint;
  }[] = [];

  bit(name: string): bigint {
    const known = this.#bits.get(name);
    if (known !== undefined) return known;
    const bit = 1n << BigInt(this.#bits.size);
    this.#bits.set(name, bit);
    return bit;
  }

  /** The bit of a leaf of a shard's outbox. */
  leaf(scenario: Scenario, shard: number, leaf: Leaf): bigint {
    switch (leaf.type) {
      case 'vote':
        return this.bit(`${leaf.verdict} ${numberOf(scenario, leaf.id)} ${shard}`);
      case 'commit':
      case 'release':
        return this.bit(`${leaf.type} ${numberOf(scenario, leaf.id)} ${shard}`);
      case 'credit':
        return this.credit(shard, leaf.receiver, leaf.number, leaf.credit);
      case 'cursor':
        return this.cursor(shard, leaf.carrier, leaf.next);
    }
  }

  credit(shard: number, receiver: number, number: bigint, credit: Credit): bigint {
    const { id, index, amount, fee } = credit;
    const name = `credit ${shard} ${receiver} ${number} ${Buffer.from(id).toString('hex')} ${index} ${amount} ${fee}`;
    const fresh = !this.#bits.has(name);
    const bit = this.bit(name);
    if (fresh) this.credits.push({ bit, shard, receiver, number, credit });
    return bit;
  }

  cursor(shard: number, carrier: number, next: bigint): bigint {
    const name = `cursor ${shard} ${carrier} ${next}`;
    const fresh = !this.#bits.has(name);
    const bit = this.bit(name);
    if (fresh) this.cursors.push({ bit, shard, carrier, next });
    return bit;
  }
}

export const numberOf = ({ transactions }: Scenario, id: Uint8Array): number =>
  transactions.findIndex((planned) => Buffer.compare(planned.id, id) === 0);

/** A piece of evidence, and the bits that must be set before it can be shown. */
export interface Piece {
  readonly evidence: Evidence;
  readonly needs: bigint;
}

/**
 * Every piece of evidence that `shard` could ever give about transaction `k`. A record under a state root counts as shown
 * as soon as the leaf that made it, which is never later; its absence before the expiry epoch is older than the chain's
 * first transaction, and always shown. A shard that does not vote on it has always shown everything: it may lie.
 */
export function pieces(facts: Facts, scenario: Scenario, k: number, shard: number): Piece[] {
  const { id, body, parties } = scenario.transactions[k]!;
  const { expiry } = body;
  const votes = parties.voters.includes(shard);
  const bit = (what: string): bigint => (votes ? facts.bit(`${what} ${k} ${shard}`) : 0n);
  const absent = (epoch: number): Evidence => ({ type: 'absent', shard, epoch, id });
  const held = (status: 'pending' | 'committed'): Evidence => ({ type: 'held', shard, epoch: expiry, id, status });
  return [
    { evidence: { type: 'vote', shard, id, verdict: 'accept' }, needs: bit('accept') },
    { evidence: { type: 'vote', shard, id, verdict: 'reject' }, needs: bit('reject') },
    { evidence: { type: 'commit', shard, id }, needs: bit('commit') },
    { evidence: { type: 'release', shard, id }, needs: bit('release') },
    { evidence: held('pending'), needs: bit('accept') },
    { evidence: held('committed'), needs: bit('accept') | bit('commit') },
    { evidence: absent(expiry), needs: bit('absent') },
    { evidence: absent(expiry - 1), needs: 0n },
  ];
}
