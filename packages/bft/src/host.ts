import type { Command, Output } from './application.ts';
import type { Certificate } from './certificate.ts';
import type { Committee } from './committee.ts';

/** One signature to be checked under ZIP215: key 32 bytes, signature 64 bytes. */
export interface SignatureClaim {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** One certificate to be checked by the committee's scheme; its mask was found well formed and large enough. */
export interface CertificateClaim {
  readonly certificate: Certificate;
  readonly endorsed: Uint8Array;
  readonly committee: Committee;
}

/** What a `verify` effect asks: whether all of these hold. */
export interface Statement {
  readonly signatures: readonly SignatureClaim[];
  readonly certificates: readonly CertificateClaim[];
}

/** What the identity key signs on a replica's behalf, and nothing else. */
export type SignKind = 'proposal' | 'viewChange' | 'endorsement';

/** A use of a secret that is the collector's own, such as a response of a collective signature. */
export type ShareKind = `share/${string}`;

/** The effects of the host contract that a replica uses; they are performed in order, and `persist` is a barrier. */
export type Effect =
  | { readonly type: 'send'; readonly to: string; readonly bytes: Uint8Array }
  | { readonly type: 'broadcast'; readonly bytes: Uint8Array }
  | { readonly type: 'setTimer'; readonly id: string; readonly ms: number }
  | { readonly type: 'clearTimer'; readonly id: string }
  | { readonly type: 'persist'; readonly key: string; readonly bytes: Uint8Array }
  /** `peer` sent what is to be verified: the host may charge it. */
  | { readonly type: 'verify'; readonly id: string; readonly peer: string; readonly statement: Statement }
  | { readonly type: 'sign'; readonly id: string; readonly kind: SignKind | ShareKind; readonly message: Uint8Array }
  | { readonly type: 'output'; readonly value: Output };

/** The inputs of the host contract that a replica takes. */
export type Input =
  | { readonly type: 'start' }
  | { readonly type: 'message'; readonly from: string; readonly bytes: Uint8Array }
  | { readonly type: 'timer'; readonly id: string }
  | { readonly type: 'verified'; readonly id: string; readonly valid: boolean }
  | { readonly type: 'signed'; readonly id: string; readonly signature: Uint8Array }
  | { readonly type: 'command'; readonly value: Command };
