import type { Registration } from '@ios/client';
import { deriveKey, type KeyKind, publicKey } from '@ios/crypto/keys';
import { provePossession } from '@ios/crypto/possession';
import type { Entropy } from '../entropy.ts';

/** Who registers for which chain. */
export interface RegistrationRequest {
  /** Master secret of the validator, 32 bytes or more of full entropy. */
  readonly master: Uint8Array;
  /** 32 bytes: `chainName` of the genesis to come. */
  readonly chainName: Uint8Array;
  /** Where its fees go: an owner key, 32 bytes. */
  readonly owner: Uint8Array;
  /** Multiaddrs without a peer. */
  readonly addresses: readonly string[];
}

/**
 * The public half of a validator's four keys, with a proof of possession for each. Throws `CryptoError` for a master
 * secret shorter than 32 bytes or a chain name that is not 32 bytes.
 */
export function register({ master, chainName, owner, addresses }: RegistrationRequest, entropy: Entropy): Registration {
  const keyEpoch = 0;
  const secret = (kind: KeyKind): Uint8Array => deriveKey(master, kind, chainName, keyEpoch);
  const identity = publicKey('identity', secret('identity'));
  const prove = (kind: KeyKind): Uint8Array =>
    provePossession({ kind, chainName, identity, keyEpoch }, secret(kind), entropy);
  return {
    identity,
    vrf: publicKey('vrf', secret('vrf')),
    cosigning: publicKey('cosigning', secret('cosigning')),
    share: publicKey('share', secret('share')),
    keyEpoch,
    proofs: {
      identity: prove('identity'),
      vrf: prove('vrf'),
      cosigning: prove('cosigning'),
      share: prove('share'),
    },
    owner,
    addresses,
  };
}
