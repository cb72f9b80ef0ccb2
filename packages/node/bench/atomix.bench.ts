import { dirname, join } from 'node:path';
import { placementOver } from '@ios/atomix';
import { chainName, genesisHash } from '@ios/client';
import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { loadWorkload } from '../src/devnet/block-file.ts';
import { DEFAULT_POLICY } from '../src/genesis/policy.ts';
import { gathered, plan, type Sent, type Shape, shapesOf } from './shard-load.ts';
import { type Cost, genesisFor, PARTS, type Part, runShards } from './shard-network.ts';

/**
 * Transactions that each shard's share of a round of blocks is: what a block can decide of the round before, with owners
 * anywhere, is about a block full of decisions. And rounds that bring some.
 */
const WAVE = 256;
const WAVES = 2;
const ROUNDS = 3;
/** Networks of so many shards. */
const SHARDS = [1, 2, 4, 8, 16, 32, 64] as const;
/** From so many on the growth is given a second time: by then most transactions are of several shards. */
const LARGE = 8;
/** Networks of more run once: they are many validators as it is. */
const REPEATED = 2;

/** What the figures depend on beside the machine. */
export const configuration = {
  transactionsPerShardAndRound: WAVE,
  roundsWithTransactions: WAVES,
  validatorsPerShard: 1,
  shards: SHARDS,
  runs: `${ROUNDS} up to ${REPEATED} shards, of which the median is shown; 1 above`,
  blockBytes: DEFAULT_POLICY.blockBytes,
  blockTransactions: DEFAULT_POLICY.blockTransactions,
};

/** Payments whose owners live where the row says: transaction i of those over n shards. */
const SIMPLE: Readonly<Record<string, (i: number) => Shape>> = {
  'one voter, paid at home': (i) => ({ inputs: [0], outputs: [1, 2], shardOf: (_, n) => i % n }),
  'one voter and a credit': (i) => ({ inputs: [0], outputs: [1, 2], shardOf: (owner, n) => (i + (owner >> 1)) % n }),
  'two voters': (i) => ({ inputs: [0, 1], outputs: [2, 3], shardOf: (owner, n) => (i + (owner & 1)) % n }),
};

/** What a network did. */
interface Run extends Cost {
  readonly sent: readonly Sent[];
  readonly shards: number;
}

const total = ({ parts }: Pick<Cost, 'parts'>): number => Object.values(parts).reduce((sum, part) => sum + part, 0);
/** Processor time that a transaction costs one validator of each shard that it touches, together. */
const costOf = (run: Run): number => total(run) / run.sent.length;
/**
 * The model: a validator has one core, and does nothing beside what was measured; owners are spread evenly. So n shards have n
 * cores for the work of which a transaction costs so much.
 */
const throughputOf = (run: Run): number => (run.shards * 1e6) / costOf(run);

/** Shards that a transaction touches, on average. */
const touchedBy = ({ sent }: Run): number =>
  sent.reduce((sum, { participants }) => sum + participants, 0) / sent.length;

/** The exponent e for which a figure is nearest to a constant times shards^e: the slope through the logarithms. */
const exponentOf = (runs: readonly Run[], of: (run: Run) => number): number => {
  const points = runs.map((run) => [Math.log(run.shards), Math.log(of(run))] as const);
  const mean = (axis: 0 | 1): number => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const [x0, y0] = [mean(0), mean(1)];
  const [xy, xx] = points.reduce(([xy, xx], [x, y]) => [xy + (x - x0) * (y - y0), xx + (x - x0) ** 2], [0, 0]);
  return xy / xx;
};

/**
 * How throughput grows with the shards n, as the exponent of n. It cannot be 1 while transactions touch more and more shards, since
 * each of them has work with it: were that work the same for every shard touched, throughput would grow as n / touched(n), whose
 * exponent is the bound. What is beside that is the growth of shards touched a second, which would be 1 if it were the same.
 */
