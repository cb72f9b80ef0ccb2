import type { Output } from '@ios/ledger';
import type { Policy } from './policy.ts';

/** The most validators that a genesis names. */
export const MAX_VALIDATORS = 1024;
/** The most outputs that a genesis creates. */
export const MAX_GENESIS_OUTPUTS = 131_072;
/** The most addresses of one validator. */
export const MAX_ADDRESSES = 8;

/**
 * One validator: its four public keys (32 bytes each), a proof of possession for each (64 bytes), the key to which its
 * fees go, and where it listens.
 */
export interface Registration {
  /** Ed25519 key that names the validator and signs for it. */
  readonly identity: Uint8Array;
  /** Key of its lottery tickets, on edwards25519. */
  readonly vrf: Uint8Array;
  /** Key of its collective signatures, on edwards25519. */
  readonly cosigning: Uint8Array;
  /** Key of its shares, in ristretto255. */
  readonly share: Uint8Array;
  /** The number under which the four were derived; in genesis always 0. */
  readonly keyEpoch: 0;
  /** Who registers a key shows that it knows the secret: see `@ios/crypto/possession`. */
  readonly proofs: {
    readonly identity: Uint8Array;
    readonly vrf: Uint8Array;
    readonly cosigning: Uint8Array;
    readonly share: Uint8Array;
  };
  /** Where the validator's fees go: an owner key, 32 bytes. */
  readonly owner: Uint8Array;
  /** 0..8 multiaddrs without a peer, of at most 255 characters, such as `/ip4/192.0.2.1/tcp/4001`; none if it only dials the others. */
  readonly addresses: readonly string[];
}

/** The beginning of a chain: everything that its nodes have to agree on before the first block. */
export interface Genesis {
  readonly version: 1;
  /** 1..64 characters: letters, digits, space, `.`, `_` and `-`, a letter or digit first. */
  readonly name: string;
  /** 32 bytes, drawn when the ceremony begins, so that two networks of one name have different keys. */
  readonly nonce: Uint8Array;
  /** 1..1024 validators, in ascending order of their identity keys, all keys distinct. */
  readonly validators: readonly Registration[];
  /** All the tokens there will ever be, in at most 131 072 outputs; their order is part of the chain. */
  readonly outputs: readonly Output[];
  readonly policy: Policy;
}

/** Whether a text may name a network: 1..64 characters that read the same everywhere. */
export const isNetworkName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/.test(text);
