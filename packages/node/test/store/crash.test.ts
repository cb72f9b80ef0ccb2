import { expect, test } from 'vitest';
import { createMemoryDisk, openMemoryStore } from '../../src/store.ts';

const LABEL = { format: 1, chain: new Uint8Array(32) };
const key = Uint8Array.of(1);
const value = Uint8Array.of(1);

const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  let done = false;
  promise.then(
    () => {
      done = true;
    },
    () => {
      done = true;
    },
  );
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  return done;
};

test('a crash loses what was not synced, and closes the store without answering', async () => {
  const disk = createMemoryDisk();
  let blocked = false;
  const delay = (): Promise<void> => (blocked ? new Promise((resolve) => setImmediate(resolve)) : Promise.resolve());
  const store = await openMemoryStore(disk, { ...LABEL, delay });
  await store.batch([{ key, value }], { sync: false });
  expect(await store.get(key)).toEqual(value);
  blocked = true;
  const underway = store.batch([{ key: Uint8Array.of(2), value }], { sync: true });
  const reading = store.get(key);
  disk.crash();
  expect(await settled(underway)).toBe(false);
  expect(await settled(reading)).toBe(false);
  await expect(store.get(key)).rejects.toMatchObject({ name: 'StoreError', code: 'closed' });
  await store.close();

  const after = await openMemoryStore(disk, LABEL);
  expect(await after.get(key)).toBeUndefined();
  expect(await after.get(Uint8Array.of(2))).toBeUndefined();
});

test('a batch under way may survive a crash', async () => {
  const disk = createMemoryDisk();
  const store = await openMemoryStore(disk, { ...LABEL, delay: () => new Promise(() => {}) });
  void store.batch([{ key, value }], { sync: true });
  disk.crash((count) => count);
  const after = await openMemoryStore(disk, LABEL);
  expect(await after.get(key)).toEqual(value);
});

test('a synced batch makes those before it durable', async () => {
  const disk = createMemoryDisk();
  const store = await openMemoryStore(disk, LABEL);
  await store.batch([{ key, value }], { sync: false });
  await store.batch([{ key: Uint8Array.of(2), value }], { sync: true });
  disk.crash();
  const after = await openMemoryStore(disk, LABEL);
  expect(await after.get(key)).toEqual(value);
});

test('closing does not make anything durable', async () => {
  const disk = createMemoryDisk();
  const store = await openMemoryStore(disk, LABEL);
  await store.batch([{ key, value }], { sync: false });
  await store.close();
  disk.crash();
  const after = await openMemoryStore(disk, LABEL);
  expect(await after.get(key)).toBeUndefined();
});

test('a choice of batches that is none is refused, and nothing happens', async () => {
  const disk = createMemoryDisk();
  const store = await openMemoryStore(disk, LABEL);
  await store.batch([{ key, value }], { sync: false });
  for (const kept of [-1, 2, 0.5]) expect(() => disk.crash(() => kept)).toThrow(RangeError);
  expect(await store.get(key)).toEqual(value);
});
