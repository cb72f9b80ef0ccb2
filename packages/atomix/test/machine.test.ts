import { describe, expect, test } from 'vitest';
import {
  type Evidence,
  executeEntries,
  joinViews,
  partiesOf,
  refundOutpoint,
  type VerifiedEntry,
} from '../src/index.ts';
import { bodyOf, coin, known, OneShard, ownerIn, place } from './fixtures.ts';

const accept = (shard: number, id: Uint8Array): Evidence => ({ type: 'vote', shard, id, verdict: 'accept' });
const reject = (shard: number, id: Uint8Array): Evidence => ({ type: 'vote', shard, id, verdict: 'reject' });
const committed = (shard: number, id: Uint8Array): Evidence => ({ type: 'commit', shard, id });
const released = (shard: number, id: Uint8Array): Evidence => ({ type: 'release', shard, id });
const absent = (shard: number, id: Uint8Array, epoch: number): Evidence => ({ type: 'absent', shard, id, epoch });
const submit = (body: ReturnType<typeof bodyOf>) => ({ kind: 'transaction' as const, body });

describe('one voter', () => {
  test('spends, pays its own out and queues the rest, with shares of the fee', () => {
    const shard = new OneShard(2);
    // 102 in; 10 to shard 3, 11 to shard 2, 12 to shard 3, 13 to shard 1; the fee of 56 is 18 a participant and 2 more.
    const { body, id } = known(bodyOf([2], [3, 2, 3, 1]));
    const execution = shard.do(submit(body));
    expect(execution.fees).toBe(18n);
    expect(execution.leaves).toEqual([
      {
        type: 'credit',
        receiver: 1,
        number: 0n,
        credit: { id, index: 3, amount: 13n, owner: ownerIn(1, 4), fee: 20n },
      },
      {
        type: 'credit',
        receiver: 3,
        number: 0n,
        credit: { id, index: 0, amount: 10n, owner: ownerIn(3, 1), fee: 18n },
      },
      { type: 'credit', receiver: 3, number: 1n, credit: { id, index: 2, amount: 12n, owner: ownerIn(3, 3), fee: 0n } },
    ]);
    expect(shard.utxos.get(coin(2))).toBeUndefined();
    expect(shard.utxos.get({ id, index: 1 })).toEqual({ amount: 11n, owner: ownerIn(2, 2) });
    expect(shard.utxos.size()).toBe(1);
    expect(shard.held.held(id)).toBeUndefined();
    expect(shard.held.span(3)).toEqual({ first: 0n, end: 2n });
    expect(shard.refusal(submit(body))).toBe('missing-input');
  });

  test('up to the expiry epoch, and not more than two epochs before', () => {
    const body = bodyOf([2], [2]);
    for (const [epoch, code] of [
      [2, 'expiry-too-far'],
      [3, 'valid'],
      [5, 'valid'],
      [6, 'expired'],
    ] as const)
      expect(new OneShard(2).refusal(submit(body), { epoch })).toBe(code);
  });

  test('a statement that is not true, a held coin and a foreign coin are refused without a vote', () => {
    const shard = new OneShard(2);
    const [input] = bodyOf([2], [2]).inputs;
    expect(shard.refusal(submit(bodyOf([2], [2], { inputs: [{ ...input!, amount: 99n }] })))).toBe('false-statement');
    expect(shard.refusal(submit(bodyOf([2], [2], { inputs: [{ ...input!, owner: ownerIn(2, 7) }] })))).toBe(
      'false-statement',
    );
    shard.do(submit(bodyOf([1, 2], [1])));
    expect(shard.refusal(submit(bodyOf([2], [2])))).toBe('held-by-another');
    expect(shard.refusal(submit(bodyOf([1], [2])))).toBe('not-a-voter');
    expect(shard.refusal(submit(bodyOf([2], [2], { chain: ownerIn(0) })))).toBe('wrong-chain');
  });
});

