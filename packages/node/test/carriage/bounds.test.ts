import type { Shown } from '@ios/atomix';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAnswering } from '../../src/carriage/answering.ts';
import { carriageChannels } from '../../src/carriage/carriage.ts';
import { createEarly, EARLY_PROOFS, EARLY_PROOFS_EACH } from '../../src/carriage/early.ts';
import { createHeaders, KNOWN_HEADERS } from '../../src/carriage/headers.ts';
import type { RecordEvidence } from '../../src/carriage/needs.ts';
import { CREDITS_IN_RUN, spansOf } from '../../src/carriage/own-blocks.ts';
import { CREDIT_RUNS, CREDIT_WINDOW, CREDITS_KEPT, createQueues } from '../../src/carriage/queues.ts';
import { byTurns, type ReadyEntry } from '../../src/carriage/ready.ts';
import { createSchedule } from '../../src/carriage/schedule.ts';
import { type CarryMessage, decodeCarry, encodeCarry, MAX_WANTS } from '../../src/carriage/wire.ts';
import { nodeHasher } from '../../src/hasher.ts';
import { bytes32, claimOf, noProof } from './chain-fixture.ts';
import { Network } from './network-fixture.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Queues of a shard that has applied what it is told to have. */
const queuesAt = () => {
  let next = 0n;
  const held = { cursor: () => ({ next, height: 1 }), span: () => ({ first: 0n, end: 0n }) };
  const queues = createQueues({ held, onReady: () => {} });
  const run = (first: bigint, count: number) => {
    const credit = { id: bytes32('a'), index: 0, amount: 1n, owner: bytes32('b'), fee: 0n };
    const credits = Array.from({ length: count }, () => credit);
    return { proof: noProof, evidence: { type: 'credits' as const, shard: 1, receiver: 0, first, credits } };
  };
  const apply = (below: bigint): void => {
    next = below;
    queues.onFinal();
  };
  return { queues, run, show: (first: bigint, count: number) => queues.show(run(first, count)), apply };
};

