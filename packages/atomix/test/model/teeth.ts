import { sameBytes } from '../../src/bytes.ts';
import { type Rules, soundRules } from '../../src/testing.ts';
import type { quick } from './scenarios.ts';

/** A rule that is broken, in which scenario, and which invariant then does not hold. */
export interface Tooth {
  readonly name: string;
  readonly broken: Partial<Rules>;
  /** Whether the index of holders is the broken one. */
  readonly holdsOwn?: false;
  readonly scenario: keyof typeof quick;
  readonly caught: string;
}

const SPLIT = 'a transaction commits and aborts';
const TWICE = 'an output is made twice';
const LOST = 'value is not conserved';
const ENDLESS = 'deliveries have no end';
const STUCK = 'a lock or a queue stays';
const FOREIGN = 'somebody else makes a transaction fail';

export const teeth: readonly Tooth[] = [
  {
    name: 'accepts after the expiry epoch',
    broken: { voteEpoch: (epoch, expiry) => Math.min(epoch, expiry) },
    scenario: 'pair',
    caught: SPLIT,
  },
  {
    name: 'accepted inputs stay in the table',
    broken: { taken: () => [] },
    scenario: 'local',
    caught: LOST,
  },
  {
    name: 'a missing input is a reject (Sonnino et al. 2019: a recorded pre-abort is replayed against a later run)',
    broken: { rejects: (finding) => finding !== 'there' },
    scenario: 'dependent',
    caught: SPLIT,
  },
  {
    name: 'a missing input is a reject: a stranger kills what came too early',
    broken: { rejects: (finding) => finding !== 'there' },
    scenario: 'squatter',
    caught: FOREIGN,
  },
  {
    name: 'a record holds what it states of other shards',
    broken: {},
    holdsOwn: false,
    scenario: 'squatter',
    caught: FOREIGN,
  },
  {
    name: 'commits on one accept of several',
    broken: { mustAccept: (others) => others.slice(0, 1) },
    scenario: 'three',
    caught: LOST,
  },
  {
    name: 'commits on nothing',
    broken: { mustAccept: () => [] },
    scenario: 'pair',
    caught: LOST,
  },
  {
    name: 'any vote counts as an accept',
    broken: {
      showsAccept: (evidence, shard, id) =>
        evidence.shard === shard && evidence.type === 'vote' && sameBytes(evidence.id, id),
    },
    scenario: 'conflict',
    caught: LOST,
  },
  {
    name: 'an accept of another transaction counts',
    broken: {
      showsAccept: (evidence, shard) =>
        evidence.shard === shard && evidence.type === 'vote' && evidence.verdict === 'accept',
    },
    scenario: 'conflict',
    caught: LOST,
  },
  {
    name: 'absence before the expiry epoch is over aborts: a local time-out',
    broken: {
      showsAbort: (evidence, others, id) =>
        others.includes(evidence.shard) && evidence.type === 'absent' && sameBytes(evidence.id, id),
    },
    scenario: 'pair',
    caught: SPLIT,
  },
  {
    name: 'the absence of a shard that does not vote aborts',
    broken: {
      showsAbort: (evidence, _others, id, expiry) =>
        evidence.type === 'absent' && evidence.epoch >= expiry && sameBytes(evidence.id, id),
    },
    scenario: 'receiver',
    caught: SPLIT,
  },
  {
    name: 'absence never aborts',
    broken: {
      showsAbort: (evidence, others, id) =>
        others.includes(evidence.shard) &&
        evidence.type === 'vote' &&
        evidence.verdict === 'reject' &&
        sameBytes(evidence.id, id),
    },
    scenario: 'pair',
    caught: STUCK,
  },
  {
    name: 'the record goes with the commit',
    broken: { afterCommit: () => undefined },
    scenario: 'pair',
    caught: SPLIT,
  },
  {
    name: 'the record is pending after the commit',
    broken: { afterCommit: (_, pending) => pending },
    scenario: 'pair',
    caught: ENDLESS,
  },
  {
    name: 'the record is pending after the abort',
    broken: { afterAbort: (pending) => pending },
    scenario: 'pair',
    caught: ENDLESS,
  },
  {
    name: 'commits when one of several has accepted, as if it had committed',
    broken: {
      showsCommit: (evidence, voters, id) => voters.some((shard) => soundRules.showsAccept(evidence, shard, id)),
    },
    scenario: 'three',
    caught: LOST,
  },
  {
    name: 'commits on the commit of a shard that does not vote',
    broken: {
      showsCommit: (evidence, _voters, id) => evidence.type === 'commit' && sameBytes(evidence.id, id),
    },
    scenario: 'receiver',
    caught: LOST,
  },
  {
    name: 'commits on the commit of another transaction',
    broken: { showsCommit: (evidence, voters) => voters.includes(evidence.shard) && evidence.type === 'commit' },
    scenario: 'related',
    caught: LOST,
  },
  {
    name: 'the committed record goes when the first of several has committed',
    broken: { mustCommit: (others) => others.slice(0, 1) },
    scenario: 'three',
    caught: SPLIT,
  },
  {
    name: 'the committed record goes on the commit of one of several, as if it had released',
    broken: {
      showsRelease: (evidence, others, id, expiry) =>
        soundRules.showsRelease(evidence, others, id, expiry) || soundRules.showsCommit(evidence, others, id),
    },
    scenario: 'three',
    caught: SPLIT,
  },
  {
    name: 'the committed record goes when the others have accepted',
    broken: {
      showsRelease: (evidence, others, id, expiry) =>
        soundRules.showsRelease(evidence, others, id, expiry) ||
        others.some((shard) => soundRules.showsAccept(evidence, shard, id)),
    },
    scenario: 'pair',
    caught: SPLIT,
  },
  {
    name: 'the committed record goes on an old absence',
    broken: {
      showsRelease: (evidence, others, id) => soundRules.showsRelease(evidence, others, id, 0),
    },
    scenario: 'pair',
    caught: SPLIT,
  },
  {
    name: 'the committed record goes on the release of a shard that does not vote',
    broken: {
      showsRelease: (evidence, _others, id) => evidence.type === 'release' && sameBytes(evidence.id, id),
    },
    scenario: 'receiver',
    caught: SPLIT,
  },
  {
    name: 'the committed record goes on the absence of a shard that does not vote',
    broken: {
      showsRelease: (evidence, _others, id, expiry) =>
        evidence.type === 'absent' && evidence.epoch >= expiry && sameBytes(evidence.id, id),
    },
    scenario: 'receiver',
    caught: SPLIT,
  },
  {
    name: 'the committed record goes on the release of another transaction',
    broken: {
      showsRelease: (evidence, others, id, expiry) =>
        soundRules.showsRelease(evidence, others, id, expiry) ||
        (others.includes(evidence.shard) && evidence.type === 'release'),
    },
    scenario: 'related',
    caught: SPLIT,
  },
  {
    name: 'a committed record waits for commits alone: who has dropped its own is waited for without end',
    broken: { showsRelease: () => false },
    scenario: 'pair',
    caught: STUCK,
  },
  {
    name: 'an aborted input comes back under its old name',
    broken: { refund: (_id, _index, { outpoint }) => outpoint },
    scenario: 'free',
    caught: TWICE,
  },
  {
    name: 'every voter queues the credits',
    broken: { carries: () => true },
    scenario: 'receiver',
    caught: STUCK,
  },
  {
    name: 'nobody queues the credits',
    broken: { carries: () => false },
    scenario: 'receiver',
    caught: LOST,
  },
  {
    name: 'credits apply whatever their number (Sonnino et al. 2019: an accept is replayed to the output shard)',
    broken: { known: () => 0 },
    scenario: 'spender',
    caught: LOST,
  },
  {
    name: 'credits may skip numbers',
    broken: { known: (first, count, cursor) => (first >= cursor.next ? 0 : soundRules.known(first, count, cursor)) },
    scenario: 'receiver',
    caught: LOST,
  },
  {
    name: 'a run is applied from its first number on',
    broken: {
      known: (first, count, cursor) => (soundRules.known(first, count, cursor) === undefined ? undefined : 0),
    },
    scenario: 'spender',
    caught: TWICE,
  },
  {
    name: 'a queue is dropped beyond what its receiver has shown',
    broken: { dropped: (_next, { first, end }) => (first < end ? end : undefined) },
    scenario: 'payment',
    caught: LOST,
  },
  {
    name: 'a queue is never dropped',
    broken: { dropped: () => undefined },
    scenario: 'receiver',
    caught: STUCK,
  },
];
