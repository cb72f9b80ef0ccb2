import { setImmediate as turn } from 'node:timers/promises';

/** What is under way elsewhere: in other threads, on the disk. */
export interface Work {
  /** The same object, whose promises and iterations are known to be under way. */
  watch<T extends object>(parts: T): T;
  /** Resolves once nothing is under way and nothing follows from what was. */
  done(): Promise<void>;
}

/** Turns of the event loop after which nothing follows any more. */
const QUIET_TURNS = 4;

/** Nothing is under way. */
export const createWork = (): Work => {
  const underWay = new Set<Promise<unknown>>();
  const add = (work: Promise<unknown>): void => {
    underWay.add(work);
    const remove = (): void => void underWay.delete(work);
    work.then(remove, remove);
  };
  async function* iterated<T>(items: AsyncIterable<T>): AsyncIterable<T> {
    let end = (): void => {};
    add(new Promise<void>((resolve) => (end = resolve)));
    try {
      yield* items;
    } finally {
      end();
    }
  }
  return {
    watch: (parts) =>
      new Proxy(parts, {
        get(target, name) {
          const found: unknown = Reflect.get(target, name);
          if (typeof found !== 'function') return found;
          return (...args: unknown[]): unknown => {
            const result: unknown = found.apply(target, args);
            if (result instanceof Promise) add(result);
            return result !== null && typeof result === 'object' && Symbol.asyncIterator in result
              ? iterated(result as AsyncIterable<unknown>)
              : result;
          };
        },
      }),
    async done() {
      for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
        await turn();
        if (underWay.size === 0) continue;
        await Promise.allSettled([...underWay]);
        quiet = -1;
      }
    },
  };
};
