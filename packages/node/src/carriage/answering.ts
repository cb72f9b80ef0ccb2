import { type CertifiedHeader, encodeQueueKey, encodeShardProof, HELD_TABLE, proveState, stateKey } from '@ios/atomix';
import { concatBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import type { Clock } from '../clock.ts';
import { createPacer } from '../instance/pacer.ts';
import type { CarriedChain } from './chain.ts';
import { finalHeaderAt } from './closing-header.ts';
import type { CarriedClosings } from './closings.ts';
import { bundlesOf, CREDITS_IN_RUN, encodeBundle, findLeaf, type OwnBlocks, spansOf } from './own-blocks.ts';
import { leafFor } from './said.ts';
import { encodeCarry, type Want } from './wire.ts';

/** What answers are made of. */
export interface AnsweringOptions {
  readonly chain: Pick<CarriedChain, 'block' | 'steps' | 'creditHeight' | 'ended' | 'held'>;
  readonly blocks: OwnBlocks;
  readonly closings: Pick<CarriedClosings, 'headerAt'>;
  readonly clock: Clock;
  send(peer: string, bytes: Uint8Array): void;
  fail(cause: unknown): void;
}

/** Answers what other shards want of this one. */
export interface Answering {
  /** Answers in the peer's turn what is there; what is not there is passed over. */
  serve(peer: string, wants: readonly Want[]): void;
  stop(): void;
}

/** No answer begins another message after so many bytes; who wants more asks again. */
const ANSWER_BYTES = 1 << 20;
/** The most blocks that one answer is made of, and what each of them counts beside the bytes that are sent. */
const ANSWER_BLOCKS = 64;
const BLOCK_COST = 32 << 10;
/** What a want counts, whether there is an answer or not: to look for one is work. */
const WANT_COST = 1 << 10;
/** The most credits of one answer. */
const ANSWER_CREDITS = 16 * CREDITS_IN_RUN;
/** What peers get, in bytes. */
const PACE = {
  perPeer: { burst: 4 << 20, perSecond: 2 << 20 },
  total: { burst: 16 << 20, perSecond: 8 << 20 },
  least: 4 << 10,
} as const;

/** Answers one peer after another, and no faster than the pace allows. */
export const createAnswering = (options: AnsweringOptions): Answering => {
  const { chain, blocks, clock, fail } = options;
  const pacer = createPacer({ clock, ...PACE, fail });

  const answer = async (peer: string, wants: readonly Want[]): Promise<number> => {
    const leaves = new Map<number, Set<number>>();
    let sent = 0;
    for await (const bytes of messages(wants, leaves)) {
      options.send(peer, bytes);
      sent += bytes.length;
      if (sent >= ANSWER_BYTES) break;
    }
    return sent + leaves.size * BLOCK_COST + wants.length * WANT_COST;
  };

  async function* messages(wants: readonly Want[], leaves: Map<number, Set<number>>): AsyncIterable<Uint8Array> {
    for (const want of wants) {
      const whole = await find(want, leaves);
      if (whole !== undefined) yield whole;
    }
    for (const [height, places] of leaves) {
      const block = await blocks.at(height);
      if (block === undefined) continue;
      const spans = spansOf(
        block.outbox,
        [...places].sort((a, b) => a - b),
      );
      for (const bundle of bundlesOf(block, spans)) yield encodeBundle(bundle);
    }
  }

  /** Notes where the leaves are that answer a want; returns what is answered by a message of its own. */
  const find = async (want: Want, leaves: Map<number, Set<number>>): Promise<Uint8Array | undefined> => {
    const note = async (height: number, prefix: Uint8Array, most = 1): Promise<number> => {
      if (!leaves.has(height) && leaves.size >= ANSWER_BLOCKS) return 0;
      const outbox = (await blocks.at(height))?.outbox ?? [];
      const first = findLeaf(outbox, prefix);
      const places = leaves.get(height) ?? new Set();
      let count = 0;
      const kind = prefix.subarray(0, 3);
      for (let at = first; at >= 0 && count < most && at < outbox.length && hasPrefix(outbox[at]!, kind); at++) {
        places.add(at);
        count++;
      }
      if (places.size > 0) leaves.set(height, places);
      return count;
    };
    switch (want.kind) {
      case 'vote':
      case 'done': {
        const steps = await chain.steps(want.id);
        const leaf = leafFor(want, steps);
        // That it has accepted says less of what it has aborted than that nothing is left.
        const isGone = leaf === undefined || steps.some(({ kind }) => kind === 'aborted');
        const absent = isGone ? await absence(want.id, want.expiry) : undefined;
        if (absent === undefined && leaf !== undefined) await note(leaf.height, leaf.bytes);
        return absent;
      }
      case 'credits': {
        let from = want.from;
        for (let left = ANSWER_CREDITS; left > 0; ) {
          const height = await chain.creditHeight(want.receiver, from);
          if (height === undefined) return undefined;
          const count = await note(height, concatBytes(CREDIT, encodeQueueKey(want.receiver, from)), left);
          if (count === 0) return undefined;
          from += BigInt(count);
          left -= count;
        }
        return undefined;
      }
      case 'cursor': {
        const { height } = chain.held.cursor(want.carrier);
        if (height > 0) await note(height, concatBytes(CURSOR, P.U16BE.encode(want.carrier)));
        return undefined;
      }
      case 'closing': {
        const header = await options.closings.headerAt(want.shard, want.epoch);
        return header && encodeCarry({ kind: 'closing', ...header });
      }
    }
  };

  /** The proof that the last epoch to end here, if it is the expiry epoch or a later one, ended without a record. */
  const absence = async (id: Uint8Array, expiry: number): Promise<Uint8Array | undefined> => {
    const ended = chain.ended();
    if (ended === undefined || ended.epoch < expiry) return undefined;
    if (ended.tree.get(stateKey(HELD_TABLE, id)) !== undefined) return undefined;
    const stated = proveState(ended.tree, HELD_TABLE, id);
    const header: CertifiedHeader | undefined = await finalHeaderAt(chain, ended.height);
    return header && encodeCarry({ kind: 'state', proof: encodeShardProof({ ...header, ...stated }) });
  };

  return {
    serve: (peer, wants) => pacer.serve(peer, () => answer(peer, wants)),
    stop: pacer.stop,
  };
};

const CREDIT = Uint8Array.of(2);
const CURSOR = Uint8Array.of(3);

const hasPrefix = (bytes: Uint8Array, prefix: Uint8Array): boolean => prefix.every((byte, i) => bytes[i] === byte);
