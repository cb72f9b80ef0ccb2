import { HELD_TABLE, type Parties } from '@ios/atomix';
import { describe, expect, test } from 'vitest';
import type { AuditedStep } from '../../src/devnet/audit.ts';
import { isOver, verifyFates } from '../../src/devnet/fates.ts';
import type { StepKind } from '../../src/shard/steps.ts';

const name = '5a'.repeat(32);
const why = { reason: 'absent', shard: 1 } as const;
const step = (kind: StepKind): readonly [StepKind, AuditedStep] => [
  kind,
  { kind, height: 3, index: 1, block: '', ...(kind === 'aborted' ? { why } : {}) },
];
/** What a shard did about the transfer, its epoch, its records, and how far queues go. */
const shard = (kinds: readonly StepKind[], { epoch = 0, records = 0, end = 0n, next = 0n } = {}) => ({
  steps: new Map(kinds.length === 0 ? [] : [[name, new Map(kinds.map(step))]]),
  epoch,
  state: {
    held: {
      entries: () => new Array(records).fill({ table: HELD_TABLE }),
      span: (receiver: number) => ({ first: 0n, end: receiver === 1 ? end : 0n }),
      cursor: (carrier: number) => ({ next: carrier === 0 ? next : 0n, height: 0 }),
    },
  } as never,
});
const transfer = (voters: number[], participants: number[]) => {
  const parties: Parties = { voters, participants, inputShards: [], outputShards: [] };
  return [{ name, parties, expiry: 2 }];
};
const [home, paid, voted] = [transfer([0], [0]), transfer([0], [0, 1]), transfer([0, 1], [0, 1])] as const;

describe('what became of a transfer', () => {
  test.each<[string, ReturnType<typeof transfer>, ReturnType<typeof shard>[]]>([
    ['within a shard', home, [shard(['included']), shard([])]],
    ['paid to another', paid, [shard(['included']), shard(['credited'])]],
    ['voted on by both', voted, [shard(['accepted', 'committed']), shard(['accepted', 'committed', 'released'])]],
  ])('done, %s', (_, transfers, audits) => expect(verifyFates(transfers, audits)).toEqual([]));

  test.each<[string, ReturnType<typeof transfer>, ReturnType<typeof shard>[], object]>([
    ['given up for the absence of a shard', voted, [shard(['accepted', 'aborted']), shard([])], why],
    ['rejected by all that voted', voted, [shard([]), shard(['rejected'])], { reason: 'rejected', shard: 1 }],
    ['in no block', home, [shard([], { epoch: 3 }), shard([])], { reason: 'expired', shard: 0 }],
  ])('aborted, %s', (_, transfers, audits, wanted) =>
    expect(verifyFates(transfers, audits)).toEqual([{ id: name, ...wanted }]),
  );

  test.each<[string, RegExp, ReturnType<typeof transfer>, ReturnType<typeof shard>[]]>([
    ['committed by one', /is not committed in shard 1/, voted, [shard(['accepted', 'committed']), shard(['aborted'])]],
    ['included and not paid', /is not credited in shard 1/, paid, [shard(['included']), shard([])]],
    ['paid from nowhere', /is not included in shard 0/, paid, [shard([], { epoch: 3 }), shard(['credited'])]],
    ['accepted and left', /is not committed in shard 0/, voted, [shard(['accepted']), shard([], { epoch: 3 })]],
    ['not expired', /is not included in shard 0/, home, [shard([], { epoch: 2 })]],
    ['not expired in one', /in shard 1/, voted, [shard([], { epoch: 3 }), shard([], { epoch: 2 })]],
  ])('must not be: %s', (_, wanted, transfers, audits) => expect(() => verifyFates(transfers, audits)).toThrow(wanted));
});

describe('nothing more comes', () => {
  test('once each voter has had its word or is past the expiry', () => {
    expect(isOver(voted, [shard(['accepted', 'aborted']), shard(['rejected'])])).toBe(true);
    expect(isOver(voted, [shard(['accepted', 'aborted']), shard([], { epoch: 2 })])).toBe(false);
    expect(isOver(voted, [shard(['accepted', 'aborted']), shard([], { epoch: 3 })])).toBe(true);
    expect(isOver(paid, [shard([]), shard([], { epoch: 9 })])).toBe(false);
  });

  test('but not while a record is held, or a credit under way', () => {
    expect(isOver(home, [shard(['included'], { end: 4n }), shard([], { next: 4n })])).toBe(true);
    expect(isOver(home, [shard(['included'], { end: 4n }), shard([], { next: 3n })])).toBe(false);
    expect(isOver(home, [shard(['included']), shard([], { records: 1 })])).toBe(false);
  });
});
