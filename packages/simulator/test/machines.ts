// Small machines under the contract, declared without the simulator's types, as a protocol package declares its own.
type Effect =
  | { type: 'send'; to: string; bytes: Uint8Array }
  | { type: 'broadcast'; bytes: Uint8Array }
  | { type: 'setTimer'; id: string; ms: number }
  | { type: 'persist'; key: string; bytes: Uint8Array }
  | { type: 'output'; value: string };
type Input =
  | { type: 'start' }
  | { type: 'message'; from: string; bytes: Uint8Array }
  | { type: 'timer'; id: string }
  | { type: 'random'; id: string; bytes: Uint8Array }
  | { type: 'verified'; id: string; valid: boolean }
  | { type: 'signed'; id: string; signature: Uint8Array }
  | { type: 'command'; value: string };

export const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
export const text = (from: Uint8Array): string => String.fromCharCode(...from);

/** Sends back what it hears, and puts out what comes back; a command is sent to everyone. */
export const echo = {
  init: (): { heard: number } => ({ heard: 0 }),
  step: (state: { heard: number }, input: Input): { state: { heard: number }; effects: Effect[] } => {
    if (input.type === 'command') return { state, effects: [{ type: 'broadcast', bytes: bytes(`?${input.value}`) }] };
    if (input.type !== 'message') return { state, effects: [] };
    const said = text(input.bytes);
    const effects: Effect[] = said.startsWith('?')
      ? [{ type: 'send', to: input.from, bytes: bytes(`!${said.slice(1)}`) }]
      : [{ type: 'output', value: `${input.from} ${said.slice(1)}` }];
    return { state: { heard: state.heard + 1 }, effects };
  },
};

/** Counts commands; each count is durable before it is put out. */
export const counter = {
  init: (persisted: ReadonlyMap<string, Uint8Array>): number => persisted.get('count')?.[0] ?? 0,
  step: (state: number, input: Input): { state: number; effects: Effect[] } => {
    if (input.type === 'start') return { state, effects: [{ type: 'output', value: `up at ${state}` }] };
    if (input.type !== 'command') return { state, effects: [] };
    const count = state + 1;
    return {
      state: count,
      effects: [
        { type: 'output', value: `begun ${count}` },
        { type: 'persist', key: 'count', bytes: Uint8Array.of(count) },
        { type: 'output', value: `durable ${count}` },
      ],
    };
  },
};

/** Pings everyone every 100 ms and puts out each ping that it hears. */
export const pinger = {
  init: (): number => 0,
  step: (state: number, input: Input): { state: number; effects: Effect[] } => {
    if (input.type === 'start') return { state, effects: [{ type: 'setTimer', id: 'ping', ms: 100 }] };
    if (input.type === 'message')
      return { state, effects: [{ type: 'output', value: `${input.from} ${text(input.bytes)}` }] };
    if (input.type !== 'timer') return { state, effects: [] };
    return {
      state: state + 1,
      effects: [
        { type: 'broadcast', bytes: bytes(`ping ${state + 1}`) },
        { type: 'setTimer', id: 'ping', ms: 100 },
      ],
    };
  },
};
