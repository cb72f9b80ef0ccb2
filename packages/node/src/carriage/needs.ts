import { type Evidence, type HeldRecord, needOf, nextDecision, type Placement, type Shown } from '@ios/atomix';
import { createEarly, type Early } from './early.ts';
import { type ReadyEntry, readyOf } from './ready.ts';

/** A record of this shard that waits for other shards. */
export interface Need {
  readonly id: Uint8Array;
  /** The epoch up to which shards may vote. */
  readonly expiry: number;
  readonly wanted: 'accepts' | 'done';
  /** The other voters. */
  readonly others: readonly number[];
  /** Those of which nothing that would do has been shown. None once an entry can be made. */
  readonly lacking: readonly number[];
  /** The carrier, where what it does is waited for before all else. */
  readonly hub: number | undefined;
}

/** What other shards have shown about transactions, and what follows from it. */
export interface Needs {
  /** Number of records that wait. */
  readonly size: number;
  /** Number of records of which an entry can be made. */
  readonly readySize: number;
  /** A record is there now, or has become another. */
  open(id: Uint8Array, record: HeldRecord): void;
  /** A record is gone; so is what was shown about it. */
  close(id: Uint8Array): void;
  need(id: Uint8Array): Need | undefined;
  /** Whether evidence is news: cheap, to be asked before anything is verified. */
  isNews(evidence: RecordEvidence): boolean;
  /** Keeps what was shown, if it is news. */
  show(shown: Shown & { readonly evidence: RecordEvidence }): void;
  /** Whether another shard is shown to have accepted a transaction. */
  isContested(id: Uint8Array): boolean;
  /** What can be decided or released, what was ready first before the rest. */
  ready(): Iterable<ReadyEntry>;
}

/** Evidence about a transaction. */
export type RecordEvidence = Extract<Evidence, { readonly id: Uint8Array }>;

/** What needs are made from. */
export interface NeedsOptions {
  readonly shard: number;
  /** Number of shards. */
  readonly shards: number;
  readonly place: Placement;
  /** A decision can be made that could not before. */
  onReady(): void;
}

type RecordShown = Shown & { readonly evidence: RecordEvidence };

interface Waiting {
  readonly id: Uint8Array;
  readonly record: HeldRecord;
  readonly shards: readonly number[];
  readonly wanted: 'accepts' | 'done';
  readonly hub: number | undefined;
  readonly expiry: number;
  shown: RecordShown[];
}

/** The name of a transaction in a table. */
export const nameOf = (id: Uint8Array): string => Buffer.from(id).toString('latin1');

/**
 * The records of this shard, with what was shown about each: of each other voter at most one proof for each of four
 * purposes. What comes before its record is kept for a while (`early.ts`).
 */
export const createNeeds = ({ shard, shards: count, place, onReady }: NeedsOptions): Needs => {
  const records = new Map<string, Waiting>();
  const ready = new Map<string, ReadyEntry>();
  const early: Early<RecordShown> = createEarly(count);

  /** Makes the entry that follows from what is shown, if one does. */
  const look = (name: string, waiting: Waiting): void => {
    const { id, record, shown } = waiting;
    const entry = nextDecision(id, record, shard, place, shown);
    const made = entry && readyOf(entry, shown);
    if (made === undefined) return;
    ready.set(name, made);
    onReady();
  };

  const isNewsFor = ({ shards, expiry, shown }: Waiting, evidence: RecordEvidence): boolean =>
    shards.includes(evidence.shard) &&
    PURPOSES.some(
      (serves) =>
        serves(evidence, expiry) &&
        !shown.some((before) => before.evidence.shard === evidence.shard && serves(before.evidence, expiry)),
    );

  return {
    get size() {
      return records.size;
    },
    get readySize() {
      return ready.size;
    },
    open(id, record) {
      const name = nameOf(id);
      const { shards, wanted, hub } = needOf(record, shard, place);
      const expiry = record.status === 'pending' ? record.body.expiry : record.expiry;
      const waiting: Waiting = { id, record, shards, wanted, hub, expiry, shown: records.get(name)?.shown ?? [] };
      for (const shown of early.take(name)) if (isNewsFor(waiting, shown.evidence)) waiting.shown.push(shown);
      records.set(name, waiting);
      ready.delete(name);
      look(name, waiting);
    },
    close(id) {
      const name = nameOf(id);
      records.delete(name);
      ready.delete(name);
      early.take(name);
    },
    need(id) {
      const name = nameOf(id);
      const waiting = records.get(name);
      if (waiting === undefined) return undefined;
      const { expiry, wanted, hub, shards, shown } = waiting;
      const serves: Serves = wanted === 'accepts' ? showsAccept : showsCommit;
      const has = (other: number): boolean =>
        shown.some(({ evidence }) => evidence.shard === other && serves(evidence, expiry));
      const lacking = ready.has(name) ? [] : shards.filter((other) => !has(other));
      return { id, expiry, wanted, others: shards, lacking, hub };
    },
    isNews(evidence) {
      const name = nameOf(evidence.id);
      const waiting = records.get(name);
      return waiting === undefined ? early.wants(name, evidence) : isNewsFor(waiting, evidence);
    },
    show(shown) {
      const name = nameOf(shown.evidence.id);
      const waiting = records.get(name);
      if (waiting === undefined) {
        early.keep(name, shown);
        return;
      }
      if (!isNewsFor(waiting, shown.evidence)) return;
      waiting.shown.push(shown);
      if (!ready.has(name)) look(name, waiting);
    },
    isContested(id) {
      const name = nameOf(id);
      const shown = records.get(name)?.shown ?? early.of(name);
      return shown.some(({ evidence }) => evidence.shard !== shard && (showsAccept(evidence) || showsCommit(evidence)));
    },
    ready: () => ready.values(),
  };
};

type Serves = (evidence: RecordEvidence, expiry: number) => boolean;

const showsAccept = (evidence: RecordEvidence): boolean =>
  evidence.type === 'held' || (evidence.type === 'vote' && evidence.verdict === 'accept');
const showsCommit = (evidence: RecordEvidence): boolean =>
  evidence.type === 'commit' || (evidence.type === 'held' && evidence.status === 'committed');
const isAbsent: Serves = (evidence, expiry) => evidence.type === 'absent' && evidence.epoch >= expiry;
const showsAgainst: Serves = (evidence, expiry) =>
  (evidence.type === 'vote' && evidence.verdict === 'reject') || isAbsent(evidence, expiry);
const showsRelease: Serves = (evidence, expiry) => evidence.type === 'release' || isAbsent(evidence, expiry);

/** What evidence about a record can be good for. */
const PURPOSES: readonly Serves[] = [showsAccept, showsAgainst, showsCommit, showsRelease];