describe('votes', () => {
  test('accepts: the inputs leave the table for a record', () => {
    const shard = new OneShard(1);
    const { body, id } = known(bodyOf([1, 2], [2, 3]));
    const execution = shard.do(submit(body));
    expect(execution.leaves).toEqual([{ type: 'vote', id, verdict: 'accept' }]);
    expect(execution.fees).toBe(0n);
    expect(shard.utxos.size()).toBe(0);
    expect(shard.held.held(id)).toEqual({ status: 'pending', body });
    expect(shard.held.holder(coin(1))).toEqual(id);
    expect(shard.held.holder(coin(2))).toBeUndefined();
    expect(shard.refusal(submit(body))).toBe('held');
  });

  test('rejects what lasts, waits for what is missing', () => {
    const shard = new OneShard(1);
    const honest = bodyOf([1, 2], [2]);
    const lie = known({ ...honest, inputs: [{ ...honest.inputs[0]!, amount: 99n }, honest.inputs[1]!] });
    expect(shard.do(submit(lie.body)).leaves).toEqual([{ type: 'vote', id: lie.id, verdict: 'reject' }]);
    expect(shard.held.held(lie.id)).toBeUndefined();
    const missing = { ...honest.inputs[0]!, outpoint: coin(9) };
    expect(shard.refusal(submit({ ...honest, inputs: [missing, honest.inputs[1]!] }))).toBe('missing-input');
    shard.do(submit(honest));
    const other = known(bodyOf([1, 3], [3]));
    expect(shard.do(submit(other.body)).leaves).toEqual([{ type: 'vote', id: other.id, verdict: 'reject' }]);
    expect(shard.refusal(submit(other.body), { epoch: 6 })).toBe('expired');
  });
});

