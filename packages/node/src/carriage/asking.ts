import type { HeldTables } from '@ios/atomix';
import type { Clock } from '../clock.ts';
import type { CarriedChain } from './chain.ts';
import { type Needs, nameOf } from './needs.ts';
import { bundlesOf, findLeaf, type OwnBlocks } from './own-blocks.ts';
import type { PeersInTurn } from './peers.ts';
import type { Queues } from './queues.ts';
import { leafFor } from './said.ts';
import { createSchedule } from './schedule.ts';
import { encodeCarry, MAX_WANTS, type Want } from './wire.ts';

/** What asking is made from. */
export interface AskingOptions {
  readonly shard: number;
  /** Number of shards. */
  readonly shards: number;
  readonly chain: Pick<CarriedChain, 'steps'> & { readonly held: Pick<HeldTables, 'span'> };
  readonly needs: Needs;
  readonly queues: Queues;
  readonly blocks: OwnBlocks;
  readonly peers: PeersInTurn;
  readonly clock: Clock;
  /** From 0 to 1: how far this validator's waits are from the shortest. */
  readonly stretch: number;
  send(peer: string, bytes: Uint8Array): boolean;
  /** A transaction of this shard with its witnesses, encoded. */
  transactionOf(id: Uint8Array): Promise<Uint8Array | undefined>;
  fail(cause: unknown): void;
}

/** Asks validators of other shards for what has not come by itself. */
export interface Asking {
  begin(): void;
  /** A record waits for other shards: it is asked for unless it comes soon. */
  wait(id: Uint8Array): void;
  /** It need not be asked for any more. */
  done(id: Uint8Array): void;
  /** Something of a shard's queues has come: there may be more, above all where it was asked for. */
  onQueue(shard: number, asked: boolean): void;
  stop(): void;
}

/** The most pleas at a time: each has a transaction in it. */
const PLEAS = 16;
/** How long a poll of another shard's queues waits at first, and at most, in ms. */
const POLL_MS = { first: 2_000, most: 30_000, soon: 500 } as const;
/** Who waits for what the carrier does gives it a longer first wait: the carrier waits for others in its turn. */
const HUB_LEVEL = 1;
/** From this question on all voters are asked: each may have decided by now, and one that has is enough. */
const ASK_ALL = 3;
/** Nothing is asked oftener than this, in ms. */
const TICK_MS = 50;

/**
 * Votes, decisions and absences are asked for record by record: of the carrier where its decision is waited for, else of the
 * voters that nothing is shown of; after some questions of all. With the second question for a vote, and each further one, go
 * the transaction and this shard's accept, for its client may be gone. The queues of each other shard are polled.
 */
export const createAsking = (options: AskingOptions): Asking => {
  const { shard, chain, needs, queues, blocks, peers, clock, fail } = options;
  const schedule = createSchedule(options.stretch);
  const others = Array.from({ length: options.shards }, (_, other) => other).filter((other) => other !== shard);
  const polls = new Map(
    others.map((other) => [other, { at: clock.now() + POLL_MS.first, wait: POLL_MS.first as number }]),
  );
  let cancel: (() => void) | undefined;
  let wakesAt = Number.POSITIVE_INFINITY;
  let running = false;

  /** Has `ask` run when something is due. */
  const wake = (): void => {
    if (!running) return;
    const now = clock.now();
    const due = Math.min(schedule.next() ?? Number.POSITIVE_INFINITY, ...[...polls.values()].map(({ at }) => at));
    const at = Math.max(due, now + TICK_MS);
    // A clock that was set back must not put off what is due.
    if (cancel !== undefined && wakesAt <= at && wakesAt >= now) return;
    cancel?.();
    if (due === Number.POSITIVE_INFINITY) return;
    wakesAt = at;
    cancel = clock.setTimeout(() => {
      cancel = undefined;
      ask();
      wake();
    }, at - now);
  };

  const ask = (): void => {
    const now = clock.now();
    const wants = new Map<number, Want[]>();
    const pleas = new Map<number, Uint8Array[]>();
    const of = <T>(map: Map<number, T[]>, other: number): T[] => {
      const found = map.get(other) ?? [];
      map.set(other, found);
      return found;
    };
    for (const { name, attempt } of schedule.due(now, MAX_WANTS - 2)) {
      const need = needs.need(Buffer.from(name, 'latin1'));
      if (need === undefined || need.lacking.length === 0) {
        schedule.remove(name);
        continue;
      }
      const { id, expiry, wanted, others, lacking, hub } = need;
      const asked = attempt >= ASK_ALL ? others : hub === undefined ? lacking : [hub];
      for (const other of asked) {
        const votes = wanted === 'accepts' && lacking.includes(other);
        of(wants, other).push({ kind: votes ? 'vote' : 'done', id, expiry });
        if (votes && attempt > 0 && of(pleas, other).length < PLEAS) of(pleas, other).push(id);
      }
    }
    for (const [other, poll] of polls) {
      if (poll.at > now) continue;
      poll.wait = Math.min(POLL_MS.most, 2 * poll.wait);
      poll.at = now + Math.ceil(poll.wait * (1 + options.stretch / 2));
      of(wants, other).push({ kind: 'credits', receiver: shard, from: queues.next(other) });
      const { first, end } = chain.held.span(other);
      if (first < end) of(wants, other).push({ kind: 'cursor', carrier: shard });
    }
    for (const [other, all] of wants) {
      const bytes = encodeCarry({ kind: 'ask', wants: all });
      const peer = peers.reach(other, (candidate) => options.send(candidate, bytes));
      if (peer !== undefined) plead(peer, pleas.get(other) ?? []).catch(fail);
    }
  };

  /** Shows a validator of another shard transactions that this one has accepted, with the proof of that. */
  const plead = async (peer: string, ids: readonly Uint8Array[]): Promise<void> => {
    for (const id of ids) {
      const accepted = leafFor({ kind: 'vote', id }, await chain.steps(id));
      const block = accepted && (await blocks.at(accepted.height));
      const transaction = await options.transactionOf(id);
      if (accepted === undefined || block === undefined || transaction === undefined || !running) continue;
      const index = findLeaf(block.outbox, accepted.bytes);
      const [bundle] = index < 0 ? [] : bundlesOf(block, [{ index, count: 1 }]);
      if (bundle !== undefined) options.send(peer, encodeCarry({ kind: 'plea', bundle, transaction }));
    }
  };

  return {
    begin() {
      running = true;
      wake();
    },
    wait(id) {
      schedule.add(nameOf(id), clock.now(), needs.need(id)?.hub === undefined ? 0 : HUB_LEVEL);
      wake();
    },
    done: (id) => schedule.remove(nameOf(id)),
    onQueue(other, asked) {
      const poll = polls.get(other)!;
      const now = clock.now();
      poll.wait = POLL_MS.first;
      // What goes on coming by itself must not put off the question for what is missing before it.
      poll.at = asked || queues.hasGap(other) ? Math.min(poll.at, now + POLL_MS.soon) : now + POLL_MS.first;
      wake();
    },
    stop() {
      running = false;
      cancel?.();
    },
  };
};
