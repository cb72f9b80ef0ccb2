import { formatIos } from '@ios/ledger';
import type { EpochSummary } from './epochs.ts';
import type { AbortedTransfer } from './fates.ts';
import { parseFault } from './faults/plan.ts';
import type { FaultSummary } from './faults/play.ts';
import { faultWords } from './faults/words.ts';
import type { ShardFaultSummary } from './shard-faults/stage.ts';
import { counted, type DevnetSummary, type KindSummary, type ShardSummary } from './summary.ts';

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The summary as a reader wants it: what was run, and what was verified by the client itself. */
export const summaryLines = (summary: DevnetSummary): string =>
  [
    '',
    `Block ${summary.block}`,
    `  ${counted(summary.transfers, 'transfer')}, ${counted(summary.withinBlock, 'input')} from within the block, chains up to ${summary.deepestChain} deep`,
    `  left out: the coinbase, ${counted(summary.excluded, 'other transaction')}, ${counted(summary.droppedOutputs, 'output')} of value zero`,
    ...(summary.assumed ? ['  amounts and some owners are assumed: no --undo data tell what the block spends'] : []),
    `  ${counted(summary.waited, 'transfer')} came before their parents and waited for them`,
    ...crossShardLines(summary),
    '',
    'Verified by the client, from genesis:',
    ...fateLines(summary),
    `  ✓ ${counted(summary.certificates, 'collective signature')} over ${counted(summary.height, 'block')} hold, each validator's own; node:crypto accepts ${summary.nativeCertificates}`,
    `  ✓ ${counted(summary.witnesses, 'signature')} of owners hold, the blocks executed again`,
    ...stateLines(summary),
    `  ✓ the supply is conserved: ${formatIos(BigInt(summary.supply))} IOS, before and after, ${summary.shards.length === 1 ? 'on every validator' : 'over all shards; every validator has that of its shard'}`,
    ...epochLines(summary.epochs),
    ...(summary.fault === undefined ? [] : faultLines(summary.fault)),
    ...(summary.shardFault === undefined ? [] : shardFaultLines(summary.shardFault, summary)),
    '',
    `  ${seconds(summary.elapsedMs)}, ${summary.transfersPerSecond} transfers/s; time to finality ${finality(summary)}`,
    ...latencyLines(summary),
    `  A network of ${counted(summary.validators, 'validator')} on one machine is a demonstration, not a safe one.`,
    ...(summary.shards.length === 1 ? [] : ['  Shards of so few are not safe wherever they run: see ios init.']),
    '',
  ].join('\n');

/** How many transfers are final, and which are not. */
const fateLines = ({ transfers, aborted, validators, shards }: DevnetSummary): string[] => {
  const final = transfers - aborted.transfers.length;
  const where = `on ${counted(validators, 'validator')}${shards.length === 1 ? '' : ': in every shard that has a part in them'}`;
  if (aborted.transfers.length === 0)
    return [`  ✓ ${counted(final, 'transfer')} final, all of them ${where}; 0 aborted`];
  return [
    `  ✓ ${final} of ${counted(transfers, 'transfer')} final ${where}`,
    `  ✗ ${aborted.transfers.length} aborted: ${aborted.rejected} rejected by a shard, ${aborted.absent} not accepted by one before they expired, ${aborted.expired} by none`,
    ...aborted.transfers.slice(0, LISTED).map(({ id, reason, shard }) => `      ${id}  ${abortedWords[reason](shard)}`),
    ...(aborted.transfers.length > LISTED
      ? [`      and ${aborted.transfers.length - LISTED} more, which --json lists`]
      : []),
  ];
};

/** So many aborted transfers are told one by one. */
const LISTED = 10;

const abortedWords: Readonly<Record<AbortedTransfer['reason'], (shard: number) => string>> = {
  rejected: (shard) => `shard ${shard} rejected it`,
  absent: (shard) => `shard ${shard} did not accept it before it expired; others had`,
  expired: (shard) => `no shard accepted it before it expired; shard ${shard} should have`,
};

/** How many transfers touch several shards; nothing where there is one. */
const crossShardLines = ({ shards, kinds, crossShard }: DevnetSummary): string[] =>
  shards.length === 1
    ? []
    : [
        `  ${counted(shards.length, 'shard')}: ${percent(crossShard)} of the transfers touch several`,
        `    one shard votes on ${kinds.home.transfers + kinds.paid.transfers}, of which ${kinds.paid.transfers} pay owners in others; several vote on ${kinds.voted.transfers}`,
      ];

