import type { OutPoint, UnspentOutput } from '@ios/ledger';
import type { NodeService, NodeStatus, Submission, TransactionStatus } from '../../src/service.ts';
import { bytesOf } from '../genesis/sample.ts';

/** A node that answers from what a test puts into it, and remembers what it was asked. */
export interface FakeService extends NodeService {
  readonly submitted: { readonly bytes: Uint8Array; readonly from: string }[];
  readonly asked: { owner: Uint8Array; limit: number; after: OutPoint | undefined }[];
  readonly known: Map<string, TransactionStatus>;
  state: NodeStatus;
  blockBytes: number;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export const healthyStatus: NodeStatus = {
  chain: bytesOf('chain'),
  name: 'sample',
  version: '1.2.3',
  identity: hex(bytesOf('identity')),
  member: 0,
  validators: 4,
  epoch: 0,
  shard: 0,
  shards: 2,
  seats: 2,
  height: 7,
  view: 1,
  stage: 'prepare',
  instances: [{ name: 'shard/0', height: 8, epoch: 0, view: 1, stage: 'prepare' }],
  beacon: {
    epoch: 1,
    attempt: 2,
    electionView: 1,
    phase: 'dealing',
    leader: hex(bytesOf('peer 1')),
    excluded: [hex(bytesOf('peer 2'))],
    withheld: [],
  },
  peers: [hex(bytesOf('peer 1')), hex(bytesOf('peer 2'))],
  mempool: { transactions: 3, bytes: 900, waiting: 1 },
  evidence: 2,
  halted: undefined,
  votesLost: false,
  uptimeMs: 1234.5,
};

/** The answer to a submission is told by its first byte; 0xee makes the node fail. */
const submissions: Readonly<Record<number, Submission>> = {
  1: { id: bytesOf('one'), status: 'pending' },
  2: { id: bytesOf('two'), status: 'waiting' },
  3: { id: bytesOf('three'), status: 'known' },
  4: { id: bytesOf('four'), status: 'final' },
  6: { id: bytesOf('six'), status: 'forwarded' },
  5: { id: bytesOf('five'), status: 'rejected', code: 'overspent', message: 'the outputs hold more' },
};

export function createFakeService(): FakeService {
  const submitted: FakeService['submitted'] = [];
  const asked: FakeService['asked'] = [];
  const known: FakeService['known'] = new Map();
  const output = (label: string, amount: bigint): UnspentOutput => ({
    outpoint: { id: bytesOf(label), index: 255 },
    output: { amount, owner: bytesOf('owner') },
  });
  const service: FakeService = {
    submitted,
    asked,
    known,
    state: healthyStatus,
    blockBytes: 3,
    async submit(bytes, from) {
      submitted.push({ bytes, from });
      if (bytes[0] === 0xee) throw new Error('the disk /secret/path failed');
      return submissions[bytes[0] ?? 0] ?? { id: undefined, status: 'rejected', code: 'malformed', message: 'no' };
    },
    transaction: async (id) => known.get(hex(id)) ?? { status: 'unknown' },
    head: () => ({ height: 7, hash: bytesOf('head'), executionDigest: bytesOf('digest') }),
    block: async (height) =>
      height > 7
        ? undefined
        : { bytes: new Uint8Array(service.blockBytes), hash: bytesOf('block'), certificate: Uint8Array.of(9) },
    outbox: async () => [],
    balance: () => ({ amount: 2n ** 64n - 1n, outputs: 2 }),
    outputs(owner, limit, after) {
      asked.push({ owner, limit, after });
      return [output('a', 1n), output('b', 2n ** 63n)].slice(0, limit);
    },
    record: async () => undefined,
    recorded: () => 0,
    beaconProof: async () => undefined,
    supply: () => ({ outputs: 2n ** 64n - 5n, fees: 4n }),
    status: () => service.state,
  };
  return service;
}
