import type { Genesis, Registration } from '@ios/client';
import { encodeGenesis } from '@ios/client';
import { taggedHash } from '@ios/crypto/transcript';
import { bytesToHex } from '@noble/hashes/utils.js';
import { NodeError } from '../errors.ts';
import { checkGenesis } from './check.ts';

/**
 * What a network is to be, before it is known who its validators are. rnd(0) is a hash of genesis, so whoever registers
 * last could try registrations until it likes the result. Hence two rounds: each validator commits to its registration
 * (`commitmentTo`), the coordinator closes the list of commitments (`sealCeremony`), and only then are registrations shown
 * and put together (`assembleGenesis`). Whoever does not like the result can only fail to show its registration: that is
 * seen, and the ceremony begins anew without it.
 */
export type Ceremony = Omit<Genesis, 'validators'>;

/** A ceremony that takes no more validators: the commitments (32 bytes each) in ascending order, all distinct. */
export interface SealedCeremony {
  readonly ceremony: Ceremony;
  readonly commitments: readonly Uint8Array[];
}

/** Names a ceremony: taggedHash('ios/node/v1/ceremony', encoding of its genesis without validators), 32 bytes. */
export const ceremonyHash = (ceremony: Ceremony): Uint8Array =>
  taggedHash('ios/node/v1/ceremony', encodeGenesis({ ...ceremony, validators: [] }));

/**
 * Binds a validator to its registration without showing it: taggedHash('ios/node/v1/commitment', ceremony hash, encoding of
 * a genesis with this registration alone and no outputs), 32 bytes. Nothing hides it but what nobody else can guess: its
 * keys are derived from a secret for this ceremony's nonce.
 */
export const commitmentTo = (ceremony: Ceremony, registration: Registration): Uint8Array =>
  taggedHash(
    'ios/node/v1/commitment',
    ceremonyHash(ceremony),
    encodeGenesis({ ...ceremony, outputs: [], validators: [registration] }),
  );

/**
 * Closes the list. Throws `NodeError` (`ceremony`) if there is no commitment, or one twice: a copy of another's is of no
 * use, for whoever made it cannot show a registration of its own.
 */
export function sealCeremony(ceremony: Ceremony, commitments: readonly Uint8Array[]): SealedCeremony {
  const sorted = [...commitments].sort(Buffer.compare);
  if (sorted.length === 0) throw refused('A ceremony needs the commitment of at least one validator.');
  const twice = sorted.find((commitment, i) => i > 0 && Buffer.compare(sorted[i - 1]!, commitment) === 0);
  if (twice !== undefined) throw refused(`The commitment ${bytesToHex(twice)} is there twice.`);
  return { ceremony, commitments: sorted };
}

/** Names a sealed ceremony: taggedHash('ios/node/v1/sealed-ceremony', ceremony hash, commitments), 32 bytes. */
export const sealedHash = ({ ceremony, commitments }: SealedCeremony): Uint8Array =>
  taggedHash('ios/node/v1/sealed-ceremony', ceremonyHash(ceremony), ...commitments);

/**
 * The genesis of a sealed ceremony, once each commitment has its registration; checked by `checkGenesis`. Throws
 * `NodeError`: `ceremony` for a registration that nobody committed to, or a commitment without one; `genesis-invalid`.
 */
export function assembleGenesis(sealed: SealedCeremony, registrations: readonly Registration[]): Genesis {
  const validators = [...registrations].sort((a, b) => Buffer.compare(a.identity, b.identity));
  const genesis = { ...sealed.ceremony, validators };
  assertCommitted(sealed, validators);
  checkGenesis(genesis);
  return genesis;
}

/**
 * Throws `NodeError` (`ceremony`) unless a genesis is the one that follows from a sealed ceremony: same name, nonce, outputs
 * and policy, and for each commitment one validator. Whether it may start a chain is `checkGenesis`' question.
 */
export function assertOfCeremony(sealed: SealedCeremony, genesis: Genesis): void {
  if (Buffer.compare(ceremonyHash(genesis), ceremonyHash(sealed.ceremony)) !== 0) {
    throw refused('The name, nonce, outputs or policy of this genesis are not those of the ceremony.');
  }
  assertCommitted(sealed, genesis.validators);
}

function assertCommitted({ ceremony, commitments }: SealedCeremony, registrations: readonly Registration[]): void {
  const open = new Set(commitments.map(bytesToHex));
  for (const registration of registrations) {
    const commitment = bytesToHex(commitmentTo(ceremony, registration));
    if (open.delete(commitment)) continue;
    const identity = bytesToHex(registration.identity);
    throw refused(`The registration of ${identity} is not one that was committed to, or it is there twice.`);
  }
  if (open.size === 0) return;
  throw refused(
    `${open.size} of ${commitments.length} commitments have no registration: ${[...open].join(', ')}. ` +
      'Ask those validators for it; if one refuses, begin a new ceremony without it.',
  );
}

const refused = (message: string): NodeError => new NodeError('ceremony', message);
