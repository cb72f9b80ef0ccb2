import { writeFile } from 'node:fs/promises';
import type { RpcClient } from '@ios/client';
import { NodeError } from '../../errors.ts';
import type { ClientTime } from '../client-time.ts';
import type { Fleet } from '../fleet.ts';
import { orUnreachable } from '../unreachable.ts';
import type { FaultEvent } from './conduct.ts';
import { type FaultPlan, faultName } from './plan.ts';
import { eventWords, faultWords } from './words.ts';

/** A fault that was played, as plain data for `--json`. */
export interface FaultSummary {
  /** As it is named on the command line, with its step. */
  readonly fault: string;
  /** Who was faulty, and whose randomness was made then. */
  readonly validator: number;
  readonly epoch: number;
  /** Who proposed last, as leader, what came of the selection that counts; null where that was before the fault. */
  readonly finishedBy: number | null;
  /** Who found a dealing of the faulty one bad, ascending. */
  readonly namedBy: readonly number[];
  /** From the fault until all others had the randomness of the epoch, in ms. */
  readonly recoveredAfterMs: number;
  /** Whether its process was killed, and started again. */
  readonly startedAgain: boolean;
}

/** Where validators tell what they do; replaced by whoever wants to know. */
export interface FaultReports {
  onReport: (validator: number, event: FaultEvent) => void;
}

/** Options of {@link playFault}. */
export interface PlayOptions {
  readonly plan: FaultPlan;
  /** The file that stands for the part: who removes it is faulty. */
  readonly part: string;
  readonly fleet: Pick<Fleet, 'clients' | 'expectEnd'>;
  readonly reports: FaultReports;
  /** Starts validator `k` again, which was killed. */
  readonly startAgain: (k: number) => Promise<void>;
  readonly time: ClientTime;
  readonly onEvent: (text: string) => void;
  readonly signal: AbortSignal;
  /** Gives up after so long, in ms. */
  readonly limitMs: number;
}

const POLL_MS = 50;

/**
 * Has one validator of a running devnet be faulty, waits until all others have the randomness of the epoch all the same, and
 * starts it again where it was killed. @throws NodeError `time` when the limit has passed; or the reason of `signal`.
 */
export const playFault = async (options: PlayOptions): Promise<FaultSummary> => {
  const { plan, fleet, time, onEvent, signal, limitMs } = options;
  const until = time.now() + limitMs;
  const wait = async (why: string): Promise<void> => {
    signal.throwIfAborted();
    if (time.now() > until) throw new NodeError('time', `After ${limitMs / 1000} s ${why}. Raise --timeout.`);
    await time.sleep(POLL_MS);
  };
  const cast = watch(options);

  onEvent(`Fault ${faultName(plan)}: the first validator that comes to it is faulty`);
  await writeFile(options.part, '');
  let faulty = cast.faulty();
  for (; faulty === undefined; faulty = cast.faulty()) await wait('no validator was where it could be faulty');
  const { validator, epoch, at, ended } = faulty;
  const others = fleet.clients.filter((_, k) => k !== validator);
  while (!(await haveRandomness(others, epoch))) await wait(`there is no randomness of epoch ${epoch} on all others`);
  const recoveredAfterMs = Math.round(time.now() - at);
  onEvent(`Epoch ${epoch}: all others have its randomness, ${(recoveredAfterMs / 1000).toFixed(1)} s after the fault`);
  while (plan.fault === 'hidden-signoff' && !cast.revealed()) await wait('the sign-off is hidden still');
  while (plan.fault === 'bad-dealer' && cast.namedBy.size === 0) await wait('nobody found a dealing bad');
  await ended;
  if (ended !== undefined) {
    await options.startAgain(validator);
    onEvent(`Validator ${validator} is started again`);
  }
  return {
    ...{ fault: faultName(plan), validator, epoch, recoveredAfterMs, startedAgain: ended !== undefined },
    finishedBy: cast.finishedBy(),
    namedBy: [...cast.namedBy].sort((a, b) => a - b),
  };
};

/** Who is faulty, since when, and the end of its process where that is planned. */
interface Faulty {
  readonly validator: number;
  readonly epoch: number;
  readonly at: number;
  readonly ended: Promise<void> | undefined;
}

/** Takes in what validators report, and says it. */
const watch = ({ plan, fleet, reports, time, onEvent }: PlayOptions) => {
  let faulty: Faulty | undefined;
  let revealed = false;
  let finishedBy: number | null = null;
  const namedBy = new Set<number>();
  reports.onReport = (validator, event) => {
    if (event.event === 'fault') {
      const ended = plan.fault === 'leader-crash' ? fleet.expectEnd(validator) : undefined;
      faulty = { validator, epoch: event.epoch, at: time.now(), ended };
      return onEvent(`Epoch ${event.epoch}: validator ${validator} ${faultWords(plan)}`);
    }
    if (event.event === 'named') {
      if (event.seat !== faulty?.validator || namedBy.has(validator)) return;
      namedBy.add(validator);
    } else if (faulty !== undefined && event.epoch !== faulty.epoch) return;
    if (event.event === 'reveals') revealed = true;
    if (event.event === 'proposes' && faulty !== undefined) finishedBy = validator;
    const epoch = event.event === 'named' ? '' : `Epoch ${event.epoch}: `;
    onEvent(`${epoch}validator ${validator} ${eventWords(event)}`);
  };
  return { faulty: () => faulty, revealed: () => revealed, finishedBy: () => finishedBy, namedBy };
};

/** Whether these validators have decided the randomness of an epoch. */
const haveRandomness = async (clients: readonly RpcClient[], epoch: number): Promise<boolean> => {
  const statuses = await Promise.all(clients.map((client) => orUnreachable(client.call('getStatus', {}))));
  return statuses.every((status) => (status?.beacon?.epoch ?? 0) > epoch);
};
