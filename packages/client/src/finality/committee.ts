import { type Placement, placementOver } from '@ios/atomix';
import type { CertificateScheme, Committee, Scope } from '@ios/bft';
import { CosiError, type Roster } from '@ios/cosi';
import type { verify } from '@ios/crypto/ed25519';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ClientError } from '../error.ts';
import { assignmentOf } from '../genesis/assignment.ts';
import type { Genesis } from '../genesis/genesis.ts';
import { genesisHash } from '../genesis/identity.ts';
import { collectiveScheme, rosterOf } from './scheme.ts';

/** No step entry has replaced a member: 32 zero bytes. */
export const NO_STEP_ENTRY: Uint8Array = /* @__PURE__ */ new Uint8Array(32);

/** A committee of identity keys (32 bytes each) in the order of the roster, which is that of the keys. */
export const committeeOf = (identities: readonly Uint8Array[]): Committee =>
  identities.map((key) => ({ peer: bytesToHex(key), key }));

/** One shard of a trusted network: what a certificate of one of its blocks is held against. */
export interface TrustedShard {
  /** Number of the shard, u16. */
  readonly shard: number;
  /** The chain and the instance that its endorsements speak of. */
  readonly scope: Scope;
  /** Which validators serve in it: their places among those of genesis, ascending. */
  readonly seats: readonly number[];
  /** Those validators, in this order; the same in every epoch, for no validator changes its shard yet. */
  readonly committee: Committee;
  /** How that committee certifies. */
  readonly scheme: CertificateScheme;
}

/** What follows from a genesis that one trusts: everything that a certificate of its chain is held against. */
export interface TrustedNetwork {
  /** Genesis hash, 32 bytes. */
  readonly chain: Uint8Array;
  readonly name: string;
  /** The validators of genesis: as long as nobody registers later, they are every roster, which decides on beacon and records. */
  readonly committee: Committee;
  /** How all of them certify together. */
  readonly scheme: CertificateScheme;
  /** The shard in which the coins of an owner are. */
  readonly place: Placement;
  /** The shards by their numbers, at least one. */
  readonly shards: readonly TrustedShard[];
}

/**
 * The network of a genesis, with nothing asked of anybody: hold its `chain` against the hash that you were given when the
 * genesis comes from where you do not trust. Hashing takes some tens of milliseconds for 10 000 outputs, and a key of a validator some milliseconds, so do it once.
 * `isSigned` decides Ed25519 signatures, in place of what this package brings. Throws `ClientError` (`genesis-malformed`).
 */
export function trustGenesis(genesis: Genesis, isSigned?: typeof verify): TrustedNetwork {
  const chain = genesisHash(genesis);
  const { name, validators, policy } = genesis;
  const committee = committeeOf(validators.map(({ identity }) => identity));
  const scheme = collectiveScheme(trustedRoster(genesis), isSigned);
  const shards = assignmentOf(genesis, chain).map((seats, shard) => ({
    shard,
    scope: { chain, instance: `shard/${shard}` },
    seats,
    committee: seats.map((seat) => committee[seat]!),
    scheme: seats.length === committee.length ? scheme : lazyScheme(genesis, seats, isSigned),
  }));
  return { chain, name, committee, scheme, place: placementOver(policy.shards), shards };
}

/** The scheme of a part of the roster, whose keys were found good: it multiplies each of them once more when it is first used. */
function lazyScheme({ validators }: Genesis, seats: readonly number[], isSigned?: typeof verify): CertificateScheme {
  let scheme: CertificateScheme | undefined;
  return {
    verify(certificate, endorsed, committee) {
      scheme ??= collectiveScheme(rosterOf({ validators: seats.map((seat) => validators[seat]!) }), isSigned);
      return scheme.verify(certificate, endorsed, committee);
    },
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
