import type { CertifiedHeader } from '@ios/atomix';
import type { Closing } from '@ios/client/epochs';
import { concatBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import type { Clock } from '../clock.ts';
import { NodeError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { CarriedBlock, CarriedChain } from './chain.ts';
import { closingOf, finalHeaderAt } from './closing-header.ts';
import type { Headers } from './headers.ts';
import type { PeersInTurn } from './peers.ts';
import { encodeCarry } from './wire.ts';

/** How a shard ended an epoch, with the certificate of its last block (encoded). */
export interface CertifiedClosing extends Closing {
  readonly certificate: Uint8Array;
}

/** How the shards ended their epochs, as far as is known here. */
export interface Closings {
  /** How a shard ended an epoch; undefined while that is not known here. */
  at(shard: number, epoch: number): Promise<CertifiedClosing | undefined>;
}

/** What closings are made from. */
export interface ClosingsOptions {
  readonly shard: number;
  readonly shards: number;
  readonly chain: Pick<CarriedChain, 'block' | 'lastOf' | 'epoch'>;
  readonly store: Pick<Store, 'get' | 'batch' | 'range'>;
  readonly headers: Headers;
  readonly peers: PeersInTurn;
  readonly clock: Clock;
  readonly stretch: number;
  send(peer: string, bytes: Uint8Array): boolean;
  publish(bytes: Uint8Array): void;
  /** How another shard ended an epoch has become known. */
  onClosing(shard: number, epoch: number): void;
}

/** The same, with what peers say and ask. */
export interface CarriedClosings extends Closings {
  begin(): void;
  onFinal(block: CarriedBlock, publishes: boolean): Promise<void>;
  /** A peer shows how a shard ended an epoch. */
  show(shown: CertifiedHeader, payer: string): Promise<void>;
  /** Header and certificate of it, as a peer gets them. */
  headerAt(shard: number, epoch: number): Promise<CertifiedHeader | undefined>;
  stop(): void;
}

/** Table of the store: header and certificate, by shard and epoch. */
const TABLE = 17;
const keyOf = (shard: number, epoch: number): Uint8Array =>
  concatBytes(Uint8Array.of(TABLE), P.U16BE.encode(shard), P.U32BE.encode(epoch));
const stored: P.CoderType<CertifiedHeader> = P.struct({ header: P.bytes(P.U16BE), certificate: P.bytes(P.U16BE) });

/** How long is waited at first, and at most, for what comes by itself, in ms. */
const WAIT_MS = { first: 1_000, most: 30_000 } as const;
/** So many epochs ahead of the first that is not known here one is kept. */
const AHEAD = 4;

/**
 * Opens what is known: of this shard from its chain, of the others from the store. What others have ended up to the epoch
 * that this shard has ended is asked for, for records need it.
 */
export const openClosings = async (options: ClosingsOptions): Promise<CarriedClosings> => {
  const { shard, shards, chain, store, headers, peers, clock } = options;
  /** Of each other shard the first epoch of which it is not known how it ended. */
  const next = new Map<number, number>();
  for (let other = 0; other < shards; other++) if (other !== shard) next.set(other, await firstUnknown(store, other));
  let wait: number = WAIT_MS.first;
  let cancel: (() => void) | undefined;
  let running = false;

  const headerAt = async (of: number, epoch: number): Promise<CertifiedHeader | undefined> => {
    if (of === shard) {
      const last = await chain.lastOf(epoch);
      return last && finalHeaderAt(chain, last.height);
    }
    const bytes = await store.get(keyOf(of, epoch));
    return bytes && decodeStored(bytes);
  };
  const isLacking = (): boolean => [...next.values()].some((epoch) => epoch < chain.epoch.epoch);

  const ask = (): void => {
    for (const [other, epoch] of next) {
      if (epoch >= chain.epoch.epoch) continue;
      const bytes = encodeCarry({ kind: 'ask', wants: [{ kind: 'closing', shard: other, epoch }] });
      peers.reach(other, (peer) => options.send(peer, bytes));
    }
  };
  const plan = (): void => {
    if (!running || cancel !== undefined || !isLacking()) return;
    cancel = clock.setTimeout(
      () => {
        cancel = undefined;
        if (isLacking()) ask();
        wait = Math.min(WAIT_MS.most, 2 * wait);
        plan();
      },
      Math.ceil(wait * (1 + options.stretch / 2)),
    );
  };
  /** What is news of a shard: not known, and not far ahead. */
  const isNews = async (of: number, epoch: number): Promise<boolean> => {
    const first = next.get(of);
    if (first === undefined || epoch < first || epoch > first + AHEAD) return false;
    return (await store.get(keyOf(of, epoch))) === undefined;
  };

  return {
    async at(of, epoch) {
      const found = await headerAt(of, epoch);
      const closing = found && closingOf(found.header);
      return closing && { ...closing, certificate: found.certificate };
    },
    begin() {
      running = true;
      plan();
    },
    async onFinal({ known, epochEnded }, publishes) {
      if (!epochEnded) return;
      wait = WAIT_MS.first;
      plan();
      const header = publishes ? await finalHeaderAt(chain, known.block.header.height) : undefined;
      if (header !== undefined) options.publish(encodeCarry({ kind: 'closing', ...header }));
    },
    async show({ header, certificate }, payer) {
      const claim = headers.claim(header, certificate);
      if (claim?.final.stateRoot === undefined || closingOf(header) === undefined) return;
      const { shard: of, epoch } = claim.final;
      if (!(await isNews(of, epoch))) return;
      const verified = headers.known(header) ?? (await headers.verify(header, certificate, claim, payer));
      if (verified === undefined || !(await isNews(of, epoch))) return;
      await store.batch([{ key: keyOf(of, epoch), value: stored.encode(verified) }], { sync: false });
      next.set(of, await firstUnknown(store, of, next.get(of)));
      wait = WAIT_MS.first;
      options.onClosing(of, epoch);
    },
    headerAt,
    stop() {
      running = false;
      cancel?.();
    },
  };
};

/** The first epoch from `from` on of which it is not stored how a shard ended it. */
const firstUnknown = async (store: Pick<Store, 'range'>, shard: number, from = 0): Promise<number> => {
  let epoch = from;
  for await (const [key] of store.range({ gte: keyOf(shard, from), lt: keyOf(shard, 0xffffffff) })) {
    if (P.U32BE.decode(key.subarray(3)) !== epoch) break;
    epoch++;
  }
  return epoch;
};

const decodeStored = (bytes: Uint8Array): CertifiedHeader => {
  try {
    return stored.decode(bytes);
  } catch (cause) {
    throw new NodeError('database', 'the end of an epoch in the data folder is damaged', {}, cause);
  }
};
