import { describe, expect, test } from 'vitest';
import { simulateNodes } from '../sim/network.ts';

describe('four whole nodes under crashes, cuts and losses keep one chain and lose nothing final', () => {
  test.each([0, 1, 2])('seed %i', async (seed) => {
    const report = await simulateNodes(seed);
    expect(report).toMatchObject({ ok: true });
    expect(report.figures!['transfers']).toBeGreaterThanOrEqual(60);
    // And the same again, event by event.
    if (seed === 2) expect(await simulateNodes(seed)).toEqual(report);
  });
});
