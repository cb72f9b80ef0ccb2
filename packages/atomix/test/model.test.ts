import { expect, test } from 'vitest';
import { scenarioOf } from './model/scenario.ts';
import { quick } from './model/scenarios.ts';
import { explore } from './model/search.ts';

for (const plan of quick) {
  test(plan.name, () => {
    const start = Date.now();
    const found = explore(scenarioOf(plan));
    console.log(
      `${plan.name}: ${found.states} states, ${found.localStates} of single shards, ${found.runs} runs of the machine, ${Date.now() - start} ms`,
    );
    expect(found.violated, found.trace?.join('\n')).toBeUndefined();
  });
}
