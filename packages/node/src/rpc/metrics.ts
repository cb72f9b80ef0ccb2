import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { NodeService, NodeStatus } from '../service.ts';
import { readiness } from './readiness.ts';
import type { Hub } from './subscriptions.ts';

/** What a node shows to Prometheus, in a registry of its own. */
export interface Metrics {
  /** All metrics in Prometheus' text format. */
  text(): Promise<string>;
  /** The media type of that text. */
  readonly contentType: string;
  /** Counts an RPC call: its method, its duration in seconds, its error code or 0. */
  call(method: string, seconds: number, code: number): void;
  /** Counts a WebSocket that was opened (1) or ended (-1). */
  sockets(change: 1 | -1): void;
  /** Counts a block that became final, with its number of transactions. */
  final(transactions: number): void;
}

/** What a gauge reads from a status, by name and explanation. */
const GAUGES: readonly (readonly [name: string, help: string, read: (status: NodeStatus) => number])[] = [
  ['ios_height', 'Height of the last final block', ({ height }) => height],
  ['ios_view', 'View of the height that is being decided', ({ view }) => view],
  ['ios_epoch', 'Epoch', ({ epoch }) => epoch],
  ['ios_peers', 'Connected validators', ({ peers }) => peers.length],
  ['ios_validators', 'Validators of the committee', ({ validators }) => validators],
  ['ios_mempool_transactions', 'Transactions that could be proposed', ({ mempool }) => mempool.transactions],
  ['ios_mempool_bytes', 'Bytes of the mempool', ({ mempool }) => mempool.bytes],
  ['ios_mempool_waiting', 'Transactions that wait for an output', ({ mempool }) => mempool.waiting],
  ['ios_evidence', 'Proofs of misconduct found since the start', ({ evidence }) => evidence],
  ['ios_halted', '1 if the node has stopped taking part', ({ halted }) => (halted === undefined ? 0 : 1)],
  ['ios_ready', '1 if the node takes part with a quorum', (status) => (readiness(status).ready ? 1 : 0)],
];

/** Bounds of the buckets for the duration of a call, in seconds. */
const CALL_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Makes the metrics of a node: its status, blocks and calls, and those of the process and its event loop. */
export function createMetrics(service: NodeService, hub: Pick<Hub, 'size'>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  for (const [name, help, read] of GAUGES) {
    const gauge: Gauge = new Gauge({ name, help, registers, collect: () => gauge.set(read(service.status())) });
  }
  const blocks = new Counter({ name: 'ios_blocks_total', help: 'Blocks that became final here', registers });
  const transactions = new Counter({
    name: 'ios_transactions_total',
    help: 'Transactions that became final here',
    registers,
  });
  const calls = new Histogram({
    name: 'ios_rpc_seconds',
    help: 'Duration of RPC calls',
    labelNames: ['method'],
    buckets: CALL_BUCKETS,
    registers,
  });
  const refusals = new Counter({
    name: 'ios_rpc_errors_total',
    help: 'RPC calls that were answered with an error',
    labelNames: ['method', 'code'],
    registers,
  });
  const sockets = new Gauge({ name: 'ios_rpc_sockets', help: 'Open WebSockets', registers });
  const subscriptions: Gauge = new Gauge({
    name: 'ios_rpc_subscriptions',
    help: 'Subscriptions',
    registers,
    collect: () => subscriptions.set(hub.size),
  });
  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    call(method, seconds, code) {
      calls.observe({ method }, seconds);
      if (code !== 0) refusals.inc({ method, code });
    },
    sockets: (change) => sockets.inc(change),
    final(count) {
      blocks.inc();
      transactions.inc(count);
    },
  };
}
