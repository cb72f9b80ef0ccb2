import { bytesToHex } from '@noble/hashes/utils.js';
import { NodeError } from '../errors.ts';
import type { RpcClient } from '../rpc/client.ts';
import type { ClientTime } from './client-time.ts';

/** A transfer to be submitted. */
export interface Submittable {
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
}

/** A transfer on its way, as its sender sees it. */
export interface Tracked extends Submittable {
  /** The id in hex. */
  readonly name: string;
  /** Index of the validator that it was given to last. */
  validator: number;
  /** When it was first sent, in ms. */
  submittedAt: number | undefined;
  /** When the validator that it was given to first showed it final, in ms. */
  finalAt: number | undefined;
}

/** Submits transfers, and those again that a validator lost. */
export interface Submitter {
  readonly transfers: readonly Tracked[];
  readonly byName: ReadonlyMap<string, Tracked>;
  /** How many were accepted so far, and how many of those had to wait for their parents. */
  readonly counts: { accepted: number; waited: number };
  /** Gives every transfer to its validator. @throws NodeError `refused`. */
  submitAll(): Promise<void>;
  /** Gives what is not final to the next validator, if the last time was long enough ago. @throws NodeError `refused`. */
  submitAgain(): Promise<void>;
}

/** Transfers in one call. */
const BATCH = 256;
/** A transfer that is not final is given to the next validator after so long, in ms. */
const AGAIN_MS = 10_000;

/** Refusals that say nothing about the transfer. */
const TRANSIENT = new Set(['pool-full', 'peer-budget', 'budget']);

/** Deals the transfers to the validators in turn, so that children may arrive before their parents. */
export const createSubmitter = (
  transfers: readonly Submittable[],
  clients: readonly RpcClient[],
  { now }: ClientTime,
): Submitter => {
  const tracked = transfers.map(
    ({ id, bytes }, i): Tracked => ({
      id,
      bytes,
      name: bytesToHex(id),
      validator: i % clients.length,
      submittedAt: undefined,
      finalAt: undefined,
    }),
  );
  const accepted = new Set<string>();
  const counts = { accepted: 0, waited: 0 };
  let lastAt = now();

  const submit = async (client: RpcClient, batch: readonly Tracked[]): Promise<void> => {
    const sentAt = now();
    for (const transfer of batch) transfer.submittedAt ??= sentAt;
    const transactions = batch.map(({ bytes }) => bytesToHex(bytes));
    const answers = await client.call('submitTransactions', { transactions });
    for (const [i, answer] of answers.entries()) {
      const { name, validator, finalAt } = batch[i]!;
      if (answer.status !== 'rejected') accepted.add(name);
      else if (!TRANSIENT.has(answer.code) && finalAt === undefined)
        throw new NodeError('refused', `validator ${validator} refused transfer ${name}: ${answer.message}`, {
          code: answer.code,
        });
      if (answer.status === 'waiting') counts.waited++;
    }
    counts.accepted = accepted.size;
  };

  const submitEach = async (left: readonly Tracked[]): Promise<void> => {
    lastAt = now();
    await Promise.all(
      clients.map(async (client, k) => {
        const mine = left.filter(({ validator }) => validator === k);
        for (let at = 0; at < mine.length; at += BATCH)
          await submit(client, mine.slice(at, at + BATCH)).catch((cause: unknown) => {
            // A validator that is away is asked again later, or another is.
            if (cause instanceof NodeError && cause.code === 'refused') throw cause;
          });
      }),
    );
  };

  return {
    transfers: tracked,
    byName: new Map(tracked.map((transfer) => [transfer.name, transfer])),
    counts,
    submitAll: () => submitEach(tracked),
    async submitAgain() {
      if (now() - lastAt < AGAIN_MS) return;
      const left = tracked.filter(({ finalAt }) => finalAt === undefined);
      for (const transfer of left) transfer.validator = (transfer.validator + 1) % clients.length;
      await submitEach(left);
    },
  };
};
