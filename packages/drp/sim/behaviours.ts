import {
  type Adversary,
  type Behaviour,
  compose,
  type Effect,
  generalBehaviours,
  type Machine,
  type Moment,
  mutateEffects,
  mutateSends,
} from '@ios/simulator';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import {
  type DrpCommand,
  type DrpState,
  dealingDigest,
  dealingStatement,
  decodeMessage,
  decodeSelection,
  type Epoch,
  encodeDealRequest,
  encodeMessage,
  encodeSelection,
  type Layout,
  type Message,
  type Selected,
} from '../src/index.ts';
import { entriesOf } from '../src/machine/per-server.ts';

/** What Byzantine servers know beside their machine: the epoch, and who is who. */
export interface Known {
  readonly epoch: Epoch;
  readonly names: readonly string[];
}

const flip = (bytes: Uint8Array, place: number): Uint8Array =>
  bytes.map((byte, i) => (i === place % bytes.length ? byte ^ 1 : byte));

/** Rewrites messages that decode; others pass. */
const mutate = (rewrite: (message: Message, to: string, moment: Moment) => readonly Message[] | undefined): Behaviour =>
  mutateSends((to, bytes, moment) => {
    const message = decodeMessage(bytes);
    const told = message === undefined ? undefined : rewrite(message, to, moment);
    return told === undefined ? [bytes] : told.map(encodeMessage);
  });

