/** One Ed25519 signature to be checked under ZIP215: key 32 bytes, signature 64 bytes. */
export interface SignatureClaim {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** What a `verify` effect asks: whether all of these hold; a batch will do. */
export interface Statement {
  readonly signatures: readonly SignatureClaim[];
}

/**
 * What a `sign` effect asks for. `announcement`, `list`, `endorsement` and `refusal` are signed by the identity key as they
 * stand and answered by 64 bytes. `commit`, `respond` and `erase` are requests to the cosigning key; `answerRequest` serves them.
 */
export type SignKind = 'announcement' | 'list' | 'commit' | 'respond' | 'endorsement' | 'refusal' | 'erase';

/** The effects of the host contract that these machines use; they are performed in order. */
export type Effect<Output> =
  | { readonly type: 'send'; readonly to: string; readonly bytes: Uint8Array }
  | { readonly type: 'setTimer'; readonly id: string; readonly ms: number }
  | { readonly type: 'clearTimer'; readonly id: string }
  /** `peer` sent what is to be verified: the host may charge it. */
  | { readonly type: 'verify'; readonly id: string; readonly peer: string; readonly statement: Statement }
  | { readonly type: 'sign'; readonly id: string; readonly kind: SignKind; readonly message: Uint8Array }
  | { readonly type: 'output'; readonly value: Output };

/** The inputs of the host contract that these machines take. */
export type Input<Command> =
  | { readonly type: 'start' }
  | { readonly type: 'message'; readonly from: string; readonly bytes: Uint8Array }
  | { readonly type: 'timer'; readonly id: string }
  | { readonly type: 'verified'; readonly id: string; readonly valid: boolean }
  | { readonly type: 'signed'; readonly id: string; readonly signature: Uint8Array }
  | { readonly type: 'command'; readonly value: Command };

/** A machine of the host contract: nothing is durable, `step` is pure and never throws. */
export interface Machine<State, Command, Output> {
  init(): State;
  step(state: State, input: Input<Command>): { readonly state: State; readonly effects: readonly Effect<Output>[] };
}