describe('decisions', () => {
  const { body, id, parties } = known(bodyOf([1, 2, 3], [2, 0, 1]));
  const pending = (number: number, lockFee?: bigint): OneShard => {
    const shard = new OneShard(number, lockFee);
    shard.do(submit(body));
    return shard;
  };

  test('commit: the carrier queues for those that do not vote, the others pay their own out', () => {
    expect(parties).toMatchObject({ voters: [1, 2, 3], participants: [0, 1, 2, 3] });
    // 306 - 33 = 273 over four: 68, and the remainder of 1 to shard 0, which does not vote.
    const carrier = pending(1);
    const done = carrier.do({ kind: 'commit', id, evidence: [accept(2, id), accept(3, id)] });
    expect(done.fees).toBe(68n);
    expect(done.leaves).toEqual([
      { type: 'commit', id },
      {
        type: 'credit',
        receiver: 0,
        number: 0n,
        credit: { id, index: 1, amount: 11n, owner: ownerIn(0, 2), fee: 69n },
      },
    ]);
    expect(carrier.utxos.get({ id, index: 2 })).toEqual({ amount: 12n, owner: ownerIn(1, 3) });
    expect(carrier.held.held(id)).toEqual({ status: 'committed', expiry: 5, voters: [1, 2, 3] });
    expect(carrier.held.holder(coin(1))).toBeUndefined();
    const silent = pending(3);
    const held: Evidence = { type: 'held', shard: 2, epoch: 4, id, status: 'pending' };
    const paid = silent.do({ kind: 'commit', id, evidence: [accept(1, id), held] });
    expect(paid).toMatchObject({ fees: 68n, leaves: [{ type: 'commit', id }] });
    expect(silent.utxos.size()).toBe(0);
  });

  test('commit needs one accept of each other voter, in order, of this transaction', () => {
    const shard = pending(1);
    const other = known(bodyOf([1], [1])).id;
    for (const evidence of [
      [],
      [accept(2, id)],
      [accept(3, id), accept(2, id)],
      [accept(2, id), accept(2, id)],
      [accept(2, id), accept(3, id), accept(4, id)],
      [accept(2, id), reject(3, id)],
      [accept(2, id), accept(3, other)],
      [accept(2, id), absent(3, id, 9)],
      [accept(2, id), { type: 'commit', shard: 3, id } as const],
      [accept(2, id), { type: 'held', shard: 3, epoch: 4, id: other, status: 'pending' } as const],
    ])
      expect(shard.refusal({ kind: 'commit', id, evidence })).toBe('not-shown');
    expect(new OneShard(1).refusal({ kind: 'commit', id, evidence: [accept(2, id), accept(3, id)] })).toBe('no-record');
    shard.do({ kind: 'commit', id, evidence: [accept(2, id), accept(3, id)] });
    expect(shard.refusal({ kind: 'commit', id, evidence: [accept(2, id), accept(3, id)] })).toBe('no-record');
    expect(shard.refusal({ kind: 'abort', id, evidence: [reject(2, id)] })).toBe('no-record');
  });

  test('commit on one commit of another voter, of this transaction', () => {
    const other = known(bodyOf([1], [1])).id;
    for (const evidence of [
      committed(0, id),
      committed(1, id),
      committed(4, id),
      committed(2, other),
      released(2, id),
      accept(2, id),
      { type: 'held', shard: 2, epoch: 5, id, status: 'pending' } as const,
      { type: 'held', shard: 0, epoch: 5, id, status: 'committed' } as const,
    ])
      expect(pending(1).refusal({ kind: 'commit', id, evidence: [evidence] })).toBe('not-shown');
    expect(pending(1).refusal({ kind: 'commit', id, evidence: [committed(2, id), committed(3, id)] })).toBe(
      'not-shown',
    );
    for (const evidence of [
      committed(2, id),
      committed(3, id),
      { type: 'held', shard: 3, epoch: 4, id, status: 'committed' } as const,
    ])
      expect(pending(1).do({ kind: 'commit', id, evidence: [evidence] }).leaves[0]).toEqual({ type: 'commit', id });
  });

  test('of two voters one proof commits, be it of the accept or of the commit', () => {
    const two = known(bodyOf([1, 2], [1]));
    for (const evidence of [accept(2, two.id), committed(2, two.id)]) {
      const shard = new OneShard(1);
      shard.do(submit(two.body));
      shard.do({ kind: 'commit', id: two.id, evidence: [evidence] });
      expect(shard.refusal({ kind: 'release', id: two.id, evidence: [accept(2, two.id)] })).toBe('not-shown');
      for (const done of [committed(2, two.id), released(2, two.id), absent(2, two.id, 5)])
        expect(shard.refusal({ kind: 'release', id: two.id, evidence: [done] })).toBe('valid');
    }
  });

  test('abort: the inputs come back under new names, less the lock fee', () => {
    const shard = pending(2);
    const execution = shard.do({ kind: 'abort', id, evidence: [reject(3, id)] });
    expect(execution).toMatchObject({ fees: 3n, leaves: [] });
    expect(shard.utxos.get(refundOutpoint(id, 1))).toEqual({ amount: 99n, owner: ownerIn(2) });
    expect(shard.utxos.get(coin(2))).toBeUndefined();
    expect(shard.held.held(id)).toBeUndefined();
    expect(shard.refusal(submit(body))).toBe('missing-input');
    for (const [lockFee, back] of [
      [0n, 102n],
      [101n, 1n],
      [102n, undefined],
      [500n, undefined],
    ] as const) {
      const dear = pending(2, lockFee);
      const { fees } = dear.do({ kind: 'abort', id, evidence: [absent(1, id, 5)] });
      expect(dear.utxos.get(refundOutpoint(id, 1))?.amount).toBe(back);
      expect(fees + (back ?? 0n)).toBe(102n);
    }
  });

  test('abort needs a reject, or absence from the expiry epoch on, of another voter', () => {
    const shard = pending(2);
    const other = known(bodyOf([1], [1])).id;
    for (const evidence of [
      accept(3, id),
      committed(3, id),
      released(3, id),
      reject(0, id),
      reject(2, id),
      reject(3, other),
      absent(3, id, 4),
      absent(0, id, 5),
      absent(3, other, 5),
      { type: 'cursor' as const, shard: 3, carrier: 2, next: 1n },
    ])
      expect(shard.refusal({ kind: 'abort', id, evidence: [evidence] })).toBe('not-shown');
    expect(shard.refusal({ kind: 'abort', id, evidence: [] })).toBe('wrong-evidence');
    expect(shard.refusal({ kind: 'abort', id, evidence: [reject(3, id), reject(3, id)] })).toBe('wrong-evidence');
    for (const evidence of [reject(1, id), reject(3, id), absent(3, id, 5), absent(1, id, 7)])
      expect(shard.refusal({ kind: 'abort', id, evidence: [evidence] })).toBe('valid');
  });

  test('release needs every other voter to have committed, or one to have released', () => {
    const shard = pending(2);
    const other = known(bodyOf([1], [1])).id;
    const all = [committed(1, id), committed(3, id)];
    expect(shard.refusal({ kind: 'release', id, evidence: all })).toBe('no-record');
    expect(shard.refusal({ kind: 'release', id, evidence: [released(1, id)] })).toBe('no-record');
    shard.do({ kind: 'commit', id, evidence: [accept(1, id), accept(3, id)] });
    for (const evidence of [
      [],
      [committed(1, id)],
      [committed(3, id), committed(1, id)],
      [committed(1, id), accept(3, id)],
      [committed(1, id), absent(3, id, 5)],
      [committed(1, id), released(3, id)],
      [committed(1, id), { type: 'held', shard: 3, epoch: 5, id, status: 'pending' } as const],
      [released(0, id)],
      [released(2, id)],
      [released(3, other)],
      [absent(3, id, 4)],
      [absent(0, id, 5)],
      [absent(3, other, 5)],
      [reject(3, id)],
    ])
      expect(shard.refusal({ kind: 'release', id, evidence })).toBe('not-shown');
    for (const evidence of [[released(1, id)], [released(3, id)], [absent(1, id, 5)], [absent(3, id, 8)]])
      expect(shard.refusal({ kind: 'release', id, evidence })).toBe('valid');
    const execution = shard.do({
      kind: 'release',
      id,
      evidence: [{ type: 'held', shard: 1, epoch: 4, id, status: 'committed' }, committed(3, id)],
    });
    expect(execution).toMatchObject({ fees: 0n, leaves: [{ type: 'release', id }] });
    expect(shard.held.held(id)).toBeUndefined();
    expect(shard.refusal({ kind: 'release', id, evidence: all })).toBe('no-record');
  });
});

