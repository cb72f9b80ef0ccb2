import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import type {
  Collector,
  Command,
  Decision,
  Effect,
  HeightContext,
  Input,
  Limits,
  Output,
  ReplicaState,
  Schedule,
  Scope,
  Statement,
} from '../src/index.ts';
import { endorsedBytes, rotation, signatureList, signatureListCollector } from '../src/index.ts';
import {
  assembleReplica,
  decodeMessage,
  decodeRecord,
  decodeShare,
  encodeMessage,
  encodeShare,
  encodeUnsigned,
  fakeSign,
  fakeVerify,
  type Message,
  proposalBytes,
  type Rules,
  type Share,
  soundRules,
  viewChangeBytes,
} from '../src/testing.ts';
import { contextOf, digestOf, keyOf, nameOf, scope } from './values.ts';

export type State = ReplicaState<ReturnType<ReturnType<typeof signatureListCollector>['init']>>;

export const limits: Limits = { valueBytes: 64, messageBytes: 4096, pendingPerPeer: 3, futurePerPeer: 2 };

const fakeScheme = signatureList(fakeVerify);

/** Whether a statement holds under fake signatures. */
const holds = ({ signatures, certificates }: Statement): boolean =>
  signatures.every(({ signature, message, publicKey }) => fakeVerify(signature, message, publicKey)) &&
  certificates.every(({ certificate, endorsed, committee }) => fakeScheme.verify(certificate, endorsed, committee));

export interface DriverOptions {
  /** Members; 4. */
  readonly n?: number;
  /** The member that is driven; 0. Leaders are (height + view) mod n. A number from n on is an observer. */
  readonly self?: number;
  readonly rules?: Rules;
  readonly scope?: Scope;
  readonly schedule?: Schedule;
  readonly limits?: Partial<Limits>;
  /** In place of one that lists signatures. */
  readonly collector?: Collector<unknown>;
  readonly digest?: (value: Uint8Array) => Uint8Array | undefined;
  readonly context?: HeightContext;
  readonly persisted?: ReadonlyMap<string, Uint8Array>;
}

/**
 * One replica that a test feeds with inputs. It answers the replica's questions for signatures and verifications only when
 * told to, keeps what is durable, and can be restarted from that.
 */
export class Driver {
  readonly options: DriverOptions;
  readonly self: number;
  readonly context: HeightContext;
  readonly persisted: Map<string, Uint8Array>;
  readonly config: { readonly scope: Scope; readonly schedule: Schedule };
  readonly #machine;
  state: State;
  /** Effects that wait for an answer. */
  open: Extract<Effect, { type: 'verify' | 'sign' }>[] = [];

  constructor(options: DriverOptions = {}) {
    this.options = options;
    const { n = 4, self = 0, rules = soundRules, persisted = new Map() } = options;
    this.self = self;
    this.context = options.context ?? contextOf(n);
    this.persisted = new Map(persisted);
    const config = {
      scope: options.scope ?? scope,
      self: nameOf(self),
      schedule:
        options.schedule ??
        rotation({ order: Array.from({ length: n }, (_, i) => i), baseTimeout: 1000, maxTimeout: 8000 }),
      digest: options.digest ?? digestOf,
      limits: { ...limits, ...options.limits },
      rules,
    };
    this.config = config;
    const collector = (options.collector ?? signatureListCollector({ ...config })) as Collector<State['collector']>;
    this.#machine = assembleReplica(config, collector);
    this.state = this.#machine.init(this.persisted);
    this.step({ type: 'start' });
  }

  /** One step, and nothing more. */
  step(input: Input): Effect[] {
    const { state, effects } = this.#machine.step(this.state, input);
    this.state = state;
    for (const effect of effects) {
      if (effect.type === 'sign' && this.options.rules === undefined) this.#expectDurable(effect);
      if (effect.type === 'persist') {
        if (effect.bytes.length === 0) this.persisted.delete(effect.key);
        else this.persisted.set(effect.key, effect.bytes);
      }
      if (effect.type === 'verify' || effect.type === 'sign') this.open.push(effect);
    }
    return [...effects];
  }

