import type { CertificateScheme, Committee, Scope } from '@ios/bft';
import { CosiError, type Roster } from '@ios/cosi';
import type { verify } from '@ios/crypto/ed25519';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ClientError } from '../error.ts';
import type { Genesis } from '../genesis/genesis.ts';
import { genesisHash } from '../genesis/identity.ts';
import { collectiveScheme, rosterOf } from './scheme.ts';

/** The only shard there is so far. */
export const SHARD = 0;

/** No step entry has replaced a member: 32 zero bytes. */
export const NO_STEP_ENTRY: Uint8Array = /* @__PURE__ */ new Uint8Array(32);

/** A committee of identity keys (32 bytes each) in the order of the roster, which is that of the keys. */
export const committeeOf = (identities: readonly Uint8Array[]): Committee =>
  identities.map((key) => ({ peer: bytesToHex(key), key }));

/** What follows from a genesis that one trusts: everything that a certificate of its chain is held against. */
export interface TrustedNetwork {
  /** Genesis hash, 32 bytes. */
  readonly chain: Uint8Array;
  readonly name: string;
  /** The chain and the shard that endorsements speak of. */
  readonly scope: Scope;
  /** The validators of genesis: as long as nobody registers later, they are every roster and the shard's committee. */
  readonly committee: Committee;
  /** How that committee certifies. */
  readonly scheme: CertificateScheme;
}

/**
 * The network of a genesis, with nothing asked of anybody: hold its `chain` against the hash that you were given when the
 * genesis comes from where you do not trust. Hashing takes some tens of milliseconds for 10 000 outputs, and a key of a validator some milliseconds, so do it once.
 * `isSigned` decides Ed25519 signatures, in place of what this package brings. Throws `ClientError` (`genesis-malformed`).
 */
export function trustGenesis(genesis: Genesis, isSigned?: typeof verify): TrustedNetwork {
  const chain = genesisHash(genesis);
  const committee = committeeOf(genesis.validators.map(({ identity }) => identity));
  return {
    chain,
    name: genesis.name,
    scope: { chain, instance: `shard/${SHARD}` },
    committee,
    scheme: collectiveScheme(trustedRoster(genesis), isSigned),
  };
}

function trustedRoster(genesis: Genesis): Roster {
  try {
    return rosterOf(genesis);
  } catch (cause) {
    if (!(cause instanceof CosiError)) throw cause;
    throw new ClientError('genesis-malformed', `This genesis has no committee: ${cause.message}.`, {}, cause);
  }
}
