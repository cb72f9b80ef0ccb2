import { expect, test } from 'vitest';
import { type BeaconPosition, FIRST_POSITION } from '../src/beacon/position.ts';
import { progressOf, type UnderWay } from '../src/beacon/progress.ts';
import { committeeOf } from '../src/shard/committee.ts';

const committee = committeeOf([1, 2, 3, 4].map((byte) => new Uint8Array(32).fill(byte)));
const nameOf = (seat: number): string => committee[seat]!.peer;
const elections = {
  waitedFor: (_height: number, view: number) => (view === 2 ? undefined : 3),
  excluded: () => [2, 0],
};
const selection = { bytes: new Uint8Array(1), digest: new Uint8Array(32), decision: {} as never };
const position: BeaconPosition = { ...FIRST_POSITION, attempt: 5, withheld: [1] };
const begun: UnderWay = { view: 0, client: undefined, isProposed: false, isSettled: false };

test.each<[string, Partial<BeaconPosition>, Partial<UnderWay>, object]>([
  ['nobody is known to lead', {}, { view: 2 }, { phase: 'lottery', leader: undefined }],
  ['somebody leads', {}, {}, { phase: 'dealing', leader: nameOf(3) }],
  ['a selection is proposed', {}, { isProposed: true }, { phase: 'sign-off', leader: nameOf(3) }],
  ['it is signed off', { selection }, { client: 1 }, { phase: 'recovery', leader: nameOf(1) }],
  ['its client is replaced', { selection }, { client: 1, view: 4 }, { electionView: 1, leader: nameOf(3) }],
  ['the outcome is known', { selection }, { client: 1, isSettled: true }, { phase: 'output', leader: nameOf(1) }],
])('when %s', (_, at, underWay, expected) => {
  expect(progressOf(committee, { ...position, ...at }, elections, { ...begun, ...underWay })).toMatchObject({
    epoch: 1,
    attempt: 5,
    excluded: [nameOf(2), nameOf(0)],
    withheld: [nameOf(1)],
    ...expected,
  });
});

test('without elections it rests', () => {
  expect(progressOf(committee, position, undefined, { ...begun, client: 1, isSettled: true })).toEqual({
    epoch: 1,
    attempt: 5,
    electionView: 0,
    phase: 'idle',
    leader: undefined,
    excluded: [],
    withheld: [nameOf(1)],
  });
});
