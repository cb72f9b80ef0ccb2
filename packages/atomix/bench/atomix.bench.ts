/**
 * What a transaction over several shards costs all of its shards together, in processor time and without signatures: every
 * entry from the vote to the last record dropped, its execution, its delta into the tables, the outbox with its proofs and
 * their verification by whoever needs them. Headers and certificates are taken as final: they are shared by a block.
 */
import { createHash } from 'node:crypto';
import { createHasher } from '@ios/crypto/merkle';
import {
  createUtxoSet,
  encodeOutPoint,
  encodeOutput,
  OUTPUT_TABLE,
  type TransactionBody,
  transactionId,
  type UtxoSet,
} from '@ios/ledger';
import type { BenchRow } from '../../../scripts/lib/bench.ts';
import {
  createHeldTables,
  executeEntries,
  type HeldTables,
  joinViews,
  type Leaf,
  nextCredits,
  nextDecision,
  nextTrim,
  outboxOf,
  outboxProver,
  outboxRoot,
  type Placement,
  partiesOf,
  type ShardProof,
  type Shown,
  type VerifiedEntry,
  verifyShardProof,
} from '../src/index.ts';

const TRANSACTIONS = 500;
const ROUNDS = 11;
const hasher = createHasher((bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()));
const chain = new Uint8Array(32).fill(7);
const bytes32 = (name: string): Uint8Array => new Uint8Array(createHash('sha256').update(name).digest());
/** Owners whose first byte is their shard, so that a shape is what it says. */
const place: Placement = (owner) => owner[0]!;
const ownerIn = (shard: number, name: string): Uint8Array => Uint8Array.from([shard, ...bytes32(name).subarray(1)]);

interface Shape {
  readonly what: string;
  /** Shards of the inputs and of the outputs of transaction i over n shards. */
  readonly of: (i: number, n: number) => { readonly from: readonly number[]; readonly to: readonly number[] };
}

const SHAPES: readonly Shape[] = [
  { what: 'one voter, paid at home', of: (i, n) => ({ from: [i % n], to: [i % n, i % n] }) },
  { what: 'one voter and a credit', of: (i, n) => ({ from: [i % n], to: [i % n, (i + 1) % n] }) },
  { what: 'two voters', of: (i, n) => ({ from: [i % n, (i + 1) % n], to: [i % n, (i + 1) % n] }) },
];

interface Shard {
  readonly number: number;
  readonly utxos: UtxoSet;
  readonly held: HeldTables;
}

function bodies(shape: Shape, n: number): TransactionBody[] {
  return Array.from({ length: TRANSACTIONS }, (_, i) => {
    const { from, to } = shape.of(i, n);
    const inputs = from.map((shard, j) => ({
      outpoint: { id: bytes32(`coin ${i}`), index: j },
      amount: 1000n,
      owner: ownerIn(shard, `${i} ${j}`),
    }));
    const outputs = to.map((shard, j) => ({ amount: 400n, owner: ownerIn(shard, `to ${i} ${j}`) }));
    return { chain, kind: 'transfer', expiry: 1, inputs, outputs };
  });
}