describe('what carriage keeps', () => {
  it('of transactions without a record is the newest, and little of each', () => {
    const early = createEarly<Shown & { evidence: RecordEvidence }>(64);
    const accept = (name: string, shard: number) => ({
      proof: noProof,
      evidence: { type: 'vote' as const, shard, id: bytes32(name), verdict: 'accept' as const },
    });
    const most = EARLY_PROOFS / 64;
    for (let shard = 0; shard < 64; shard++) early.keep('one', accept('one', shard));
    early.keep('one', accept('one', 0));
    expect(early.of('one').length).toBe(64);
    const { evidence } = accept('one', 0);
    early.keep('one', { proof: noProof, evidence: { type: 'commit', shard: 0, id: evidence.id } });
    expect(early.wants('one', { ...evidence, verdict: 'reject' })).toBe(false);
    expect(early.of('one').length).toBe(63 + EARLY_PROOFS_EACH);
    // What one shard says pushes out what it said before, and nothing that another did.
    for (let n = 0; n < most; n++) early.keep(`${n}`, accept(`${n}`, 0));
    expect(early.of('one').map(({ evidence: { shard } }) => shard)).not.toContain(0);
    expect(early.of('one').length).toBe(63);
    expect(early.of('0').length).toBe(1);
    early.keep('another', accept('another', 0));
    expect(early.of('0')).toEqual([]);
    expect(early.take('another').length).toBe(1);
    expect(early.of('another')).toEqual([]);
    expect(early.take('one').length).toBe(63);
    expect(early.of('one')).toEqual([]);
    const absent = { type: 'absent' as const, shard: 1, epoch: 9, id: bytes32('absent') };
    expect(early.wants('absent', absent)).toBe(false);
  });

  it('of headers is the last that were verified', async () => {
    let count = 0;
    const holds = async () => ++count > 0;
    const headers = createHeaders({ headerClaim: claimOf, holds }, nodeHasher);
    const claim = { final: {} } as Parameters<typeof headers.verify>[2];
    const header = (n: number) => Uint8Array.of(n >> 8, n & 255);
    for (let n = 0; n <= KNOWN_HEADERS; n++) await headers.verify(header(n), new Uint8Array(), claim, 'a peer');
    expect(headers.known(header(0))).toBeUndefined();
    expect(headers.known(header(1))).toBeDefined();
    expect(headers.known(header(KNOWN_HEADERS))).toBeDefined();
    // At once for one peer it is verified once; one that does not hold is not known.
    const twice = [0, 1].map(() => headers.verify(header(9_000), new Uint8Array(), claim, 'a peer'));
    expect((await Promise.all(twice)).every((found) => found !== undefined)).toBe(true);
    expect(count).toBe(KNOWN_HEADERS + 2);
    const forged = createHeaders({ headerClaim: claimOf, holds: async () => false }, nodeHasher);
    expect(await forged.verify(header(1), new Uint8Array(), claim, 'a peer')).toBeUndefined();
    expect(forged.known(header(1))).toBeUndefined();
  });

  it('of credits is a number a carrier, the nearest first, however its runs overlap', () => {
    const length = BigInt(CREDITS_IN_RUN);
    const { queues, show, apply } = queuesAt();
    // Of runs that overlap those that add nothing take no room.
    for (let first = 0n; first < 2_000n; first++) show(first, CREDITS_IN_RUN);
    expect(queues.next(1)).toBe(1_999n + length);
    expect(show(5n, CREDITS_IN_RUN)).toBe(false);
    for (let first = 0n; first < CREDIT_WINDOW; first += length) show(first, CREDITS_IN_RUN);
    const most = queues.next(1);
    expect(most).toBeGreaterThan(BigInt(CREDITS_KEPT) - 3n * length);
    expect(most).toBeLessThanOrEqual(BigInt(CREDITS_KEPT));
    // Full: the farthest is no news, until what is next was applied.
    expect(queues.isNews(1, most, CREDITS_IN_RUN)).toBe(false);
    expect(show(most, CREDITS_IN_RUN)).toBe(false);
    apply(2n * length);
    expect(show(most, CREDITS_IN_RUN)).toBe(true);
    expect(queues.next(1)).toBe(most + length);

    // What comes backwards makes room at the far end.
    const backwards = queuesAt();
    for (let first = CREDIT_WINDOW - length; first >= 0n; first -= length) backwards.show(first, CREDITS_IN_RUN);
    expect(backwards.queues.next(1)).toBe(BigInt(CREDITS_KEPT));

    // Each credit twice, and none of the runs adds nothing: they reach half as far.
    const twice = queuesAt();
    twice.show(0n, 100);
    for (let first = 1n; first < CREDIT_WINDOW; first += 100n) twice.show(first, 199);
    expect(twice.queues.next(1)).toBeGreaterThan(BigInt(CREDITS_KEPT / 2 - 200));
    expect(twice.queues.next(1)).toBeLessThan(BigInt(CREDITS_KEPT / 2 + 200));
  });

  it('of credits has what is next, whatever else a carrier shows', () => {
    const run = fc.tuple(fc.nat(Number(CREDIT_WINDOW)), fc.integer({ min: 1, max: CREDITS_IN_RUN }));
    fc.assert(
      fc.property(fc.array(run, { minLength: 50, maxLength: 300 }), fc.nat(49), (runs, when) => {
        const { queues, show } = queuesAt();
        for (const [i, [first, count]] of runs.entries()) {
          if (i === when) show(0n, 100);
          show(BigInt(first), count);
          if (i >= when) expect(queues.next(1)).toBeGreaterThanOrEqual(100n);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('of credits lies within a window above the next number, what is next always', () => {
    const { queues, run, apply } = queuesAt();
    const firsts = () =>
      [...queues.credits()].map(
        ({ verified }) => (verified as never as { evidence: [{ first: bigint }] }).evidence[0].first,
      );
    expect(queues.show(run(CREDIT_WINDOW, 1))).toBe(false);
    expect(queues.show(run(0n, CREDITS_IN_RUN + 1))).toBe(false);
    for (let n = 0; n < 2 * CREDIT_RUNS; n++) queues.show(run(BigInt(2 + n), 1));
    expect(queues.isNews(1, BigInt(2 + CREDIT_RUNS), 1)).toBe(false);
    expect([queues.next(1), queues.hasGap(1), firsts()]).toEqual([0n, true, []]);
    // What fills the gap takes the place of the last.
    expect(queues.show(run(0n, 2))).toBe(true);
    expect(queues.show(run(0n, 1))).toBe(false);
    expect(queues.hasGap(1)).toBe(false);
    expect(queues.next(1)).toBe(BigInt(1 + CREDIT_RUNS));
    expect(firsts().length).toBe(CREDIT_RUNS);
    // A run that holds others takes their place, and credits are taken in the fewest runs.
    expect(queues.show(run(0n, 100))).toBe(true);
    expect(firsts().slice(0, 2)).toEqual([0n, 100n]);
    apply(400n);
    expect(firsts()[0]).toBe(400n);
    apply(CREDIT_WINDOW);
    expect([queues.next(1), firsts()]).toEqual([CREDIT_WINDOW, []]);
  });

  it('of one peer is under way is bounded, and others are served meanwhile', async () => {
    const network = await Network.of(2, 2, 2, { lost: 1000 });
    const [coin, other] = [network.coinsOf(0)[0]!, network.coinsOf(1)[0]!];
    network.submit([coin, other], [coin.output], [1]);
    await network.clock.advance(300);
    const { bytes } = network.sent.find(({ channel }) => channel === 'carry-0')!;
    const { bundle } = decodeCarry(bytes) as Extract<CarryMessage, { kind: 'bundle' }>;
    const { carriage } = network.validators[0]![0]!;
    network.holds = () => new Promise(() => {});
    const before = network.verified.length;
    const flood = (peer: string, count: number): void => {
      for (let n = 0; n < count; n++) {
        const certificate = Uint8Array.from([0, ...bytes32(`${peer} ${n}`)]);
        carriage.message(peer, encodeCarry({ kind: 'bundle', bundle: { ...bundle, certificate } }));
      }
    };
    flood('a peer', 200);
    await settled();
    expect(network.verified.length - before).toBe(16);
    flood('another', 1);
    await settled();
    expect(network.verified.length - before).toBe(17);
    for (let n = 0; n < 100; n++) flood(`peer ${n}`, 16);
    await settled();
    expect(network.verified.length - before).toBe(512);
    network.stop();
  });
});

describe('channels', () => {
  it('are the own topic and that of closings to join, those of the others to publish to, and one protocol', () => {
    const names = (channels: readonly { readonly name: string }[]) => channels.map(({ name }) => name);
    const { topics, publishes, protocols } = carriageChannels(1, 3);
    expect(names(topics)).toEqual(['closings', 'carry-1']);
    expect(names(publishes)).toEqual(['carry-0', 'carry-2']);
    expect(names(protocols)).toEqual(['carry']);
    expect(carriageChannels(0, 1).publishes).toEqual([]);
  });
});

describe('questions', () => {
  it('about what is not there get no answer', async () => {
    const network = await Network.of(2, 2, 2);
    const id = bytes32('nothing');
    const before = network.sent.length;
    const wants = [
      { kind: 'vote' as const, id, expiry: 0 },
      { kind: 'done' as const, id, expiry: 9 },
      { kind: 'credits' as const, receiver: 1, from: 0n },
      { kind: 'credits' as const, receiver: 77, from: 2n ** 64n - 1n },
      { kind: 'cursor' as const, carrier: 1 },
      { kind: 'cursor' as const, carrier: 65_535 },
      { kind: 'closing' as const, shard: 0, epoch: 0 },
      { kind: 'closing' as const, shard: 9, epoch: 4_294_967_295 },
    ];
    network.validators[0]![0]!.carriage.message('1/0', encodeCarry({ kind: 'ask', wants }));
    await settled();
    expect(network.sent.length).toBe(before);
    network.stop();
  });

  it('about what is not there are paced like answers', async () => {
    const network = await Network.of(2, 2, 2);
    let looked = 0;
    const chain = Object.assign(network.chains[0]!.seenBy(0), {
      steps: async () => {
        looked++;
        return [];
      },
    });
    const answering = createAnswering({
      chain,
      blocks: { at: async () => undefined },
      closings: { headerAt: async () => undefined },
      clock: network.clock,
      send: () => {},
      fail: (cause) => expect.unreachable(String(cause)),
    });
    const wants = Array(MAX_WANTS).fill({ kind: 'vote', id: bytes32('nothing'), expiry: 9 });
    for (let n = 0; n < 40; n++) {
      answering.serve('1/0', wants);
      await settled();
    }
    expect(looked).toBe(16 * MAX_WANTS);
    answering.serve('1/1', wants);
    await settled();
    expect(looked).toBe(17 * MAX_WANTS);
    answering.stop();
    network.stop();
  });

  it('about a transaction that never came are answered by the state of its expiry epoch, not by an earlier one', async () => {
    const network = await Network.of(2, 2, 2, { silent: true });
    await network.clock.advance(25 * 200 + 100);
    const ask = async (expiry: number): Promise<readonly (string | undefined)[]> => {
      const before = network.sent.length;
      const wants = [{ kind: 'vote' as const, id: bytes32('nothing'), expiry }];
      network.validators[0]![0]!.carriage.message('1/0', encodeCarry({ kind: 'ask', wants }));
      await settled();
      return network.sent.slice(before).map(({ bytes }) => decodeCarry(bytes)?.kind);
    };
    expect(await ask(1)).toEqual([]);
    expect(await ask(0)).toEqual(['state']);
    network.stop();
  });

  it('come after ever longer waits, each in the order in which it falls due', () => {
    const schedule = createSchedule(0.5);
    for (let n = 0; n < 5; n++) schedule.add(`${n}`, n);
    schedule.add('0', 400);
    expect(schedule.next()).toBe(625);
    expect(schedule.due(624, 9)).toEqual([]);
    expect(schedule.due(626, 9)).toEqual([
      { name: '0', attempt: 0 },
      { name: '1', attempt: 0 },
    ]);
    expect(schedule.due(700, 2).map(({ name }) => name)).toEqual(['2', '3']);
    schedule.remove('4');
    expect(schedule.next()).toBe(626 + 1250);
    let now = 626;
    const waits: number[] = [];
    for (let n = 0; n < 9; n++) {
      const at = schedule.next()!;
      schedule.due(at, 1);
      waits.push(at - now);
      now = at;
    }
    expect(schedule.next()! - now).toBeLessThanOrEqual(40_000);
    for (const name of '01234') schedule.remove(name);
    expect(schedule.next()).toBeUndefined();
  });
});

describe('what is proposed', () => {
  it('is of every kind, in turn by bytes', () => {
    const entries = (kind: number, count: number, size: number) =>
      Array.from({ length: count }, () => ({ bytes: new Uint8Array(size).fill(kind) }) as never as ReadyEntry);
    const taken = [...byTurns([entries(1, 8, 10), entries(2, 2, 40), []])].map(({ bytes }) => bytes[0]);
    expect(taken).toEqual([1, 2, 1, 1, 1, 1, 2, 1, 1, 1]);
  });

  it('takes no more work than what is taken of it', () => {
    let made = 0;
    function* endless(): Iterable<ReadyEntry> {
      for (;;) {
        made++;
        yield { bytes: new Uint8Array(1) } as never as ReadyEntry;
      }
    }
    for (const _ of byTurns([endless()])) if (made === 3) break;
    expect(made).toBe(3);
  });

  it('has credits side by side in one run, and anything else by itself', () => {
    const outbox = [0, 0, 1, ...Array(CREDITS_IN_RUN + 2).fill(2), 3].map((kind) => Uint8Array.of(kind));
    const all = outbox.map((_, at) => at);
    expect(spansOf(outbox, all)).toEqual([
      { index: 0, count: 1 },
      { index: 1, count: 1 },
      { index: 2, count: 1 },
      { index: 3, count: CREDITS_IN_RUN },
      { index: 3 + CREDITS_IN_RUN, count: 2 },
      { index: 5 + CREDITS_IN_RUN, count: 1 },
    ]);
    expect(spansOf(outbox, [4, 6])).toEqual([
      { index: 4, count: 1 },
      { index: 6, count: 1 },
    ]);
  });
});
