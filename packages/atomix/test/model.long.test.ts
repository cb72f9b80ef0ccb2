import { expect, test } from 'vitest';
import { scenarioOf } from './model/scenario.ts';
import { large } from './model/scenarios.ts';
import { explore } from './model/search.ts';

for (const plan of Object.values(large)) {
  test(plan.name, () => {
    const { violated, trace, states, localStates, runs, records, queued, hasty } = explore(scenarioOf(plan));
    console.log(
      `${plan.name}: ${states} states, of single shards ${localStates}, ${runs} runs of the machine; at most ${records} records and ${queued} credits in a shard`,
    );
    expect(violated, trace?.join('\n')).toBeUndefined();
    expect(hasty).toBe(0);
  });
}
