import { expect, test } from 'vitest';
import { soundRules } from '../src/testing.ts';
import { scenarioOf } from './model/scenario.ts';
import { quick } from './model/scenarios.ts';
import { explore } from './model/search.ts';
import { teeth } from './model/teeth.ts';

for (const { name, broken, holdsOwn = true, scenario, caught } of teeth) {
  test(`without its rule an invariant bites: ${name}`, () => {
    const found = explore(scenarioOf(quick[scenario]), { ...soundRules, ...broken }, holdsOwn);
    expect(found.violated).toBe(caught);
  });
}
