import type { Property } from '@ios/simulator';
import { bytesToHex } from '@noble/hashes/utils.js';
import { decodeRespondRequest, maskOf, messageDigest, type Policy } from '../src/index.ts';
import type { Output, State } from './network.ts';
import type { Cast } from './roster.ts';

/** What honest cosigners may sign, and what they did sign, through all their crashes. */
export class SigningWatch {
  readonly #cast: Cast;
  readonly #opened = new Set<string>();
  readonly #answered = new Map<string, string>();
  #twice: string | undefined;
  #unasked: string | undefined;

  readonly once: Property<State, Output> = { name: 'one challenge a nonce', check: () => this.#twice };
  readonly asked: Property<State, Output> = { name: 'only what was opened', check: () => this.#unasked };

  constructor(cast: Cast) {
    this.#cast = cast;
  }

  /** The caller of `node` opens a session for a message. */
  open(node: string, message: Uint8Array): void {
    this.#opened.add(`${node}/${bytesToHex(message)}`);
  }

  /** The host of an honest node signs with its identity key. */
  endorsed(node: string, message: Uint8Array): void {
    if (!this.#opened.has(`${node}/${bytesToHex(message)}`))
      this.#unasked = `${node} endorsed what it was not opened for`;
  }

  /** The host of an honest node answers a list with its cosigning key. */
  responded(node: string, request: Uint8Array): void {
    const { message, list } = decodeRespondRequest(request);
    if (!this.#opened.has(`${node}/${bytesToHex(message)}`))
      this.#unasked = `${node} signed what it was not opened for`;
    const own = list.find(({ index }) => this.#cast.names[index] === node);
    if (own === undefined) return;
    const nonce = `${node}/${bytesToHex(own.D)}`;
    const challenge = `${bytesToHex(messageDigest(message))} ${list.map(({ index, D }) => `${index}${bytesToHex(D)}`).join()}`;
    const before = this.#answered.get(nonce) ?? challenge;
    if (before !== challenge) this.#twice = `${node} answered two challenges with one nonce`;
    this.#answered.set(nonce, challenge);
  }
}

/** Every result is a signature of exactly its mask, which satisfies the policy, and its endorsements hold. */
export const valid = (cast: Cast, policy: Policy): Property<State, Output> => {
  let seen = 0;
  return {
    name: 'valid',
    check: ({ honestOutputs }) => {
      for (; seen < honestOutputs.length; seen++) {
        const { node, value } = honestOutputs[seen]!;
        if (value.type !== 'signed') continue;
        const { mask, message, signature, endorsements } = value;
        if (!cast.scheme.verify(cast.roster, mask, message, signature))
          return `${node} gave out a signature that is none`;
        if (!policy.accepts(mask, cast.names.length)) return `${node} gave out a mask that is too small`;
        const wrong = endorsements.find((one) => !cast.verify(one.signature, message, cast.identityOf(one.index)));
        if (wrong !== undefined) return `${node} gave out an endorsement of ${wrong.index} that is none`;
        const endorsed = maskOf(
          endorsements.map(({ index }) => index),
          cast.names.length,
        );
        if (mask.some((byte, i) => (byte & ~endorsed[i]!) !== 0)) return `${node} counted a share without endorsement`;
      }
      return undefined;
    },
  };
};

/** Faults name Byzantine cosigners only. */
export const blamesOnlyTheGuilty = (cast: Cast, guilty: ReadonlySet<string>): Property<State, Output> => {
  let seen = 0;
  return {
    name: 'blame',
    check: ({ honestOutputs }) => {
      for (; seen < honestOutputs.length; seen++) {
        const { node, value } = honestOutputs[seen]!;
        if (value.type !== 'fault') continue;
        const accused = cast.names[value.index]!;
        if (!guilty.has(accused)) return `${node} blames ${accused}, which is honest, for its ${value.kind}`;
      }
      return undefined;
    },
  };
};

/** No session takes more than f + 1 attempts. */
export const fewAttempts = (f: number): Property<State, Output> => {
  let seen = 0;
  return {
    name: 'attempts',
    check: ({ honestOutputs }) => {
      for (; seen < honestOutputs.length; seen++) {
        const { value } = honestOutputs[seen]!;
        if (value.type === 'signed' && value.attempts > f + 1) return `${value.attempts} attempts with f = ${f}`;
      }
      return undefined;
    },
  };
};