/** The behaviours of a scenario by name. */
export const drpBehaviours = ({ epoch, names }: Known): Readonly<Record<string, Behaviour>> => {
  const indexOf = (name: string): number => names.indexOf(name);
  const layoutFor = (moment: Moment, session: Uint8Array): Layout | undefined =>
    (moment.state as DrpState).runs.get(bytesToHex(session))?.layout;
  const isClient = (layout: Layout | undefined, name: string): boolean =>
    layout !== undefined && names[layout.session.client] === name;

  /** A dealing of a server, made with its secrets: a fresh one, or the one that its host has stored. */
  const dealingOf = (adversary: Adversary, layout: Layout, server: number, kind: 'deal' | 'fresh'): Uint8Array =>
    adversary.sign(kind, encodeDealRequest(layout.contexts[server]!), names[server]!);

  const spoilt = (adversary: Adversary, layout: Layout, server: number): Uint8Array => {
    const dealing = flip(dealingOf(adversary, layout, server, 'deal').slice(0, -64), 9);
    const { identity } = epoch.roster[server]!;
    return concatBytes(dealing, adversary.sign('raw', dealingStatement(layout.id, identity, dealing), names[server]!));
  };

  /** Changes its own dealing wherever it is sent. */
  const ownDealing = (change: (signedDealing: Uint8Array, to: string, moment: Moment) => Uint8Array | undefined) =>
    mutate((message, to, moment) => {
      if (message.TAG !== 'dealing' || message.data.dealer !== indexOf(moment.self)) return undefined;
      const signedDealing = change(message.data.signedDealing, to, moment);
      return signedDealing === undefined ? [] : [{ TAG: 'dealing', data: { ...message.data, signedDealing } }];
    });

  const badDealing = mutate((message, _to, moment) => {
    if (message.TAG !== 'dealing' || message.data.dealer !== indexOf(moment.self)) return undefined;
    const layout = layoutFor(moment, message.data.session);
    if (layout === undefined) return undefined;
    return [{ TAG: 'dealing', data: { ...message.data, signedDealing: spoilt(moment, layout, message.data.dealer) } }];
  });

  const unsignedDealing = ownDealing((signedDealing) => flip(signedDealing, signedDealing.length - 1));
  const noDealing = ownDealing(() => undefined);

  /** Another dealing for half of the others, and both for the client. */
  const twoDealings = mutate((message, to, moment) => {
    if (message.TAG !== 'dealing' || message.data.dealer !== indexOf(moment.self)) return undefined;
    const layout = layoutFor(moment, message.data.session);
    if (layout === undefined) return undefined;
    const signedDealing = dealingOf(moment, layout, message.data.dealer, 'fresh');
    const other: Message = { TAG: 'dealing', data: { ...message.data, signedDealing } };
    if (isClient(layout, to)) return moment.rng.chance(0.5) ? [message, other] : [other, message];
    return indexOf(to) % 2 === 0 ? [message] : [other];
  });

  /** The client alone gets its dealing; nobody gets anybody's from it later. */
  const clientOnly = mutate((message, to, moment) =>
    message.TAG === 'dealing' && !isClient(layoutFor(moment, message.data.session), to) ? [] : undefined,
  );

  const badShare = mutate((message, _to, { rng }) =>
    message.TAG === 'shares' && message.data.shares.length > 0
      ? [
          {
            TAG: 'shares',
            data: { ...message.data, shares: flip(message.data.shares, rng.below(message.data.shares.length)) },
          },
        ]
      : undefined,
  );
  const shortShares = mutate((message) =>
    message.TAG === 'shares'
      ? [{ TAG: 'shares', data: { ...message.data, shares: message.data.shares.slice(1) } }]
      : undefined,
  );
  const withholder = mutate(({ TAG }) => (TAG === 'shares' ? [] : undefined));
  const fewShares = mutate(({ TAG }, to) => (TAG === 'shares' && indexOf(to) % 3 !== 0 ? [] : undefined));
  const lateShares: Behaviour = mutateSends((to, bytes, { rng, send }) => {
    if (decodeMessage(bytes)?.TAG !== 'shares') return [bytes];
    send(to, bytes, rng.between(500, 6_000));
    return [];
  });

  /** Gives out dealings under the names of others. */
  const swapper = mutate((message, _to, { rng }) => {
    if (message.TAG !== 'dealing' || rng.chance(0.5)) return undefined;
    return [{ TAG: 'dealing', data: { ...message.data, dealer: rng.below(names.length) } }];
  });

  /** Does not serve what others want. */
  const keepsDealings = mutate((message, to, moment) =>
    message.TAG === 'dealing' && !isClient(layoutFor(moment, message.data.session), to) ? [] : undefined,
  );

  /** Answers under the ids of other sessions that it knows. */
  const mixer = mutate((message, _to, { rng, state }) => {
    const { runs } = state as DrpState;
    if (runs.size < 2 || rng.chance(0.7)) return undefined;
    const { id } = rng.pick([...runs.values()]).layout;
    return [message, { ...message, data: { ...message.data, session: id } } as Message];
  });

  /** What a client proposes beside what it should, once it leads: nothing but `selections` of its making. */
  const client = (
    make: (layout: Layout, entries: readonly Selected[], moment: Moment) => readonly (readonly Selected[])[],
  ): Behaviour =>
    mutateEffects((effects, moment) =>
      effects.flatMap((effect): readonly Effect[] => {
        if (effect.type !== 'output') return [effect];
        const value = effect.value as { type: string; id: Uint8Array; selection: Uint8Array };
        const layout = value.type === 'selection' ? layoutFor(moment, value.id) : undefined;
        const selection = layout && decodeSelection(value.selection);
        if (layout === undefined || selection === undefined) return [effect];
        return make(layout, selection.entries, moment).map((entries) => ({
          type: 'output',
          value: { ...value, selection: encodeSelection({ session: layout.id, entries: inOrder(entries) }) },
        }));
      }),
    );

  const accomplicesOf = ({ self, accomplices }: Adversary): number[] => [self, ...accomplices].map(indexOf);

  /** Dealings of its friends alone, whose secrets they know. */
  const friendsOnly = client((layout, _entries, moment) => [
    accomplicesOf(moment).map((dealer) => ({
      group: layout.seats[dealer]!.group,
      dealer,
      digest: dealingDigest(dealingOf(moment, layout, dealer, 'deal')),
    })),
  ]);

  /** Dealings that it made up, under the names of others: secrets that it knows, without a signature. */
  const forger = client((layout, entries, moment) => [
    entries.map((entry) => ({ ...entry, digest: moment.rng.chance(0.3) ? flip(entry.digest, 3) : entry.digest })),
    entries.map((entry) => {
      const signed = dealingOf(moment, layout, indexOf(moment.self), 'fresh');
      return { ...entry, digest: dealingDigest(signed) };
    }),
  ]);

  /** Serves a bad dealing of its own to whoever wants that one. */
  const servesBad = mutateEffects((effects, moment) => {
    const { input } = moment;
    const message = input.type === 'message' ? decodeMessage(input.bytes) : undefined;
    const layout = message?.TAG === 'want' ? layoutFor(moment, message.data.session) : undefined;
    if (input.type !== 'message' || message?.TAG !== 'want' || layout === undefined) return effects;
    const dealer = indexOf(moment.self);
    const signedDealing = spoilt(moment, layout, dealer);
    const digest = dealingDigest(signedDealing).join();
    if (!message.data.dealings.some((wanted) => wanted.digest.join() === digest)) return effects;
    const bytes = encodeMessage({ TAG: 'dealing', data: { session: layout.id, dealer, signedDealing } });
    return [...effects, { type: 'send', to: input.from, bytes }];
  });

  /** A bad dealing of its own in place of a good one. */
  const badSelector = compose(
    client((layout, entries, moment) => {
      const dealer = indexOf(moment.self);
      const { group } = layout.seats[dealer]!;
      const own = { group, dealer, digest: dealingDigest(spoilt(moment, layout, dealer)) };
      const replaced =
        entries.find((entry) => entry.dealer === dealer) ?? entries.find((entry) => entry.group === group);
      return [[...entries.filter((entry) => entry !== replaced), own]];
    }),
    servesBad,
  );

  /** Two selections of what it holds, for whoever hears which first. */
  const equivocator = client((layout, entries, moment) => {
    const run = (moment.state as DrpState).runs.get(bytesToHex(layout.id))!;
    const spare = entriesOf(run.dealings)
      .flatMap(([, held]) => held)
      .filter(({ dealer, status }) => status !== 'bad' && entries.every((entry) => entry.dealer !== dealer));
    const other = entries.map((entry) => {
      const like = spare.find(({ dealer }) => layout.seats[dealer]!.group === entry.group);
      if (like === undefined || moment.rng.chance(0.5)) return entry;
      spare.splice(spare.indexOf(like), 1);
      return { group: entry.group, dealer: like.dealer, digest: like.digest };
    });
    return moment.rng.chance(0.5) ? [entries, other] : [other, entries];
  });

  /** Forgets its disk after each selection, and begins again. */
  const amnesiac: Behaviour = (machine: Machine) => {
    const opened: DrpCommand[] = [];
    return {
      init: (persisted) => machine.init(persisted),
      step: (before, input) => {
        if (input.type === 'command' && (input.value as DrpCommand).type === 'open')
          opened.push(input.value as DrpCommand);
        const { state, effects } = machine.step(before, input);
        const chose = effects.some(
          (effect) => effect.type === 'output' && (effect.value as { type: string }).type === 'selection',
        );
        if (!chose || opened.length === 0) return { state, effects };
        const anew = machine.step(machine.init(new Map()), { type: 'command', value: opened.at(-1)! });
        opened.length = 0;
        return { state: anew.state, effects: [...effects, ...anew.effects] };
      },
    };
  };

  const noSelection = client(() => []);
  const slowSelection = mutateSends((to, bytes, { rng, send }) => {
    send(to, bytes, rng.between(50, 2_000));
    return [];
  });

  return {
    ...generalBehaviours,
    badDealing,
    unsignedDealing,
    noDealing,
    twoDealings,
    clientOnly,
    badShare,
    shortShares,
    withholder,
    fewShares,
    lateShares,
    swapper,
    keepsDealings,
    mixer,
    friendsOnly,
    forger,
    badSelector,
    equivocator,
    amnesiac,
    noSelection,
    slowSelection,
    vetoer: compose(equivocator, clientOnly, withholder),
    colluder: compose(keepsDealings, swapper, badShare),
  };
};

const inOrder = (entries: readonly Selected[]): Selected[] =>
  [...entries].sort((a, b) => a.group - b.group || a.dealer - b.dealer);
