import type { Rng } from '@ios/simulator';
import { sha256 } from '@noble/hashes/sha2.js';
import { equalBytes } from '../src/bytes.ts';
import type { Command, Decision, HeightContext, Output } from '../src/index.ts';

/** A value of the simulated application: where it was built, what it builds on, and a nonce. */
export const buildValue = (height: number, view: number, parent: Uint8Array, nonce: number): Uint8Array => {
  const value = new Uint8Array(48);
  const out = new DataView(value.buffer);
  out.setUint32(0, height);
  out.setUint32(4, view);
  out.setUint32(8, nonce);
  value.set(parent, 16);
  return value;
};

/** The digest of a value, undefined for bytes that are none. */
export const digestOf = (value: Uint8Array): Uint8Array | undefined =>
  value.length === 48 ? sha256(value) : undefined;

/** How long the application takes over each request, in ms. */
export interface ApplicationPace {
  readonly build: readonly [number, number];
  readonly check: readonly [number, number];
  readonly decide: readonly [number, number];
}

/** What an application needs of its simulation. */
export interface ApplicationHost {
  readonly rng: Rng;
  contextOf(height: number): HeightContext;
  readonly pace: ApplicationPace;
  now(): number;
  command(value: Command, delay: number): void;
}

/** A log of decisions that survives crashes, for one node; answers requests after a while, and not at all when it is down. */
export class LogApplication {
  readonly log: Decision[] = [];
  readonly #host: ApplicationHost;
  #incarnation = 0;

  constructor(host: ApplicationHost) {
    this.#host = host;
  }

  /** The node starts: the first height that the log lacks. */
  begin(delay = 0): void {
    this.#incarnation++;
    this.#next(delay);
  }

  #next(delay: number): void {
    const parent = this.log.at(-1);
    const { contextOf, command } = this.#host;
    const height = this.log.length + 1;
    command({ type: 'begin', height, context: contextOf(height), parent }, delay);
  }

  #delay([low, high]: readonly [number, number]): number {
    return this.#host.rng.between(low, high);
  }

  /** The height that the next decision has, and the digest that it must build on. */
  get #head(): Uint8Array {
    return this.log.at(-1)?.digest ?? new Uint8Array(32);
  }

  /** A request of the replica; `later` runs an action after a delay, dropped when the node crashed. */
  onOutput(output: Output, later: (action: () => void, delay: number) => void): void {
    const { rng, pace, command } = this.#host;
    switch (output.type) {
      case 'propose': {
        const { height, view } = output;
        const value = buildValue(height, view, this.#head, rng.below(1 << 30));
        return command({ type: 'proposal', height, view, value }, this.#delay(pace.build));
      }
      case 'check': {
        // A value is fresh in the view that it was built for and refused in any other: only values that no prepare
        // certificate stands behind may be asked about.
        const { height, view, digest, value } = output;
        const out = new DataView(value.buffer, value.byteOffset);
        const fresh = out.getUint32(0) === height && out.getUint32(4) === view;
        const valid = fresh && equalBytes(value.subarray(16), this.#head);
        return command({ type: 'checked', height, view, digest, valid }, this.#delay(pace.check));
      }
      case 'decide': {
        const { type: _, ...decision } = output;
        const incarnation = this.#incarnation;
        return later(() => {
          if (incarnation !== this.#incarnation || decision.height !== this.log.length + 1) return;
          this.log.push(decision);
          this.#next(0);
        }, this.#delay(pace.decide));
      }
      case 'history':
        return command(
          { type: 'history', peer: output.peer, decisions: this.log.slice(output.from - 1, output.from + 7) },
          1,
        );
      case 'evidence':
        return;
    }
  }
}
