import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { summarise } from '../lib/sim-report.mjs';
import { runTasks } from '../lib/sim-run.mjs';

const folder = mkdtempSync(join(tmpdir(), 'ios-sim-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, body: string): string {
  const file = join(folder, name);
  writeFileSync(file, body);
  return file;
}

async function collect(file: string, seeds: number[]) {
  const reports: Awaited<Parameters<typeof summarise>[0]>[number][] = [];
  await runTasks(
    file,
    seeds.map((seed) => ({ seed })),
    2,
    (report) => reports.push(report),
  );
  return reports.sort((a, b) => a.seed - b.seed);
}

describe('seeds over child processes', () => {
  it('each come to one report, also those that throw or end the process', async () => {
    const body = `
      const report = (seed) => ({ seed, ok: seed !== 2, trace: 't', events: seed, virtualMs: 5, figures: { blocks: 2 * seed } });
      export const scenario = {
        run(seed) {
          if (seed === 3) throw new Error('in a step');
          if (seed === 4) process.exit(9);
          return report(seed);
        },
      };`;
    const reports = await collect(write('mixed.mjs', body), [0, 1, 2, 3, 4, 5, 6]);
    expect(reports.map(({ seed }) => seed)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(reports.map(({ ok }) => ok)).toEqual([true, true, false, false, false, true, true]);
    expect(reports[3]?.violation).toContain('in a step');
    expect(reports[4]?.violation).toBe('the process ended with exit code 9');
  });

  it('are refused when the scenario does not load', async () => {
    await expect(collect(write('broken.mjs', 'process.exit(1)'), [1])).rejects.toThrow('does not load');
  });
});

describe('figures', () => {
  it('are added up over seeds', () => {
    const report = (events: number, figures: Record<string, number>) => ({
      seed: 0,
      ok: true,
      trace: '',
      events,
      virtualMs: 1,
      figures,
    });
    expect(summarise([report(1, { blocks: 4 }), report(3, {})])).toEqual([
      { figure: 'events', total: 4, min: 1, mean: 2, max: 3 },
      { figure: 'virtual ms', total: 2, min: 1, mean: 1, max: 1 },
      { figure: 'blocks', total: 4, min: 4, mean: 4, max: 4 },
    ]);
  });
});
