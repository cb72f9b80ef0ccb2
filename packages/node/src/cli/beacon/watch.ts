import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError } from '@ios/client';
import type { BeaconClient, FetchedBeacon } from '@ios/client/beacon';
import { print } from '../print.ts';
import { describe, recordOf } from './show.ts';
import { type BeaconOptions, beaconOf } from './source.ts';

interface WatchOptions extends BeaconOptions {
  readonly count?: number;
}

/** How often nodes are asked for the next epoch, in ms. */
const ASK_MS = 1_000;

/** `ios beacon watch`. */
export async function watch(options: WatchOptions): Promise<void> {
  const { network, beacon } = await beaconOf(options);
  const { count = Number.POSITIVE_INFINITY, json } = options;
  let next: number | undefined;
  for (let shown = 0; shown < count; ) {
    const found = await look(beacon, next);
    if (typeof found === 'object') {
      const record = recordOf(network.chain, found);
      print(json, record, `${shown === 0 ? '' : '\n'}${describe(record)}`);
      next = found.epoch + 1;
      shown++;
    } else if (found >= (next ?? 1)) {
      process.stderr.write(`No node that was asked shows how the randomness of epoch ${found} came about.\n`);
      next = found + 1;
    } else await sleep(ASK_MS);
  }
}

/** Randomness of epoch `next`, or the last; where no node shows it, the epoch of the last record. */
async function look(beacon: BeaconClient, next: number | undefined): Promise<FetchedBeacon | number> {
  try {
    return await (next === undefined ? beacon.latest() : beacon.at(next));
  } catch (error) {
    if (error instanceof ClientError && error.code === 'beacon-missing') return Number(error.facts['last']);
    throw error;
  }
}
