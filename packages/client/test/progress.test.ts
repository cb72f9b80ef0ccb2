import { expect, test } from 'vitest';
import type { TransactionAnswer } from '../src/methods/answers.ts';
import { fetchProgress, followProgress, isSettled, mergeSteps, unsettledShards } from '../src/wallet/progress.ts';
import { scripted } from './scripted-node.ts';

const at = { height: 5, block: 'ab'.repeat(32) };
const accepted = { height: 4, index: 1 };
const says = {
  unknown: { status: 'unknown' },
  pending: { status: 'pending' },
  waiting: { status: 'waiting', missing: { id: '00'.repeat(32), index: 0 } },
  rejected: { status: 'rejected', code: 'conflict', message: 'spent' },
  final: { status: 'final', ...at, index: 0 },
  locked: { status: 'locked', ...at, index: 0 },
  committed: { status: 'committed', ...at, accepted },
  aborted: { status: 'aborted', ...at, reason: 'absent', shard: 7 },
  refused: { status: 'refused', height: 5 },
  credited: { status: 'credited', ...at },
} satisfies Record<string, TransactionAnswer>;
type Word = keyof typeof says;
const steps = (...words: readonly Word[]) => words.map((word, shard) => ({ shard, answer: says[word] }));

test.each<[Word[], object, boolean]>([
  [['unknown', 'unknown'], { status: 'unknown' }, false],
  [['pending', 'unknown'], { status: 'pending' }, false],
  [['unknown', 'waiting'], { status: 'pending' }, false],
  [['locked', 'pending'], { status: 'locked' }, false],
  [['locked', 'rejected'], { status: 'locked' }, false],
  [['pending', 'rejected'], { status: 'pending' }, false],
  [['rejected', 'waiting'], { status: 'pending' }, false],
  [['unknown', 'rejected'], { status: 'rejected', shard: 1, code: 'conflict' }, true],
  [['locked', 'committed'], { status: 'committed' }, false],
  [['committed', 'committed', 'unknown'], { status: 'committed' }, true],
  [['unknown', 'credited'], { status: 'committed' }, true],
  [['final', 'unknown'], { status: 'committed' }, true],
  [['locked', 'refused'], { status: 'aborted', reason: 'rejected', shard: 1 }, false],
  [['aborted', 'refused'], { status: 'aborted', reason: 'absent', shard: 7 }, true],
  [['refused', 'unknown'], { status: 'aborted', reason: 'rejected', shard: 0 }, true],
])('%j come to %j', (words, wanted, settled) => {
  const progress = mergeSteps(steps(...words));
  expect(progress).toMatchObject({ ...wanted, steps: steps(...words) });
  expect(isSettled(progress)).toBe(settled);
});

test('what is committed is settled once every shard that has a part in it has had its last word', () => {
  const among = (participants: number[], ...words: Word[]) => isSettled(mergeSteps(steps(...words)), participants);
  expect(among([0, 1], 'final', 'unknown')).toBe(false);
  expect(among([0], 'final', 'unknown')).toBe(true);
  expect(among([0, 1], 'final', 'credited')).toBe(true);
  expect(among([0, 1], 'committed', 'rejected')).toBe(false);
  expect(among([0, 1], 'refused', 'unknown')).toBe(true);
  expect(unsettledShards(mergeSteps(steps('final', 'unknown', 'unknown')), [0, 2])).toEqual([2]);
});

test.each<[Word, Word]>([
  ['committed', 'aborted'],
  ['refused', 'committed'],
  ['final', 'refused'],
  ['aborted', 'credited'],
])('%s and %s is a contradiction', (...words) => {
  expect(() => mergeSteps(steps(...words))).toThrow(/contradict.*shard \d shows this transaction committed/);
});

const endpointsOf = (...scripts: readonly Word[][]) =>
  scripts.map((words, shard) => {
    const { client } = scripted({ shard, states: words.map((word) => says[word]) });
    return { shard, client };
  });

test('all shards are asked', async () => {
  const progress = await fetchProgress(endpointsOf(['committed'], ['locked']), '00'.repeat(32));
  expect(progress).toEqual({ status: 'committed', steps: steps('committed', 'locked') });
});

test('a transaction is followed until no shard has anything left to do', async () => {
  const endpoints = endpointsOf(['pending', 'locked', 'committed'], ['locked', 'locked', 'locked', 'committed']);
  const seen: string[] = [];
  for await (const progress of followProgress(endpoints, '00'.repeat(32))) {
    const said = [progress.status, ...progress.steps.map(({ answer }) => answer.status)].join(' ');
    if (seen.at(-1) !== said) seen.push(said);
  }
  expect(seen.at(0)).toBe('locked pending locked');
  expect(seen).toContain('committed committed locked');
  expect(seen.at(-1)).toBe('committed committed committed');
});

test('a payment is followed to its last credit', async () => {
  const endpoints = endpointsOf(['pending', 'final'], ['unknown', 'unknown', 'unknown', 'credited']);
  const seen: string[] = [];
  const participants = async () => [0, 1];
  for await (const { steps } of followProgress(endpoints, '00'.repeat(32), { participants }))
    seen.push(steps.map(({ answer }) => answer.status).join(' '));
  expect(seen).toContain('final unknown');
  expect(seen.at(-1)).toBe('final credited');
});

test('a contradiction, a failure or a signal ends it', async () => {
  const follow = (words: Word[][], signal?: AbortSignal) =>
    followProgress(endpointsOf(...words), '00'.repeat(32), { signal }).next();
  await expect(follow([['committed'], ['aborted']])).rejects.toMatchObject({ code: 'rpc-answer' });
  await expect(follow([['locked']], AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  const { client } = scripted({ failure: new Error('gone') });
  await expect(followProgress([{ shard: 0, client }], '').next()).rejects.toThrow('gone');
});
