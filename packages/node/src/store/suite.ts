import assert from 'node:assert/strict';
import type { RegisterTest } from '../testing.ts';
import type { StoreErrorCode } from './error.ts';
import type { Range, Store, StoreLabel } from './store.ts';

/** One place where data can lie: opened again and again during a test, removed after it. */
export interface StorePlace {
  open(label: StoreLabel): Promise<Store>;
  remove(): Promise<void>;
}

const LABEL: StoreLabel = { format: 3, chain: new Uint8Array(32).fill(0xc1) };
const SYNC = { sync: true };
const NO_SYNC = { sync: false };
const EVERYTHING: Range = { gte: new Uint8Array(0), lt: new Uint8Array(40).fill(0xff) };

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

async function all(store: Store, range: Range = EVERYTHING): Promise<[Uint8Array, Uint8Array][]> {
  const entries: [Uint8Array, Uint8Array][] = [];
  for await (const entry of store.range(range)) entries.push(entry);
  return entries;
}

async function keys(store: Store, range: Range): Promise<number[][]> {
  return (await all(store, range)).map(([key]) => [...key]);
}

const refusal = (code: StoreErrorCode) => (error: Error & { code?: string }) => {
  assert.equal(error.name, 'StoreError');
  assert.equal(error.code, code);
  return true;
};

