/** What a `verify` effect asks: whether `verify` of the chain's function gives an output for these. */
export interface Statement {
  /** The owner's VRF key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 32 bytes. */
  readonly alpha: Uint8Array;
  /** 80 bytes. */
  readonly pi: Uint8Array;
}

/** The effects of the host contract that the machine uses; they are performed in order. */
export type Effect =
  | { readonly type: 'broadcast'; readonly bytes: Uint8Array }
  | { readonly type: 'setTimer'; readonly id: string; readonly ms: number }
  | { readonly type: 'persist'; readonly key: string; readonly bytes: Uint8Array }
  /** `peer` sent what is to be verified: the host may charge it. */
  | { readonly type: 'verify'; readonly id: string; readonly peer: string; readonly statement: Statement }
  /** Asks for `prove` of the seat's own VRF key over `message`, an alpha of 32 bytes; answered by 80 bytes. */
  | { readonly type: 'sign'; readonly id: string; readonly kind: 'vrf'; readonly message: Uint8Array }
  | { readonly type: 'output'; readonly value: ElectionOutput };

/** The inputs of the host contract that the machine takes. */
export type Input =
  | { readonly type: 'start' }
  | { readonly type: 'message'; readonly from: string; readonly bytes: Uint8Array }
  | { readonly type: 'timer'; readonly id: string }
  | { readonly type: 'verified'; readonly id: string; readonly valid: boolean }
  | { readonly type: 'signed'; readonly id: string; readonly signature: Uint8Array }
  | { readonly type: 'command'; readonly value: ElectionCommand };

/** A seat, and what it attached to its view-change. */
export interface SeatAttachment {
  readonly seat: number;
  /** As `attachment` of the machine makes it, and `isAttachment` finds it right. */
  readonly attachment: Uint8Array;
}

/** What the machine is told by whom it serves. */
export type ElectionCommand =
  /** A new attempt begins, with tickets of its own. Of attempts that are over, nothing is answered any more. */
  | { readonly type: 'attempt'; readonly attempt: number; readonly barred: readonly number[] }
  /** A view is entered: 0 at the beginning of each height, later ones when this member moves there. */
  | { readonly type: 'view'; readonly height: number; readonly view: number }
  /** These view-changes open a view; their attachments were checked. */
  | {
      readonly type: 'opened';
      readonly height: number;
      readonly view: number;
      readonly opening: readonly SeatAttachment[];
    }
  /** A member moved to a view, also if that one was opened without its view-change; its signature and attachment were checked. */
  | ({ readonly type: 'viewChange'; readonly height: number; readonly view: number } & SeatAttachment);

/** What the machine found: after Δ, who leads view 0, and the lowest three of those who may lead, in their order. */
export interface ElectionOutput {
  readonly type: 'held';
  readonly attempt: number;
  readonly leader: number;
  readonly lowest: readonly number[];
}
