import type { CertificateScheme } from '@ios/bft';
import { edwardsRoster, type Roster, signatureClaim } from '@ios/cosi';
import { verify } from '@ios/crypto/ed25519';
import type { Genesis } from '../genesis/genesis.ts';

/**
 * The cosigning keys of the validators of a genesis, in their order. Costs a multiplication a key, some milliseconds each.
 * @throws CosiError `bad-roster` for a key of which no proof of possession can hold
 */
export const rosterOf = ({ validators }: Pick<Genesis, 'validators'>): Roster =>
  edwardsRoster(validators.map(({ cosigning, identity }) => ({ key: cosigning, identity })));

/**
 * How the committees of the network certify: a collective signature of the members in the mask, which is an Ed25519 signature
 * under the sum of their cosigning keys.
 * @param roster - the cosigning keys of the committee, in its order
 * @param isSigned - decides Ed25519 signatures by ZIP215
 */
export const collectiveScheme = (roster: Roster, isSigned: typeof verify = verify): CertificateScheme => ({
  verify({ mask, signature }, endorsed): boolean {
    const claim = signatureClaim(roster, mask, endorsed, signature);
    return claim !== undefined && isSigned(claim.signature, claim.message, claim.publicKey);
  },
});
