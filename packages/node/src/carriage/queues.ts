import type { Evidence, HeldTables, Shown } from '@ios/atomix';
import { CREDITS_IN_RUN } from './own-blocks.ts';
import { type ReadyEntry, readyOf } from './ready.ts';

type CreditsShown = Shown & { readonly evidence: Extract<Evidence, { readonly type: 'credits' }> };
type CursorShown = Shown & { readonly evidence: Extract<Evidence, { readonly type: 'cursor' }> };

/** What other shards have shown of their queues for this one, and of how far they have applied those of this one. */
export interface Queues {
  /** Whether credits of a carrier, `count` from number `first` on, are news: cheap, to be asked before anything is verified. */
  isNews(carrier: number, first: bigint, count: number): boolean;
  /** Keeps credits if they are news. Returns whether they were. */
  show(shown: CreditsShown): boolean;
  /** The number from which on nothing of a carrier's queue has been shown. */
  next(carrier: number): bigint;
  /** Whether later credits of a carrier have been shown than those from `next` on. */
  hasGap(carrier: number): boolean;
  /** Whether a receiver's having applied all below `next` lets something be dropped. */
  isProgress(receiver: number, next: bigint): boolean;
  /** Keeps a cursor if it is progress. Returns whether it was. */
  showCursor(shown: CursorShown): boolean;
  /** A block was executed: what it applied and dropped is forgotten. */
  onFinal(): void;
  /** Runs that follow each other, carrier by carrier; a proposer executes them in this order. */
  credits(): Iterable<ReadyEntry>;
  /** What can be dropped. */
  trims(): Iterable<ReadyEntry>;
}

/** What queues are made from. */
export interface QueuesOptions {
  readonly held: Pick<HeldTables, 'span' | 'cursor'>;
  /** Credits can be applied, or dropped, that could not before. */
  onReady(): void;
}

/** How far above the next number credits of a carrier are kept. */
export const CREDIT_WINDOW = 16_384n;
/** The most runs that are kept of one carrier. */
export const CREDIT_RUNS = 512;

interface KeptRun {
  readonly first: bigint;
  readonly end: bigint;
  readonly ready: ReadyEntry;
}

/** Nothing shown yet. Of each carrier the runs within a window are kept, of each receiver the furthest cursor. */
export const createQueues = ({ held, onReady }: QueuesOptions): Queues => {
  /** Runs of a carrier, by their first number; none lies within another. */
  const runs = new Map<number, KeptRun[]>();
  const cursors = new Map<number, { readonly next: bigint; readonly ready: ReadyEntry }>();

  /** The runs that follow each other from the next number on. */
  function* chain(carrier: number): Iterable<KeptRun> {
    let { next } = held.cursor(carrier);
    let best: KeptRun | undefined;
    for (const run of runs.get(carrier) ?? []) {
      if (best !== undefined && run.first > next) {
        yield best;
        next = best.end;
        best = undefined;
      }
      if (run.first > next) return;
      if (run.end > next && (best === undefined || run.end > best.end)) best = run;
    }
    if (best !== undefined) yield best;
  }
  const nextOf = (carrier: number): bigint => {
    let { next } = held.cursor(carrier);
    for (const { end } of chain(carrier)) next = end;
    return next;
  };
  const isNews = (carrier: number, first: bigint, count: number): boolean => {
    const { next } = held.cursor(carrier);
    const end = first + BigInt(count);
    const kept = runs.get(carrier) ?? [];
    if (count > CREDITS_IN_RUN || end <= next || end > next + CREDIT_WINDOW) return false;
    if (kept.some((run) => run.first <= first && end <= run.end)) return false;
    return kept.length < CREDIT_RUNS || first < kept.at(-1)!.first;
  };
  const isProgress = (receiver: number, next: bigint): boolean => {
    const { first, end } = held.span(receiver);
    const before = cursors.get(receiver)?.next ?? first;
    return next > before && next <= end;
  };

  return {
    isNews,
    show(shown) {
      const { shard: carrier, first, credits } = shown.evidence;
      if (!isNews(carrier, first, credits.length)) return false;
      const end = first + BigInt(credits.length);
      const kept = (runs.get(carrier) ?? []).filter((run) => run.first < first || run.end > end);
      kept.push({ first, end, ready: readyOf({ kind: 'credits', proofs: [shown.proof] }, [shown])! });
      kept.sort((a, b) => (a.first < b.first ? -1 : 1));
      runs.set(carrier, kept.slice(0, CREDIT_RUNS));
      if (first <= held.cursor(carrier).next) onReady();
      return true;
    },
    next: nextOf,
    hasGap: (carrier) => (runs.get(carrier)?.at(-1)?.end ?? 0n) > nextOf(carrier),
    isProgress,
    showCursor(shown) {
      const { shard: receiver, next } = shown.evidence;
      if (!isProgress(receiver, next)) return false;
      cursors.set(receiver, { next, ready: readyOf({ kind: 'trim', proofs: [shown.proof] }, [shown])! });
      onReady();
      return true;
    },
    onFinal() {
      for (const [carrier, kept] of runs) {
        const { next } = held.cursor(carrier);
        const left = kept.filter(({ end }) => end > next);
        if (left.length === 0) runs.delete(carrier);
        else if (left.length < kept.length) runs.set(carrier, left);
      }
      for (const [receiver, { next }] of cursors) if (next <= held.span(receiver).first) cursors.delete(receiver);
    },
    *credits() {
      for (const carrier of runs.keys()) for (const { ready } of chain(carrier)) yield ready;
    },
    *trims() {
      for (const { ready } of cursors.values()) yield ready;
    },
  };
};
