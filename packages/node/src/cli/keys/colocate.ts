import { type Placement, placementOver } from '@ios/atomix';
import { getPublicKey } from '@ios/crypto/ed25519';
import type { Entropy } from '../../entropy.ts';
import { NodeError } from '../../errors.ts';
import { MASTER_LENGTH } from '../../keys/key-file.ts';
import { readGenesis } from '../genesis-file.ts';
import { ownerOf } from '../key-reference.ts';

/** A shard of a network, and where owners are in it. */
export interface Location {
  readonly shard: number;
  readonly place: Placement;
}

/**
 * The shard that the user named: by its number, or by an owner (an address or a key) that is in it. Throws `NodeError`
 * (`missing`) where the network has no such shard, else as `readGenesis` and `ownerOf`.
 */
export async function locationOf(where: string, genesisFile: string, folder: string): Promise<Location> {
  const { shards } = (await readGenesis(genesisFile)).policy;
  const place = placementOver(shards);
  const shard = /^[0-9]{1,5}$/.test(where) ? Number(where) : place(await ownerOf(where, folder));
  if (shard < shards) return { shard, place };
  throw new NodeError('missing', `The network of ${genesisFile} has the shards 0 to ${shards - 1}, and no ${shard}.`);
}

/** Draws owner secrets (32 bytes) until one lies in a shard: as many as there are shards, on average. */
export function drawSecretIn({ shard, place }: Location, entropy: Entropy): Uint8Array {
  for (;;) {
    const secret = entropy(MASTER_LENGTH);
    if (place(getPublicKey(secret)) === shard) return secret;
    secret.fill(0);
  }
}
