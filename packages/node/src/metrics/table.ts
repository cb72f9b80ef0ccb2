/** A metric: what it says in a sentence, and the labels that divide it, each of which takes few values. */
export interface Metric {
  readonly help: string;
  readonly labels: readonly string[];
}

/** A metric of durations in seconds. */
export interface DurationMetric extends Metric {
  /** Which bounds its buckets have. */
  readonly scale: keyof typeof BUCKETS;
}

/** Upper bounds of buckets, in seconds: for what takes up to some seconds, and for what may take a minute. */
export const BUCKETS: Readonly<Record<'calls' | 'decisions', readonly number[]>> = {
  calls: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  decisions: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
};

const counters = {
  ios_consensus_blocks_total: { help: 'Blocks that became final here', labels: [] },
  ios_consensus_records_total: { help: 'Records that became final here: one an epoch', labels: [] },
  ios_consensus_transactions_total: { help: 'Transactions that became final here', labels: [] },
  ios_consensus_view_changes_total: {
    help: 'Views that a replica of this node left without a decision',
    labels: ['instance'],
  },
  ios_consensus_refused_proposals_total: { help: 'Proposals of others that this node refused', labels: ['instance'] },
  ios_consensus_evidence_total: { help: 'Proofs of misconduct found', labels: ['instance', 'kind'] },
  ios_beacon_failed_attempts_total: { help: 'Attempts at randomness that were decided to have failed', labels: [] },
  ios_beacon_failovers_total: {
    help: 'Leaders of the beacon that gave way to another one before anything was decided, as this node saw it',
    labels: [],
  },
  ios_signing_sessions_total: {
    help: 'Signing sessions that this node coordinated to an end: "signed", or why there was no signature',
    labels: ['outcome'],
  },
  ios_signing_attempts_total: { help: 'Attempts of the sessions that ended in a signature', labels: [] },
  ios_signing_faults_total: {
    help: 'What a cosigner did that no honest one does, as its coordinator saw it',
    labels: ['kind'],
  },
  ios_mempool_submissions_total: {
    help: 'Transactions handed in by clients or passed on by peers, by what became of them: where they stand, or the code of the refusal',
    labels: ['source', 'outcome'],
  },
  ios_mempool_removals_total: {
    help: 'Transactions that left the mempool without becoming final, by the code of the reason',
    labels: ['code'],
  },
  ios_network_connections_total: { help: 'Connections to peers that came to stand, whoever dialled', labels: [] },
  ios_network_dials_total: { help: 'Dials of absent peers', labels: ['outcome'] },
  ios_network_messages_total: {
    help: 'Messages to and from peers; what is gossiped counts once on its way out',
    labels: ['channel', 'direction'],
  },
  ios_network_bytes_total: { help: 'Bytes of those messages', labels: ['channel', 'direction'] },
  ios_network_refused_sends_total: {
    help: 'Messages that were not sent: the peer is not connected, or reads too slowly',
    labels: ['channel'],
  },
  ios_store_batches_total: { help: 'Batches written', labels: ['durability'] },
  ios_store_bytes_total: { help: 'Bytes of the keys and values written', labels: [] },
  ios_verifier_claims_total: { help: 'What was verified, by verdict', labels: ['kind', 'verdict'] },
  ios_rpc_errors_total: { help: 'RPC calls that were answered with an error', labels: ['method', 'code'] },
} as const;

const gauges = {
  ios_node_ready: { help: '1 if the node takes part with a quorum', labels: [] },
  ios_node_halted: { help: '1 if the node has stopped taking part', labels: [] },
  ios_consensus_height: { help: 'Height that is being decided', labels: ['instance'] },
  ios_consensus_view: { help: 'View of the height that is being decided', labels: ['instance'] },
  ios_consensus_epoch: { help: 'Epoch', labels: [] },
  ios_consensus_validators: { help: 'Validators of the committee', labels: [] },
  ios_beacon_recorded_epoch: { help: 'Epoch of the last recorded randomness', labels: [] },
  ios_beacon_attempt: { help: 'Attempts at the randomness under way that failed', labels: [] },
  ios_beacon_withheld_validators: { help: 'Validators that withheld in them, and neither lead nor deal', labels: [] },
  ios_mempool_transactions: { help: 'Transactions that could be proposed', labels: [] },
  ios_mempool_bytes: { help: 'Bytes of the transactions that could be proposed', labels: [] },
  ios_mempool_waiting_transactions: { help: 'Transactions that wait for an output', labels: [] },
  ios_mempool_waiting_bytes: { help: 'Bytes of the transactions that wait for an output', labels: [] },
  ios_carriage_waiting_records: { help: 'Held transactions that wait for other shards', labels: [] },
  ios_carriage_ready_decisions: {
    help: 'Held transactions of which enough is shown to decide or drop them',
    labels: [],
  },
  ios_network_peers: { help: 'Connected peers, observers among them', labels: [] },
  ios_verifier_waiting_jobs: { help: 'Jobs that wait for a thread', labels: ['lane'] },
  ios_rpc_sockets: { help: 'Open WebSockets', labels: [] },
  ios_rpc_subscriptions: { help: 'Subscriptions', labels: [] },
} as const;

const durations = {
  ios_consensus_decision_seconds: {
    help: 'From the first proposal of a height that this node made or saw to the decision',
    labels: ['instance'],
    scale: 'decisions',
  },
  ios_beacon_phase_seconds: {
    help: 'Duration of a phase of the beacon: lottery, dealing, sign-off, recovery or output; after a fail-over it is entered again',
    labels: ['phase'],
    scale: 'decisions',
  },
  ios_store_sync_seconds: { help: 'From a batch that must be durable to its being so', labels: [], scale: 'calls' },
  ios_verifier_seconds: { help: 'From claims to verdicts, waiting included', labels: ['kind'], scale: 'calls' },
  ios_rpc_call_seconds: { help: 'Duration of RPC calls', labels: ['method'], scale: 'calls' },
} as const;

type Names<T> = keyof T & string;
type LabelsOf<M extends Metric> = [M['labels'][number]] extends [never]
  ? []
  : [labels: Readonly<Record<M['labels'][number], string>>];

/** Names of what only grows, of what goes up and down, and of durations. */
export type CounterName = Names<typeof counters>;
export type GaugeName = Names<typeof gauges>;
export type DurationName = Names<typeof durations>;
/** The labels that a metric takes, as the last argument: none, or one record. */
export type CounterLabels<Name extends CounterName> = LabelsOf<(typeof counters)[Name]>;
export type DurationLabels<Name extends DurationName> = LabelsOf<(typeof durations)[Name]>;

/** Everything that a node measures, by name: `ios_<subsystem>_<what>_<unit>`. */
export const COUNTERS: Readonly<Record<CounterName, Metric>> = counters;
export const GAUGES: Readonly<Record<GaugeName, Metric>> = gauges;
export const DURATIONS: Readonly<Record<DurationName, DurationMetric>> = durations;