const growthOf = (how: string, runs: readonly Run[]): BenchRow[] =>
  [runs, runs.filter(({ shards }) => shards >= LARGE)].flatMap((some) => {
    const row = (what: string, of: (run: Run) => number): BenchRow => ({
      what: `${how}, shards: ${some[0]!.shards} to ${some.at(-1)!.shards}, ${what}`,
      unit: 'exponent',
      ours: exponentOf(some, of),
    });
    return [
      row('growth of throughput', throughputOf),
      row('its bound by the shards touched', (run) => run.shards / touchedBy(run)),
      row('growth of shards touched a second', (run) => throughputOf(run) * touchedBy(run)),
    ];
  });

/** Processor time of validators a transaction over shards, and what networks of up to 64 shards could do with it. */
export async function bench(report: (line: string) => void = () => {}): Promise<BenchRow[]> {
  const scripts = new URL('../../../scripts/lib/ios.mjs', import.meta.url).href;
  const { bundleIos } = (await import(scripts)) as { bundleIos(): Promise<string> };
  const worker = join(dirname(await bundleIos()), 'verify-worker.js');
  const started = performance.now();
  const tell = (what: string, run: Run): void =>
    report(
      `${((performance.now() - started) / 1000).toFixed(0)} s: ${what}, ${run.shards} shards: ${costOf(run).toFixed(0)} µs a transaction, ${run.sent.length} of them, ${run.blocks} blocks`,
    );
  const run = async (shapes: readonly Shape[], shards: number, rounds: number): Promise<Run> => {
    const { outputs, signed } = plan(shapes, placementOver(shards), shards);
    const made = genesisFor(shards, outputs);
    const sent = signed(genesisHash(made.genesis), chainName(made.genesis));
    const runs: Run[] = [];
    for (let round = 0; round < rounds; round++)
      runs.push({ ...(await runShards(made, sent, { waves: WAVES, worker })), sent, shards });
    return runs.sort((a, b) => costOf(a) - costOf(b))[rounds >> 1]!;
  };
  const { workload } = await loadWorkload({}, () => {});
  const real = shapesOf(workload);
  /** The shapes of a whole block, as often as it takes; in an order that has nothing to do with that of the block. */
  const mix = (shards: number): Shape[] => {
    const count = WAVE * WAVES * Math.max(1, shards);
    return Array.from({ length: count }, (_, i) => real[(i * 197) % real.length]!);
  };
  const simple = (of: (i: number) => Shape, shards: number): Shape[] =>
    Array.from({ length: WAVE * WAVES * shards }, (_, i) => of(i));

  report('warms up');
  await run(mix(4), 4, 1);
  const rows: BenchRow[] = [];
  for (const [what, of] of Object.entries(SIMPLE))
    for (const shards of [2, 4, 8]) {
      const found = await run(simple(of, shards), shards, 1);
      tell(what, found);
      rows.push(...rowsOf(what, found, []));
    }
  for (const [how, arranged] of [
    ['owners anywhere', mix],
    ['coins of a payer together', (shards: number) => gathered(mix(shards))],
  ] as const) {
    const runs: Run[] = [];
    for (const shards of SHARDS) {
      const found = await run(arranged(shards), shards, shards <= REPEATED ? ROUNDS : 1);
      tell(how, found);
      runs.push(found);
      rows.push(...rowsOf(how, found, PARTS));
    }
    rows.push(...growthOf(how, runs));
  }
  return rows;
}

const rowsOf = (how: string, run: Run, shown: readonly Part[]): BenchRow[] => {
  const { sent, shards, parts, bundles, bundleBytes, entries, blocks } = run;
  const each = (sum: number): number => sum / sent.length;
  const row = (what: string, unit: string, ours: number): BenchRow => ({
    what: `${how}, shards: ${shards}, ${what}`,
    unit,
    ours,
  });
  return [
    row('all', 'µs/tx', costOf(run)),
    ...shown.map((part) => row(part, 'µs/tx', each(parts[part]))),
    row('voters', '1/tx', each(sent.reduce((sum, { voters }) => sum + voters.length, 0))),
    row('shards touched', '1/tx', touchedBy(run)),
    row('entries in blocks', '1/tx', each(entries)),
    row('bundles', '1/tx', each(bundles)),
    row('bytes in bundles', 'B/tx', each(bundleBytes)),
    row('bundles a block', '1', bundles / blocks),
    row('throughput of the model', 'tx/s', throughputOf(run)),
  ];
};
