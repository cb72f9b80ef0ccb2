import type { BeaconPosition } from '../beacon/position.ts';
import { readiness } from '../rpc/readiness.ts';
import type { InstanceSummary, NodeService } from '../service.ts';
import type { Mempool } from '../shard/mempool.ts';
import type { Meter } from './meter.ts';

/** Has the state of a node read whenever somebody asks. */
export const watchNode = (
  meter: Meter,
  service: Pick<NodeService, 'status' | 'recorded'>,
  beacon: () => Pick<BeaconPosition, 'attempt' | 'withheld'> | undefined,
  mempool: Pick<Mempool, 'counts'>,
): void => {
  const { status, recorded } = service;
  meter.gauge('ios_node_ready', () => (readiness(status()).ready ? 1 : 0));
  meter.gauge('ios_node_halted', () => (status().halted === undefined ? 0 : 1));
  const each = (read: (instance: InstanceSummary) => number): Readonly<Record<string, number>> =>
    Object.fromEntries(status().instances.map((instance) => [instance.name, read(instance)]));
  meter.gauge('ios_consensus_height', () => each(({ height }) => height));
  meter.gauge('ios_consensus_view', () => each(({ view }) => view));
  meter.gauge('ios_consensus_epoch', () => status().epoch);
  meter.gauge('ios_consensus_validators', () => status().validators);
  meter.gauge('ios_beacon_recorded_epoch', recorded);
  meter.gauge('ios_beacon_attempt', () => beacon()?.attempt ?? 0);
  meter.gauge('ios_beacon_withheld_validators', () => beacon()?.withheld.length ?? 0);
  meter.gauge('ios_mempool_transactions', () => mempool.counts().transactions);
  meter.gauge('ios_mempool_bytes', () => mempool.counts().bytes);
  meter.gauge('ios_mempool_waiting_transactions', () => mempool.counts().waiting);
  meter.gauge('ios_mempool_waiting_bytes', () => mempool.counts().waitingBytes);
};
