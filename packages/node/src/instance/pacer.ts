import type { Clock } from '../clock.ts';

/** How much may be given away: so many bytes at once, and so many more a second as time goes on. */
export interface Pace {
  readonly burst: number;
  readonly perSecond: number;
}

/** What a pacer is made of. */
export interface PacerOptions {
  readonly clock: Clock;
  /** For each peer. */
  readonly perPeer: Pace;
  /** For all together. */
  readonly total: Pace;
  /** What an answer counts at least, in bytes: a short one costs too. */
  readonly least: number;
  /** An answer could not be made. */
  fail(cause: unknown): void;
}

/**
 * Gives peers large answers one after another, each as soon as its peer, and all peers together, have not been given too
 * much: who asks much waits, and keeps nobody else waiting.
 */
export interface Pacer {
  /**
   * Has `answer`, which resolves with its bytes, run in the peer's turn. It takes the place of another that waits for
   * this peer, and is dropped while one runs.
   */
  serve(peer: string, answer: () => Promise<number>): void;
  stop(): void;
}

/** A bucket that may be in debt: an answer goes out while there is anything in it, and is charged when it is known. */
interface Bucket {
  tokens: number;
  at: number;
}

/** How many peers are remembered; a forgotten one has its whole burst again. */
const PEERS = 1_000;

/** A pacer in which every bucket is full. */
export const createPacer = ({ clock, perPeer, total, least, fail }: PacerOptions): Pacer => {
  const buckets = new Map<string, Bucket>();
  const common: Bucket = { tokens: total.burst, at: clock.now() };
  const waiting = new Map<string, () => Promise<number>>();
  let serving: string | undefined;
  let cancel: (() => void) | undefined;
  let stopped = false;

  /** Fills a bucket up to now. */
  const fill = (bucket: Bucket, { burst, perSecond }: Pace): Bucket => {
    const now = clock.now();
    // A clock that was set back fills nothing.
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) * perSecond) / 1000);
    bucket.at = now;
    return bucket;
  };
  const bucketOf = (peer: string): Bucket =>
    fill(buckets.get(peer) ?? { tokens: perPeer.burst, at: clock.now() }, perPeer);
  /** Milliseconds until there is something in a bucket. */
  const waitFor = ({ tokens }: Bucket, { perSecond }: Pace): number =>
    tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 1000) / perSecond);
  const waitOf = (peer: string): number =>
    Math.max(waitFor(bucketOf(peer), perPeer), waitFor(fill(common, total), total));

  const next = (): void => {
    cancel?.();
    cancel = undefined;
    if (stopped || serving !== undefined) return;
    let shortest = Number.POSITIVE_INFINITY;
    for (const [peer, answer] of waiting) {
      const wait = waitOf(peer);
      if (wait === 0) {
        give(peer, answer).catch(fail);
        return;
      }
      shortest = Math.min(shortest, wait);
    }
    if (waiting.size > 0) cancel = clock.setTimeout(next, shortest);
  };

  const give = async (peer: string, answer: () => Promise<number>): Promise<void> => {
    waiting.delete(peer);
    serving = peer;
    try {
      charge(peer, Math.max(least, await answer()));
    } finally {
      serving = undefined;
      next();
    }
  };

  const charge = (peer: string, bytes: number): void => {
    const bucket = bucketOf(peer);
    bucket.tokens -= bytes;
    buckets.delete(peer);
    buckets.set(peer, bucket);
    if (buckets.size > PEERS) buckets.delete(buckets.keys().next().value!);
    fill(common, total).tokens -= bytes;
  };

  return {
    serve(peer, answer) {
      if (stopped || serving === peer) return;
      waiting.set(peer, answer);
      next();
    },
    stop() {
      stopped = true;
      cancel?.();
      waiting.clear();
    },
  };
};
