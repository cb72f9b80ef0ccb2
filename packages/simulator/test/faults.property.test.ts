import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byzantineNodes, createRng, drawFaults, type FaultBounds, generalBehaviours, simulate } from '../src/index.ts';
import { pinger } from './machines.ts';

const nodes = ['a', 'b', 'c', 'd'];
const range = (max: number) =>
  fc.tuple(fc.nat(max), fc.nat(max)).map(([x, y]) => [Math.min(x, y), Math.max(x, y)] as const);
const window = { count: range(3), ms: range(3_000) };
const bounds: fc.Arbitrary<FaultBounds> = fc.record({
  nodes: fc.constant(nodes),
  until: fc.nat(2_000),
  byzantine: fc.record({ count: fc.nat(2), behaviours: fc.constant(Object.keys(generalBehaviours)) }),
  crashes: fc.record({ count: range(3), downMs: range(3_000) }),
  partitions: fc.record(window),
  cuts: fc.record(window),
  losses: fc.record({ ...window, loss: fc.constant(0.5), duplication: fc.constant(1) }),
  skewPpm: fc.nat(500_000),
});

test('drawn faults stay within their bounds, run, and repeat', () => {
  fc.assert(
    fc.property(fc.nat(), bounds, (seed, given) => {
      const faults = drawFaults(createRng(seed), given);
      expect(drawFaults(createRng(seed), given)).toEqual(faults);
      const faulty = byzantineNodes(faults, nodes);
      expect(faulty.length).toBe(given.byzantine!.count);
      for (const fault of faults) {
        if (fault.type === 'crash') {
          expect(faulty).not.toContain(fault.node);
          expect(fault.at + fault.downMs!).toBeLessThanOrEqual(given.until);
        }
        if (fault.type === 'partition' || fault.type === 'link') expect(fault.until!).toBeLessThanOrEqual(given.until);
        if (fault.type === 'skew') expect(Math.abs(fault.ppm)).toBeLessThanOrEqual(given.skewPpm!);
      }
      const { crashes } = given;
      const drawn = faults.filter(({ type }) => type === 'crash').length;
      expect(drawn).toBeGreaterThanOrEqual(crashes!.count[0]);
      expect(drawn).toBeLessThanOrEqual(crashes!.count[1]);
      const run = () =>
        simulate({ seed, nodes, machine: () => pinger, behaviours: generalBehaviours, faults, until: 1_000 });
      expect(run()).toEqual(run());
    }),
    { numRuns: 40 },
  );
});

test('a kind of fault that is taken away leaves the others as they were', () => {
  const all: FaultBounds = {
    nodes,
    until: 1_000,
    crashes: { count: [2, 2], downMs: [1, 100] },
    partitions: { count: [2, 2], ms: [1, 100] },
    cuts: { count: [2, 2], ms: [1, 100] },
    skewPpm: 100,
  };
  const { crashes: _, ...less } = all;
  const left = drawFaults(createRng(1), all).filter(({ type }) => type !== 'crash');
  expect(drawFaults(createRng(1), less)).toEqual(left);
});
