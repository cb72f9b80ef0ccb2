import type { Command, Decision, Output } from '@ios/bft';
import type { Clock } from '../clock.ts';
import { createPacer } from './pacer.ts';

/** The largest answer to a peer that catches up, in bytes of blocks; one block always fits. */
const HISTORY_BYTES = 1 << 20;

/** What reading one block costs beside its bytes, in bytes. */
const BLOCK_COST = 1 << 10;

/** What peers that catch up get, in bytes: more than a node can execute, and a fraction of what it can send. */
const HISTORY_PACE = {
  perPeer: { burst: 8 << 20, perSecond: 4 << 20 },
  total: { burst: 32 << 20, perSecond: 16 << 20 },
  least: 16 << 10,
} as const;

/** What answers to peers that catch up are made of. */
export interface HistoryOptions {
  readonly clock: Clock;
  /** The decision at a height; undefined above the last. */
  read(height: number): Promise<Decision | undefined>;
  command(value: Extract<Command, { type: 'history' }>): void;
  fail(cause: unknown): void;
}

/** Answers peers that catch up, one after another and no faster than the pace allows. */
export interface History {
  serve(request: Extract<Output, { type: 'history' }>): void;
  stop(): void;
}

/** Answers from `read`, each with as many decisions as an answer holds. */
export const createHistory = ({ clock, read, command, fail }: HistoryOptions): History => {
  const pacer = createPacer({ clock, ...HISTORY_PACE, fail });
  const answer = async (peer: string, from: number): Promise<number> => {
    const decisions: Decision[] = [];
    let size = 0;
    for (let at = from; ; at++) {
      const decision = await read(at);
      if (decision === undefined) break;
      const { certificate, value } = decision;
      const more = value.length + certificate.mask.length + certificate.signature.length;
      if (decisions.length > 0 && size + more > HISTORY_BYTES) break;
      size += more;
      decisions.push(decision);
    }
    command({ type: 'history', peer, decisions });
    return size + decisions.length * BLOCK_COST;
  };
  return {
    serve: ({ peer, from }) => pacer.serve(peer, () => answer(peer, from)),
    stop: pacer.stop,
  };
};
