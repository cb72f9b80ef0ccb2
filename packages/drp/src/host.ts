import type { Statement } from './statements.ts';

/**
 * What a `sign` effect asks for; `answerRequest` serves both with the secrets. `deal`: the host stores the answer durably
 * before it gives it, and gives the same bytes for the same session for ever. `decrypt`: shares, against the sign-off alone.
 */
export type SignKind = 'deal' | 'decrypt';

/** The effects of the host contract that the machine uses; they are performed in order. */
export type Effect<Output> =
  | { readonly type: 'send'; readonly to: string; readonly bytes: Uint8Array }
  | { readonly type: 'setTimer'; readonly id: string; readonly ms: number }
  | { readonly type: 'clearTimer'; readonly id: string }
  /** A barrier: no effect after it happens before it is durable; zero-length bytes remove the key. */
  | { readonly type: 'persist'; readonly key: string; readonly bytes: Uint8Array }
  /** Plain data, so that a worker can answer it by `checkStatement`. */
  | { readonly type: 'verify'; readonly id: string; readonly statement: Statement }
  | { readonly type: 'sign'; readonly id: string; readonly kind: SignKind; readonly message: Uint8Array }
  | { readonly type: 'output'; readonly value: Output };

/** The inputs of the host contract that the machine takes. */
export type Input<Command> =
  | { readonly type: 'start' }
  | { readonly type: 'message'; readonly from: string; readonly bytes: Uint8Array }
  | { readonly type: 'timer'; readonly id: string }
  | { readonly type: 'verified'; readonly id: string; readonly valid: boolean }
  | { readonly type: 'signed'; readonly id: string; readonly signature: Uint8Array }
  | { readonly type: 'command'; readonly value: Command };

/** A machine of the host contract: `step` is pure and never throws. */
export interface Machine<State, Command, Output> {
  /** @param persisted - what the machine had made durable, by key */
  init(persisted: ReadonlyMap<string, Uint8Array>): State;
  step(state: State, input: Input<Command>): { readonly state: State; readonly effects: readonly Effect<Output>[] };
}
