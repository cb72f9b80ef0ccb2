import { getPublicKey, sign } from '@ios/crypto/ed25519';
import { createCurve25519 } from '@ios/curve25519-wasm';
import { createDhPvss, createSchoenmakersPvss, type PvssScheme } from '@ios/pvss';
import { numberToBytesBE } from '@noble/curves/utils.js';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import {
  answerRequest,
  checkStatement,
  createDrp,
  createQuorumSignOff,
  type DrpCommand,
  type DrpConfig,
  type DrpOutput,
  type DrpState,
  decodeMessage,
  decodeSelection,
  type Effect,
  encodeDealRequest,
  encodeEndorsements,
  encodeMessage,
  endorsementMessage,
  type Input,
  layoutOf,
  type Message,
  type Secrets,
  type Session,
  selectionDigest,
  type TranscriptPolicy,
  verifyTranscript,
} from '../src/index.ts';

/** What a whole run cost, in ms of processor time and bytes. */
export interface Cost {
  readonly client: number;
  readonly server: number;
  readonly deal: number;
  readonly verification: number;
  readonly transcriptBytes: number;
  /** In and out of the client, in all of the protocol but the agreement on the selection. */
  readonly clientBytes: number;
  readonly serverBytes: number;
}

const { ristretto255, batchVerifier, edwards25519 } = createCurve25519();

/** The schemes over the WebAssembly core. */
export const schemes: Readonly<Record<'schoenmakers' | 'dhpvss', PvssScheme>> = {
  schoenmakers: createSchoenmakersPvss({ group: ristretto255 }),
  dhpvss: createDhPvss({ group: ristretto255 }),
};

const cpu = (): number => process.cpuUsage().user / 1_000;
const measured = <T>(run: () => T): [T, number] => {
  const begun = cpu();
  const value = run();
  return [value, cpu() - begun];
};

/** One server with its host: counts the time that its steps and their answers take, and what goes in and out. */
class Seat {
  readonly #machine: ReturnType<typeof createDrp>;
  readonly #secrets: Secrets;
  readonly #verifier: Parameters<typeof checkStatement>[0];
  readonly #dealing: Uint8Array;
  #state: DrpState;
  ms = 0;
  bytes = 0;
  readonly sent: Extract<Effect<DrpOutput>, { type: 'send' }>[] = [];
  readonly outputs: DrpOutput[] = [];

  constructor(config: DrpConfig, secrets: Secrets, dealing: Uint8Array) {
    this.#dealing = dealing;
    this.#machine = createDrp(config);
    this.#secrets = secrets;
    this.#verifier = { scheme: config.scheme, signatures: batchVerifier };
    this.#state = this.#machine.init(new Map());
  }

  /** Takes inputs one after another; the clock is read twice, since a reading takes as long as a message does. */
  take(...inputs: readonly Input<DrpCommand>[]): void {
    const begun = cpu();
    for (const input of inputs) this.#takeOne(input);
    this.ms += cpu() - begun;
  }

