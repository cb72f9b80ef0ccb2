import { ClientError, type Genesis, type RpcClient } from '@ios/client';
import { createBeaconClient, type FetchedBeacon, trustBeacon } from '@ios/client/beacon';
import { bytesToHex } from '@noble/hashes/utils.js';
import { NodeError } from '../errors.ts';
import type { ClientTime } from './client-time.ts';
import { orUnreachable } from './unreachable.ts';

/** The randomness of an epoch, verified from genesis, as plain data for `--json`. */
export interface EpochSummary {
  readonly epoch: number;
  readonly randomness: string;
  /** Who led the run that made it, and whose secrets it is made of. */
  readonly leader: number;
  readonly contributors: readonly number[];
  /** Attempts of the epoch that failed before, and leaders of this one who were passed over. */
  readonly failedAttempts: number;
  readonly passedOver: number;
  /** Who withheld in a failed attempt. */
  readonly excluded: readonly number[];
}

/** Options of {@link verifyEpochs}. */
export interface EpochsOptions {
  readonly genesis: Genesis;
  readonly clients: readonly RpcClient[];
  /** How many epochs are waited for. */
  readonly epochs: number;
  readonly time: ClientTime;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
  /** Gives up after so long, in ms. */
  readonly limitMs: number;
}

const POLL_MS = 250;

/**
 * Waits until so many epochs have randomness, verifies each from genesis, and holds every validator's word against it.
 *
 * @throws NodeError `time` when the limit has passed, `audit` for a validator that tells another value; what a client of the
 *   beacon throws for a proof that does not hold; or the reason of `signal`.
 */
export const verifyEpochs = async (options: EpochsOptions): Promise<EpochSummary[]> => {
  const { genesis, clients, epochs, time, onProgress, signal, limitMs } = options;
  const beacon = createBeaconClient(trustBeacon(genesis), clients);
  const until = time.now() + limitMs;
  const summaries: EpochSummary[] = [];
  const wait = async (epoch: number): Promise<void> => {
    signal.throwIfAborted();
    if (time.now() > until)
      throw new NodeError(
        'time',
        `After ${limitMs / 1000} s the randomness of epoch ${epoch} is not on all validators. Raise --timeout, or ask for fewer --epochs.`,
        { epoch },
      );
    await time.sleep(POLL_MS);
  };
  for (let epoch = 1; epoch <= epochs; epoch++) {
    onProgress(epoch - 1, epochs);
    let fetched = await orMissing(beacon.at(epoch, { signal }));
    for (; fetched === undefined; fetched = await orMissing(beacon.at(epoch, { signal }))) await wait(epoch);
    const randomness = bytesToHex(fetched.randomness);
    for (const [k, client] of clients.entries()) {
      const ask = () => orUnreachable(client.call('getBeacon', { epoch }, { signal }));
      let told = await ask();
      for (; told === null || told === undefined; told = await ask()) await wait(epoch);
      if (told.randomness !== randomness)
        throw new NodeError('audit', `Validator ${k} tells other randomness of epoch ${epoch} than its chain shows.`, {
          validator: k,
          epoch,
        });
    }
    summaries.push({
      epoch,
      randomness,
      leader: fetched.leader,
      contributors: fetched.contributors,
      failedAttempts: fetched.attempt,
      passedOver: fetched.view,
      excluded: fetched.excluded,
    });
  }
  if (epochs > 0) onProgress(epochs, epochs);
  return summaries;
};

const orMissing = async (asked: Promise<FetchedBeacon>): Promise<FetchedBeacon | undefined> => {
  try {
    return await orUnreachable(asked);
  } catch (error) {
    if (error instanceof ClientError && error.code === 'beacon-missing') return undefined;
    throw error;
  }
};