/** Processor time of one round over all transactions, in µs a transaction. */
function round(all: readonly TransactionBody[], n: number): number {
  const shards: Shard[] = Array.from({ length: n }, (_, number) => {
    const coins = all.flatMap(({ inputs }) => inputs.filter(({ owner }) => place(owner) === number));
    const utxos = createUtxoSet(
      coins.map(({ outpoint, amount, owner }) => ({
        table: OUTPUT_TABLE,
        key: encodeOutPoint(outpoint),
        value: encodeOutput({ amount, owner }),
      })),
    );
    return { number, utxos, held: createHeldTables((owner) => place(owner) === number) };
  });
  const ids = all.map((body) => ({ id: transactionId(body, hasher), voters: partiesOf(body, place).voters }));
  const start = process.cpuUsage();
  // By transaction, what its voters' leaves show; by pair of shards, what their queues do.
  const votes = all.map((): Shown[] => []);
  const queues = new Map<string, Shown[]>();
  const numbers = new Map(ids.map(({ id }, i) => [Buffer.from(id).toString('hex'), i]));
  const block = (shard: Shard, entries: readonly VerifiedEntry[]): void => {
    if (entries.length === 0) return;
    const { number, utxos, held } = shard;
    const context = { chain, epoch: 0, shard: number, height: 1, place, lockFee: 1n, hasher };
    const execution = executeEntries(joinViews(utxos, held), entries, context);
    if (!execution.valid) throw new Error(execution.rejection.code);
    utxos.apply(execution.delta);
    held.apply(execution.delta);
    show(number, execution.leaves);
  };
  /** Proves what a block says, a leaf or a run of credits each, and verifies it once. */
  const show = (shard: number, leaves: readonly Leaf[]): void => {
    const outbox = outboxOf(leaves);
    const root = outboxRoot(outbox, hasher);
    const prove = outboxProver(outbox, hasher);
    const final = { chain, shard, epoch: 0, outboxRoot: root };
    const context = { chain, hasher, verifyHeader: () => final };
    const credits = leaves.filter((leaf) => leaf.type === 'credit');
    const firstCredit = outbox.findIndex((leaf) => leaf[0] === 2);
    const runs = new Map<number, number>();
    for (const { receiver } of credits) runs.set(receiver, (runs.get(receiver) ?? 0) + 1);
    const give = (index: number, count: number): void => {
      const proof: ShardProof = { form: 'outbox', header: chain, certificate: chain, ...prove(index, count) };
      const evidence = verifyShardProof(proof, context);
      if (evidence === undefined) throw new Error('a proof does not verify');
      if (evidence.type === 'vote' || evidence.type === 'commit')
        votes[numbers.get(Buffer.from(evidence.id).toString('hex'))!]!.push({ proof, evidence });
      else {
        const pair =
          evidence.type === 'credits'
            ? `${shard}>${evidence.receiver}`
            : evidence.type === 'cursor'
              ? `${evidence.carrier}>${shard}`
              : '';
        queues.set(pair, [...(queues.get(pair) ?? []), { proof, evidence }]);
      }
    };
    outbox.forEach((leaf, index) => {
      if (leaf[0] !== 2) give(index, 1);
    });
    let at = firstCredit;
    for (const [, count] of [...runs].sort(([a], [b]) => a - b)) {
      give(at, count);
      at += count;
    }
  };

  for (const shard of shards)
    block(
      shard,
      all.flatMap((body, i): VerifiedEntry[] =>
        ids[i]!.voters.includes(shard.number) ? [{ kind: 'transaction', body }] : [],
      ),
    );
  for (let step = 0; step < 2; step++) {
    const decisions = shards.map((shard) =>
      ids.flatMap(({ id }, i): VerifiedEntry[] => {
        const record = shard.held.held(id);
        const entry = record && nextDecision(id, record, shard.number, place, votes[i]!);
        if (entry?.kind !== 'commit' && entry?.kind !== 'release') return [];
        const evidence = entry.proofs.map((proof) => votes[i]!.find((shown) => shown.proof === proof)!.evidence);
        return [{ kind: entry.kind, id, evidence }];
      }),
    );
    shards.forEach((shard, i) => {
      block(shard, decisions[i]!);
    });
  }
  for (const kind of ['credits', 'trim'] as const) {
    for (const shard of shards) {
      const entries = shards.flatMap(({ number: other }): VerifiedEntry[] => {
        const shown = queues.get(kind === 'credits' ? `${other}>${shard.number}` : `${shard.number}>${other}`) ?? [];
        const entry =
          kind === 'credits'
            ? nextCredits(shard.held, other, shard.number, shown)
            : nextTrim(shard.held, other, shard.number, shown);
        if (entry === undefined || !('proofs' in entry)) return [];
        return [
          { kind, evidence: entry.proofs.map((proof) => shown.find((piece) => piece.proof === proof)!.evidence) },
        ];
      });
      block(shard, entries);
    }
  }
  const { user, system } = process.cpuUsage(start);
  const left = shards.flatMap(({ held }) => held.entries()).filter(({ table }) => table < 5);
  if (left.length > 0) throw new Error(`${left.length} records and credits are left`);
  return (user + system) / all.length;
}

/** Processor time a transaction, of all its shards together; each row the median of 11 rounds over 500 transactions. */
export async function bench(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const shape of SHAPES) {
    for (const n of [2, 4, 8]) {
      const all = bodies(shape, n);
      round(all, n);
      const times = Array.from({ length: ROUNDS }, () => round(all, n)).sort((a, b) => a - b);
      rows.push({ what: `${shape.what}, ${n} shards`, unit: 'µs/tx', ours: times[ROUNDS >> 1]! });
    }
  }
  return rows;
}
