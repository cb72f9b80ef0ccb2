import { isLasting, type SubscribeParams } from '@ios/client/methods';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { NodeError } from '../errors.ts';
import type { NodeService } from '../service.ts';
import { answerHead, answerTransaction } from './answers.ts';

/** How often what has no event of its own is looked at, in ms. */
const TICK_MS = 1_000;
/** The most transactions that are looked up at a tick; the others have their turn at the next ones. */
const LOOKUPS = 512;

/** Tells one connection the news of a subscription, by the subscription's name. */
export type Notify = (subscription: string, result: unknown) => void;

/** The subscriptions of one connection. */
export interface Subscriptions {
  /** Makes one and returns its name. Throws `NodeError` (`subscriptions`) at the limit. */
  add(params: SubscribeParams): string;
  /** Ends one; false where there is none of that name. */
  remove(name: string): boolean;
  /** Tells new ones how things stand: to be called when their names have been answered. */
  begin(names: readonly string[]): void;
  /** Ends all. */
  close(): void;
}

/** Where all subscriptions are told what happens. */
export interface Hub {
  /** Subscriptions that there are. */
  readonly size: number;
  open(notify: Notify): Subscriptions;
  /** A block became final, in which something happened to these transactions (ids in hexadecimal digits). */
  final(ids: ReadonlySet<string>): void;
  close(): void;
}

interface Entry {
  readonly name: string;
  readonly params: SubscribeParams;
  readonly notify: Notify;
  /** What was told last, as JSON; undefined before the first news. */
  told: string | undefined;
  begun: boolean;
}

/** A hub over a node; a connection holds at most `limit` subscriptions. */
export function createHub(service: NodeService, limit: number): Hub {
  const entries = new Set<Entry>();
  let names = 0;
  let turn = 0;
  let timer: NodeJS.Timeout | undefined;

  /** Tells an entry what is new to it. */
  const tell = (entry: Entry, result: unknown): void => {
    const text = JSON.stringify(result);
    if (!entries.has(entry) || entry.told === text) return;
    entry.told = text;
    entry.notify(entry.name, result);
  };

  const lookUp = async (entry: Entry, id: string): Promise<void> => {
    const status = await service.transaction(hexToBytes(id));
    tell(entry, answerTransaction(status));
    if (isLasting(status.status)) entries.delete(entry);
  };

  const refresh = (entry: Entry): void => {
    const { params } = entry;
    // A store that fails halts the node by itself.
    if (params.topic === 'transaction') lookUp(entry, params.id).catch(() => {});
    else tell(entry, params.topic === 'heads' ? answerHead(service.head()) : service.status().mempool);
  };

  const tick = (): void => {
    const begun = [...entries].filter((entry) => entry.begun);
    for (const entry of begun) if (entry.params.topic === 'mempool') refresh(entry);
    const waiting = begun.filter(({ params }) => params.topic === 'transaction');
    if (turn >= waiting.length) turn = 0;
    for (const entry of waiting.slice(turn, turn + LOOKUPS)) refresh(entry);
    turn += LOOKUPS;
    if (entries.size === 0) stop();
  };

  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };

  return {
    get size() {
      return entries.size;
    },
    open(notify) {
      const own = new Map<string, Entry>();
      return {
        add(params) {
          for (const [name, entry] of own) if (!entries.has(entry)) own.delete(name);
          if (own.size >= limit) {
            throw new NodeError('subscriptions', `A connection holds at most ${limit} subscriptions.`, { limit });
          }
          const entry: Entry = { name: String(++names), params, notify, told: undefined, begun: false };
          own.set(entry.name, entry);
          entries.add(entry);
          timer ??= setInterval(tick, TICK_MS).unref();
          return entry.name;
        },
        remove(name) {
          const entry = own.get(name);
          own.delete(name);
          return entry !== undefined && entries.delete(entry);
        },
        begin(names) {
          for (const name of names) {
            const entry = own.get(name);
            if (entry === undefined) continue;
            entry.begun = true;
            refresh(entry);
          }
        },
        close() {
          for (const entry of own.values()) entries.delete(entry);
          own.clear();
        },
      };
    },
    final(ids) {
      for (const entry of entries) {
        const { params, begun } = entry;
        if (begun && (params.topic === 'heads' || (params.topic === 'transaction' && ids.has(params.id)))) {
          refresh(entry);
        }
      }
    },
    close() {
      entries.clear();
      stop();
    },
  };
}

/** The ids of transactions, for {@link Hub.final}. */
export const idsOf = (ids: readonly Uint8Array[]): ReadonlySet<string> => new Set(ids.map(bytesToHex));
