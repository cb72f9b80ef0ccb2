/**
 * What a machine asks its host to do; a host performs effects in order. `send` goes to one peer and `broadcast` to every
 * other one; `setTimer` replaces the timer of the same id; `persist` is a barrier: no effect after it, of this or of
 * any later step, happens before it is durable, and zero-length bytes remove the key; `random`, `verify` and `sign` are
 * answered by an input with the same id.
 */
export type Effect<Output = unknown, Statement = unknown, Message = unknown> =
  | { readonly type: 'send'; readonly to: string; readonly bytes: Uint8Array }
  | { readonly type: 'broadcast'; readonly bytes: Uint8Array }
  | { readonly type: 'setTimer'; readonly id: string; readonly ms: number }
  | { readonly type: 'clearTimer'; readonly id: string }
  | { readonly type: 'persist'; readonly key: string; readonly bytes: Uint8Array }
  | { readonly type: 'random'; readonly id: string; readonly length: number }
  | { readonly type: 'verify'; readonly id: string; readonly statement: Statement }
  | { readonly type: 'sign'; readonly id: string; readonly kind: string; readonly message: Message }
  | { readonly type: 'output'; readonly value: Output };

/** What a host tells a machine; `start` is the first input of each incarnation. */
export type Input<Command = unknown> =
  | { readonly type: 'start' }
  | { readonly type: 'message'; readonly from: string; readonly bytes: Uint8Array }
  | { readonly type: 'timer'; readonly id: string }
  | { readonly type: 'random'; readonly id: string; readonly bytes: Uint8Array }
  | { readonly type: 'verified'; readonly id: string; readonly valid: boolean }
  | { readonly type: 'signed'; readonly id: string; readonly signature: Uint8Array }
  | { readonly type: 'command'; readonly value: Command };

/** What a step yields: the next state, and the effects to perform in order. */
export interface Step<State = unknown, Output = unknown, Statement = unknown, Message = unknown> {
  readonly state: State;
  readonly effects: readonly Effect<Output, Statement, Message>[];
}

/**
 * A protocol as a pure machine: `init` makes a state from what was durable, `step` takes a state and an input to the
 * next state and its effects. A peer's bytes never make `step` throw.
 */
export interface Machine<State = unknown, Command = unknown, Output = unknown, Statement = unknown, Message = unknown> {
  init(persisted: ReadonlyMap<string, Uint8Array>): State;
  step(state: State, input: Input<Command>): Step<State, Output, Statement, Message>;
}
