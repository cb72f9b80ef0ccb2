import type { Scheduler } from './scheduler.ts';

/** The timers of one incarnation, by id. */
export interface Timers {
  /** Calls `fire` after `ms` on this node's clock, in place of an earlier timer of the same id. */
  set(id: string, ms: number): void;
  clear(id: string): void;
  clearAll(): void;
}

/** Timers on `scheduler` for a clock that runs slow by `skewPpm` parts per million. */
export const createTimers = (scheduler: Scheduler, skewPpm: number, fire: (id: string) => void): Timers => {
  const running = new Map<string, () => void>();
  const clear = (id: string): void => {
    running.get(id)?.();
    running.delete(id);
  };
  return {
    clear,
    set: (id, ms) => {
      clear(id);
      const expire = (): void => {
        running.delete(id);
        fire(id);
      };
      running.set(id, scheduler.setTimeout(expire, Math.floor((ms * (1_000_000 + skewPpm)) / 1_000_000)));
    },
    clearAll: () => {
      for (const id of [...running.keys()]) clear(id);
    },
  };
};
