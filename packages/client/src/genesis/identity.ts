import { taggedHash } from '@ios/crypto/transcript';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Genesis } from './genesis.ts';
import { encodeGenesis } from './wire.ts';

/**
 * What validator keys and their proofs of possession are bound to, so that it stands before the validators do:
 * taggedHash('ios/node/v1/chain-name', name, nonce), 32 bytes.
 */
export const chainName = ({ name, nonce }: Pick<Genesis, 'name' | 'nonce'>): Uint8Array =>
  taggedHash('ios/node/v1/chain-name', utf8ToBytes(name), nonce);

/**
 * The chain, to which everything but the validators' keys is bound: taggedHash('ios/node/v1/genesis', encoding), 32
 * bytes. Every byte of a genesis changes it. Throws `ClientError` (`genesis-malformed`).
 */
export const genesisHash = (genesis: Genesis): Uint8Array => taggedHash('ios/node/v1/genesis', encodeGenesis(genesis));

/**
 * The randomness of epoch 0, rnd(0) = taggedHash('ios/node/v1/randomness', chain), 32 bytes. It is a hash of public
 * data: whoever registers last can try many registrations until it likes the result, so a ceremony has its validators
 * commit to their registrations before any is shown.
 */
export const initialRandomness = (chain: Uint8Array): Uint8Array => taggedHash('ios/node/v1/randomness', chain);
