import { bytesToHex } from '@noble/hashes/utils.js';
import { type Cast, castOf, rngOf } from '../sim/cast.ts';
import {
  answerRequest,
  checkStatement,
  type DrpCommand,
  type DrpConfig,
  type DrpOutput,
  type DrpState,
  dealSession,
  decodeMessage,
  type Effect,
  type Epoch,
  encodeMessage,
  type Input,
  type Machine,
  type Message,
  type Policy,
  type Session,
} from '../src/index.ts';
import { assembleDrp, type Rules, soundRules } from '../src/testing.ts';

export const policyOf = (n: number, part: Partial<Policy> = {}): Policy => ({
  faults: Math.floor((n - 1) / 3),
  groupSize: 32,
  oneGroupUpTo: 64,
  biasBits: 0,
  ...part,
});

export const epochOf = (cast: Cast, part: Partial<Policy> = {}): Epoch => ({
  scheme: cast.scheme,
  chain: new Uint8Array(32).fill(1),
  epoch: 7,
  randomness: new Uint8Array(32).fill(2),
  roster: cast.roster,
  policy: policyOf(cast.roster.length, part),
});

export const sessionOf = (part: Partial<Session> = {}): Session => ({
  attempt: 0,
  view: 0,
  client: 0,
  excluded: [],
  ...part,
});

/** What happens to a message on its way: the messages that arrive instead. */
export type Wire = (from: number, to: number, message: Message) => readonly Message[];

/** Servers whose messages, verifications and signatures are handled in order, at once; timers run out on demand. */
export class Driver {
  readonly cast: Cast;
  readonly config: Omit<DrpConfig, 'self'>;
  readonly outputs: DrpOutput[][];
  readonly disks: Map<string, Uint8Array>[];
  readonly timers: Map<string, number>[];
  readonly sent: { from: number; to: number; message: Message; bytes: Uint8Array }[] = [];
  readonly signed: { server: number; kind: string }[] = [];
  wire: Wire = (_from, _to, message) => [message];
  readonly #machines: Machine<DrpState, DrpCommand, DrpOutput>[];
  readonly #states: DrpState[];
  readonly #dealt: Map<string, Uint8Array>[];
  readonly #queue: { server: number; input: Input<DrpCommand> }[] = [];
  #fresh = 0;

  constructor(
    n: number,
    options: {
      policy?: Partial<Policy>;
      rules?: Partial<Rules>;
      cast?: Cast;
      limits?: Partial<DrpConfig['limits']>;
    } = {},
  ) {
    this.cast = options.cast ?? castOf(n);
    this.config = {
      ...epochOf(this.cast, options.policy),
      timeouts: { ask: 100, deal: 1_000, fetch: 200, decrypt: 1_000 },
      limits: { sessions: 4, selections: 3, serves: 4, ...options.limits },
    };
    const each = <T>(make: (server: number) => T): T[] => Array.from({ length: n }, (_, server) => make(server));
    this.outputs = each(() => []);
    this.disks = each(() => new Map());
    this.timers = each(() => new Map());
    this.#dealt = each(() => new Map());
    this.#machines = each((self) => assembleDrp({ ...this.config, self }, { ...soundRules, ...options.rules }));
    this.#states = this.#machines.map((machine) => machine.init(new Map()));
  }

  all(value: DrpCommand): void {
    this.cast.names.forEach((_, server) => {
      this.input(server, { type: 'command', value });
    });
    this.run();
  }

  command(server: number, value: DrpCommand): void {
    this.input(server, { type: 'command', value });
    this.run();
  }

  message(from: number, to: number, message: Message): void {
    this.input(to, { type: 'message', from: this.cast.names[from]!, bytes: encodeMessage(message) });
    this.run();
  }

  /** Runs out the timers of this kind, once. */
  timeout(server: number, what: string): void {
    for (const id of [...this.timers[server]!.keys()])
      if (id.startsWith(what)) {
        this.timers[server]!.delete(id);
        this.input(server, { type: 'timer', id });
      }
    this.run();
  }

  restart(server: number): void {
    this.timers[server]!.clear();
    this.#states[server] = this.#machines[server]!.init(new Map(this.disks[server]!));
    this.input(server, { type: 'start' });
    this.run();
  }

  input(server: number, input: Input<DrpCommand>): void {
    this.#queue.push({ server, input });
  }

  run(): void {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { server, input } = next;
      const { state, effects } = this.#machines[server]!.step(this.#states[server]!, input);
      this.#states[server] = state;
      for (const effect of effects) this.#perform(server, effect);
    }
  }

  /** Outputs of one kind. */
  told<T extends DrpOutput['type']>(server: number, type: T): Extract<DrpOutput, { type: T }>[] {
    return this.outputs[server]!.filter((one): one is Extract<DrpOutput, { type: T }> => one.type === type);
  }

  state(server: number): DrpState {
    return this.#states[server]!;
  }

  #perform(server: number, effect: Effect<DrpOutput>): void {
    switch (effect.type) {
      case 'send': {
        const to = this.cast.names.indexOf(effect.to);
        const message = decodeMessage(effect.bytes)!;
        this.sent.push({ from: server, to, message, bytes: effect.bytes });
        for (const arriving of this.wire(server, to, message))
          this.input(to, { type: 'message', from: this.cast.names[server]!, bytes: encodeMessage(arriving) });
        return;
      }
      case 'setTimer':
        this.timers[server]!.set(effect.id, effect.ms);
        return;
      case 'clearTimer':
        this.timers[server]!.delete(effect.id);
        return;
      case 'persist':
        if (effect.bytes.length === 0) this.disks[server]!.delete(effect.key);
        else this.disks[server]!.set(effect.key, effect.bytes);
        return;
      case 'verify': {
        const valid = checkStatement(this.cast, effect.statement, new Uint8Array(32).fill(++this.#fresh % 256));
        return this.input(server, { type: 'verified', id: effect.id, valid });
      }
      case 'sign':
        this.signed.push({ server, kind: effect.kind });
        return this.input(server, { type: 'signed', id: effect.id, signature: this.#sign(server, effect) });
      case 'output':
        this.outputs[server]!.push(effect.value);
    }
  }

  #sign(server: number, { kind, message }: { kind: 'deal' | 'decrypt'; message: Uint8Array }): Uint8Array {
    const { shareKey, sign } = this.cast.players[server]!;
    const answer = (): Uint8Array =>
      answerRequest(
        { scheme: this.cast.scheme, shareKey, sign, signOff: this.cast.signOff, rng: rngOf(message.slice(0, 64)) },
        { kind, message },
      );
    if (kind === 'decrypt') return answer();
    const key = bytesToHex(dealSession(message));
    const stored = this.#dealt[server]!.get(key) ?? answer();
    this.#dealt[server]!.set(key, stored);
    return stored;
  }
}
