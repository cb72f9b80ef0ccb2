import { expect, test } from 'vitest';
import { type Collector, type CollectorInput, createReplica, type Input, rotation } from '../src/index.ts';
import { decodeMessage } from '../src/testing.ts';
import { Driver, inWords, limits, outputs, sent, wire } from './driver.ts';
import { Committee, contextOf, digestOf, scope } from './values.ts';

const c = new Committee();

/** A collector that says what the test has it say, whenever it hears a message, and remembers what it was told. */
const scripted = (): { collector: Collector<number>; told: CollectorInput[] } => {
  const told: CollectorInput[] = [];
  return {
    told,
    collector: {
      init: () => 0,
      step: (state, input) => {
        told.push(input);
        const message = input.type === 'message' ? decodeMessage(input.bytes) : undefined;
        if (message?.TAG !== 'certified') return { state: state + 1, effects: [] };
        return {
          state: state + 1,
          effects: [
            { type: 'setTimer', id: 'tick', ms: 5 },
            { type: 'certified', ...message.data },
          ],
        };
      },
    },
  };
};

const replica = () => {
  const { collector, told } = scripted();
  const schedule = rotation({ order: [0, 1, 2, 3], baseTimeout: 1000, maxTimeout: 8000 });
  const machine = createReplica({ scope, self: 'v0', schedule, digest: digestOf, limits, collector });
  let state = machine.init(new Map());
  const give = (input: Input) => {
    const step = machine.step(state, input);
    state = step.state;
    return [...step.effects];
  };
  const begin = (height: number) =>
    give({ type: 'command', value: { type: 'begin', height, context: contextOf(4), parent: undefined } });
  /** The collector has gathered this. */
  const gathered = (message: ReturnType<typeof c.certified>) =>
    give({ type: 'message', from: 'v1', bytes: new Uint8Array([1, ...wire(message).subarray(1)]) });
  begin(1);
  return { give, begin, gathered, told, state: () => state };
};

test('what a collector gathered goes to all, and counts', () => {
  const { gathered, state } = replica();
  expect(inWords(gathered(c.certified('prepare', 7)))).toEqual([
    'setTimer c/tick 5',
    'broadcast certified prepare',
    'persist record',
  ]);
  expect(inWords(gathered(c.certified('commit', 7)))).toContain('broadcast certified commit');
  expect(state().engine.stage).toBe('decided');
});

test('a commit certificate counts though its view was left', () => {
  const { give, gathered, state } = replica();
  give({ type: 'timer', id: 'e/view' });
  gathered(c.certified('commit', 7));
  expect(state().engine.stage).toBe('decided');
});

test('certificates of another height, or after the decision, go nowhere', () => {
  const { gathered, begin } = replica();
  expect(inWords(gathered(c.at(2).certified('commit', 7)))).toEqual(['setTimer c/tick 5']);
  gathered(c.certified('commit', 7));
  expect(inWords(gathered(c.certified('commit', 7)))).toEqual(['setTimer c/tick 5']);
  begin(2);
  expect(inWords(gathered(c.certified('commit', 7)))).toEqual(['setTimer c/tick 5']);
});

test('a collector is told of heights, closed views and endorsements, in that order, and gets its own answers', () => {
  const { give, gathered, told } = replica();
  gathered(c.certified('prepare', 7));
  give({ type: 'timer', id: 'e/view' });
  give({ type: 'timer', id: 'c/tick' });
  give({ type: 'verified', id: 'c/v', valid: true });
  give({ type: 'signed', id: 'c/s', signature: new Uint8Array(64) });
  give({ type: 'signed', id: 'e/s', signature: new Uint8Array(64) });
  expect(told.map(({ type }) => type)).toEqual([
    'height',
    'message',
    'endorse',
    'close',
    'timer',
    'verified',
    'signed',
  ]);
  expect(told.slice(4)).toMatchObject([{ id: 'tick' }, { id: 'v' }, { id: 's' }]);
});

test('misconduct that a collector found is evidence for the application', () => {
  const evidence = {
    kind: 'endorsements' as const,
    member: 1,
    height: 1,
    view: 0,
    phase: 'prepare' as const,
    first: { digest: new Uint8Array(32), signature: new Uint8Array(64) },
    second: { digest: new Uint8Array(32).fill(1), signature: new Uint8Array(64) },
  };
  const collector: Collector<number> = {
    init: () => 0,
    step: (state) => ({ state, effects: [{ type: 'misconduct', evidence }] }),
  };
  const schedule = rotation({ order: [0, 1, 2, 3], baseTimeout: 1000, maxTimeout: 8000 });
  const machine = createReplica({ scope, self: 'v0', schedule, digest: digestOf, limits, collector });
  const { effects } = machine.step(machine.init(new Map()), { type: 'timer', id: 'c/any' });
  expect(outputs(effects, 'evidence')).toEqual([{ type: 'evidence', evidence }]);
});

test('a proposal that holds is announced to the collector behind its value, and what it forwards is the engine’s', () => {
  const { collector, told } = scripted();
  const spreading: Collector<number> = {
    init: collector.init,
    step: (state, input) => {
      const { effects } = collector.step(state, input);
      if (input.type !== 'announce') return { state, effects };
      const [first, ...rest] = input.messages.map((bytes) => ({ type: 'forward' as const, bytes }));
      return { state, effects: [{ ...first!, to: 'v2' }, ...rest] };
    },
  };
  const d = new Driver({ collector: spreading });
  d.begin();
  d.hear(1, c.value(7));
  const passed = d.hear(1, c.proposal(1, 7));
  expect(told.filter(({ type }) => type === 'announce')).toMatchObject([{ leader: 1 }]);
  expect(inWords(passed).slice(0, 3)).toEqual(expect.arrayContaining(['send v2 value', 'broadcast proposal']));
  expect(sent(d.hear(1, c.proposal(1, 7)), 'proposal')).toEqual([]);
});

test('without its value at hand a proposal is announced alone', () => {
  const { collector, told } = scripted();
  const d = new Driver({ collector });
  d.begin();
  d.hear(1, c.proposal(1, 7));
  expect(told.find(({ type }) => type === 'announce')).toMatchObject({
    messages: [wire(c.proposal(1, 7)).subarray(1)],
  });
});

test('what names neither part reaches neither', () => {
  const { give, told, state } = replica();
  give({ type: 'timer', id: 'e/view' });
  const before = state();
  const heard = told.length;
  const inner = wire(c.certified('commit', 7)).subarray(1);
  const inputs: readonly Input[] = [
    { type: 'message', from: 'v1', bytes: new Uint8Array(0) },
    { type: 'message', from: 'v1', bytes: inner },
    { type: 'message', from: 'v1', bytes: Uint8Array.of(2, ...inner) },
    ...['view', 'xxview', 'x/view', 'ee/view', 'E/view'].map((id) => ({ type: 'timer' as const, id })),
    { type: 'signed', id: 'x/sign/0', signature: new Uint8Array(64) },
  ];
  for (const input of inputs) expect(give(input)).toEqual([]);
  expect(state()).toEqual(before);
  expect(told).toHaveLength(heard);
});
