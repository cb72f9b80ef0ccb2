import { demand } from './error.ts';
import { checkLatency, drawLatency, type Latency } from './latency.ts';
import type { Rng } from './rng.ts';
import type { Scheduler } from './scheduler.ts';

/** How a link treats what is sent over it; probabilities from 0 to 1. Reordering follows from the spread of latency. */
export interface LinkSettings {
  readonly latency: Latency;
  /** The probability that a message vanishes. */
  readonly loss: number;
  /** The probability that a message arrives a second time, with a latency of its own. */
  readonly duplication: number;
}

/** Settings for the links from any of `from` to any of `to`; a side left out means every peer. `cut` lets nothing through. */
export interface LinkRule extends Partial<LinkSettings> {
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly cut?: boolean;
}

/** Messages counted since the start; `blocked` fell to a cut, `unheard` reached a peer that was not attached. */
export interface NetworkFigures {
  sent: number;
  delivered: number;
  lost: number;
  duplicated: number;
  blocked: number;
  unheard: number;
}

/** A network of named peers on a scheduler; payloads pass by reference, so nobody may change them after sending. */
export interface SimulatedNetwork<Payload> {
  /**
   * Hands `payload` to the link: lost, or delivered once or twice, later. From a peer to itself: after 0 ms, always. `gone` is
   * called, at once or later, when it was not delivered and no copy of it is under way any more.
   */
  send(from: string, to: string, payload: Payload, gone?: () => void): void;
  /** Delivers to `receive` what is for `peer`, in place of an earlier receiver; returns the detachment. */
  attach(peer: string, receive: (from: string, payload: Payload) => void): () => void;
  /** Lays a rule over the links until the returned function is called; where rules differ the latest decides, but any cut cuts. */
  apply(rule: LinkRule): () => void;
  /**
   * Lets two peers talk only if some group holds both, until the returned function is called. Peers in no group form
   * one more; a peer in two groups bridges them.
   */
  partition(groups: readonly (readonly string[])[]): () => void;
  /** Lifts every partition and cut. */
  heal(): void;
  /** Whether a message from `from` to `to` would be cut now. */
  isCut(from: string, to: string): boolean;
  readonly figures: Readonly<NetworkFigures>;
}

/** What a network needs. Each link draws from its own fork of `rng`, so one link's traffic never shifts another's luck. */
export interface NetworkOptions extends Partial<LinkSettings> {
  readonly scheduler: Scheduler;
  readonly rng: Rng;
  /** Rules that hold from the start, for instance a slow pair of peers. */
  readonly links?: readonly LinkRule[];
}

interface Rule extends Partial<LinkSettings> {
  readonly cuts: boolean;
  matches(from: string, to: string): boolean;
}

interface Link {
  readonly rng: Rng;
  version: number;
  settings: LinkSettings;
  cut: boolean;
}

/** A network whose links have latency 1 ms and neither loss nor duplication, unless told otherwise. Throws `bad-argument`. */
export const createNetwork = <Payload = Uint8Array>(options: NetworkOptions): SimulatedNetwork<Payload> => {
  const { scheduler, rng, latency = { type: 'fixed', ms: 1 }, loss = 0, duplication = 0 } = options;
  const base: LinkSettings = { latency, loss, duplication };
  checkSettings(base);
  const receivers = new Map<string, (from: string, payload: Payload) => void>();
  const links = new Map<string, Map<string, Link>>();
  const figures: NetworkFigures = { sent: 0, delivered: 0, lost: 0, duplicated: 0, blocked: 0, unheard: 0 };
  let rules: readonly Rule[] = [];
  let version = 0;

  const change = (next: readonly Rule[]): void => {
    rules = next;
    version++;
  };
  const lay = (rule: Rule): (() => void) => {
    change([...rules, rule]);
    return () => change(rules.filter((other) => other !== rule));
  };

  const link = (from: string, to: string): Link => {
    let row = links.get(from);
    if (row === undefined) {
      row = new Map();
      links.set(from, row);
    }
    let found = row.get(to);
    if (found === undefined) {
      found = { rng: rng.fork(JSON.stringify([from, to])), version: -1, settings: base, cut: false };
      row.set(to, found);
    }
    if (found.version !== version) refresh(found, from, to);
    return found;
  };
  const refresh = (stale: Link, from: string, to: string): void => {
    const matching = rules.filter((rule) => rule.matches(from, to));
    stale.version = version;
    stale.cut = matching.some((rule) => rule.cuts);
    stale.settings = matching.reduce<LinkSettings>(
      (under, rule) => ({
        latency: rule.latency ?? under.latency,
        loss: rule.loss ?? under.loss,
        duplication: rule.duplication ?? under.duplication,
      }),
      base,
    );
  };

  /** Whether it was delivered. */
  const arrive = (from: string, to: string, payload: Payload): boolean => {
    if (from !== to && link(from, to).cut) {
      figures.blocked++;
      return false;
    }
    const receive = receivers.get(to);
    if (receive === undefined) {
      figures.unheard++;
      return false;
    }
    figures.delivered++;
    receive(from, payload);
    return true;
  };

  const network: SimulatedNetwork<Payload> = {
    figures,
    send: (from, to, payload, gone = () => {}) => {
      figures.sent++;
      if (from === to) {
        scheduler.setTimeout(() => arrive(from, to, payload) || gone(), 0);
        return;
      }
      const over = link(from, to);
      if (over.cut) {
        figures.blocked++;
        gone();
        return;
      }
      const { settings } = over;
      const copies = settings.duplication > 0 && over.rng.chance(settings.duplication) ? 2 : 1;
      figures.duplicated += copies - 1;
      let underWay = copies;
      let delivered = false;
      const end = (arrived: boolean): void => {
        delivered ||= arrived;
        if (--underWay === 0 && !delivered) gone();
      };
      for (let copy = 0; copy < copies; copy++) {
        if (settings.loss > 0 && over.rng.chance(settings.loss)) {
          figures.lost++;
          end(false);
        } else scheduler.setTimeout(() => end(arrive(from, to, payload)), drawLatency(settings.latency, over.rng));
      }
    },
    attach: (peer, receive) => {
      receivers.set(peer, receive);
      return () => {
        if (receivers.get(peer) === receive) receivers.delete(peer);
      };
    },
    apply: (rule) => {
      checkSettings(rule);
      const from = rule.from && new Set(rule.from);
      const to = rule.to && new Set(rule.to);
      return lay({
        ...rule,
        cuts: rule.cut === true,
        matches: (a, b) => (from === undefined || from.has(a)) && (to === undefined || to.has(b)),
      });
    },
    partition: (groups) => {
      const sets = groups.map((group) => new Set(group));
      const apart = (peer: string): boolean => !sets.some((set) => set.has(peer));
      return lay({
        cuts: true,
        matches: (a, b) => !sets.some((set) => set.has(a) && set.has(b)) && !(apart(a) && apart(b)),
      });
    },
    heal: () => change(rules.filter((rule) => !rule.cuts)),
    isCut: (from, to) => from !== to && link(from, to).cut,
  };
  for (const rule of options.links ?? []) network.apply(rule);
  return network;
};

const checkSettings = ({ latency, loss, duplication }: Partial<LinkSettings>): void => {
  if (latency !== undefined) checkLatency(latency, 'a link');
  for (const probability of [loss ?? 0, duplication ?? 0])
    demand(probability >= 0 && probability <= 1, `${probability} is no probability`);
};
