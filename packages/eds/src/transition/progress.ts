import { EdsError } from '../errors.ts';
import type { Swap, TransitionPlan } from './plan.ts';

/** A swap that is still to be made, and how often its arrival was not ready in its time. */
export interface QueuedSwap extends Swap {
  readonly missed: 0 | 1;
}

/** A transition under way: plain data, the same for everybody who applies the same step entries at the same heights. */
export interface Transition {
  readonly batch: number;
  /** Who serves the shard now; undefined is an empty seat, which counts as faulty. */
  readonly committee: readonly (number | undefined)[];
  readonly queue: readonly QueuedSwap[];
  /** How many at the head of the queue are of the batch whose time runs. */
  readonly front: number;
  /** The height at which that time began. */
  readonly since: number;
}

/**
 * Begins a transition.
 * @param committee - the one that the plan was made from
 * @param height - from which the first batch has its time
 */
export const beginTransition = (
  plan: TransitionPlan,
  committee: readonly (number | undefined)[],
  height: number,
): Transition =>
  nextBatch({
    batch: plan.batch,
    committee,
    queue: plan.swaps.map((swap) => ({ ...swap, missed: 0 })),
    front: 0,
    since: height,
  });

/** The arrivals whose time runs: who of them is ready may be swapped in now. */
export const frontArrivals = ({ queue, front }: Transition): number[] =>
  queue.slice(0, front).flatMap(({ arrives }) => (arrives === undefined ? [] : [arrives]));

/**
 * A step entry: these arrivals are ready, and take their seats. Seats of the batch that go, go with it. Members keep their
 * places. It takes effect at the height after the block that holds the entry.
 * @param height - at which the new committee serves
 * @throws EdsError `not-in-front` for an arrival that is not of the batch whose time runs, or stands twice
 */
export const swapIn = (transition: Transition, height: number, arrivals: readonly number[]): Transition => {
  const { queue, front } = transition;
  const expected = frontArrivals(transition);
  const wrong = arrivals.find((arrival, i) => !expected.includes(arrival) || arrivals.indexOf(arrival) !== i);
  if (wrong !== undefined)
    throw new EdsError('not-in-front', `validator ${wrong} is not to be swapped in now`, { wrong });
  const made = (swap: Swap): boolean => swap.arrives === undefined || arrivals.includes(swap.arrives);
  const head = queue.slice(0, front);
  const committee = head.filter(made).reduce(seat, transition.committee);
  const left = head.filter((swap) => !made(swap));
  const changed = { ...transition, committee, queue: [...left, ...queue.slice(front)], front: left.length };
  return left.length > 0 ? changed : nextBatch({ ...changed, since: height });
};

/**
 * Time passes: whoever of the batch was not ready within `window` heights goes to the end of the queue, and the second time
 * its seat stays empty, and the member that it should have replaced is released.
 * @param height - the current one
 * @param window - W, from 1
 */
export const passTime = (transition: Transition, height: number, window: number): Transition => {
  if (isComplete(transition) || height < transition.since + window) return transition;
  const { queue, front } = transition;
  const head = queue.slice(0, front);
  const again = head.filter(({ arrives, missed }) => arrives !== undefined && missed === 0);
  const given = head.filter(({ arrives, missed }) => arrives === undefined || missed === 1);
  const rest = queue.slice(front);
  const going = rest.findIndex(({ arrives }) => arrives === undefined);
  const end = going < 0 ? rest.length : going;
  const late = again.map((swap): QueuedSwap => ({ ...swap, missed: 1 }));
  return nextBatch({
    ...transition,
    committee: given.map(vacated).reduce(seat, transition.committee),
    queue: [...rest.slice(0, end), ...late, ...rest.slice(end)],
    since: height,
  });
};

/** Whether every arrival was swapped in or had its time twice: only then may the shard close its epoch. */
export const isComplete = ({ queue }: Transition): boolean => queue.length === 0;

/** Arrivals and seats that go are never in one batch: places must not move while arrivals still have theirs. */
const nextBatch = (transition: Transition): Transition => {
  const { batch, queue } = transition;
  const going = queue.findIndex(({ arrives }) => arrives === undefined);
  return { ...transition, front: Math.min(batch, going > 0 ? going : queue.length) };
};

/** The committee with a swap made. */
const seat = (
  committee: readonly (number | undefined)[],
  { place, leaves, arrives, vacant }: Swap & { readonly vacant?: boolean },
): readonly (number | undefined)[] => {
  if (place === undefined) return [...committee, arrives];
  // Seats go when all arrivals are through; by then places may have moved.
  if (arrives === undefined && vacant !== true) return committee.filter((_, i) => i !== committee.indexOf(leaves));
  return committee.map((member, i) => (i === place ? arrives : member));
};

/** The same swap without its arrival: an empty seat stays. */
const vacated = (swap: QueuedSwap): Swap & { readonly vacant?: boolean } =>
  swap.arrives === undefined ? swap : { ...swap, arrives: undefined, vacant: true };