describe('queues', () => {
  const { id } = known(bodyOf([1], [2]));
  const credit = (index: number) => ({
    id,
    index,
    amount: BigInt(20 + index),
    owner: ownerIn(2, index),
    fee: index === 0 ? 7n : 0n,
  });
  const credits = (first: bigint, indices: readonly number[], shard = 1, receiver = 2): Evidence => ({
    type: 'credits',
    shard,
    receiver,
    first,
    credits: indices.map(credit),
  });
  const give = (evidence: Evidence) => ({ kind: 'credits' as const, evidence: [evidence] });

  test('credits apply by their numbers, each once', () => {
    const shard = new OneShard(2);
    expect(shard.refusal(give(credits(1n, [1])))).toBe('wrong-number');
    const execution = shard.do(give(credits(0n, [0, 1])));
    expect(execution).toMatchObject({ fees: 7n, leaves: [{ type: 'cursor', carrier: 1, next: 2n, height: 9 }] });
    for (const replay of [credits(0n, [0]), credits(0n, [0, 1]), credits(1n, [1]), credits(3n, [3])])
      expect(shard.refusal(give(replay))).toBe('wrong-number');
    shard.do(give(credits(1n, [1, 2, 3])), { height: 12 });
    expect(shard.held.cursor(1)).toEqual({ next: 4n, height: 12 });
    expect(shard.utxos.size()).toBe(5);
    expect(shard.utxos.get({ id, index: 3 })).toEqual({ amount: 23n, owner: ownerIn(2, 3) });
    // Another carrier has numbers of its own; that it makes an output that is there is its lie.
    expect(shard.refusal(give(credits(0n, [3], 4)))).toBe('taken');
    expect(shard.refusal(give(credits(0n, [5], 4)))).toBe('valid');
  });

  test('credits of others, to others or to oneself are refused', () => {
    const shard = new OneShard(2);
    for (const evidence of [credits(0n, [0], 1, 3), credits(0n, [0], 2, 2), accept(1, id)])
      expect(shard.refusal(give(evidence))).toBe('wrong-evidence');
    expect(shard.refusal({ kind: 'credits', evidence: [] })).toBe('wrong-evidence');
  });

  test('a queue is dropped up to where its receiver is, and numbers go on', () => {
    const shard = new OneShard(2);
    const paid = known(bodyOf([2], [3, 3, 3]));
    shard.do(submit(paid.body));
    const cursor = (next: bigint, carrier = 2, from = 3) => ({
      kind: 'trim' as const,
      evidence: [{ type: 'cursor' as const, shard: from, carrier, next }],
    });
    expect(shard.refusal(cursor(0n))).toBe('wrong-number');
    expect(shard.refusal(cursor(4n))).toBe('wrong-number');
    expect(shard.refusal(cursor(1n, 1))).toBe('wrong-evidence');
    expect(shard.refusal(cursor(1n, 2, 4))).toBe('wrong-number');
    expect(shard.refusal({ kind: 'trim', evidence: [accept(3, id)] })).toBe('wrong-evidence');
    shard.do(cursor(2n));
    expect(shard.held.credit(3, 1n)).toBeUndefined();
    expect(shard.held.credit(3, 2n)).toMatchObject({ index: 2 });
    shard.do(cursor(3n));
    expect(shard.held.span(3)).toEqual({ first: 3n, end: 3n });
    expect(shard.refusal(cursor(3n))).toBe('wrong-number');
    expect(shard.held.entries().length).toBe(1);
  });
});

