import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryDisk, openMemoryStore } from '../../src/store.ts';

const LABEL = { format: 1, chain: new Uint8Array(32) };
const COUNTER = Uint8Array.of(0);

const round = fc.record({ syncs: fc.array(fc.boolean(), { maxLength: 12 }), keep: fc.nat() });

test('after a crash a prefix of the batches is left that holds every durable one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(round, { maxLength: 5 }), async (rounds) => {
      const disk = createMemoryDisk();
      let written = 0;
      for (const { syncs, keep } of rounds) {
        const store = await openMemoryStore(disk, LABEL);
        const found = (await store.get(COUNTER))?.[0] ?? 0;
        for (let index = 1; index <= found; index++) expect(await store.get(Uint8Array.of(1, index))).toBeDefined();
        expect(await store.get(Uint8Array.of(1, found + 1))).toBeUndefined();
        written = found;
        let durable = found;
        for (const sync of syncs) {
          written += 1;
          await store.batch(
            [
              { key: COUNTER, value: Uint8Array.of(written) },
              { key: Uint8Array.of(1, written), value: new Uint8Array(0) },
            ],
            { sync },
          );
          if (sync) durable = written;
          expect((await store.get(COUNTER))?.[0]).toBe(written);
        }
        let kept = 0;
        disk.crash((count) => {
          expect(count).toBe(written - durable);
          kept = keep % (count + 1);
          return kept;
        });
        const after = await openMemoryStore(disk, LABEL);
        expect((await after.get(COUNTER))?.[0] ?? 0).toBe(durable + kept);
        await after.close();
      }
    }),
    { numRuns: 200 },
  );
});
