import { type CertifiedHeader, MAX_RUN, type OutboxRun, outboxProver } from '@ios/atomix';
import { compareBytes, type Hasher } from '@ios/crypto/merkle';
import { HEADER_BYTES } from '@ios/ledger';
import type { CarriedChain } from './chain.ts';
import { type Bundle, encodeCarry, MAX_CARRY_BYTES, MAX_RUNS } from './wire.ts';

/** The most credits of one run: the entry that applies them fits into every block, beside a long certificate. */
export const CREDITS_IN_RUN: number = Math.min(256, MAX_RUN);

/** A block of this shard with an outbox, as proofs are made of it: none of them ends an epoch. */
export interface OwnBlock extends CertifiedHeader {
  readonly outbox: readonly Uint8Array[];
  prove(index: number, count: number): OutboxRun;
}

/** Leaves side by side in an outbox. */
export interface LeafSpan {
  readonly index: number;
  readonly count: number;
}

/** The blocks that proofs are made of. */
export interface OwnBlocks {
  at(height: number): Promise<OwnBlock | undefined>;
}

/** How many blocks are kept at hand, each with the tree over its outbox. */
const AT_HAND = 32;

/** Final blocks of this shard, the last that were asked for at hand. */
export const createOwnBlocks = (chain: Pick<CarriedChain, 'block' | 'outbox'>, hasher: Hasher): OwnBlocks => {
  const atHand = new Map<number, Promise<OwnBlock | undefined>>();
  const read = async (height: number): Promise<OwnBlock | undefined> => {
    const [block, outbox] = await Promise.all([chain.block(height), chain.outbox(height)]);
    if (block === undefined || outbox === undefined) return undefined;
    const header = block.bytes.slice(0, HEADER_BYTES);
    return { header, certificate: block.certificate, outbox, prove: once(() => outboxProver(outbox, hasher)) };
  };
  return {
    at(height) {
      const before = atHand.get(height);
      if (before !== undefined) return before;
      const made = read(height);
      if (atHand.size >= AT_HAND) atHand.delete(atHand.keys().next().value!);
      atHand.set(height, made);
      const forget = (): void => {
        if (atHand.get(height) === made) atHand.delete(height);
      };
      made.then((found) => found ?? forget(), forget);
      return made;
    },
  };
};

/** A prover that is made when it is first used. */
const once = (make: () => OwnBlock['prove']): OwnBlock['prove'] => {
  let made: OwnBlock['prove'] | undefined;
  return (index, count) => {
    made ??= make();
    return made(index, count);
  };
};

/** The place of the first leaf in an outbox that begins with `prefix`; -1 where there is none. */
export const findLeaf = (outbox: readonly Uint8Array[], prefix: Uint8Array): number => {
  let low = 0;
  let high = outbox.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareBytes(outbox[middle]!.subarray(0, prefix.length), prefix) < 0) low = middle + 1;
    else high = middle;
  }
  const found = outbox[low];
  return found !== undefined && compareBytes(found.subarray(0, prefix.length), prefix) === 0 ? low : -1;
};

/** The first byte of an encoded credit. */
const CREDIT = 2;

/** Places of leaves for one receiver, ascending, as spans: credits side by side are proved together, others one by one. */
export const spansOf = (outbox: readonly Uint8Array[], places: readonly number[]): LeafSpan[] => {
  const spans: { index: number; count: number }[] = [];
  for (const place of places) {
    const last = spans.at(-1);
    const follows = last !== undefined && last.index + last.count === place && last.count < CREDITS_IN_RUN;
    if (follows && outbox[last.index]![0] === CREDIT && outbox[place]![0] === CREDIT) last.count++;
    else spans.push({ index: place, count: 1 });
  }
  return spans;
};

/** Leaves of a block as messages, each no longer than a message may be. */
export const bundlesOf = (block: OwnBlock, spans: readonly LeafSpan[]): Bundle[] => {
  const { header, certificate, outbox } = block;
  const frame = 64 + header.length + certificate.length;
  const bundles: { size: number; runs: OutboxRun[] }[] = [];
  for (const { index, count } of spans) {
    const run = block.prove(index, count);
    const bytes = 8 + run.leaves.reduce((sum, leaf) => sum + 1 + leaf.length, 0) + 32 * run.path.length;
    const last = bundles.at(-1);
    if (last !== undefined && last.runs.length < MAX_RUNS && last.size + bytes <= MAX_CARRY_BYTES) {
      last.runs.push(run);
      last.size += bytes;
    } else bundles.push({ size: frame + bytes, runs: [run] });
  }
  return bundles.map(({ runs }) => ({ header, certificate, size: outbox.length, runs }));
};

/** A bundle as a message. */
export const encodeBundle = (bundle: Bundle): Uint8Array => encodeCarry({ kind: 'bundle', bundle });
