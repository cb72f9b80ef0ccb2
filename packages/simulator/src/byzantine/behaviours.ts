import { drawLatency, type Latency } from '../latency.ts';
import type { Rng } from '../rng.ts';
import { type Adversary, type Behaviour, compose, mutateEffects, mutateInputs, mutateSends } from './adversary.ts';

/** Says nothing from virtual time `from` on (0), each message being withheld with `probability` (1). */
export const silent = ({ from = 0, probability = 1 }: { from?: number; probability?: number } = {}): Behaviour =>
  mutateSends((_to, bytes, { now, rng }) => (now() >= from && rng.chance(probability) ? [] : [bytes]));

/** Says nothing to the peers that `to` picks, and speaks to the others as it should; left out, a random half is picked. */
export const selectivelySilent =
  ({ to }: { to?: (peer: string, adversary: Adversary) => boolean } = {}): Behaviour =>
  (machine, adversary) => {
    const half = new Set(
      adversary.rng
        .fork('shunned half')
        .shuffle(adversary.peers)
        .slice(adversary.peers.length >> 1),
    );
    const shunned = to ?? ((peer: string): boolean => half.has(peer));
    return mutateSends((peer, bytes) => (shunned(peer, adversary) ? [] : [bytes]))(machine, adversary);
  };

/** Hears nothing of what the peers that `from` picks say (all, when left out), and believes itself alone. */
export const deaf = ({ from }: { from?: (peer: string, adversary: Adversary) => boolean } = {}): Behaviour =>
  mutateInputs((input, adversary) =>
    input.type === 'message' && (from === undefined || from(input.from, adversary)) ? [] : [input],
  );

/**
 * Behaves, and at each step sends with `probability` (0.25) one of the last `memory` (256) byte strings that it sent or
 * received to a random peer, after `delay` (any from 0 to 5 000 ms).
 */
export const replayer =
  ({
    probability = 0.25,
    memory = 256,
    delay = { type: 'uniform', low: 0, high: 5_000 },
  }: {
    probability?: number;
    memory?: number;
    delay?: Latency;
  } = {}): Behaviour =>
  // The list lives as long as the wrapped node: a fresh one for each.
  (machine, adversary) => {
    const heard: Uint8Array[] = [];
    const remember = (bytes: Uint8Array): void => {
      if (heard.push(bytes) > memory) heard.shift();
    };
    return mutateEffects((effects, { input, rng, peers, send }) => {
      if (input.type === 'message') remember(input.bytes);
      for (const effect of effects) if (effect.type === 'send' || effect.type === 'broadcast') remember(effect.bytes);
      if (heard.length > 0 && peers.length > 0 && rng.chance(probability))
        send(rng.pick(peers), rng.pick(heard), drawLatency(delay, rng));
      return effects;
    })(machine, adversary);
  };

/** Spoils each message with `probability` (0.5): a flipped bit, a cut end, a longer end, random bytes, or none at all. */
export const garbage = ({ probability = 0.5 }: { probability?: number } = {}): Behaviour =>
  mutateSends((_to, bytes, { rng }) => [rng.chance(probability) ? spoil(bytes, rng) : bytes]);

/** Holds each message back with `probability` (1) for `delay` on top of the link's latency. */
export const delayer = ({ delay, probability = 1 }: { delay: Latency; probability?: number }): Behaviour =>
  mutateSends((to, bytes, { rng, send }) => {
    if (!rng.chance(probability)) return [bytes];
    send(to, bytes, drawLatency(delay, rng));
    return [];
  });

/** The behaviours that need to know nothing of the protocol, by name, ready for a scenario's `behaviours`. */
export const generalBehaviours: Readonly<Record<string, Behaviour>> = {
  silent: silent(),
  mumbling: silent({ probability: 0.3 }),
  selectivelySilent: selectivelySilent(),
  deaf: deaf(),
  replayer: replayer(),
  garbage: garbage(),
  delayer: delayer({ delay: { type: 'uniform', low: 100, high: 3_000 } }),
  spammer: compose(replayer({ probability: 1 }), garbage({ probability: 0.2 })),
};

const spoil = (bytes: Uint8Array, rng: Rng): Uint8Array => {
  const kind = rng.below(5);
  if (kind === 0 && bytes.length > 0) {
    const out = bytes.slice();
    out[rng.below(out.length)]! ^= 1 << rng.below(8);
    return out;
  }
  if (kind === 1 && bytes.length > 0) return bytes.slice(0, rng.below(bytes.length));
  if (kind === 2) {
    const out = new Uint8Array(bytes.length + rng.between(1, 16));
    out.set(bytes);
    out.set(rng.bytes(out.length - bytes.length), bytes.length);
    return out;
  }
  return kind === 3 ? rng.bytes(rng.below(2 * bytes.length + 1)) : new Uint8Array(0);
};
