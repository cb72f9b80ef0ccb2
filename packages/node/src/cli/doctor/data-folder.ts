import { open, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { STORE_FORMAT } from '../../shard/chain-store.ts';
import { StoreError } from '../../store/error.ts';
import { inspectLevelStore } from '../../store/level.ts';
import { exists } from '../files.ts';
import { type Finding, failed, fault, ok, warning } from './finding.ts';

const MIB = 1024 * 1024;
/** Free space below which a node is about to stop, and below which it will before long. */
const LEAST_FREE = 256 * MIB;
const SCARCE = 5120 * MIB;
/** How often a write is synced, and how long the median may take, in ms: a vote waits for it. */
const SYNCS = 16;
const SLOW_SYNC = 50;

/** Whether the folder of data can be written: the first of its folders that is there. */
export async function checkWritable(data: string): Promise<Finding> {
  const place = await firstThere(data);
  try {
    await withProbe(place, async () => {});
    return ok('folder', place === data ? `${data} can be written.` : `${data} is not there yet and can be made.`);
  } catch (error) {
    const remedy = `Give this user the right to write ${place}, mount it writable, or choose another folder for data.`;
    return failed('folder', error, remedy);
  }
}

/** How long a write takes until the disk says that it is durable, and how much room there is. */
export async function checkDisk(data: string): Promise<readonly Finding[]> {
  const place = await firstThere(data);
  try {
    const times: number[] = [];
    await withProbe(place, async (file) => {
      const block = new Uint8Array(4096).fill(1);
      for (let i = 0; i < SYNCS; i++) {
        const begun = performance.now();
        await file.write(block, 0, block.length, 0);
        await file.sync();
        times.push(performance.now() - begun);
      }
    });
    const { bavail, bsize } = await statfs(place);
    return [syncFinding(times), spaceFinding(place, bavail * bsize)];
  } catch (error) {
    return [failed('disk sync', error, 'Choose another disk: a vote may leave only when it is durable.')];
  }
}

/** What the times of synced writes, in ms, say. */
export function syncFinding(times: readonly number[]): Finding {
  const sorted = [...times].sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1]!;
  const said =
    `${SYNCS} synced writes of 4 KiB: median ${median.toFixed(1)} ms, longest ${sorted.at(-1)!.toFixed(1)} ms. ` +
    'Whether they survive a loss of power is for the disk to keep, and was not tested.';
  if (median <= SLOW_SYNC) return ok('disk sync', said);
  return warning('disk sync', said, 'Use a local SSD: each vote and each block waits for a synced write.');
}

/** What the free bytes on the disk of `place` say. */
export function spaceFinding(place: string, free: number): Finding {
  const said = `${Math.floor(free / MIB)} MiB are free on the disk of ${place}.`;
  if (free < LEAST_FREE) return fault('disk space', said, 'Free some space, or the node stops when it is used up.');
  if (free < SCARCE) return warning('disk space', said, 'Free some space: blocks are kept for ever.');
  return ok('disk space', said);
}

/** Whether the data is of this chain and format, and free; `running` says that this very node has it open. */
export async function checkStore(data: string, chain: Uint8Array, running: boolean): Promise<Finding> {
  if (running) return ok('data', `${data} is open in the node that runs.`);
  try {
    const found = await inspectLevelStore(data, { format: STORE_FORMAT, chain });
    return ok('data', found === 'sound' ? `${data} holds this chain, in this version's format.` : `${data} is empty.`);
  } catch (error) {
    return failed('data', error, remedyOf(error));
  }
}

/** Whether another process has the data open. */
export const isOpenElsewhere = (data: string, chain: Uint8Array): Promise<boolean> =>
  inspectLevelStore(data, { format: STORE_FORMAT, chain }).then(
    () => false,
    (error: unknown) => error instanceof StoreError && error.code === 'locked',
  );

const remedyOf = (error: unknown): string =>
  (error instanceof StoreError ? REMEDIES[error.code] : undefined) ?? 'Look at the disk, and choose another folder.';

const REMEDIES: Readonly<Record<string, string>> = {
  locked: 'Stop the other node (the configuration may name the folder of another one), or wait until it has ended.',
  format: 'Run the version that wrote it, or choose an empty folder for data.',
  chain: 'Name the folder of this chain, or the genesis of that one.',
  corrupt: 'Move the folder away and let the node catch up anew with a key that has not voted.',
};

/** A file in `place` that is gone again afterwards. */
async function withProbe(
  place: string,
  work: (file: Awaited<ReturnType<typeof open>>) => Promise<void>,
): Promise<void> {
  const path = join(place, `.ios-doctor-${process.pid}`);
  const file = await open(path, 'wx', 0o600);
  try {
    await work(file);
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}

async function firstThere(path: string): Promise<string> {
  let place = path;
  while (!(await exists(place)) && dirname(place) !== place) place = dirname(place);
  return place;
}
