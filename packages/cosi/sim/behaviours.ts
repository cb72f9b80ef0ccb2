import { type Adversary, type Behaviour, compose, generalBehaviours, mutateInputs, mutateSends } from '@ios/simulator';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { scalarsOf } from '../src/challenge.ts';
import {
  announcementStatement,
  type Commitment,
  decodeMessage,
  type Entry,
  encodeMessage,
  entryMessage,
  type Head,
  listStatement,
  type MemberCommand,
  type Message,
  type Response,
} from '../src/index.ts';
import { FAKE_TORSION, fakeCosi, fakeCurve } from '../src/testing.ts';
import type { Cast } from './roster.ts';

/** Rewrites messages that decode; others pass. */
const mutate = (
  rewrite: (message: Message, to: string, adversary: Adversary) => readonly Message[] | undefined,
): Behaviour =>
  mutateSends((to, bytes, moment) => {
    const message = decodeMessage(bytes);
    const told = message === undefined ? undefined : rewrite(message, to, moment);
    return told === undefined ? [bytes] : told.map(encodeMessage);
  });

/** A bit flipped; another one for each cosigner, so that no two of them cancel out in a sum. */
const flip = (bytes: Uint8Array, index = 0): Uint8Array =>
  bytes.map((byte, i) => (i === index % 30 ? byte ^ (1 << (Math.floor(index / 30) % 8)) : byte));

/** Rewrites the responses in a message one by one. */
const eachResponse = (message: Message, change: (response: Response) => Response | undefined): Message | undefined => {
  if (message.TAG !== 'responses') return undefined;
  const responses = message.data.responses.flatMap((one) => change(one) ?? []);
  return responses.length === 0 ? undefined : { TAG: 'responses', data: { ...message.data, responses } };
};

/** Rewrites the entries in a message one by one. */
const eachEntry = (
  message: Message,
  change: (commitment: Commitment) => Commitment | undefined,
): Message | undefined => {
  if (message.TAG !== 'entries') return undefined;
  const commitments = message.data.commitments.flatMap((one) => change(one) ?? []);
  return commitments.length === 0 ? undefined : { TAG: 'entries', data: { ...message.data, commitments } };
};

