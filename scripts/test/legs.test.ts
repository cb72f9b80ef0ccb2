import { describe, expect, it } from 'vitest';
import { runLegs, selectLegs } from '../lib/legs.mjs';

const leg = (name: string, problem?: string, needs: string[] = []) => ({
  name,
  what: 'a test',
  needs,
  run: async () => problem,
});
const legs = [leg('build'), leg('pack', undefined, ['build']), leg('install', undefined, ['pack']), leg('types')];

describe('legs', () => {
  it('are selected with what they need, in order', () => {
    expect(selectLegs(legs, ['types', 'install']).map(({ name }) => name)).toEqual([
      'build',
      'pack',
      'install',
      'types',
    ]);
    expect(() => selectLegs(legs, ['typo'])).toThrow('no leg typo; there are build, pack, install, types');
  });

  it('go on after a failure, and leave out what needs it', async () => {
    const lines: string[] = [];
    const broken = [leg('build', 'a.ts: no'), leg('pack', undefined, ['build']), leg('types')];
    const outcomes = await runLegs(broken, (line) => lines.push(line));
    expect([...outcomes]).toEqual([
      ['build', 'failed'],
      ['pack', 'not run'],
      ['types', 'ok'],
    ]);
    expect(lines).toContain('a.ts: no');
    expect(lines).toContain('pack: not run, it needs build');
  });

  it('fail when they throw', async () => {
    const run = () => Promise.reject(new Error('gone'));
    expect((await runLegs([{ ...leg('types'), run }], () => {})).get('types')).toBe('failed');
  });
});