/** That validators agree, and that nothing is under way between shards. */
const stateLines = ({ shards }: DevnetSummary): string[] => {
  const state = ({ executionDigest }: ShardSummary): string => `${executionDigest.slice(0, 16)}…`;
  if (shards.length === 1)
    return [`  ✓ all validators show these blocks and came to the same state, ${state(shards[0]!)}`];
  return [
    '  ✓ all validators of a shard show the same blocks and came to the same state:',
    ...shards.map(
      (shard, number) =>
        `      shard ${number}  validators ${shard.validators.join(', ')}; ${counted(shard.height, 'block')}, ${state(shard)}, ${formatIos(BigInt(shard.supply))} IOS`,
    ),
    '  ✓ what shards told each other was certified by their committees; no record is held, no credit under way',
  ];
};

const finality = ({ finalityP50Ms, finalityP99Ms }: KindSummary | DevnetSummary): string =>
  `p50 ${seconds(finalityP50Ms)}, p99 ${seconds(finalityP99Ms)}`;

const latencyLines = ({ shards, kinds }: DevnetSummary): string[] =>
  shards.length === 1
    ? []
    : [
        `    within a shard          ${finality(kinds.home)}`,
        `    one voter, with credits ${finality(kinds.paid)}, to the last credit`,
        `    several voters          ${finality(kinds.voted)}, to the last commit and credit`,
      ];

const epochLines = (epochs: readonly EpochSummary[]): string[] =>
  epochs.length === 0
    ? []
    : [
        `  ✓ the randomness of ${counted(epochs.length, 'epoch')}: dealings, shares and signatures hold, and all validators have the same`,
        ...epochs.map(
          ({ epoch, randomness, leader, contributors, failedAttempts, passedOver, excluded }) =>
            `      epoch ${epoch}  ${randomness.slice(0, 16)}…  led by validator ${leader}, made by ${contributors.join(', ')}` +
            (passedOver === 0 ? '' : `; ${counted(passedOver, 'leader')} passed over`) +
            (failedAttempts === 0 ? '' : `; ${counted(failedAttempts, 'attempt')} failed`) +
            (excluded.length === 0 ? '' : `; ${excluded.join(', ')} withheld`),
        ),
      ];

/** What the faulty one did, what the others made of it, and that the epochs above are what they should be all the same. */
const faultLines = ({ fault, validator, epoch, ...rest }: FaultSummary): string[] => {
  const { finishedBy, namedBy, recoveredAfterMs, startedAgain } = rest;
  return [
    `  ✓ ${fault}: in epoch ${epoch} validator ${validator} ${faultWords(parseFault(fault)!)}`,
    `      all others had the randomness of that epoch ${seconds(recoveredAfterMs)} later`,
    ...(finishedBy === null || finishedBy === validator ? [] : [`      validator ${finishedBy} took over`]),
    ...(namedBy.length === 0
      ? []
      : [`      ${validatorsNamed(namedBy)} named it; no randomness is made of what it dealt`]),
    ...(startedAgain ? [`      validator ${validator} was started again, and has the same randomness as all`] : []),
  ];
};

const validatorsNamed = (seats: readonly number[]): string =>
  `${seats.length === 1 ? 'validator' : 'validators'} ${seats.join(', ')}`;

/** What went wrong between shards, and what became of it. */
const shardFaultLines = (summary: ShardFaultSummary, { kinds }: DevnetSummary): string[] => {
  switch (summary.fault) {
    case 'client-crash':
      return [
        `  ✓ client-crash: of the ${counted(kinds.voted.transfers, 'transfer')} that several shards vote on, one shard alone was told, once; the validators brought each to all`,
      ];
    case 'shard-partition': {
      const blocks = summary.blocks.map((count, shard) => `shard ${shard} decided ${counted(count, 'block')}`);
      return [
        `  ✓ shard-partition: for ${seconds(summary.cutMs)} no validator was connected to another shard; ${blocks.join(', ')}`,
        `      ${summary.finalBefore} transfers were final before, ${summary.finalAfter} when it ended, all ${seconds(summary.recoveredAfterMs)} later`,
      ];
    }
    case 'double-spend':
      return [
        `  ✓ double-spend: of ${counted(summary.pairs, 'pair')} over the same coins of two shards ${summary.oneCommitted} have one committed, ${summary.noneCommitted} none; no pair has both`,
        `      ${summary.aborted.rejected} accepts were given up for another shard's reject, ${summary.aborted.absent} for its absence; the coins came back, less ${formatIos(BigInt(summary.lockFees))} IOS of lock fees in all`,
      ];
  }
};
