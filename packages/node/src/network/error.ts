/**
 * Why a network refuses: `address-in-use`, another process listens there; `address`, no address to listen on or to dial;
 * `peer`, not the name of a peer; `channel`, a topic or protocol that cannot be declared; `unknown-channel`, one that was
 * not declared; `too-long`, a message above its channel's bound; `seed` and `chain`, not 32 bytes; `started`, started
 * already or stopped.
 */
export type NetworkErrorCode =
  | 'address-in-use'
  | 'address'
  | 'peer'
  | 'channel'
  | 'unknown-channel'
  | 'too-long'
  | 'seed'
  | 'chain'
  | 'started';

/** What a refusal is about. */
export interface NetworkFacts {
  readonly address?: string;
  readonly peer?: string;
  readonly channel?: string;
  /** Bytes, and the bound on them. */
  readonly length?: number;
  readonly maxBytes?: number;
}

/** The one error of the network: `code` says why, the message what to do about it, `facts` what it is about. */
export class NetworkError extends Error {
  override readonly name: 'NetworkError' = 'NetworkError';
  readonly code: NetworkErrorCode;
  readonly facts: NetworkFacts;

  constructor(code: NetworkErrorCode, message: string, facts: NetworkFacts = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts;
  }
}
