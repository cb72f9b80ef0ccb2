import type { Parties } from '@ios/atomix';
import { ClientError } from '@ios/client';
import { bytesToHex } from '@noble/hashes/utils.js';
import { NodeError } from '../errors.ts';
import type { ClientTime } from './client-time.ts';
import type { Member } from './follower.ts';

/** A transfer to be submitted. */
export interface Submittable {
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
  /** The shards that have a part in it. */
  readonly parties: Parties;
  /** The last epoch in which it may be applied. */
  readonly expiry: number;
}

/** A transfer on its way, as its sender sees it. */
export interface Tracked extends Submittable {
  /** The id in hex. */
  readonly name: string;
  /** Its place among all of them, which says to whom it is given first. */
  readonly turn: number;
  /** When it was first sent, in ms. */
  submittedAt: number | undefined;
  /** When each shard that has a part in it had done it, as some validator of each showed, in ms. */
  finalAt: number | undefined;
}

/** How a client hands transfers in. */
export interface Handing {
  /** The shards that it is given to. */
  to(transfer: Pick<Tracked, 'parties' | 'turn'>): readonly number[];
  /** Whether it is given again while it is not final. */
  readonly again: boolean;
}

/** To all voters, and again where it was lost. */
const diligentClient: Handing = { to: ({ parties }) => parties.voters, again: true };

/** Submits transfers, and those again that a validator lost. */
export interface Submitter {
  readonly transfers: readonly Tracked[];
  readonly byName: ReadonlyMap<string, Tracked>;
  /** How many were accepted so far, and how many of all had to wait for their parents. */
  readonly counts: { readonly accepted: number; readonly waited: number };
  /** Gives every transfer to a validator of each shard that votes on it. @throws NodeError `refused`. */
  submitAll(): Promise<void>;
  /**
   * Gives what is not final to the next validators, if the last submission ended long enough ago.
   * @throws NodeError `refused`.
   */
  submitAgain(): Promise<void>;
}

/** The most transfers in one call, and the most characters of them: a node takes bodies of 8 MiB. */
const BATCH = { transfers: 256, characters: 4 << 20 };
/** A transfer that is not final so long after the last submission is given to the next validators, in ms. */
const AGAIN_MS = 10_000;

/** Refusals that say nothing about the transfer, or that it is too late for it, which the chain of the shard shows. */
const BEARABLE = new Set(['pool-full', 'peer-budget', 'budget', 'expired']);

/** A validator that is away is asked again later, or another is. */
const AWAY = new Set(['rpc-unreachable', 'rpc-refused']);

/**
 * Deals the transfers to the validators of each shard in turn, so that children may arrive before their parents.
 * @param shards - the members of each shard
 */
export const createSubmitter = (
  transfers: readonly Submittable[],
  shards: readonly (readonly Member[])[],
  { now }: Pick<ClientTime, 'now'>,
  handing: Handing = diligentClient,
): Submitter => {
  const tracked = transfers.map(
    (transfer, turn): Tracked => ({
      ...transfer,
      name: bytesToHex(transfer.id),
      turn,
      submittedAt: undefined,
      finalAt: undefined,
    }),
  );
  const accepted = new Set<string>();
  const waited = new Set<string>();
  let rounds = 0;
  /** When the last submission ended; the first has not. */
  let endedAt = Number.POSITIVE_INFINITY;

  const submit = async ({ client, seat }: Member, batch: readonly Tracked[]): Promise<void> => {
    const sentAt = now();
    for (const transfer of batch) transfer.submittedAt ??= sentAt;
    const transactions = batch.map(({ bytes }) => Buffer.from(bytes).toString('hex'));
    const answers = await client.call('submitTransactions', { transactions });
    if (answers.length !== batch.length)
      throw new NodeError('rpc-answer', `Validator ${seat} answered ${answers.length} of ${batch.length} submissions.`);
    for (const [i, answer] of answers.entries()) {
      const { name } = batch[i]!;
      if (answer.id !== name && answer.status !== 'rejected')
        throw new NodeError('rpc-answer', `Validator ${seat} answered for ${answer.id} when it was given ${name}.`);
      if (answer.status !== 'rejected') accepted.add(name);
      else if (!BEARABLE.has(answer.code))
        throw new NodeError('refused', `Validator ${seat} refused transfer ${name}: ${answer.message}.`, {
          code: answer.code,
        });
      if (answer.status === 'waiting') waited.add(name);
    }
  };

  /** Gives each transfer to one member of each of its voters, `rounds` places after the one whose turn it is. */
  const submitEach = async (left: readonly Tracked[]): Promise<void> => {
    const given = shards.flatMap((members, shard) => {
      const ours = left.filter((transfer) => handing.to(transfer).includes(shard));
      return members.map(async (member, k) => {
        for (const batch of batches(ours.filter(({ turn }) => (turn + rounds) % members.length === k)))
          await submit(member, batch).catch((cause: unknown) => {
            if (!(cause instanceof ClientError && AWAY.has(cause.code))) throw cause;
          });
      });
    });
    await Promise.all(given);
    endedAt = now();
  };

  return {
    transfers: tracked,
    byName: new Map(tracked.map((transfer) => [transfer.name, transfer])),
    counts: {
      get accepted() {
        return accepted.size;
      },
      get waited() {
        return waited.size;
      },
    },
    submitAll: () => submitEach(tracked),
    async submitAgain() {
      if (!handing.again || now() - endedAt < AGAIN_MS) return;
      rounds += 1;
      await submitEach(tracked.filter(({ finalAt }) => finalAt === undefined));
    },
  };
};

/** The list in pieces that one call holds. */
function* batches(list: readonly Tracked[]): Generator<readonly Tracked[]> {
  let batch: Tracked[] = [];
  let characters = 0;
  for (const transfer of list) {
    const more = 2 * transfer.bytes.length + 3;
    if (batch.length === BATCH.transfers || (batch.length > 0 && characters + more > BATCH.characters)) {
      yield batch;
      [batch, characters] = [[], 0];
    }
    batch.push(transfer);
    characters += more;
  }
  if (batch.length > 0) yield batch;
}
