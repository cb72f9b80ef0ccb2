import type { Clock } from '../clock.ts';
import { encodeBeaconMessage } from './messages.ts';
import type { Transcripts } from './transcripts.ts';

/** What is needed to fetch transcripts from others, and to give them out. */
export interface LateTranscriptsOptions {
  readonly transcripts: Transcripts;
  readonly clock: Clock;
  /** The attempt that gave the decided output of an epoch; undefined where none is decided. */
  attemptOf(epoch: number): number | undefined;
  /** Connected validators. */
  peers(): readonly string[];
  send(peer: string, bytes: Uint8Array): void;
  /** Whether a transcript shows how the decided output of an epoch came about. */
  isProof(epoch: number, transcript: Uint8Array): boolean;
  fail(cause: unknown): void;
}

/** The exchange of transcripts with other nodes. */
export interface LateTranscripts {
  /** The output of an epoch is decided: where its transcript is not here, it is noted durably as missing, and fetched. */
  decided(epoch: number): Promise<void>;
  /** A peer asks. */
  serve(from: string, epoch: number): void;
  /** A peer answers. */
  take(from: string, epoch: number, transcript: Uint8Array): void;
  stop(): void;
}

/** One peer is asked for one transcript each time that this has passed; a peer is answered as often. */
const ASK_MS = 1_000;

/**
 * Fetches the transcripts of outputs that were decided before this node recovered them, until it has them all: one peer after
 * another, one epoch after another. Whoever endorsed a fresh output has its transcript on the disk, so f + 1 honest nodes have it.
 */
export const startLateTranscripts = async (options: LateTranscriptsOptions): Promise<LateTranscripts> => {
  const { transcripts, clock } = options;
  /** Epochs, the next to be asked for first, and how many peers were asked for each. */
  const missing = new Map((await transcripts.missing()).map((epoch) => [epoch, 0]));
  let asked: { readonly peer: string; readonly epoch: number } | undefined;
  let cancel: (() => void) | undefined;
  /** Who was answered since when. */
  const answered = new Map<string, number>();
  let stopped = false;

  const ask = (): void => {
    cancel?.();
    cancel = undefined;
    asked = undefined;
    const [next] = missing;
    if (stopped || next === undefined) return;
    cancel = clock.setTimeout(ask, ASK_MS);
    const [epoch, tries] = next;
    missing.delete(epoch);
    missing.set(epoch, tries + 1);
    const peers = options.peers();
    const peer = peers[(epoch + tries) % peers.length];
    if (peer === undefined) return;
    asked = { peer, epoch };
    options.send(peer, encodeBeaconMessage({ kind: 'want', epoch }));
  };
  ask();

  const answer = async (to: string, epoch: number): Promise<void> => {
    const attempt = options.attemptOf(epoch);
    const transcript = attempt === undefined ? undefined : await transcripts.at(epoch, attempt);
    if (transcript !== undefined && !stopped)
      options.send(to, encodeBeaconMessage({ kind: 'transcript', epoch, bytes: transcript }));
  };
  const keep = async (epoch: number, transcript: Uint8Array): Promise<void> => {
    await transcripts.keep(epoch, options.attemptOf(epoch)!, transcript);
    missing.delete(epoch);
    ask();
  };
  const unlessStopped = (cause: unknown): void => {
    if (!stopped) options.fail(cause);
  };

  return {
    async decided(epoch) {
      if ((await transcripts.at(epoch, options.attemptOf(epoch)!)) !== undefined) return;
      await transcripts.miss(epoch);
      missing.set(epoch, 0);
      if (cancel === undefined) ask();
    },
    serve(from, epoch) {
      const now = clock.now();
      for (const [peer, at] of answered) if (now - at >= ASK_MS) answered.delete(peer);
      if (answered.has(from)) return;
      answered.set(from, now);
      answer(from, epoch).catch(unlessStopped);
    },
    take(from, epoch, transcript) {
      if (asked?.peer !== from || asked.epoch !== epoch) return;
      asked = undefined;
      // After a wrong one the next peer is asked when its time has come: verifying costs more than lying.
      if (options.isProof(epoch, transcript)) keep(epoch, transcript).catch(unlessStopped);
    },
    stop() {
      stopped = true;
      cancel?.();
    },
  };
};