  #takeOne(first: Input<DrpCommand>): void {
    if (first.type === 'message') this.bytes += first.bytes.length;
    const queue = [first];
    for (let input = queue.shift(); input !== undefined; input = queue.shift()) {
      const { state, effects } = this.#machine.step(this.#state, input);
      this.#state = state;
      for (const effect of effects) {
        if (effect.type === 'verify') {
          const valid = checkStatement(this.#verifier, effect.statement, crypto.getRandomValues(new Uint8Array(32)));
          queue.push({ type: 'verified', id: effect.id, valid });
        } else if (effect.type === 'sign') {
          // It deals, which counts, and the dealing that all others know goes out.
          const answer = answerRequest(this.#secrets, effect);
          queue.push({ type: 'signed', id: effect.id, signature: effect.kind === 'deal' ? this.#dealing : answer });
        } else if (effect.type === 'send') {
          this.sent.push(effect);
          this.bytes += effect.bytes.length;
        } else if (effect.type === 'output') this.outputs.push(effect.value);
      }
    }
  }

  told<T extends DrpOutput['type']>(type: T): Extract<DrpOutput, { type: T }> {
    const found = this.outputs.find((one): one is Extract<DrpOutput, { type: T }> => one.type === type);
    if (found === undefined) throw new Error(`no ${type}: ${this.outputs.map((one) => one.type).join(', ')}`);
    return found;
  }
}

/** A whole run of n servers in groups of `groupSize`: one client and one server with their machines, the others' parts computed. */
export const whole = (n: number, groupSize: number, scheme: PvssScheme): Cost => {
  const seeds = Array.from({ length: n }, (_, i) => numberToBytesBE(i + 1, 32));
  const people = seeds
    .map((seed) => {
      const shareKey = scheme.generateKey();
      return { seed, shareKey, server: { identity: getPublicKey(seed), share: scheme.publicKey(shareKey) } };
    })
    .sort((a, b) => (bytesToHex(a.server.identity) < bytesToHex(b.server.identity) ? -1 : 1));
  const roster = people.map(({ server }) => server);
  const names = roster.map(({ identity }) => bytesToHex(identity));
  const faults = Math.floor((n - 1) / 3);
  const signOff = createQuorumSignOff(
    roster.map(({ identity }) => identity),
    n - faults,
    edwards25519.verify,
  );
  const config: Omit<DrpConfig, 'self'> = {
    scheme,
    chain: new Uint8Array(32),
    epoch: 1,
    randomness: new Uint8Array(32),
    roster,
    policy: { faults, groupSize, oneGroupUpTo: 64, biasBits: 0 },
    timeouts: { ask: 1_000, deal: 10_000, fetch: 1_000, decrypt: 10_000 },
    limits: { sessions: 2, selections: 2, serves: 2 },
  };
  const session: Session = { attempt: 0, view: 0, client: 0, excluded: [] };
  const layout = layoutOf(config, session);
  const secretsOf = (i: number): Secrets => ({
    scheme,
    shareKey: people[i]!.shareKey,
    sign: (message) => sign(message, people[i]!.seed),
    signOff,
  });
  const [dealings, dealMs] = measured(() =>
    people.map((_, i) =>
      answerRequest(secretsOf(i), { kind: 'deal', message: encodeDealRequest(layout.contexts[i]!) }),
    ),
  );
  // Servers 0, the client, and 1 are machines; the others say what machines would, computed beforehand.
  const seats = [0, 1].map((self) => new Seat({ ...config, self }, secretsOf(self), dealings[self]!));
  const [client, server] = seats as [Seat, Seat];
  const from = (server: number, message: Message): Input<DrpCommand> => ({
    type: 'message',
    from: names[server]!,
    bytes: encodeMessage(message),
  });
  const dealingOf = (dealer: number): Message => ({
    TAG: 'dealing',
    data: { session: layout.id, dealer, signedDealing: dealings[dealer]! },
  });
  const settle = (): void => {
    for (const [self, seat] of seats.entries()) {
      const answers: Input<DrpCommand>[] = [];
      for (const { to, bytes } of seat.sent.splice(0)) {
        const message = decodeMessage(bytes)!;
        const server = names.indexOf(to);
        const other = seats[server];
        if (other !== undefined) other.take({ type: 'message', from: names[self]!, bytes });
        else if (message.TAG === 'want')
          answers.push(...message.data.dealings.map(({ dealer }) => from(server, dealingOf(dealer))));
      }
      if (answers.length > 0) seat.take(...answers);
    }
    if (seats.some(({ sent }) => sent.length > 0)) settle();
  };
  const command = (value: DrpCommand): void => {
    for (const seat of seats) seat.take({ type: 'command', value });
    settle();
  };

  command({ type: 'open', session });
  const others = names.flatMap((_, i) => (i < seats.length ? [] : [i]));
  client.take(...others.map((i) => from(i, dealingOf(i))));
  const { selection } = client.told('selection');
  const { entries } = decodeSelection(selection)!;
  command({ type: 'check', selection });
  for (const [dealer, seat] of seats.entries()) {
    const entry = entries.find((one) => one.dealer === dealer);
    const wanted: Message | undefined = entry && { TAG: 'want', data: { session: layout.id, dealings: [entry] } };
    if (wanted !== undefined) seat.take(...others.map((i) => from(i, wanted)));
  }
  settle();
  if (!server.told('checked').valid) throw new Error('the selection is refused');

  const digest = selectionDigest(selection);
  const signatures = people.slice(0, n - faults).map(({ seed }) => sign(endorsementMessage(digest), seed));
  const proof = encodeEndorsements(signatures.map((signature, i) => ({ server: i, signature })));
  const sharesOf = (i: number): Message => {
    const { group, place } = layout.seats[i]!;
    const shares = entries
      .filter((entry) => entry.group === group)
      .map(({ dealer }) => {
        const dealing = dealings[dealer]!.slice(0, -64);
        return scheme.decryptShare(layout.contexts[dealer]!, dealing, place, people[i]!.shareKey);
      });
    return { TAG: 'shares', data: { session: layout.id, digest, shares: concatBytes(...shares) } };
  };
  command({ type: 'signedOff', selection, proof });
  const shares = others.map((i) => from(i, sharesOf(i)));
  for (const seat of seats) seat.take(...shares);
  const { transcript, output } = client.told('recovered');
  if (bytesToHex(server.told('recovered').output) !== bytesToHex(output)) throw new Error('two outputs');
  const policy: TranscriptPolicy = { ...config, signOff, excluded: [], signatures: batchVerifier };
  const [verdict, verification] = measured(() => verifyTranscript(transcript, policy));
  if (!verdict.valid) throw new Error(verdict.reason);
  return {
    client: client.ms,
    server: server.ms,
    deal: dealMs / n,
    verification,
    transcriptBytes: transcript.length,
    clientBytes: client.bytes,
    serverBytes: server.bytes,
  };
};
