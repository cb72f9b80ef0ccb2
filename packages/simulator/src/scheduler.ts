import { demand, isCount } from './error.ts';
import { createQueue, type Entry } from './queue.ts';

/** How long a loop goes on: up to and including virtual time `until`, at most `maxEvents`, while `stop` says no. */
export interface RunLimits {
  readonly until?: number;
  readonly maxEvents?: number;
  readonly stop?: () => boolean;
}

/** Limits of the asynchronous loop. */
export interface AsyncRunLimits extends RunLimits {
  /**
   * Awaited after each event so that the promise chains it began run to their end; in Node.js
   * `() => new Promise(setImmediate)`. Left out, 64 microtask turns are taken, which drains chains up to that length.
   */
  readonly settle?: () => Promise<void>;
}

/** A virtual clock and the events that wait for it; it has the shape of a clock with `now` and `setTimeout`. */
export interface Scheduler {
  /** Virtual milliseconds since the start, a whole number. */
  now(): number;
  /** Runs `callback` after `ms`, a whole number from 0; returns its cancellation. Throws `bad-argument`. */
  setTimeout(callback: () => void, ms: number): () => void;
  /** Runs `action` at virtual time `time`, not in the past; returns its cancellation. Throws `bad-argument`. */
  at(time: number, action: () => void): () => void;
  /** When the next event is due; undefined when none waits. */
  next(): number | undefined;
  /** How many events wait. */
  pending(): number;
  /** Runs the next event; false when none waits. What the event throws passes through. */
  step(): boolean;
  /** Runs events without ever leaving the call; returns how many. The clock ends at `until` if that is given and no limit came first. */
  runSync(limits?: RunLimits): number;
  /** The same for asynchronous parts: `settle` is awaited before the first event and after each. */
  run(limits?: AsyncRunLimits): Promise<number>;
}

const TURNS = 64;
const microtasks = async (): Promise<void> => {
  for (let turn = 0; turn < TURNS; turn++) await undefined;
};

/** A scheduler at time 0 with nothing to do; events of one time run in the order in which they were scheduled. */
export const createScheduler = (): Scheduler => {
  const queue = createQueue();
  let time = 0;
  let sequence = 0;

  const at = (due: number, action: () => void): (() => void) => {
    demand(
      isCount(due) && due >= time,
      `no event at ${due}: the clock stands at ${time} and counts whole milliseconds`,
    );
    const entry: Entry = { time: due, sequence: sequence++, action };
    queue.push(entry);
    return () => queue.cancel(entry);
  };

  const step = (): boolean => {
    const entry = queue.pop();
    if (entry === undefined) return false;
    time = entry.time;
    const action = entry.action!;
    entry.action = undefined;
    action();
    return true;
  };

  /** Whether the limits let one more event happen; at the end of `until` the clock moves there. */
  const goesOn = (limits: RunLimits, events: number): boolean => {
    if (events >= (limits.maxEvents ?? Number.POSITIVE_INFINITY) || limits.stop?.() === true) return false;
    const due = queue.peek()?.time;
    if (due !== undefined && due <= (limits.until ?? Number.POSITIVE_INFINITY)) return true;
    if (limits.until !== undefined && limits.until > time) time = limits.until;
    return false;
  };

  const checked = (limits: RunLimits): RunLimits => {
    demand(limits.until === undefined || isCount(limits.until), `${limits.until} is no virtual time`);
    return limits;
  };

  return {
    now: () => time,
    setTimeout: (callback, ms) => at(time + ms, callback),
    at,
    next: () => queue.peek()?.time,
    pending: () => queue.size(),
    step,
    runSync: (limits = {}) => {
      checked(limits);
      let events = 0;
      while (goesOn(limits, events)) {
        step();
        events++;
      }
      return events;
    },
    run: async (limits = {}) => {
      checked(limits);
      const settle = limits.settle ?? microtasks;
      await settle();
      let events = 0;
      while (goesOn(limits, events)) {
        step();
        events++;
        await settle();
      }
      return events;
    },
  };
};
