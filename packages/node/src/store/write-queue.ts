/** Bytes of keys and values merged into one write, beyond which the next batch waits for its own. */
const GROUP_BYTES = 1 << 20;

/** One operation of a batch as LevelDB's addon takes it. */
export type Operation = { type: 'put'; key: Uint8Array; value: Uint8Array } | { type: 'del'; key: Uint8Array };

/** Batches on their way to the disk, in the order of `push`. */
export interface WriteQueue {
  /** Resolves when the operations are written, and durable if `sync`; rejects for good after the first failure. */
  push(operations: Operation[], sync: boolean): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

interface Pending {
  readonly operations: Operation[];
  readonly sync: boolean;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * Group commit: one write at a time, and whatever arrives during it becomes the next one. Keeps the order of the calls,
 * which concurrent writes on LevelDB's threads would not, and shares one fsync among all that wait for it.
 */
export function createWriteQueue(
  write: (operations: Operation[], sync: boolean) => Promise<void>,
  explain: (error: unknown) => Error,
): WriteQueue {
  const waiting: Pending[] = [];
  let running: Promise<void> | undefined;
  let failure: Error | undefined;

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = takeGroup(waiting);
      try {
        await write(
          group.flatMap(({ operations }) => operations),
          group.some(({ sync }) => sync),
        );
        for (const { resolve } of group) resolve();
      } catch (error) {
        failure = explain(error);
        for (const { reject } of [...group, ...waiting.splice(0)]) reject(failure);
      }
    }
    running = undefined;
  };

  return {
    push(operations, sync) {
      if (failure !== undefined) return Promise.reject(failure);
      return new Promise((resolve, reject) => {
        waiting.push({ operations, sync, resolve, reject });
        running ??= run();
      });
    },
    idle: () => running ?? Promise.resolve(),
  };
}

/** Takes the first batch and those behind it as long as they fit in one group. */
function takeGroup(waiting: Pending[]): Pending[] {
  let count = 0;
  let bytes = 0;
  do {
    bytes += size(waiting[count]!.operations);
    count += 1;
  } while (count < waiting.length && bytes < GROUP_BYTES);
  return waiting.splice(0, count);
}

function size(operations: Operation[]): number {
  return operations.reduce(
    (sum, operation) => sum + operation.key.length + (operation.type === 'put' ? operation.value.length : 0),
    0,
  );
}
