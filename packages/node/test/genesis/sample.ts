import type { Genesis, Registration } from '@ios/client';
import { chainName } from '@ios/client';
import { getPublicKey } from '@ios/crypto/ed25519';
import { taggedHash } from '@ios/crypto/transcript';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { DEFAULT_POLICY } from '../../src/genesis/policy.ts';
import { register } from '../../src/keys/register.ts';

/** 32 bytes that depend on a label alone. */
export const bytesOf = (label: string): Uint8Array => taggedHash('ios/node/v1/test', utf8ToBytes(label));

/** The owner key behind a label. */
export const ownerOf = (label: string): Uint8Array => getPublicKey(bytesOf(label));

const byIdentity = (a: Registration, b: Registration): number => Buffer.compare(a.identity, b.identity);

/** A genesis that may start a chain, with `validators` validators and `outputs` outputs; the same at every call. */
export function sampleGenesis(validators: number, outputs = 3): Genesis {
  const base = { version: 1, name: 'sample', nonce: bytesOf('nonce'), policy: DEFAULT_POLICY } as const;
  return {
    ...base,
    validators: Array.from({ length: validators }, (_, i) =>
      register(
        {
          master: bytesOf(`master ${i}`),
          chainName: chainName(base),
          owner: ownerOf(`payout ${i}`),
          addresses: [`/ip4/127.0.0.1/tcp/${4000 + i}`],
        },
        (length) => new Uint8Array(length),
      ),
    ).sort(byIdentity),
    outputs: Array.from({ length: outputs }, (_, i) => ({ amount: BigInt(i + 1), owner: ownerOf(`owner ${i % 8}`) })),
  };
}
