import { BftError, type Certificate, decodeCertificate } from '@ios/bft';
import type { Block } from '@ios/ledger';

/** The certificate of its parent that a block carries; undefined where there is none, or its bytes are no certificate. */
export const parentCertificate = ({ certificate }: Pick<Block, 'certificate'>): Certificate | undefined => {
  try {
    return decodeCertificate(certificate);
  } catch (error) {
    if (error instanceof BftError) return undefined;
    throw error;
  }
};
