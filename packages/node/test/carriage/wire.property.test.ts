import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CarryMessage,
  decodeCarry,
  encodeCarry,
  MAX_CARRY_BYTES,
  MAX_RUNS,
  MAX_WANTS,
} from '../../src/carriage/wire.ts';

const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffffffff);
const u64 = fc.bigInt(0n, 2n ** 64n - 1n);
const certified = { header: bytes(0, 300), certificate: bytes(0, 90) };
const run = fc.record({
  index: u32,
  leaves: fc.array(bytes(15, 92), { minLength: 1, maxLength: 4 }),
  path: fc.array(bytes(32, 32), { maxLength: 4 }),
});
const bundle = fc.record({ ...certified, size: u32, runs: fc.array(run, { minLength: 1, maxLength: 3 }) });
const id = bytes(32, 32);
const want = fc.oneof(
  fc.record({ kind: fc.constantFrom('vote' as const, 'done' as const), id, expiry: u32 }),
  fc.record({ kind: fc.constant('credits' as const), receiver: u16, from: u64 }),
  fc.record({ kind: fc.constant('cursor' as const), carrier: u16 }),
  fc.record({ kind: fc.constant('closing' as const), shard: u16, epoch: u32 }),
);
const message: fc.Arbitrary<CarryMessage> = fc.oneof(
  fc.record({ kind: fc.constant('ask' as const), wants: fc.array(want, { minLength: 1, maxLength: 5 }) }),
  fc.record({ kind: fc.constant('bundle' as const), bundle }),
  fc.record({ kind: fc.constant('state' as const), proof: bytes(0, 200) }),
  fc.record({ kind: fc.constant('plea' as const), bundle, transaction: bytes(0, 300) }),
  fc.record({ kind: fc.constant('closing' as const), ...certified }),
);

describe('messages between shards', () => {
  it('are what was encoded', () => {
    fc.assert(
      fc.property(message, (value) => {
        expect(decodeCarry(encodeCarry(value))).toEqual(value);
      }),
    );
  });

  it('have one encoding: whatever decodes encodes to the same bytes', () => {
    const changed = fc.tuple(message.map(encodeCarry), u32, fc.nat(255)).map(([original, at, byte]) => {
      const copy = original.slice();
      copy[at % copy.length] = byte;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(changed, bytes(0, 400)), (junk) => {
        const decoded = decodeCarry(junk);
        if (decoded !== undefined) expect(encodeCarry(decoded)).toEqual(junk);
      }),
      { numRuns: 1000 },
    );
  });

  it('are cut short nowhere, and have nothing behind them', () => {
    fc.assert(
      fc.property(message, fc.nat(), (value, cut) => {
        const whole = encodeCarry(value);
        if (value.kind === 'state') return;
        expect(decodeCarry(whole.subarray(0, cut % whole.length))).toBeUndefined();
        expect(decodeCarry(Uint8Array.from([...whole, 0]))).toBeUndefined();
      }),
    );
  });

  it('are bounded', () => {
    const cursor = { kind: 'cursor' as const, carrier: 1 };
    const most = encodeCarry({ kind: 'ask', wants: Array(MAX_WANTS).fill(cursor) });
    expect(decodeCarry(most)).toBeDefined();
    // One more, with the number that says so.
    const more = Uint8Array.from([...most, ...most.subarray(-3)]);
    more.set([(MAX_WANTS + 1) >> 8, (MAX_WANTS + 1) & 255], 1);
    expect(decodeCarry(more)).toBeUndefined();
    expect(() => encodeCarry({ kind: 'ask', wants: [] })).toThrow();
    const run = { index: 0, leaves: [new Uint8Array(15)], path: [] };
    const bundleOf = (runs: readonly (typeof run)[]) => {
      const certified = { header: new Uint8Array(), certificate: new Uint8Array() };
      return encodeCarry({ kind: 'bundle', bundle: { ...certified, size: 1, runs } });
    };
    const full = bundleOf(Array(MAX_RUNS).fill(run));
    expect(decodeCarry(full)).toBeDefined();
    const above = Uint8Array.from([...full, ...full.subarray(-23)]);
    above.set([(MAX_RUNS + 1) >> 8, (MAX_RUNS + 1) & 255], 9);
    expect(decodeCarry(above)).toBeUndefined();
    const one = bundleOf([run]);
    // Its leaf one byte shorter: length and bytes, before the path that is empty.
    const short = Uint8Array.from([...one.subarray(0, -17), 14, ...new Uint8Array(14), 0]);
    expect(decodeCarry(short)).toBeUndefined();
    expect(decodeCarry(new Uint8Array(MAX_CARRY_BYTES).fill(3, 0, 1))).toBeDefined();
    expect(decodeCarry(new Uint8Array(MAX_CARRY_BYTES + 1).fill(3, 0, 1))).toBeUndefined();
  });
});
