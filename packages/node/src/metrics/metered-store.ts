import type { Clock } from '../clock.ts';
import type { Store, Write } from '../store/store.ts';
import type { Meter } from './meter.ts';
import { stopwatch } from './stopwatch.ts';

/** A store of which batches, bytes and the time until they are durable are measured; what failed is not counted. */
export const meteredStore = (store: Store, meter: Meter, clock: Pick<Clock, 'now'>): Store => ({
  get: (key) => store.get(key),
  range: (range) => store.range(range),
  close: () => store.close(),
  batch: async (writes, options) => {
    const bytes = writes.reduce((sum, write) => sum + sizeOf(write), 0);
    const elapsed = stopwatch(clock);
    await store.batch(writes, options);
    meter.count('ios_store_batches_total', 1, { durability: options.sync ? 'synced' : 'unsynced' });
    meter.count('ios_store_bytes_total', bytes);
    if (options.sync) meter.observe('ios_store_sync_seconds', elapsed());
  },
});

const sizeOf = (write: Write): number => write.key.length + ('value' in write ? write.value.length : 0);
