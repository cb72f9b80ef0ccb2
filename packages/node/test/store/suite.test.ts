import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { createMemoryDisk, openLevelStore, openMemoryStore } from '../../src/store.ts';
import { storeSuite } from '../../src/testing.ts';

describe('on LevelDB', () => {
  storeSuite(test, async () => {
    const path = await mkdtemp(join(tmpdir(), 'ios-store-'));
    return {
      open: (label) => openLevelStore(path, label),
      remove: () => rm(path, { recursive: true, force: true }),
    };
  });
});

describe('in memory', () => {
  storeSuite(test, async () => {
    const disk = createMemoryDisk();
    return { open: (label) => openMemoryStore(disk, label), remove: async () => {} };
  });
});

describe('in memory, with a slow disk', () => {
  storeSuite(test, async () => {
    const disk = createMemoryDisk();
    let turn = 0;
    // Uneven delays: an answer that overtakes another would show.
    const delay = async (): Promise<void> => {
      turn += 1;
      for (let wait = turn % 5; wait > 0; wait--) await new Promise((resolve) => setImmediate(resolve));
    };
    return { open: (label) => openMemoryStore(disk, { ...label, delay }), remove: async () => {} };
  });
});
