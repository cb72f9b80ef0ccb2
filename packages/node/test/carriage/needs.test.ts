import type { TransactionBody } from '@ios/ledger';
import { describe, expect, it } from 'vitest';
import { createNeeds, type RecordEvidence } from '../../src/carriage/needs.ts';
import { bytes32, CHAIN, noProof } from './chain-fixture.ts';

const shown = (evidence: RecordEvidence) => ({ proof: { ...noProof }, evidence });

/** Owners whose first byte is their shard. */
const ownerIn = (shard: number) => Uint8Array.from([shard, ...bytes32('owner').subarray(1)]);
const body: TransactionBody = {
  chain: CHAIN,
  kind: 'transfer',
  expiry: 3,
  inputs: [0, 1, 2].map((shard) => ({
    outpoint: { id: bytes32(`coin ${shard}`), index: 0 },
    amount: 9n,
    owner: ownerIn(shard),
  })),
  outputs: [{ amount: 27n, owner: ownerIn(3) }],
};
const id = bytes32('id');
const pending = { status: 'pending' as const, body };
const committed = { status: 'committed' as const, expiry: 3, voters: [0, 1, 2] };
const accept = (shard: number) => ({ type: 'vote' as const, shard, id, verdict: 'accept' as const });
const reject = (shard: number) => ({ type: 'vote' as const, shard, id, verdict: 'reject' as const });
const commit = (shard: number) => ({ type: 'commit' as const, shard, id });
const absent = (shard: number, epoch: number) => ({ type: 'absent' as const, shard, epoch, id });

const open = (at = 0) => {
  let told = 0;
  const needs = createNeeds({ shard: at, shards: 4, place: (owner) => owner[0]!, onReady: () => told++ });
  const kinds = () => [...needs.ready()].map(({ entry }) => entry.kind);
  return { needs, kinds, told: () => told };
};

describe('what records wait for', () => {
  it('is every other voter, until each is shown', () => {
    const { needs, kinds, told } = open();
    needs.open(id, pending);
    expect(needs.need(id)).toMatchObject({ wanted: 'accepts', expiry: 3, lacking: [1, 2] });
    needs.show(shown(accept(2)));
    expect(needs.need(id)?.lacking).toEqual([1]);
    expect([kinds(), told()]).toEqual([[], 0]);
    needs.show(shown(accept(1)));
    expect([needs.need(id)?.lacking, kinds(), told()]).toEqual([[], ['commit'], 1]);
    expect([needs.size, needs.readySize]).toEqual([1, 1]);
    needs.close(id);
    expect([needs.need(id), kinds(), needs.size]).toEqual([undefined, [], 0]);
  });

  it('goes on with what was shown when the record is committed, and when it came before the record', () => {
    const { needs, kinds } = open();
    for (const shard of [1, 2]) {
      needs.show(shown(accept(shard)));
      needs.show(shown(commit(shard)));
    }
    expect(needs.isContested(id)).toBe(true);
    needs.open(id, pending);
    expect(kinds()).toEqual(['commit']);
    needs.open(id, committed);
    expect(kinds()).toEqual(['release']);
  });

  it('is at a shard that is not the carrier what that one does, and one commit or release of any', () => {
    const { needs, kinds } = open(1);
    needs.open(id, pending);
    expect(needs.need(id)).toMatchObject({ hub: 0, lacking: [0, 2] });
    needs.show(shown(accept(0)));
    expect(needs.need(id)).toMatchObject({ hub: 0, lacking: [2] });
    expect([needs.isNews(commit(0)), needs.isNews(commit(3)), kinds()]).toEqual([true, false, []]);
    needs.show(shown(commit(0)));
    expect([needs.need(id)?.lacking, kinds()]).toEqual([[], ['commit']]);
    needs.open(id, committed);
    expect(needs.need(id)).toMatchObject({ wanted: 'done', hub: 0, lacking: [2] });
    expect(kinds()).toEqual([]);
    for (const [other, epoch] of [
      [2, 2],
      [3, 3],
    ] as const)
      expect(needs.isNews(absent(other, epoch))).toBe(false);
    expect(needs.isNews(absent(2, 3))).toBe(true);
    needs.show(shown({ type: 'release', shard: 2, id }));
    expect(kinds()).toEqual(['release']);
    expect([...needs.ready()][0]?.entry).toMatchObject({ proofs: { length: 1 } });
  });

  it('is contested once another shard is shown to have accepted, or to have committed', () => {
    for (const evidence of [accept(2), commit(2)]) {
      const { needs } = open();
      needs.show(shown(reject(1)));
      expect(needs.isContested(id)).toBe(false);
      needs.show(shown(evidence));
      expect(needs.isContested(id)).toBe(true);
    }
  });

  it('ends with one vote against it, or one absence at the end of its expiry epoch', () => {
    for (const against of [reject(2), absent(1, 3)]) {
      const { needs, kinds } = open();
      needs.open(id, pending);
      needs.show(shown(absent(1, 2)));
      expect(kinds()).toEqual([]);
      needs.show(shown(against));
      expect(kinds()).toEqual(['abort']);
    }
  });

  it('is news once, of the other voters alone', () => {
    const { needs } = open();
    needs.open(id, pending);
    expect(needs.isNews(accept(1))).toBe(true);
    needs.show(shown(accept(1)));
    expect(needs.isNews(accept(1))).toBe(false);
    expect(needs.isNews({ type: 'held', shard: 1, epoch: 5, id, status: 'pending' })).toBe(false);
    expect(needs.isNews({ type: 'held', shard: 1, epoch: 5, id, status: 'committed' })).toBe(true);
    expect(needs.isNews(reject(1))).toBe(true);
    expect(needs.isNews(absent(2, 2))).toBe(false);
    for (const shard of [0, 3, 9]) expect(needs.isNews(accept(shard))).toBe(false);
    needs.show(shown(accept(3)));
    expect(needs.need(id)?.lacking).toEqual([2]);
  });
});
