import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { StoreError } from './error.ts';
import { checkLabel, encodeLabel } from './label.ts';
import { levelError } from './level-error.ts';
import type { Range, Store, StoreLabel, Write } from './store.ts';
import { createWriteQueue, type Operation } from './write-queue.ts';

/** LevelDB keys: the label under one byte 0, the store's own keys behind a byte 1. */
const LABEL_KEY = Uint8Array.of(0);
const DATA = 1;

const BINARY = { keyEncoding: 'view', valueEncoding: 'view' } as const;
/** Entries fetched at once by an iteration. */
const FETCH = 256;

/**
 * Opens, or makes, the store in the folder `path`, on LevelDB. Throws `StoreError`: `locked` where another process has
 * it open, `format` or `chain` where it was written as something else, `full`, `corrupt`, `io`.
 *
 * Durable means fsync of LevelDB's log. After a failed write the store takes no more writes until it is opened again,
 * since what follows a torn record in the log would not be read back.
 *
 * Two limits come from LevelDB 1.20. When it starts a new log file (every 4 MiB) it does not sync the old one: a loss of
 * power (not the death of the process) within the seconds until that part is in a table can lose batches written without
 * `sync` although a later durable batch is kept. And what the disk itself damages is found only where it breaks the form
 * of a table: checksums of tables are not compared when they are read, and a damaged log is read up to the damage,
 * without an error.
 */
export async function openLevelStore(path: string, label: StoreLabel): Promise<Store> {
  const encoded = encodeLabel(label);
  const db = new ClassicLevel<Uint8Array, Uint8Array>(path, BINARY);
  try {
    await db.open();
    await claim(db, path, label, encoded);
  } catch (error) {
    await db.close();
    throw levelError(error, path);
  }
  return levelStore(db, path);
}

/**
 * Looks at the store in the folder `path` without taking it: whether there is one, and throws `StoreError` as
 * {@link openLevelStore} does where it could not be opened for this label. For a moment the folder is locked.
 */
export async function inspectLevelStore(path: string, label: StoreLabel): Promise<'absent' | 'sound'> {
  if (!(await exists(join(path, 'CURRENT')))) return 'absent';
  const db = new ClassicLevel<Uint8Array, Uint8Array>(path, { ...BINARY, createIfMissing: false });
  try {
    await db.open();
    checkLabel(path, await db.get(LABEL_KEY), label);
    return 'sound';
  } catch (error) {
    throw levelError(error, path);
  } finally {
    await db.close();
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Labels an empty database; in any other the label must be the wanted one. */
async function claim(
  db: ClassicLevel<Uint8Array, Uint8Array>,
  path: string,
  label: StoreLabel,
  encoded: Uint8Array,
): Promise<void> {
  const kept = await db.get(LABEL_KEY);
  if (kept === undefined && (await db.keys({ limit: 1 }).all()).length === 0) {
    await db.batch([{ type: 'put', key: LABEL_KEY, value: encoded }], { sync: true });
    return;
  }
  checkLabel(path, kept, label);
}

function levelStore(db: ClassicLevel<Uint8Array, Uint8Array>, path: string): Store {
  let closing: Promise<void> | undefined;
  const queue = createWriteQueue(
    (operations, sync) => write(db, operations, sync),
    (error) => levelError(error, path),
  );

  const assertOpen = (): void => {
    if (closing !== undefined) throw new StoreError('closed', `The store in ${path} is closed.`, { path });
  };

  return {
    async get(key) {
      assertOpen();
      try {
        const value = await db.get(dataKey(key));
        return value === undefined ? undefined : plain(value);
      } catch (error) {
        throw levelError(error, path);
      }
    },
    async batch(writes, { sync }) {
      assertOpen();
      await queue.push(writes.map(operation), sync);
    },
    async *range(range) {
      assertOpen();
      const iterator = db.iterator(bounds(range));
      try {
        for (let entries = await iterator.nextv(FETCH); entries.length > 0; entries = await iterator.nextv(FETCH)) {
          for (const [key, value] of entries) yield [plain(key).subarray(1), plain(value)];
        }
      } catch (error) {
        throw levelError(error, path);
      } finally {
        await iterator.close();
      }
    },
    close() {
      closing ??= queue
        .idle()
        .then(() => db.close())
        .catch((error) => {
          throw levelError(error, path);
        });
      return closing;
    },
  };
}

/**
 * One atomic write. Operation by operation into the addon's own batch: a list of them is copied several times before it gets
 * there, which was measured to cost five times as much.
 */
function write(
  db: ClassicLevel<Uint8Array, Uint8Array>,
  operations: readonly Operation[],
  sync: boolean,
): Promise<void> {
  const batch = db.batch();
  for (const operation of operations) {
    if (operation.type === 'put') batch.put(operation.key, operation.value);
    else batch.del(operation.key);
  }
  return batch.write({ sync });
}

function dataKey(key: Uint8Array): Uint8Array {
  const prefixed = new Uint8Array(key.length + 1);
  prefixed[0] = DATA;
  prefixed.set(key, 1);
  return prefixed;
}

function operation(write: Write): Operation {
  const key = dataKey(write.key);
  return 'value' in write ? { type: 'put', key, value: write.value.slice() } : { type: 'del', key };
}

function bounds({ gte, lt, reverse = false, limit }: Range): {
  gte: Uint8Array;
  lt: Uint8Array;
  reverse: boolean;
  limit: number;
} {
  return { gte: dataKey(gte), lt: dataKey(lt), reverse, limit: limit ?? -1 };
}

/** The addon answers with Buffers; callers get what the interface names. */
const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