/** Registers what every `Store` must do; `place` gives a new empty place for each test. */
export function storeSuite(test: RegisterTest, place: () => Promise<StorePlace>): void {
  const withPlace = (name: string, body: (place: StorePlace) => Promise<void>): void =>
    test(name, async () => {
      const here = await place();
      try {
        await body(here);
      } finally {
        await here.remove();
      }
    });
  const withStore = (name: string, body: (store: Store) => Promise<void>): void =>
    withPlace(name, async ({ open }) => {
      const store = await open(LABEL);
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });

  withStore('sets, replaces and removes', async (store) => {
    await store.batch(
      [
        { key: bytes(1), value: bytes(10) },
        { key: bytes(), value: bytes(11) },
        { key: bytes(3), value: bytes() },
      ],
      SYNC,
    );
    assert.deepEqual(await store.get(bytes(1)), bytes(10));
    assert.deepEqual(await store.get(bytes()), bytes(11));
    assert.deepEqual(await store.get(bytes(3)), bytes());
    assert.equal(await store.get(bytes(1, 0)), undefined);
    await store.batch([{ key: bytes(1), value: bytes(12) }, { key: bytes(3) }, { key: bytes(9) }], NO_SYNC);
    assert.deepEqual(await store.get(bytes(1)), bytes(12));
    assert.equal(await store.get(bytes(3)), undefined);
  });

  withStore('carries out the writes of a batch in order', async (store) => {
    await store.batch(
      [
        { key: bytes(1), value: bytes(1) },
        { key: bytes(1) },
        { key: bytes(2) },
        { key: bytes(2), value: bytes(2) },
        { key: bytes(2), value: bytes(3) },
      ],
      SYNC,
    );
    assert.deepEqual(await all(store), [[bytes(2), bytes(3)]]);
  });

  withStore('applies batches in the order of the calls, with and without sync', async (store) => {
    const writes = Array.from({ length: 200 }, (_, turn) =>
      store.batch([{ key: bytes(7), value: bytes(turn) }], { sync: turn % 7 === 0 }),
    );
    await Promise.all(writes);
    assert.deepEqual(await store.get(bytes(7)), bytes(199));
  });

  withStore('shares no memory with its callers', async (store) => {
    const key = bytes(1);
    const value = bytes(5);
    // The second waits for the first: its bytes must be taken before that.
    void store.batch([{ key: bytes(1), value: bytes(4) }], SYNC);
    const written = store.batch([{ key, value }], SYNC);
    key[0] = 2;
    value[0] = 6;
    await written;
    const read = await store.get(bytes(1));
    assert.deepEqual(read, bytes(5));
    read!.fill(0);
    for (const [foundKey, found] of await all(store)) {
      foundKey.fill(0);
      found.fill(0);
    }
    assert.deepEqual(await all(store), [[bytes(1), bytes(5)]]);
  });

  withStore('iterates over intervals in byte order', async (store) => {
    const stored = [[2], [2, 0], [2, 255], [3], [10], [255], [255, 255], []];
    await store.batch(
      stored.map((key) => ({ key: bytes(...key), value: bytes(key.length) })),
      SYNC,
    );
    const order = [[], [2], [2, 0], [2, 255], [3], [10], [255], [255, 255]];
    assert.deepEqual(await keys(store, EVERYTHING), order);
    assert.deepEqual(await keys(store, { ...EVERYTHING, reverse: true }), order.toReversed());
    assert.deepEqual(await keys(store, { gte: bytes(2, 0), lt: bytes(10) }), [[2, 0], [2, 255], [3]]);
    assert.deepEqual(await keys(store, { gte: bytes(2), lt: bytes(10), reverse: true, limit: 2 }), [[3], [2, 255]]);
    assert.deepEqual(await keys(store, { gte: bytes(2), lt: bytes(10), limit: 0 }), []);
    assert.deepEqual(await keys(store, { gte: bytes(4), lt: bytes(4) }), []);
    assert.deepEqual(await keys(store, { gte: bytes(10), lt: bytes(2) }), []);
  });

  withStore('iterates over many entries as they were at the start', async (store) => {
    const key = (index: number): Uint8Array => bytes(index >> 8, index & 255);
    const count = 1000;
    await store.batch(
      Array.from({ length: count }, (_, index) => ({ key: key(index), value: new Uint8Array(100).fill(1) })),
      SYNC,
    );
    let seen = 0;
    for await (const [found, value] of store.range(EVERYTHING)) {
      if (seen === 0) {
        await store.batch(
          [{ key: key(count - 1) }, { key: key(500), value: bytes(2) }, { key: key(count), value: bytes(2) }],
          SYNC,
        );
      }
      assert.deepEqual(found, key(seen));
      assert.deepEqual(value, new Uint8Array(100).fill(1));
      seen += 1;
    }
    assert.equal(seen, count);
    assert.equal((await all(store)).length, count);
  });

  withPlace('keeps its data when it is closed and opened', async ({ open }) => {
    const first = await open(LABEL);
    await first.batch([{ key: bytes(1), value: bytes(1) }], SYNC);
    const underway = first.batch([{ key: bytes(2), value: bytes(2) }], NO_SYNC);
    await first.close();
    await underway;
    const second = await open(LABEL);
    assert.deepEqual(await all(second), [
      [bytes(1), bytes(1)],
      [bytes(2), bytes(2)],
    ]);
    await second.close();
  });

  withPlace('is open once at a time', async ({ open }) => {
    const store = await open(LABEL);
    await assert.rejects(open(LABEL), refusal('locked'));
    await store.close();
    await (await open(LABEL)).close();
  });

  withPlace('refuses data of another format, naming both', async ({ open }) => {
    await (await open(LABEL)).close();
    await assert.rejects(open({ ...LABEL, format: 4 }), (error: Error) => {
      assert.match(error.message, /format 3.*format 4/);
      return refusal('format')(error);
    });
    await (await open(LABEL)).close();
  });

  withPlace('refuses data of another chain, naming both', async ({ open }) => {
    await (await open(LABEL)).close();
    await assert.rejects(open({ ...LABEL, chain: new Uint8Array(32).fill(0xc2) }), (error: Error) => {
      assert.match(error.message, /c1c1.*c2c2/);
      return refusal('chain')(error);
    });
    await (await open(LABEL)).close();
  });

  withPlace('refuses a label that is none', async ({ open }) => {
    for (const format of [-1, 1.5, 2 ** 32, Number.NaN]) {
      await assert.rejects(open({ ...LABEL, format }), refusal('label'));
    }
    await assert.rejects(open({ ...LABEL, chain: new Uint8Array(31) }), refusal('label'));
  });

  withPlace('does nothing once closed', async ({ open }) => {
    const store = await open(LABEL);
    await store.close();
    await store.close();
    await assert.rejects(store.get(bytes(1)), refusal('closed'));
    await assert.rejects(store.batch([{ key: bytes(1) }], SYNC), refusal('closed'));
    await assert.rejects(all(store), refusal('closed'));
  });
}