test('an entry before may have looked in vain for what the next one makes', () => {
  const { body, id } = known(bodyOf([1], [1]));
  const child = known(
    bodyOf([1], [1], {
      inputs: [{ outpoint: { id, index: 0 }, amount: 10n, owner: ownerIn(1, 1) }],
      outputs: [{ amount: 9n, owner: ownerIn(1, 8) }],
    }),
  );
  expect(partiesOf(child.body, place).voters).toEqual([1]);
  const shard = new OneShard(1);
  expect(shard.refusal(submit(child.body))).toBe('missing-input');
  shard.do(submit(body));
  shard.do(submit(child.body));
  expect(shard.utxos.get({ id: child.id, index: 0 })?.amount).toBe(9n);
});

test('entries of one block see what those before them hold, and what they gave back', () => {
  const first = known(bodyOf([1, 2], [2]));
  const second = known(bodyOf([1, 3], [3]));
  const shard = new OneShard(1);
  const run = (...entries: readonly VerifiedEntry[]) =>
    executeEntries(joinViews(shard.utxos, shard.held), entries, shard.context);
  expect(run(submit(first.body), submit(second.body))).toMatchObject({
    valid: true,
    leaves: [
      { type: 'vote', id: first.id, verdict: 'accept' },
      { type: 'vote', id: second.id, verdict: 'reject' },
    ],
  });
  const abort = { kind: 'abort' as const, id: first.id, evidence: [reject(2, first.id)] };
  expect(run(submit(first.body), abort, submit(second.body))).toMatchObject({
    valid: false,
    index: 2,
    rejection: { code: 'double-spend' },
  });
  shard.do(submit(first.body));
  expect(run(abort, submit(second.body))).toMatchObject({
    valid: false,
    index: 1,
    rejection: { code: 'missing-input' },
  });
});
