import { type CertificateScheme, signatureList } from '@ios/bft';
import { verify } from '@ios/crypto/ed25519';

/** How the committees of the network certify: a list of identity-key signatures, each valid under ZIP215. */
export const certificateScheme: CertificateScheme = /* @__PURE__ */ signatureList(verify);
