/** When what is lacking is asked for: each thing after a wait, and again after ever longer ones. */
export interface Schedule {
  /** Asks for something in a wait from now: the first, or that of a higher level. What is scheduled is not scheduled again. */
  add(name: string, now: number, level?: number): void;
  remove(name: string): void;
  /** What is due, at most `most` of it, with how often it was asked for before, or the level; each is scheduled again. */
  due(now: number, most: number): readonly { readonly name: string; readonly attempt: number }[];
  /** When the next thing is due; undefined where there is nothing. */
  next(): number | undefined;
}

/** The first wait in ms; each further one is twice as long. */
const FIRST_WAIT_MS = 500;
/** The number of different waits: the last is 32 s. */
const LEVELS = 7;

/**
 * One queue for each wait, so that each is in the order in which its things fall due: nothing is ever sorted or searched.
 * @param stretch - from 0 to 1: waits are up to half as long again, so that the validators of a shard do not ask together
 */
export const createSchedule = (stretch: number): Schedule => {
  const queues = Array.from({ length: LEVELS }, () => new Map<string, number>());
  const levels = new Map<string, number>();

  const put = (name: string, level: number, now: number): void => {
    levels.set(name, level);
    queues[level]!.set(name, now + Math.ceil(FIRST_WAIT_MS * 2 ** level * (1 + stretch / 2)));
  };
  const remove = (name: string): void => {
    const level = levels.get(name);
    if (level === undefined) return;
    levels.delete(name);
    queues[level]!.delete(name);
  };

  return {
    add(name, now, level = 0) {
      if (!levels.has(name)) put(name, level, now);
    },
    remove,
    due(now, most) {
      const found: { name: string; attempt: number }[] = [];
      for (const [level, queue] of queues.entries()) {
        for (const [name, at] of queue) {
          if (at > now || found.length >= most) break;
          found.push({ name, attempt: level });
          queue.delete(name);
        }
      }
      for (const { name, attempt } of found) put(name, Math.min(attempt + 1, LEVELS - 1), now);
      return found;
    },
    next() {
      let least: number | undefined;
      for (const queue of queues) {
        const at = queue.values().next().value;
        if (at !== undefined && (least === undefined || at < least)) least = at;
      }
      return least;
    },
  };
};
