import { createRng } from '@ios/simulator';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMessage, decodeShare, encodeMessage, type Message } from '../../src/testing.ts';
import { messages, shares } from '../arbitrary.ts';
import { Driver, hex, wire, wireShare } from '../driver.ts';
import { mutate } from '../mutation.ts';
import { bytesOf, Committee, contextOf, nameOf } from '../values.ts';

const c = new Committee();
const opening = (view: number) => [0, 1, 2].map((member) => c.viewChange(member, view));

/** Replicas at every stage. */
const stages: Readonly<Record<string, () => Driver>> = {
  idle: () => new Driver(),
  'view 0': () => begun(),
  proposed: () => after(begun(), c.value(7), c.proposal(1, 7)),
  locked: () => after(begun(), c.value(7), c.proposal(1, 7), c.certified('prepare', 7)),
  changing: () => timed(after(begun(), c.certified('prepare', 7))),
  'in view 1': () => after(begun(), c.proposal(2, 7, { view: 1, opening: opening(1) })),
  leader: () => {
    const d = begun(1);
    d.command({ type: 'proposal', height: 1, view: 0, value: bytesOf(7) });
    d.hearShare(0, c.share(0, 'prepare', 7));
    return d;
  },
  'decided, without the value': () => after(begun(), c.certified('commit', 7)),
  decided: () => after(begun(), c.value(7), c.proposal(1, 7), c.certified('commit', 7)),
  behind: () => after(begun(), { TAG: 'status', data: { height: 9 } }),
  observer: () => begun(9),
};

const begun = (self = 0): Driver => {
  const d = new Driver({ self });
  d.begin();
  return d;
};
const after = (d: Driver, ...heard: Message[]): Driver => {
  for (const message of heard) d.hear(message.TAG === 'status' ? 2 : 1, message);
  return d;
};
const timed = (d: Driver): Driver => {
  d.timer('view');
  return d;
};

/** True statements of members, about this height and the ones around. */
const truths: readonly Uint8Array[] = [
  ...[
    c.proposal(1, 8),
    c.proposal(3, 8, { view: 2, opening: opening(2) }),
    c.certified('prepare', 8),
    c.certified('commit', 8),
    c.certified('prepare', 8, { view: 3 }),
    c.moves(2, 1),
    c.moves(3, 2, { view: 1, value: 8 }),
    c.at(2).proposal(2, 8),
    c.at(2).certified('commit', 8),
    { TAG: 'decisions', data: { decisions: [c.decision(8)] } } as const,
  ].map(wire),
  ...[c.share(2, 'prepare', 7), c.share(3, 'commit', 7)].map(wireShare),
];

/** What must be as it was: votes, lock, what was learned and decided. */
const essence = ({ engine }: Driver['state']) => {
  const { record, highest, proposal, certified, decision, viewChanges, stage, height, values } = engine;
  return { record, highest, proposal, certified, decision, viewChanges, stage, height, values };
};

const anyStage = fc.constantFrom(...Object.keys(stages));

test('bytes that are no message change nothing, and do not make it throw', () => {
  fc.assert(
    fc.property(anyStage, fc.nat(4), fc.uint8Array({ maxLength: 200 }), (stage, from, bytes) => {
      const inner = bytes.subarray(1);
      fc.pre(bytes[0] === 0 ? decodeMessage(inner) === undefined : bytes[0] !== 1 || decodeShare(inner) === undefined);
      const d = stages[stage]!();
      const before = d.state;
      expect(d.give({ type: 'message', from: nameOf(from), bytes })).toEqual([]);
      expect(d.state).toEqual(before);
    }),
    { numRuns: 300 },
  );
});

test('well-formed messages without true signatures change no vote, no lock and no view, and nothing is signed', () => {
  const heard = fc.oneof(messages.map(wire), shares.map(wireShare));
  fc.assert(
    fc.property(anyStage, fc.nat(4), fc.array(heard, { maxLength: 4 }), (stage, from, all) => {
      const d = stages[stage]!();
      const before = essence(d.state);
      const effects = all.flatMap((bytes) => d.give({ type: 'message', from: nameOf(from), bytes }));
      expect(effects.filter(({ type }) => type === 'sign' || type === 'persist')).toEqual([]);
      expect(essence(d.state)).toEqual(before);
    }),
    { numRuns: 400 },
  );
});

test('true messages with a small change, from anyone, likewise', () => {
  fc.assert(
    fc.property(anyStage, fc.nat(4), fc.nat(), (stage, from, seed) => {
      const rng = createRng(seed);
      const true_ = rng.pick(truths);
      const bytes = mutate(true_, rng);
      fc.pre(hex(bytes) !== hex(true_));
      const d = stages[stage]!();
      const before = essence(d.state);
      const effects = d.give({ type: 'message', from: nameOf(from), bytes });
      expect(effects.filter(({ type }) => type === 'sign' || type === 'persist')).toEqual([]);
      expect(essence(d.state)).toEqual(before);
    }),
    { numRuns: 1500 },
  );
});

test('true messages of another chain, instance, epoch, step or committee likewise', () => {
  const elsewhere = [
    new Committee(contextOf(4, 1)),
    new Committee({ ...contextOf(4), stepEntry: new Uint8Array(32).fill(1) }),
    new Committee(contextOf(4), { chain: new Uint8Array(32), instance: 'shard/0' }),
    new Committee(contextOf(4), { chain: new Uint8Array(32).fill(9), instance: 'shard/1' }),
  ];
  for (const e of elsewhere) {
    const heard = [
      e.proposal(1, 8),
      e.proposal(2, 8, { view: 1, opening: [0, 1, 2].map((member) => e.viewChange(member, 1)) }),
      e.certified('prepare', 8),
      e.certified('commit', 8),
      e.moves(1, 1),
      e.moves(1, 2, { view: 1, value: 8 }),
    ].map(wire);
    for (const [stage, make] of Object.entries(stages))
      for (const bytes of [...heard, wireShare(e.share(2, 'prepare', 7)), wireShare(e.share(2, 'commit', 7))]) {
        const d = make();
        const before = essence(d.state);
        d.give({ type: 'message', from: bytes[0] === 1 ? 'v2' : 'v1', bytes });
        expect(essence(d.state), stage).toEqual(before);
      }
  }
});

test('a step changes the state that it was given in nothing', () => {
  fc.assert(
    fc.property(anyStage, fc.nat(4), fc.nat(), (stage, from, seed) => {
      const d = stages[stage]!();
      const before = structuredClone(d.state);
      const kept = d.state;
      d.give({ type: 'message', from: nameOf(from), bytes: createRng(seed).pick(truths) });
      for (const id of ['view', 'repeat', 'fetch', 'sync']) d.timer(id);
      expect(kept).toEqual(before);
    }),
    { numRuns: 100 },
  );
});

test('a replay of the same inputs gives the same states and effects', () => {
  fc.assert(
    fc.property(fc.nat(4), fc.array(fc.nat(), { maxLength: 12 }), (self, seeds) => {
      const run = (): unknown => {
        const d = begun(self);
        const effects = seeds.map((seed) => {
          const rng = createRng(seed);
          const bytes = rng.chance(0.8) ? rng.pick(truths) : encodeMessage({ TAG: 'status', data: { height: 4 } });
          return rng.chance(0.2)
            ? d.timer(rng.pick(['view', 'repeat', 'fetch', 'sync']))
            : d.give({ type: 'message', from: nameOf(rng.below(5)), bytes });
        });
        return [effects, d.state];
      };
      expect(run()).toEqual(run());
    }),
    { numRuns: 60 },
  );
});