  /** Whatever is signed follows from what is durable by then: a vote, or the move to a view with the lock. */
  #expectDurable({ kind, message }: Extract<Effect, { type: 'sign' }>): void {
    const { height, view, votes, lock } = decodeRecord(this.persisted.get('record')!);
    const { scope: within, schedule } = this.config;
    const claim = lock && { view: lock.certificate.view, digest: lock.digest };
    const attachment = schedule.attachment(height, view);
    const change = encodeUnsigned({ height, view, member: this.self, prepared: claim, attachment });
    const endorsed = (phase: 'prepare' | 'commit'): Uint8Array | undefined =>
      votes[phase] && endorsedBytes(within, this.context, { height, view, phase }, votes[phase]);
    const allowed: Readonly<Record<string, readonly (Uint8Array | undefined)[]>> = {
      endorsement: [endorsed('prepare'), endorsed('commit')],
      proposal: [votes.propose && proposalBytes(within, this.context, height, view, votes.propose)],
      viewChange: [viewChangeBytes(within, this.context, height, view, change)],
    };
    if (!allowed[kind]?.some((bytes) => bytes !== undefined && hex(bytes) === hex(message)))
      throw new Error(`signs a ${kind} that does not follow from the durable record`);
  }

  /** Answers every question that is open, and those that follow, truthfully. */
  answer(): Effect[] {
    const effects: Effect[] = [];
    for (let next = this.open.shift(); next !== undefined; next = this.open.shift())
      effects.push(
        ...(next.type === 'sign'
          ? this.step({ type: 'signed', id: next.id, signature: fakeSign(next.message, keyOf(this.self)) })
          : this.step({ type: 'verified', id: next.id, valid: holds(next.statement) })),
      );
    return effects;
  }

  /** A step and all answers. */
  give(input: Input): Effect[] {
    return [...this.step(input), ...this.answer()];
  }

  begin(height = 1, parent?: Decision): Effect[] {
    return this.give({ type: 'command', value: { type: 'begin', height, context: this.context, parent } });
  }

  command(value: Command): Effect[] {
    return this.give({ type: 'command', value });
  }

  timer(id: string): Effect[] {
    return this.give({ type: 'timer', id: `e/${id}` });
  }

  /** An engine's message from a member, or from a peer by name. */
  hear(from: number | string, message: Message): Effect[] {
    return this.give({ type: 'message', from: peerOf(from), bytes: wire(message) });
  }

  hearShare(from: number, share: Share): Effect[] {
    return this.give({ type: 'message', from: nameOf(from), bytes: wireShare(share) });
  }

  /** The same replica after a crash: everything that was not durable is gone. */
  restart(options: Partial<DriverOptions> = {}): Driver {
    return new Driver({ ...this.options, ...options, persisted: this.persisted });
  }

  get engine(): State['engine'] {
    return this.state.engine;
  }
}

const peerOf = (from: number | string): string => (typeof from === 'number' ? nameOf(from) : from);

export const wire = (message: Message): Uint8Array => concatBytes(Uint8Array.of(0), encodeMessage(message));
export const wireShare = (share: Share): Uint8Array => concatBytes(Uint8Array.of(1), encodeShare(share));

type Tag = Message['TAG'];
export type Sent<T extends Tag> = Extract<Message, { TAG: T }>['data'] & { readonly to: string };

/** The engine's messages of one kind among the effects, with whom they go to: `*` for a broadcast. */
export const sent = <T extends Tag>(effects: readonly Effect[], tag: T): Sent<T>[] =>
  effects.flatMap((effect) => {
    if ((effect.type !== 'send' && effect.type !== 'broadcast') || effect.bytes[0] !== 0) return [];
    const message = decodeMessage(effect.bytes.subarray(1));
    const to = effect.type === 'send' ? effect.to : '*';
    return message?.TAG === tag ? [{ ...message.data, to } as unknown as Sent<T>] : [];
  });

/** The shares among the effects. */
export const sharesIn = (effects: readonly Effect[]): (Share & { readonly to: string })[] =>
  effects.flatMap((effect) => {
    if (effect.type !== 'send' || effect.bytes[0] !== 1) return [];
    const share = decodeShare(effect.bytes.subarray(1));
    return share === undefined ? [] : [{ ...share, to: effect.to }];
  });

/** What the replica asks of its application, of one kind. */
export const outputs = <T extends Output['type']>(
  effects: readonly Effect[],
  type: T,
): Extract<Output, { type: T }>[] =>
  effects.flatMap((effect) =>
    effect.type === 'output' && effect.value.type === type ? [effect.value as Extract<Output, { type: T }>] : [],
  );

/** The effects in words, for whole-step tables: `persist record`, `sign proposal`, `broadcast certified prepare`, … */
export const inWords = (effects: readonly Effect[]): string[] => effects.map(inWord);

const inWord = (effect: Effect): string => {
  switch (effect.type) {
    case 'send':
    case 'broadcast': {
      const to = effect.type === 'send' ? `send ${effect.to}` : 'broadcast';
      if (effect.bytes[0] === 1) return `${to} share ${decodeShare(effect.bytes.subarray(1))!.phase}`;
      const message = decodeMessage(effect.bytes.subarray(1))!;
      return message.TAG === 'certified' ? `${to} certified ${message.data.phase}` : `${to} ${message.TAG}`;
    }
    case 'setTimer':
      return `setTimer ${effect.id} ${effect.ms}`;
    case 'clearTimer':
      return `clearTimer ${effect.id}`;
    case 'persist':
      return `${effect.bytes.length === 0 ? 'remove' : 'persist'} ${effect.key.replace(/\/.*/, '')}`;
    case 'verify':
      return `verify from ${effect.peer}`;
    case 'sign':
      return `sign ${effect.kind}`;
    case 'output':
      return `output ${effect.value.type}`;
  }
};

export const hex = bytesToHex;
