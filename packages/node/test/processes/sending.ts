import type { Genesis } from '@ios/client';
import type { Rng } from '@ios/simulator';
import { createPaymentStream, type Payment, type PaymentKind } from './payment-stream.ts';
import type { ShardWatch } from './shard-watch.ts';

/** Clients that hand in a stream of payments. */
export interface Sending {
  /** All that were made, by id in hex. */
  readonly byName: ReadonlyMap<string, Payment>;
  /** How many of them no shard has anything left to do for, of each kind. */
  readonly settled: ReadonlyMap<PaymentKind, number>;
  /** Hands in what is new, if that is wanted, and again what seems lost; each shard's to one validator of it. */
  hand(shards: readonly ShardWatch[], fresh: boolean): Promise<void>;
  /** A block of some shard has these transactions, by id in hex. */
  onHeld(names: readonly string[]): void;
  /** A shard has done its part in a payment. */
  onDone(shard: number, payment: Payment): void;
}

/** A payment of one voter that is not final after so long is given to another validator, in ms. */
const AGAIN_MS = 3_000;
/** Refusals by validators that are behind: they know no better yet. */
const BEHIND = new Set(['expiry-too-far']);
/** A payment is valid for the epoch in which it is made and the next ones. */
const EPOCHS_AHEAD = 2;

/**
 * A payment of one voter is handed in again and again until it is final. One of several is given to one of them alone, and
 * its client is gone as soon as a block has it: from then on nobody but the validators knows of it.
 */
export const createSending = (genesis: Genesis, rng: Rng): Sending => {
  const stream = createPaymentStream(genesis);
  const byName = new Map<string, Payment>();
  const settled = new Map(stream.kinds.map((kind) => [kind, 0]));
  /** What is to be handed in until more is known of it, and when it was last. */
  const inHand = new Map<string, { readonly payment: Payment; at: number }>();
  /** Shards that have a part in a payment still. */
  const left = new Map<string, Set<number>>();

  const make = (expiry: number): void => {
    for (const payment of stream.next(expiry)) {
      const { name, parties } = payment;
      byName.set(name, payment);
      inHand.set(name, { payment, at: Number.NEGATIVE_INFINITY });
      left.set(name, new Set(parties.participants));
    }
  };

  const handTo = async (shard: number, { follower }: ShardWatch): Promise<void> => {
    const due = [...inHand.values()].filter(({ payment: { parties, turn }, at }) => {
      const { voters } = parties;
      return voters[turn % voters.length] === shard && performance.now() - at > AGAIN_MS;
    });
    if (due.length === 0) return;
    const transactions = due.map(({ payment }) => Buffer.from(payment.bytes).toString('hex'));
    const answers = await rng.pick(follower.members).client.call('submitTransactions', { transactions });
    for (const answer of answers)
      if (answer.status === 'rejected' && !BEHIND.has(answer.code)) throw new Error(`refused: ${answer.message}`);
    for (const one of due) one.at = performance.now();
  };

  return {
    byName,
    settled,
    async hand(shards, fresh) {
      if (fresh) make(Math.min(...shards.map(({ epoch }) => epoch)) + EPOCHS_AHEAD);
      await Promise.all(shards.map((watch, shard) => handTo(shard, watch)));
    },
    onHeld(names) {
      for (const name of names) inHand.delete(name);
    },
    onDone(shard, payment) {
      const shards = left.get(payment.name)!;
      shards.delete(shard);
      if (shards.size > 0) return;
      left.delete(payment.name);
      settled.set(payment.kind, settled.get(payment.kind)! + 1);
      stream.done(payment);
    },
  };
};