/** The behaviours of a scenario by name, for cosigners of this cast and sessions that sign what `messageOf` says. */
export const cosiBehaviours = (
  cast: Cast,
  messageOf: (session: Uint8Array) => Uint8Array | undefined,
): Readonly<Record<string, Behaviour>> => {
  const indexOf = (name: string): number => cast.names.indexOf(name);
  const sign = (adversary: Adversary, message: Uint8Array): Uint8Array => adversary.sign('endorsement', message);

  /** Its own responses are wrong. */
  const badShare = mutate((message, _to, { self }) => {
    const told = eachResponse(message, (one) =>
      one.index === indexOf(self) ? { ...one, s: flip(one.s, one.index) } : one,
    );
    return told && [told];
  });

  /** Its own responses are right, what it endorses is not. */
  const badEndorsement = mutate((message, _to, { self }) => {
    const own = indexOf(self);
    const told = eachResponse(message, (one) =>
      one.index === own ? { ...one, endorsement: flip(one.endorsement) } : one,
    );
    return told && [told];
  });

  /** Its own entries do not verify. */
  const badEntry = mutate((message, _to, { self }) => {
    const told = eachEntry(message, ({ serial, entry }) => ({
      serial,
      entry: entry.index === indexOf(self) ? { ...entry, D: flip(entry.D) } : entry,
    }));
    return told && [told];
  });

  /** Commits, and says nothing more. */
  const silentAfterCommit = mutate(({ TAG }) => (TAG === 'responses' || TAG === 'mismatch' ? [] : undefined));

  /** Refuses whatever it is opened for. */
  const falseRefuser = mutateInputs((input) => {
    const command = input.type === 'command' ? (input.value as MemberCommand) : undefined;
    if (command?.type !== 'open') return [input];
    const { session, coordinator } = command;
    return [{ type: 'command', value: { type: 'refuse', session, coordinator, reason: utf8ToBytes('no') } }];
  });

  /** Claims for each list that its entry is another. */
  const forgetful = mutate((message, _to, adversary) => {
    if (message.TAG !== 'responses' || message.data.responses.length !== 1) return undefined;
    const { session, coordinator, attempt } = message.data;
    const index = indexOf(adversary.self);
    if (message.data.responses[0]!.index !== index) return undefined;
    const commitment = freshEntry(adversary, session, index, attempt + 1);
    return [{ TAG: 'mismatch', data: { session, coordinator, attempt, commitment } }];
  });

  const freshEntry = (adversary: Adversary, session: Uint8Array, index: number, serial: number): Commitment => {
    const [D, E] = [0, 1].map(() => fakeCurve.multiplyBase(BigInt(adversary.rng.below(2 ** 30) + 1)).toBytes());
    const nonces = { index, D: D!, E: E! };
    return { serial, entry: { ...nonces, signature: sign(adversary, entryMessage(session, serial, nonces)) } };
  };

  /** Commits to nonces with a part of small order, and answers for them rightly but for that part. */
  const torsion: Behaviour = (machine, adversary) => {
    const nonces = new Map<string, { readonly d: bigint; readonly e: bigint; readonly entry: Entry }>();
    const index = indexOf(adversary.self);
    const nameOf = ({ session }: Head, serial: number): string => `${session.join()}/${serial}`;
    const committing = mutate((message) => {
      const told = eachEntry(message, (one) => {
        if (one.entry.index !== index || message.TAG !== 'entries') return one;
        const name = nameOf(message.data, one.serial);
        const known = nonces.get(name) ?? draw(message.data.session, one.serial);
        nonces.set(name, known);
        return { serial: one.serial, entry: known.entry };
      });
      return told && [told];
    });
    const draw = (session: Uint8Array, serial: number) => {
      const [d, e] = [0, 1].map(() => BigInt(adversary.rng.below(2 ** 30) + 1)) as [bigint, bigint];
      const D = fakeCurve
        .multiplyBase(d)
        .add(FAKE_TORSION[1 + adversary.rng.below(7)]!)
        .toBytes();
      const E = fakeCurve.multiplyBase(e).toBytes();
      const signature = sign(adversary, entryMessage(session, serial, { index, D, E }));
      return { d, e, entry: { index, D, E, signature } };
    };
    const answering = mutateInputs((input) => {
      const message = input.type === 'message' ? decodeMessage(input.bytes) : undefined;
      if (message?.TAG !== 'list') return [input];
      const { session, coordinator, attempt, digest, list } = message.data;
      const mine = list.find((entry) => entry.index === index);
      const known = [...nonces.values()].find(({ entry }) => mine !== undefined && bytesEqual(entry.D, mine.D));
      const text = messageOf(session);
      const challenge = text && known && fakeCosi.challenge(cast.roster, text, list);
      if (challenge === undefined || text === undefined || known === undefined) return [input];
      const { b, c } = scalarsOf(fakeCurve, cast.roster, challenge);
      const s = (known.d + b * known.e + c * cast.secretOf(index)) % fakeCurve.order;
      const statement = listStatement(session, attempt, digest, list);
      const responses = [{ index, s: numberToBytesLE(s, 32), endorsement: sign(adversary, text) }];
      const bytes = encodeMessage({ TAG: 'responses', data: { session, coordinator, attempt, statement, responses } });
      adversary.send(cast.names[coordinator]!, bytes, 5);
      return [input];
    });
    const quiet = mutate(({ TAG }) => (TAG === 'mismatch' ? [] : undefined));
    return compose(committing, quiet, answering)(machine, adversary);
  };

  /** Changes what it passes up for others: nonces, responses, endorsements. */
  const alteringRelay = mutate((message, _to, { self, rng }) => {
    const own = indexOf(self);
    const told =
      eachEntry(message, (one) =>
        one.entry.index === own || rng.chance(0.5) ? one : { ...one, entry: { ...one.entry, E: flip(one.entry.E) } },
      ) ??
      eachResponse(message, (one) => {
        if (one.index === own || rng.chance(0.4)) return one;
        return rng.chance(0.7) ? { ...one, s: flip(one.s, one.index) } : { ...one, endorsement: flip(one.endorsement) };
      });
    return told && [told];
  });

  /** Passes up nothing of others, or only some of it. */
  const droppingRelay = mutate((message, _to, { self, rng }) => {
    const own = indexOf(self);
    if (message.TAG !== 'entries' && message.TAG !== 'responses') return undefined;
    const told =
      eachEntry(message, (one) => (one.entry.index === own || rng.chance(0.3) ? one : undefined)) ??
      eachResponse(message, (one) => (one.index === own || rng.chance(0.3) ? one : undefined));
    return told ? [told] : [];
  });

  /** Passes nothing down. */
  const deafRelay = mutate(({ TAG, data }, _to, { self }) =>
    (TAG === 'list' || TAG === 'announcement') && data.coordinator !== indexOf(self) ? [] : undefined,
  );

  /** Passes on late, up and down. */
  const delayingRelay = mutateSends((to, bytes, { rng, send }) => {
    send(to, bytes, rng.between(200, 4_000));
    return [];
  });

  /** Passes down lists and announcements of its own making. */
  const forgingRelay = mutate((message, _to, { self, rng }) => {
    if (message.data.coordinator === indexOf(self)) return undefined;
    if (message.TAG === 'announcement')
      return [{ TAG: 'announcement', data: { ...message.data, message: flip(message.data.message) } }];
    if (message.TAG !== 'list') return undefined;
    const list = message.data.list.filter(() => rng.chance(0.8));
    return [{ TAG: 'list', data: { ...message.data, list } }];
  });

  /** As a coordinator, announces two messages, and sends different lists of the same entries to each. */
  const equivocator = mutate((message, to, adversary) => {
    const own = indexOf(adversary.self);
    const { session, coordinator } = message.data;
    if (coordinator !== own) return undefined;
    if (message.TAG === 'announcement' && indexOf(to) % 2 === 1) {
      const other = flip(message.data.message);
      const signature = sign(adversary, announcementStatement(session, other, message.data.payload));
      return [{ TAG: 'announcement', data: { ...message.data, message: other, signature } }, message];
    }
    if (message.TAG !== 'list') return undefined;
    const { attempt, digest, list } = message.data;
    return [0, 1, 2].map((cut): Message => {
      const some = list.filter(({ index }) => index % 7 !== cut || index === indexOf(to));
      const number = attempt + cut;
      const signature = sign(adversary, listStatement(session, number, digest, some));
      return { TAG: 'list', data: { session, coordinator, attempt: number, digest, list: some, signature } };
    });
  });

  return {
    ...generalBehaviours,
    badShare,
    badEndorsement,
    badEntry,
    silentAfterCommit,
    falseRefuser,
    forgetful,
    torsion,
    alteringRelay,
    droppingRelay,
    deafRelay,
    delayingRelay,
    forgingRelay,
    equivocator,
    cheatingRelay: compose(badShare, alteringRelay),
  };
};

const bytesEqual = (a: Uint8Array, b: Uint8Array): boolean => bytesToNumberLE(a) === bytesToNumberLE(b);
