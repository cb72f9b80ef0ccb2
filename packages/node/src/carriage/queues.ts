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
/** The most credits in them, of 0.9 kB each as measured: 7.5 MB a carrier. */
export const CREDITS_KEPT = 8192;

interface KeptRun {
  readonly first: bigint;
  readonly end: bigint;
  readonly ready: ReadyEntry;
}

/**
 * Of runs in the order of their first numbers those that reach farthest from a number on: no credit is in more than two of
 * them, and a run that adds nothing to the others is not among them.
 */
function* cover(runs: readonly KeptRun[], from: bigint): Iterable<KeptRun> {
  let next = from;
  let best: KeptRun | undefined;
  for (const run of runs) {
    if (best !== undefined && run.first > next) {
      yield best;
      next = best.end;
      best = undefined;
    }
    if (run.first > next) next = run.first;
    if (run.end > (best?.end ?? next)) best = run;
  }
  if (best !== undefined) yield best;
}

/** As many of these runs, nearest first, as may be kept. */
const nearest = (runs: Iterable<KeptRun>): KeptRun[] => {
  const kept: KeptRun[] = [];
  let credits = 0;
  for (const run of runs) {
    credits += sizeOf(run);
    if (kept.length === CREDIT_RUNS || credits > CREDITS_KEPT) break;
    kept.push(run);
  }
  return kept;
};

const sizeOf = ({ first, end }: Pick<KeptRun, 'first' | 'end'>): number => Number(end - first);

/**
 * Nothing shown yet. Of each carrier runs within a window are kept, the nearest to the next number first: whatever a carrier
 * shows, what can be applied next stays. Of each receiver the furthest cursor is kept.
 */
export const createQueues = ({ held, onReady }: QueuesOptions): Queues => {
  /** Runs of a carrier that cover what is shown of it, by their first number. */
  const runs = new Map<number, readonly KeptRun[]>();
  const cursors = new Map<number, { readonly next: bigint; readonly ready: ReadyEntry }>();

  /** The runs that follow each other from the next number on. */
  function* chain(carrier: number): Iterable<KeptRun> {
    let { next } = held.cursor(carrier);
    for (const run of cover(runs.get(carrier) ?? [], next)) {
      if (run.first > next) return;
      yield run;
      next = run.end;
    }
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
    const last = kept.at(-1);
    if (last === undefined || first < last.first) return true;
    return kept.length < CREDIT_RUNS && kept.reduce((sum, run) => sum + sizeOf(run), count) <= CREDITS_KEPT;
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
      const { next } = held.cursor(carrier);
      const before = runs.get(carrier) ?? [];
      const at = before.findIndex((run) => run.first > first);
      const ready = readyOf({ kind: 'credits', proofs: [shown.proof] }, [shown])!;
      const run: KeptRun = { first, end, ready };
      const kept = nearest(cover(before.toSpliced(at < 0 ? before.length : at, 0, run), next));
      if (!kept.includes(run)) return false;
      runs.set(carrier, kept);
      if (first <= next) onReady();
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
